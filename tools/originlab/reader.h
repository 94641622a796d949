// From the text of a lab file to a Lab. Pure but for body files, which are read relative to the lab
// file's folder.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "originlab/lab.h"
#include "originlab/table.h"

namespace frontierd::originlab {

// All mistakes are added, in the order of the file; with any, the Lab is not to be used.
Lab read_lab(std::string_view text, const std::filesystem::path& folder, Mistakes& mistakes);

// The parts, for read_lab. Keys that are absent leave `out` as it is.
struct AnswerReader {
  std::filesystem::path folder;
  void read(Table& table, Answer& out) const;
  void read_named(Table& table, std::string_view key, Answer& out) const;
  Route route(Table& table) const;
  Pages pages(Table& table) const;

 private:
  void read_body(Table& table, Answer& out) const;
};
Host read_host(Table& table, const AnswerReader& answers);

}  // namespace frontierd::originlab
