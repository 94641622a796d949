// A self-signed certificate made at the start, good or wrong in a chosen way.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "originlab/lab.h"

namespace frontierd::originlab {

// Valid for localhost, *.localhost, 127.0.0.1, ::1 and `names`, unless `kind` wants it otherwise.
// `save_to`, if not empty, receives the certificate as PEM.
Result<void> use_own_certificate(boost::asio::ssl::context& tls, Tls kind,
                                 const std::vector<std::string>& names, const std::string& save_to);

}  // namespace frontierd::originlab
