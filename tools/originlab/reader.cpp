#include "originlab/reader.h"

#include <algorithm>
#include <map>

#include "base/text.h"

namespace frontierd::originlab {
namespace {

void read_address(Table& table, Listener& out) {
  std::string address;
  table.text("address", address);
  if (address.empty()) return;
  const std::size_t colon = address.rfind(':');
  const auto port = parse_int<std::uint16_t>(address.substr(colon + 1));
  if (colon == std::string::npos || colon == 0 || !port) {
    return table.wrong("address", "is \"127.0.0.1:8090\", or \"[::1]:0\" for any free port");
  }
  out.address = address.substr(0, colon);
  if (out.address.front() == '[' && out.address.back() == ']') {
    out.address = out.address.substr(1, out.address.size() - 2);
  }
  out.port = *port;
}

Listener read_listener(Table& table) {
  Listener out;
  read_address(table, out);
  table.choice("tls", kTlsKinds, out.tls);
  table.text("save_certificate", out.save_certificate);
  table.boolean("reset_on_accept", out.reset_on_accept);
  table.boolean("silent", out.silent);
  table.boolean("control", out.control);
  if (!out.save_certificate.empty() && out.tls == Tls::Off) {
    table.wrong("save_certificate", "needs tls");
  }
  return out;
}

void read_limits(Table& table, Lab& lab) {
  table.number("seed", lab.seed, 0, INT64_MAX);
  table.number("max_connections", lab.max_connections, 1, 1'000'000);
  table.size("max_head", lab.max_head);
  table.size("max_request_body", lab.max_request_body);
  table.duration("idle", lab.idle);
  table.duration("max_age", lab.max_age);
}

}  // namespace

Lab read_lab(std::string_view text, const std::filesystem::path& folder, Mistakes& mistakes) {
  Lab lab;
  toml::table parsed;
  try {
    parsed = toml::parse(text);
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    mistakes.push_back({at.line, at.column, std::string(error.description())});
    return lab;
  }
  const AnswerReader answers{folder};
  Table top(parsed, "", mistakes);
  read_limits(top, lab);
  top.list("listener", [&](Table& one) { lab.listeners.push_back(read_listener(one)); });
  std::map<std::string, int> seen;
  top.list("host", [&](Table& one) {
    Host host = read_host(one, answers);
    for (const std::string& name : host.names) {
      if (++seen[name] == 2) one.wrong("name", "\"" + name + "\" is described twice");
    }
    lab.hosts.push_back(std::move(host));
  });
  top.done();
  if (lab.hosts.empty() && mistakes.empty()) {
    mistakes.push_back({1, 1, "the lab has no host; add [[host]] with a name"});
  }
  if (lab.listeners.empty()) lab.listeners.emplace_back();
  std::stable_sort(mistakes.begin(), mistakes.end(), [](const Mistake& a, const Mistake& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return lab;
}

}  // namespace frontierd::originlab
