#include "sim/answer.h"

#include <array>
#include <cstdio>

namespace frontierd::sim {
namespace {

Answer start(const Voice& voice, int status, std::string server, std::string type) {
  Answer answer;
  answer.status = status;
  if (voice.says_date) answer.headers.push_back({"Date", http_date(voice.clock)});
  answer.headers.push_back({"Server", std::move(server)});
  if (!type.empty()) answer.headers.push_back({"Content-Type", std::move(type)});
  return answer;
}

void mean(Answer& answer, OutcomeClass cls, Scope scope) {
  answer.meaning.cls = cls;
  answer.meaning.scope = scope;
}

// Says the wait and means it. Seconds are rounded up; a date has no fractions.
void ask(Answer& answer, const Voice& voice, Millis asks, Notice notice) {
  if (notice == Notice::None || asks <= Millis{0}) return;
  const Seconds whole = std::chrono::ceil<Seconds>(asks);
  answer.meaning.asks = asks;
  answer.meaning.as_date = notice == Notice::Date;
  answer.headers.push_back({"Retry-After", notice == Notice::Seconds
                                               ? std::to_string(whole.count())
                                               : http_date(voice.clock + whole)});
}

std::string nginx_page(const std::string& title) {
  return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
         "</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n";
}

}  // namespace

std::string http_date(Instant at) {
  constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<Seconds>(at - day));
  char out[40];
  std::snprintf(out, sizeof out, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return out;
}

Answer a_page(const Voice& voice, std::string title) {
  Answer answer = start(voice, 200, "Apache/2.4.62", "text/html; charset=utf-8");
  answer.body =
      "<!DOCTYPE html><html lang=\"en\"><head><title>" + title + "</title></head><body><h1>" +
      title +
      "</h1><p>The harbour was quiet when the first boats came in with the tide.</p>"
      "<p>By noon the market had filled, and nobody spoke of the storm.</p></body></html>";
  return answer;
}

Answer not_modified(const Voice& voice) {
  Answer answer = start(voice, 304, "Apache/2.4.62", "");
  mean(answer, OutcomeClass::Unchanged, Scope::Url);
  return answer;
}

Answer not_found(const Voice& voice, int status) {
  Answer answer = start(voice, status, "nginx/1.22.1", "text/html");
  answer.body = nginx_page(status == 410 ? "410 Gone" : "404 Not Found");
  mean(answer, OutcomeClass::Gone, Scope::Url);
  return answer;
}

Answer redirect(const Voice& voice, std::string location, int status) {
  Answer answer = start(voice, status, "nginx/1.22.1", "text/html");
  answer.headers.push_back({"Location", std::move(location)});
  answer.body = nginx_page(status == 302 ? "302 Found" : "301 Moved Permanently");
  mean(answer, OutcomeClass::Moved, Scope::Url);
  return answer;
}

Answer robots_file(const Voice& voice, std::string text) {
  Answer answer = start(voice, 200, "Apache/2.4.62", "text/plain");
  answer.body = std::move(text);
  return answer;
}

Answer broken_page(const Voice& voice, int status) {
  Answer answer = start(voice, status, "nginx/1.22.1", "text/html");
  const bool gateway = status == 504;
  answer.body = nginx_page(gateway ? "504 Gateway Time-out" : "500 Internal Server Error");
  mean(answer, gateway ? OutcomeClass::UpstreamFailed : OutcomeClass::Overloaded, Scope::Url);
  return answer;
}

Answer overload(const Voice& voice, Millis asks, Notice notice) {
  Answer answer = start(voice, 503, "gunicorn", "application/json");
  answer.body =
      R"({"error":{"code":"service_unavailable","message":"The backend is overloaded."}})";
  mean(answer, OutcomeClass::Overloaded, Scope::Host);
  ask(answer, voice, asks, notice);
  return answer;
}

Answer too_many(const Voice& voice, int status, Millis asks, Notice notice) {
  const bool own_code = status == 429;
  Answer answer = start(voice, status, "nginx/1.22.1", "text/html");
  answer.body =
      nginx_page(own_code ? "429 Too Many Requests" : "503 Service Temporarily Unavailable");
  mean(answer, OutcomeClass::RateLimited, Scope::Egress);
  ask(answer, voice, asks, notice);
  return answer;
}

Answer maintenance(const Voice& voice, Millis asks, Notice notice) {
  Answer answer = start(voice, 503, "Apache/2.4.62", "text/html; charset=utf-8");
  answer.body =
      "<!DOCTYPE html><html lang=\"en\"><head><title>Scheduled maintenance</title></head><body>"
      "<h1>Scheduled maintenance</h1><p>We are upgrading our systems and will be back soon.</p>"
      "</body></html>";
  mean(answer, OutcomeClass::Maintenance, Scope::Host);
  ask(answer, voice, asks, notice);
  return answer;
}

Answer bad_gateway(const Voice& voice) {
  Answer answer = start(voice, 502, "nginx/1.22.1", "text/html");
  answer.body = nginx_page("502 Bad Gateway");
  mean(answer, OutcomeClass::UpstreamFailed, Scope::Host);
  return answer;
}

Answer wall(const Voice& voice, WallKind kind) {
  Answer answer;
  switch (kind) {
    case WallKind::Cloudflare:
      answer = start(voice, 403, "cloudflare", "text/html; charset=UTF-8");
      answer.headers.push_back({"cf-mitigated", "challenge"});
      answer.body =
          "<!DOCTYPE html><html lang=\"en-US\"><head><title>Just a moment...</title>"
          "</head><body></body></html>";
      break;
    case WallKind::Akamai:
      answer = start(voice, 403, "AkamaiGHost", "text/html");
      answer.body =
          "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n \n"
          "You don't have permission to access \"http&#58;&#47;&#47;www&#46;example&#47;\" on this "
          "server.<P>\nReference&#32;&#35;18&#46;2d351ab8&#46;1763769885&#46;a4e16ab\n"
          "<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18&#46;2d351ab8</P>\n"
          "</BODY>\n</HTML>\n";
      break;
    case WallKind::AwsWaf:
      answer = start(voice, 202, "awselb/2.0", "text/html");
      answer.headers.push_back({"x-amzn-waf-action", "challenge"});
      break;
  }
  mean(answer, OutcomeClass::BotWalled, Scope::Egress);
  return answer;
}

Answer stale_error(const Voice& voice, Seconds age) {
  Answer answer = start(voice, 503, "Varnish", "text/html; charset=utf-8");
  answer.headers.push_back({"Age", std::to_string(age.count())});
  answer.headers.push_back({"X-Cache", "HIT"});
  answer.body =
      "<html><head><title>503 Service Unavailable</title></head><body>"
      "<h1>Error 503 Service Unavailable</h1></body></html>";
  mean(answer, OutcomeClass::StaleCopy, Scope::Url);
  return answer;
}

Answer silence(Transport how, Millis takes) {
  Answer answer;
  answer.status = 0;
  answer.transport = how;
  answer.takes = takes;
  const bool one_page = how == Transport::Timeout || how == Transport::TooSlow;
  mean(answer, OutcomeClass::Unreachable, one_page ? Scope::Url : Scope::Host);
  return answer;
}

Answer bare(const Voice& voice, int status) {
  switch (status) {
    case 200:
      return a_page(voice, "A page");
    case 304:
      return not_modified(voice);
    case 404:
    case 410:
      return not_found(voice, status);
    case 429:
      return too_many(voice, 429, Millis{0}, Notice::None);
    case 500:
    case 504:
      return broken_page(voice, status);
    case 502:
      return bad_gateway(voice);
    case 503:
      return overload(voice, Millis{0}, Notice::None);
    default:
      break;
  }
  Answer answer = start(voice, status, "origin", "text/html");
  if (status >= 300 && status < 400) mean(answer, OutcomeClass::Moved, Scope::Url);
  if (status >= 400 && status < 500) mean(answer, OutcomeClass::Refused, Scope::Url);
  if (status >= 500) mean(answer, OutcomeClass::Overloaded, Scope::Host);
  return answer;
}

}  // namespace frontierd::sim
