// Errors of our own making: disk, config, operating system. What the web does wrong is a value, not
// an Error; a broken invariant is a CHECK. Every message says what failed and what to do next.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace frontierd {

enum class Errc {
  Usage,        // the caller asked for something that makes no sense
  NotFound,     // the thing named does not exist
  Conflict,     // someone else holds it, or it is in another state
  Io,           // disk or operating system
  NoSpace,      // the disk is full
  Corrupt,      // the file is damaged
  TooNew,       // written by a newer version
  Unavailable,  // not now; try again
  Limit,        // a stated limit was reached
};

struct [[nodiscard]] Error {
  Errc code = Errc::Io;
  std::string what;

  // The same error, told from one level up.
  Error in(const std::string& context) && { return {code, context + ": " + what}; }
  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Errc code, std::string what) {
  return tl::unexpected<Error>(Error{code, std::move(what)});
}
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace frontierd

// Leaves the function with the error, or goes on.
#define TRY(expression)                                        \
  do {                                                         \
    if (auto try_result = (expression); !try_result)           \
      return ::frontierd::fail(std::move(try_result).error()); \
  } while (false)

#define TRY_JOIN2(a, b) a##b
#define TRY_JOIN(a, b) TRY_JOIN2(a, b)
// TRY_ASSIGN(auto rows, db.query(...)): binds the value, or leaves with the error.
#define TRY_ASSIGN(target, expression)                                           \
  auto TRY_JOIN(try_value_, __LINE__) = (expression);                            \
  if (!TRY_JOIN(try_value_, __LINE__))                                           \
    return ::frontierd::fail(std::move(TRY_JOIN(try_value_, __LINE__)).error()); \
  target = std::move(*TRY_JOIN(try_value_, __LINE__))
