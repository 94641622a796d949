#include <boost/json.hpp>

#include "frontierctl/render.h"

namespace frontierd {

namespace json = boost::json;

namespace {

constexpr std::size_t kNameWidth = 16;
constexpr std::size_t kWhyWidth = 100;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string way_line(const json::object& way, const std::string& now, const Style& style) {
  const bool rests = text_of(way, "condition") == "resting";
  std::string out =
      padded(text_of(way, "egress"), kNameWidth) + " " + padded(text_of(way, "kind"), 7) + " " +
      (rests ? style.bad("resting ") : style.good("ready   ")) +
      with_commas(count_of(way, "flights")) + " flights, " +
      with_commas(count_of(way, "refusals")) + " walls, " + with_commas(count_of(way, "failures")) +
      " failures, blocked for " + with_commas(count_of(way, "blocked_hosts")) + " hosts\n";
  if (rests) {
    out += "  until " + when_text(text_of(way, "rest_until"), now) + ": " +
           safe_cell(text_of(way, "why"), kWhyWidth) + "\n";
  }
  return out;
}

std::string block_lines(const json::object& block, const std::string& subject,
                        const std::string& now) {
  return padded(text_of(block, "egress"), kNameWidth) + " " + safe_cell(subject, 200) + ", until " +
         when_text(text_of(block, "until"), now) + "\n  " +
         safe_cell(text_of(block, "why"), kWhyWidth) + "\n";
}

}  // namespace

std::string render_egress(const json::object& told, const Style& style) {
  const std::string now = text_of(told, "now");
  const json::array& ways = array_of(told, "egresses");
  if (ways.empty()) {
    return "no egress is configured: every request leaves by the plain connection "
           "(man frontierd.toml, [[egress.way]])\n";
  }
  std::string out = style.bold("EGRESS") + "\n";
  for (const json::value& way : ways) out += way_line(way.as_object(), now, style);
  std::string blocks;
  for (const json::value& value : array_of(told, "providers")) {
    const json::object& block = value.as_object();
    blocks += block_lines(block, "everything that " + text_of(block, "vendor") + " guards", now);
  }
  for (const json::value& value : array_of(told, "blocks")) {
    const json::object& block = value.as_object();
    if (flag_of(block, "blocked")) blocks += block_lines(block, text_of(block, "host"), now);
  }
  out +=
      "\n" + style.bold("BLOCKED") + "\n" + (blocks.empty() ? style.dim("nothing") + "\n" : blocks);
  if (!text_of(told, "next").empty())
    out += "... more with GET /v1/egress?after=" + text_of(told, "next") + "\n";
  return out;
}

}  // namespace frontierd
