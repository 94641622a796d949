#include "daemon/config_values.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/host_pattern.h"

namespace frontierd {
namespace {

using Fault = std::optional<std::string>;

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> kByteUnits{
    {{"TiB", std::uint64_t{1} << 40},
     {"GiB", std::uint64_t{1} << 30},
     {"MiB", std::uint64_t{1} << 20},
     {"KiB", 1'024},
     {"B", 1}}};
constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kTimeUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

template <class T>
ConfigKey make(KeyText text, Field<T> at, std::string accepts) {
  ConfigKey key;
  key.copy = [at](const Config& from, Config& to) { at(to) = at(const_cast<Config&>(from)); };
  key.section = std::move(text.section);
  key.name = std::move(text.name);
  key.meaning = std::move(text.meaning);
  key.live = text.live;
  key.accepts = std::move(accepts);
  return key;
}

// Show functions take a const Config; fields are found through a mutable one.
template <class T>
const T& peek(const Field<T>& at, const Config& config) {
  return at(const_cast<Config&>(config));
}

std::string number_text(double number) {
  std::string out = fmt::format("{}", number);
  return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

template <class Integer>
ConfigKey whole_number(KeyText text, Field<Integer> at, Integer least, Integer most) {
  ConfigKey key = make(std::move(text), at, fmt::format("a whole number, {} to {}", least, most));
  key.edges = {std::to_string(least), std::to_string(most)};
  key.read = [at, least, most](const toml::node& node, Config& config) -> Fault {
    const auto value = node.value_exact<std::int64_t>();
    if (!value) return "wants a whole number";
    if (*value < static_cast<std::int64_t>(least) || *value > static_cast<std::int64_t>(most)) {
      return fmt::format("is {}, but must lie between {} and {}", *value, least, most);
    }
    at(config) = static_cast<Integer>(*value);
    return std::nullopt;
  };
  key.show = [at](const Config& config) { return std::to_string(peek(at, config)); };
  return key;
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const std::string& text : texts) parts.push_back(quoted(text));
  return "[" + join(parts, ", ") + "]";
}

std::string duration_text(Millis length) {
  if (length == Millis{0}) return "0";
  for (const auto& [name, ms] : kTimeUnits) {
    if (length.count() % ms == 0) return std::to_string(length.count() / ms) + std::string(name);
  }
  return std::to_string(length.count()) + "ms";
}

std::string bytes_text(std::uint64_t bytes) {
  for (const auto& [name, size] : kByteUnits) {
    if (bytes >= size && bytes % size == 0) return std::to_string(bytes / size) + std::string(name);
  }
  return "0B";
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  for (const auto& [name, size] : kByteUnits) {
    if (!text.ends_with(name)) continue;
    const auto count = parse_int<std::uint64_t>(text.substr(0, text.size() - name.size()));
    if (!count || *count > (std::uint64_t{1} << 62) / size) return std::nullopt;
    return *count * size;
  }
  return std::nullopt;
}

ConfigKey duration_key(KeyText text, Field<Millis> at, Millis least, Millis most) {
  ConfigKey key =
      make(std::move(text), at,
           fmt::format("a duration such as \"250ms\", \"90s\", \"1h\"; {} to {}",
                       duration_text(least), duration_text(most)));
  key.edges = {quoted(duration_text(least)), quoted(duration_text(most))};
  key.read = [at, least, most](const toml::node& node, Config& config) -> Fault {
    const auto value = node.value_exact<std::string>();
    const auto length = value ? parse_duration(*value) : std::nullopt;
    if (!length)
      return "wants a duration in quotes, such as \"250ms\", \"90s\", \"15m\", \"1h\" or \"7d\"";
    if (*length < least || *length > most) {
      return fmt::format("is {}, but must lie between {} and {}", duration_text(*length),
                         duration_text(least), duration_text(most));
    }
    at(config) = *length;
    return std::nullopt;
  };
  key.show = [at](const Config& config) { return quoted(duration_text(peek(at, config))); };
  return key;
}

ConfigKey bytes_key(KeyText text, Field<std::uint64_t> at, std::uint64_t least,
                    std::uint64_t most) {
  ConfigKey key = make(std::move(text), at,
                       fmt::format("a size such as \"64KiB\", \"32MiB\"; {} to {}",
                                   bytes_text(least), bytes_text(most)));
  key.edges = {quoted(bytes_text(least)), quoted(bytes_text(most))};
  key.read = [at, least, most](const toml::node& node, Config& config) -> Fault {
    const auto value = node.value_exact<std::string>();
    const auto bytes = value ? parse_bytes(*value) : std::nullopt;
    if (!bytes) return "wants a size in quotes, such as \"512B\", \"64KiB\", \"32MiB\" or \"1GiB\"";
    if (*bytes < least || *bytes > most) {
      return fmt::format("is {}, but must lie between {} and {}", bytes_text(*bytes),
                         bytes_text(least), bytes_text(most));
    }
    at(config) = *bytes;
    return std::nullopt;
  };
  key.show = [at](const Config& config) { return quoted(bytes_text(peek(at, config))); };
  return key;
}

ConfigKey integer_key(KeyText text, Field<int> at, int least, int most) {
  return whole_number<int>(std::move(text), std::move(at), least, most);
}

ConfigKey count_key(KeyText text, Field<std::size_t> at, std::size_t least, std::size_t most) {
  return whole_number<std::size_t>(std::move(text), std::move(at), least, most);
}

ConfigKey number_key(KeyText text, Field<double> at, double least, double most) {
  ConfigKey key = make(std::move(text), at, fmt::format("a number, {} to {}", least, most));
  key.edges = {number_text(least), number_text(most)};
  key.read = [at, least, most](const toml::node& node, Config& config) -> Fault {
    const auto value = node.value<double>();
    if (!value || !node.is_number()) return "wants a number";
    if (!(*value >= least && *value <= most)) {
      return fmt::format("is {}, but must lie between {} and {}", *value, least, most);
    }
    at(config) = *value;
    return std::nullopt;
  };
  key.show = [at](const Config& config) { return number_text(peek(at, config)); };
  return key;
}

ConfigKey boolean_key(KeyText text, Field<bool> at) {
  ConfigKey key = make(std::move(text), at, "true or false");
  key.edges = {"true", "false"};
  key.read = [at](const toml::node& node, Config& config) -> Fault {
    const auto value = node.value_exact<bool>();
    if (!value) return "wants true or false, without quotes";
    at(config) = *value;
    return std::nullopt;
  };
  key.show = [at](const Config& config) { return peek(at, config) ? "true" : "false"; };
  return key;
}

ConfigKey text_key(KeyText text, Field<std::string> at, std::string accepts, TextCheck check) {
  ConfigKey key = make(std::move(text), at, std::move(accepts));
  key.read = [at, check](const toml::node& node, Config& config) -> Fault {
    const auto value = node.value_exact<std::string>();
    if (!value) return "wants a text in quotes";
    if (value->find_first_of(std::string("\r\n\0", 3)) != std::string::npos) {
      return "must be one line";
    }
    if (check) {
      if (Fault wrong = check(*value)) return wrong;
    }
    at(config) = *value;
    return std::nullopt;
  };
  key.show = [at](const Config& config) { return quoted(peek(at, config)); };
  return key;
}

ConfigKey choice_key(KeyText text, Field<std::string> at, std::vector<std::string> choices) {
  ConfigKey key = text_key(std::move(text), at, "one of: " + join(choices, ", "));
  for (const std::string& choice : choices) key.edges.push_back(quoted(choice));
  key.read = [at, choices](const toml::node& node, Config& config) -> Fault {
    const auto value = node.value_exact<std::string>();
    if (value && std::find(choices.begin(), choices.end(), *value) != choices.end()) {
      at(config) = *value;
      return std::nullopt;
    }
    const auto near = value ? nearest_name(*value, choices) : std::nullopt;
    return "must be one of: " + join(choices, ", ") +
           (near ? "; did you mean \"" + *near + "\"?" : "");
  };
  return key;
}

ConfigKey list_key(KeyText text, Field<std::vector<std::string>> at, std::string accepts,
                   TextCheck check) {
  ConfigKey key = make(std::move(text), at, std::move(accepts));
  key.read = [at, check](const toml::node& node, Config& config) -> Fault {
    const toml::array* array = node.as_array();
    if (array == nullptr) return "wants a list of texts, such as [\"a\", \"b\"]";
    std::vector<std::string> values;
    for (const toml::node& item : *array) {
      const auto value = item.value_exact<std::string>();
      if (!value) return "wants a list of texts, and one of its items is none";
      if (check) {
        if (Fault wrong = check(*value)) return wrong;
      }
      values.push_back(*value);
    }
    at(config) = std::move(values);
    return std::nullopt;
  };
  key.show = [at](const Config& config) { return quoted_list(peek(at, config)); };
  return key;
}

ConfigKey patterns_key(KeyText text, Field<std::vector<std::string>> at) {
  ConfigKey key = list_key(std::move(text), at,
                           "a list of \"example.org\", \"*.example.org\" or \"*\"");
  key.read = [at, read = key.read](const toml::node& node, Config& config) -> Fault {
    if (Fault bad = read(node, config)) return bad;
    for (std::string& item : at(config)) {
      const auto pattern = parse_host_pattern(item);
      if (!pattern) {
        return "holds \"" + for_message(item) +
               "\", which is no host pattern; write \"example.org\", \"*.example.org\" or \"*\", "
               "without scheme, port or path";
      }
      item = *pattern;
    }
    return std::nullopt;
  };
  return key;
}

std::optional<std::string> check_token(const std::string& text) {
  const bool plain = !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' || c == '_';
  });
  if (plain) return std::nullopt;
  return "is " + quoted(for_message(text)) + ", but wants 1 to 64 letters, digits, - or _";
}

std::optional<std::string> check_field_value(const std::string& text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  });
  if (printable && text == trim(text)) return std::nullopt;
  return "wants a text without control characters and without spaces around it";
}

}  // namespace frontierd
