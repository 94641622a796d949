// Makers of ConfigKey for each kind of value. `at` finds the field in a Config.
#pragma once

#include "daemon/config_keys.h"

namespace frontierd {

inline constexpr Millis kSecond{1'000};
inline constexpr Millis kMinute = 60 * kSecond;
inline constexpr Millis kHour = 60 * kMinute;
inline constexpr Millis kDay = 24 * kHour;

struct KeyText {
  std::string section;
  std::string name;
  std::string meaning;
  bool live = true;
};

template <class T>
using Field = std::function<T&(Config&)>;

ConfigKey duration_key(KeyText text, Field<Millis> at, Millis least, Millis most);
ConfigKey bytes_key(KeyText text, Field<std::uint64_t> at, std::uint64_t least, std::uint64_t most);
ConfigKey integer_key(KeyText text, Field<int> at, int least, int most);
ConfigKey number_key(KeyText text, Field<double> at, double least, double most);
ConfigKey boolean_key(KeyText text, Field<bool> at);
// What is wrong with a text, or nothing.
using TextCheck = std::function<std::optional<std::string>(const std::string&)>;
ConfigKey text_key(KeyText text, Field<std::string> at, std::string accepts,
                   TextCheck check = nullptr);
ConfigKey choice_key(KeyText text, Field<std::string> at, std::vector<std::string> choices);
// Host patterns (rules/host_pattern.h), kept in their canonical form.
ConfigKey patterns_key(KeyText text, Field<std::vector<std::string>> at);
// `check` is asked of every item.
ConfigKey list_key(KeyText text, Field<std::vector<std::string>> at, std::string accepts,
                   TextCheck check = nullptr);
ConfigKey count_key(KeyText text, Field<std::size_t> at, std::size_t least, std::size_t most);

// Checks that several keys share.
std::optional<std::string> check_token(const std::string& text);         // letters, digits, - and _
std::optional<std::string> check_field_value(const std::string& text);   // of an HTTP header

}  // namespace frontierd
