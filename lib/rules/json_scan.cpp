#include "rules/json_scan.h"

#include <array>

#include "base/text.h"

namespace frontierd {
namespace {

// A level of nesting: an object with the key it is at, or an array.
struct Level {
  bool is_object = false;
  int object = 0;
  std::string_view name;
  std::string_view key;
};

class Walk {
 public:
  Walk(std::string_view text, const std::function<void(const JsonMember&)>& found)
      : rest_(text.substr(0, kJsonScanMax)), found_(found) {}

  void run() {
    if (!open()) return;
    while (depth_ > 0 && step()) {
    }
  }

 private:
  Level& top() { return levels_[static_cast<std::size_t>(depth_ - 1)]; }

  void skip_space() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
  }
  bool take(char c) {
    skip_space();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // One element of the innermost level, or its end; false at a slip or at the end of the text.
  bool step() {
    if (take(top().is_object ? '}' : ']')) {
      --depth_;
      return true;
    }
    take(',');
    if (top().is_object && !(take('"') && string(top().key) && take(':'))) return false;
    return open() || scalar();
  }

  bool open() {
    const bool is_object = take('{');
    if (!is_object && !take('[')) return false;
    if (depth_ == kJsonDepthMax) {
      rest_ = {};
      return true;
    }
    const std::string_view name = depth_ > 0 && top().is_object ? top().key : std::string_view{};
    if (is_object) ++objects_;
    ++depth_;
    top() = {is_object, objects_, name, {}};
    return true;
  }

  bool string(std::string_view& out) {
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == '"') {
        out = rest_.substr(0, i);
        rest_.remove_prefix(i + 1);
        return true;
      }
    }
    return false;
  }

  bool scalar() {
    std::string_view value;
    const bool is_string = take('"');
    if (is_string) {
      if (!string(value)) return false;
    } else {
      value = rest_.substr(0, rest_.find_first_of(",]} \t\r\n"));
      rest_.remove_prefix(value.size());
      if (value.empty() || rest_.empty()) return false;
    }
    const Level& level = top();
    if (level.is_object) {
      found_({depth_, level.object, level.name, level.key, value, is_string});
    }
    return true;
  }

  std::string_view rest_;
  const std::function<void(const JsonMember&)>& found_;
  std::array<Level, kJsonDepthMax> levels_{};
  int depth_ = 0;
  int objects_ = 0;
};

}  // namespace

void scan_json(std::string_view text, const std::function<void(const JsonMember&)>& found) {
  Walk(text, found).run();
}

}  // namespace frontierd
