#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "daemon/service.h"
#include "rules/signatures.h"

namespace frontierd {
namespace {

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) {
    return fail(Errc::Io, path + " cannot be read: " + std::strerror(errno) +
                              ". Check the path and its permissions.");
  }
  return text.str();
}

}  // namespace

Result<Config> load_config(const std::string& path) {
  TRY_ASSIGN(const std::string text, read_file(path));
  Config config;
  const auto faults = read_config(text, config);
  if (faults.empty()) return config;
  std::string what;
  for (const ConfigFault& fault : faults) {
    what += fault.line > 0
                ? fmt::format("{}:{}:{}: {}\n", path, fault.line, fault.column, fault.what)
                : fmt::format("{}: {}\n", path, fault.what);
  }
  what += fmt::format(
      "{} {} to mend; `frontierd --print-config` shows every key, man frontierd.toml explains them",
      faults.size(), faults.size() == 1 ? "mistake" : "mistakes");
  return fail(Errc::Usage, std::move(what));
}

Result<std::shared_ptr<const SignatureTable>> load_signatures(const Config& config) {
  auto table = std::make_shared<SignatureTable>(SignatureTable::built_in());
  if (config.signatures.empty()) return table;
  TRY_ASSIGN(const std::string text, read_file(config.signatures));
  const auto faults = SignatureTable::load(text, *table);
  if (faults.empty()) return table;
  std::string what;
  for (const SignatureFault& fault : faults) {
    what += fmt::format("{}:{}:{}: {}\n", config.signatures, fault.line, fault.column, fault.what);
  }
  what += "mend the signatures file, or leave `signatures` empty for the built-in table";
  return fail(Errc::Usage, std::move(what));
}

}  // namespace frontierd
