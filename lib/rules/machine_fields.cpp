#include "rules/machine_fields.h"

#include <algorithm>

#include "base/text.h"

namespace frontierd {
namespace {

std::string joined(const std::vector<std::string>& keys) {
  std::string path;
  for (const std::string& key : keys) {
    if (key.empty()) continue;
    if (!path.empty()) path += '.';
    path += key;
  }
  return path;
}

// Walks a JSON text, complete or cut; keys_ holds one entry a level, empty for arrays.
class JsonWalk {
 public:
  explicit JsonWalk(std::string_view text) : text_(text) {}

  std::vector<MachineField> run() {
    while (at_ < text_.size() && fields_.size() < kMachineFieldsMax) step();
    return std::move(fields_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '{' || c == '[') {
      keys_.emplace_back();
      ++at_;
    } else if (c == '}' || c == ']') {
      if (!keys_.empty()) keys_.pop_back();
      ++at_;
    } else if (c == '"') {
      string_step();
    } else if (is_digit(c) || c == '-' || (c >= 'a' && c <= 'z')) {
      const std::size_t end = std::min(text_.find_first_of(",}] \t\r\n", at_), text_.size());
      keep(text_.substr(at_, end - at_));
      at_ = std::max(end, at_ + 1);
    } else {
      ++at_;
    }
  }

  void string_step() {
    const std::string value = read_string();
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (at_ < text_.size() && text_[at_] == ':' && !keys_.empty()) {
      keys_.back() = to_lower(value);
      ++at_;
    } else {
      keep(value);
    }
  }

  std::string read_string() {
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
        if (text_[at_] != '"' && text_[at_] != '/' && text_[at_] != '\\') value += '\\';
      }
      if (value.size() < kMachineValueMax) value += text_[at_];
    }
    at_ = std::min(at_ + 1, text_.size());
    return value;
  }

  void keep(std::string_view value) {
    if (keys_.size() > kMachineDepthMax) return;
    fields_.push_back({joined(keys_), std::string(value.substr(0, kMachineValueMax))});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> keys_;
  std::vector<MachineField> fields_;
};

std::vector<MachineField> xml_fields(std::string_view text) {
  std::vector<MachineField> fields;
  std::vector<std::string> open;
  std::size_t at = 0;
  while ((at = text.find('<', at)) != std::string_view::npos && fields.size() < kMachineFieldsMax) {
    const std::size_t close = text.find('>', at);
    if (close == std::string_view::npos) break;
    const std::string_view tag = text.substr(at + 1, close - at - 1);
    at = close + 1;
    if (tag.starts_with("?") || tag.starts_with("!") || tag.ends_with("/")) continue;
    if (tag.starts_with("/")) {
      if (!open.empty()) open.pop_back();
      continue;
    }
    std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n"));
    name = name.substr(name.rfind(':') + 1);
    open.push_back(to_lower(name.substr(0, 64)));
    if (open.size() > kMachineDepthMax) break;
    const std::string_view value = trim(text.substr(at, text.find('<', at) - at));
    if (!value.empty())
      fields.push_back({joined(open), std::string(value.substr(0, kMachineValueMax))});
  }
  return fields;
}

}  // namespace

std::vector<MachineField> machine_fields(const Page& page) {
  const std::string_view text = page.body.substr(0, kMachineBytesMax);
  if (page.kind == PageKind::Json) return JsonWalk(text).run();
  if (page.kind == PageKind::Xml) return xml_fields(text);
  return {};
}

bool is_code_key(std::string_view path) {
  const std::string_view key = path.substr(path.rfind('.') + 1);
  for (std::string_view known :
       {"code", "error", "type", "__type", "reason", "status", "name", "title", "error_code",
        "errorcode", "error_name", "error_type", "errcode", "faultcode", "faultstring", "errors",
        "err", "ret", "statuscode"}) {
    if (key == known) return true;
  }
  return false;
}

std::string_view bare_code(std::string_view value) {
  value = value.substr(0, value.find("::"));
  return value.substr(value.find_last_of("#/") + 1);  // npos + 1 is 0
}

}  // namespace frontierd
