#include "rules/signature_folder.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "rules/signature_reader.h"

namespace frontierd {
namespace {

constexpr std::string_view kOrder = "order.txt";
constexpr std::string_view kPhrases = "phrases/";
constexpr std::string_view kVendors = "vendors/";

class Folder {
 public:
  SignatureFolder read(std::vector<NamedText> files) {
    std::sort(files.begin(), files.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const NamedText& file : files) {
      if (file.name.starts_with(kPhrases)) read_phrases(file);
    }
    for (const NamedText& file : files) {
      if (!file.name.starts_with(kPhrases) && file.name != kOrder) read_rows(file);
    }
    for (const NamedText& file : files) {
      if (file.name == kOrder) put_in_order(file);
    }
    return std::move(out_);
  }

 private:
  void fault(const NamedText& file, int line, std::string what) {
    out_.faults.push_back({std::string(file.name), {line, 1, std::move(what)}});
  }
  SignatureFile read_file(const NamedText& file) {
    SignatureFile read = read_signatures(file.text, out_.table.phrases, {});
    for (SignatureFault& each : read.faults) {
      out_.faults.push_back({std::string(file.name), std::move(each)});
    }
    return read;
  }

  // phrases/MEANING.LANG.toml adds to the list MEANING, and to no other.
  void read_phrases(const NamedText& file) {
    const auto parts = split(file.name.substr(kPhrases.size()), '.');
    if (parts.size() != 3) {
      return fault(file, 1, "name the file MEANING.LANG.toml, such as maintenance.de.toml");
    }
    const SignatureFile read = read_file(file);
    for (const std::string& list : read.lists) {
      if (list != parts[0]) {
        fault(file, 1,
              "the list is named " + list + " here; its file is phrases/" + list + '.' +
                  std::string(parts[1]) + ".toml");
      }
    }
    if (!read.rows.empty()) {
      fault(file, read.rows[0].line, "rows stand in vendors/, status.toml or shapes.toml");
    }
  }

  void read_rows(const NamedText& file) {
    SignatureFile read = read_file(file);
    if (!read.lists.empty()) {
      fault(file, 1,
            "the list " + read.lists[0] + " stands in phrases/" + read.lists[0] + ".LANG.toml");
    }
    for (WrittenRow& row : read.rows) {
      check_row(file, row);
      out_.table.rows.push_back(std::move(row));
    }
  }

  void check_row(const NamedText& file, const WrittenRow& row) {
    const auto [known, fresh] = file_of_.try_emplace(row.facts.id, file.name);
    if (!fresh && known->second != file.name) {
      fault(file, row.line,
            "the id \"" + row.facts.id + "\" stands in " + std::string(known->second) +
                " too; give this row its own");
    }
    if (file.name.starts_with(kVendors) &&
        file.name != std::string(kVendors) + row.facts.vendor + ".toml") {
      fault(file, row.line,
            "the row is of the vendor \"" + row.facts.vendor + "\"; put it into vendors/" +
                row.facts.vendor + ".toml");
    }
  }

  void put_in_order(const NamedText& file) {
    std::map<std::string_view, std::size_t> places;
    int line = 0;
    for (const std::string_view id : split(file.text, '\n')) {
      ++line;
      if (id.empty() || id.front() == '#') continue;
      if (!file_of_.contains(id)) {
        fault(file, line, "there is no row \"" + std::string(id) + "\"; remove the line");
      }
      if (!places.emplace(id, places.size()).second) {
        fault(file, line, '"' + std::string(id) + "\" stands here twice; remove one line");
      }
    }
    const auto place_of = [&](const WrittenRow& row) {
      const auto known = places.find(row.facts.id);
      return known != places.end() ? known->second : places.size();
    };
    std::stable_sort(out_.table.rows.begin(), out_.table.rows.end(),
                     [&](const auto& a, const auto& b) { return place_of(a) < place_of(b); });
  }

  SignatureFolder out_;
  std::map<std::string, std::string_view, std::less<>> file_of_;
};

}  // namespace

SignatureFolder read_folder(std::span<const NamedText> files) {
  return Folder().read({files.begin(), files.end()});
}

}  // namespace frontierd
