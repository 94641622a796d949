#include "api/answer.h"

#include <boost/json.hpp>

#include "api/json_text.h"

namespace frontierd {
namespace {

constexpr int kRetryAfterSeconds = 2;

int status_of(Errc code) {
  switch (code) {
    case Errc::Usage:
      return 400;
    case Errc::NotFound:
      return 404;
    case Errc::Conflict:
      return 409;
    case Errc::Limit:
      return 413;
    case Errc::NoSpace:
    case Errc::Unavailable:
      return 503;
    default:
      return 500;
  }
}

}  // namespace

std::string_view status_text(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

Answer json_answer(const boost::json::value& value) {
  return {.status = 200, .body = json_text(value) + "\n", .type = "application/json"};
}

Answer text_answer(int status, std::string text, std::string_view type) {
  return {.status = status, .body = std::move(text), .type = type};
}

Answer problem(int status, std::string_view detail) {
  boost::json::object body;
  body["type"] = "about:blank";
  body["title"] = status_text(status);
  body["status"] = status;
  body["detail"] = detail;
  Answer answer{.status = status,
                .body = json_text(body) + "\n",
                .type = "application/problem+json"};
  if (status == 503) answer.retry_after = kRetryAfterSeconds;
  answer.challenge = status == 401;
  return answer;
}

Answer problem_of(const Error& error) {
  return problem(status_of(error.code), error.what);
}

}  // namespace frontierd
