// What a route answers, before it becomes HTTP. Errors are application/problem+json (RFC 9457) and
// always say what to do. Pure values.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "api/target.h"
#include "base/result.h"

namespace frontierd {

struct Call {
  std::string method;  // "GET"
  Target target;
  std::string body{};
};

struct Answer {
  int status = 200;
  std::string body{};
  std::string_view type = "application/json";
  int retry_after = 0;     // seconds; 0: no such field
  std::string allow{};     // 405: the methods that are accepted
  bool challenge = false;  // 401: WWW-Authenticate: Bearer
};

Answer json_answer(const boost::json::value& value);
Answer text_answer(int status, std::string text,
                   std::string_view type = "text/plain; charset=utf-8");
Answer problem(int status, std::string_view detail);
// Usage 400, NotFound 404, Conflict 409, Limit 413, NoSpace and Unavailable 503, the rest 500.
Answer problem_of(const Error& error);
std::string_view status_text(int status);

}  // namespace frontierd
