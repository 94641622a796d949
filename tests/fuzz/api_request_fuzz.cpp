// Requests to the admin API: any method, target and body is answered, with a status of ours and a
// body that is JSON wherever it says so. Input: "METHOD target\nbody".
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>

#include "api/guard.h"
#include "api/routes.h"
#include "base/check.h"
#include "unit/api/fake_control.h"

namespace frontierd {
namespace {

void check_answer(const Answer& answer) {
  CHECK(status_text(answer.status) != "Internal Server Error" || answer.status == 500);
  if (answer.type.find("json") == std::string_view::npos) return;
  boost::json::error_code error;
  const auto value = boost::json::parse(answer.body, error);
  CHECK(!error && value.is_object());
  CHECK(answer.status < 400 || !value.at("detail").as_string().empty());
}

}  // namespace
}  // namespace frontierd

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace frontierd;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t space = std::min(input.find(' '), input.size());
  const std::size_t end = std::min(input.find('\n', space), input.size());
  const std::string_view text =
      input.substr(std::min(space + 1, end), end - std::min(space + 1, end));
  auto target = parse_target(text);
  if (!target) return 0;
  for (const std::string& segment : target->path) {
    CHECK(parse_target("/" + percent_encode(segment) + "/x")->path[0] == segment);
  }
  if (auto refusal = refuse_tcp(*target, {"localhost", "", text}, "0123456789abcdef")) {
    check_answer(*refusal);
  }
  FakeControl control;
  control.host_entry("https://a.org");
  MetricsJournal metrics;
  Routes routes(control, control, metrics);
  check_answer(routes.answer({std::string(input.substr(0, space)), *target,
                              std::string(input.substr(std::min(end + 1, input.size())))}));
  return 0;
}
