// Content codings, streaming, so that a gigabyte of zeros becomes a bomb without a gigabyte of
// memory.
#pragma once

#include <string>
#include <vector>

#include "originlab/stream.h"

namespace frontierd::originlab {

// The whole source through all codings, in order. Takes about two seconds a gigabyte.
std::string encode(Source source, const std::vector<Encoding>& codings);
// As Content-Encoding has it: "gzip, br".
std::string coding_names(const std::vector<Encoding>& codings);

}  // namespace frontierd::originlab
