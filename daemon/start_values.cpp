#include "daemon/start_values.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "daemon/egress_passwords.h"
#include "daemon/listen.h"
#include "daemon/text_file.h"
#include "daemon/version.h"

namespace frontierd {
namespace {

std::string told(const std::vector<ConfigFault>& faults, const std::string& path) {
  std::string what;
  for (const ConfigFault& fault : faults) {
    what += fault.line > 0
                ? fmt::format("{}:{}:{}: {}\n", path, fault.line, fault.column, fault.what)
                : fmt::format("{}: {}\n", path.empty() ? "the command line" : path, fault.what);
  }
  what += fmt::format(
      "{} {} to mend; `frontierd --print-config` shows every key, man frontierd.toml explains them",
      faults.size(), faults.size() == 1 ? "mistake" : "mistakes");
  return what;
}

Result<std::shared_ptr<const SignatureTable>> load_signatures(const std::string& path) {
  auto table = std::make_shared<SignatureTable>(SignatureTable::built_in());
  if (path.empty()) return table;
  TRY_ASSIGN(const std::string text, read_text_file(path));
  const auto faults = SignatureTable::load(text, *table);
  if (faults.empty()) return table;
  std::string what;
  for (const SignatureFault& fault : faults) {
    what += fmt::format("{}:{}:{}: {}\n", path, fault.line, fault.column, fault.what);
  }
  what += "mend the signatures file, or leave `signatures` empty for the built-in table";
  return fail(Errc::Usage, std::move(what));
}

// What stands there may be missing, and is made; it must not be something else.
Result<void> check_kind(const std::string& key, const std::string& path, mode_t kind,
                        const std::string& wanted) {
  struct stat found {};
  if (path.empty() || stat(path.c_str(), &found) != 0 || (found.st_mode & S_IFMT) == kind) {
    return {};
  }
  return fail(Errc::Usage, key + ": " + path + " is there and is no " + wanted +
                               "; name another path, or move it away");
}

Result<void> check_certificates(const std::string& path) {
  if (path.empty()) return {};
  auto text = read_text_file(path);
  if (!text) return fail(std::move(text).error().in("fetch.ca_file"));
  if (text->find("-----BEGIN ") != std::string::npos) return {};
  return fail(Errc::Usage, "fetch.ca_file: " + path + " holds no certificate in PEM form");
}

Result<ApiOptions> api_options(const Config& config) {
  ApiOptions options;
  options.socket_path = config.socket;
  TRY(check_kind("socket", config.socket, S_IFSOCK, "socket"));
  if (!config.listen.empty()) {
    TRY_ASSIGN(const auto where, parse_listen(config.listen));
    options.tcp_address = where.first;
    options.tcp_port = where.second;
  }
  if (!config.token_file.empty()) {
    TRY_ASSIGN(options.token, read_token_file(config.token_file));
  }
  return options;
}

Result<FetchOptions> fetch_options(const Config& config) {
  FetchOptions fetch = config.fetch;
  fetch.flights_max = static_cast<std::size_t>(config.policy.frontier.flights_max);
  fetch.spool_dir = config.state;
  if (fetch.user_agent.empty()) {
    fetch.user_agent = "frontierd/" + std::string(kVersion);
    if (!fetch.contact_url.empty()) fetch.user_agent += " (+" + fetch.contact_url + ")";
  }
  TRY(check_certificates(fetch.ca_file));
  TRY(read_passwords(fetch.egresses));
  return fetch;
}

}  // namespace

Result<Config> load_config(const ConfigSource& source) {
  Config config;
  std::vector<ConfigFault> faults;
  if (!source.path.empty()) {
    TRY_ASSIGN(const std::string text, read_text_file(source.path));
    faults = read_config(text, config);
    if (!faults.empty()) return fail(Errc::Usage, told(faults, source.path));
  }
  if (!source.state.empty()) config.state = source.state;
  if (!source.socket.empty()) config.socket = source.socket;
  faults = check_config(config);
  if (!faults.empty()) return fail(Errc::Usage, told(faults, {}));
  return config;
}

Result<StartValues> make_start_values(const Config& config) {
  StartValues values;
  TRY(check_kind("state", config.state, S_IFDIR, "directory"));
  TRY_ASSIGN(values.harvest, parse_harvest(config.harvest.keep));
  TRY_ASSIGN(values.fetch, fetch_options(config));
  values.fetch.keep_exchange = values.harvest.enabled;
  if (values.harvest.enabled) {
    values.harvest_directory = config.harvest.directory.empty()
                                   ? (std::filesystem::path(config.state) / "warc").string()
                                   : config.harvest.directory;
    TRY(check_kind("harvest.directory", values.harvest_directory, S_IFDIR, "directory"));
  }
  TRY_ASSIGN(values.api, api_options(config));
  TRY_ASSIGN(values.signatures, load_signatures(config.signatures));
  return values;
}

}  // namespace frontierd
