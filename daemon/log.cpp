#include "daemon/log.h"

#include <spdlog/details/null_mutex.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <memory>

#include "api/json_text.h"
#include "base/time.h"
#include "daemon/log_pipe.h"

namespace frontierd {
namespace {

// sd-daemon(3): the journal reads "<6>" and the like at the start of a line as the priority.
int priority_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::critical:
      return 2;
    case spdlog::level::err:
      return 3;
    case spdlog::level::warn:
      return 4;
    case spdlog::level::info:
      return 6;
    default:
      return 7;
  }
}

class JournalForm final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    std::string line = "<" + std::to_string(priority_of(message.level)) + ">";
    for (char c : message.payload) line += c == '\n' ? ' ' : c;
    line += '\n';
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<formatter> clone() const override { return std::make_unique<JournalForm>(); }
};

class JsonForm final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto level = spdlog::level::to_string_view(message.level);
    const Instant at = std::chrono::time_point_cast<Millis>(message.time);
    const boost::json::string text(
        boost::json::string_view(message.payload.data(), message.payload.size()));
    const std::string line =
        "{\"time\":\"" + to_iso(at) + "\",\"level\":\"" + std::string(level.data(), level.size()) +
        "\",\"message\":" + json_text(boost::json::value(text)) + "}\n";
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<formatter> clone() const override { return std::make_unique<JsonForm>(); }
};

LogPipe& pipe() {
  static LogPipe to(STDERR_FILENO);
  return to;
}

class PipeSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (!pipe().ready()) return pipe().drop();
    if (const std::uint64_t lost = pipe().untold(); lost > 0) {
      pipe().told();
      const std::string text =
          std::to_string(lost) + " lines of the log were dropped: nobody took them from stderr";
      write({message.time, {}, message.logger_name, spdlog::level::warn, text});
      if (!pipe().ready()) return pipe().drop();
    }
    write(message);
  }
  void flush_() override {}

 private:
  void write(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    pipe().write({line.data(), line.size()});
  }
};

}  // namespace

void start_log(const std::string& level, const std::string& format) {
  auto logger = std::make_shared<spdlog::logger>("frontierd", std::make_shared<PipeSink>());
  if (format == "json") {
    logger->set_formatter(std::make_unique<JsonForm>());
  } else if (format == "auto" && isatty(STDERR_FILENO) == 0 &&
             std::getenv("JOURNAL_STREAM") != nullptr) {
    logger->set_formatter(std::make_unique<JournalForm>());
  } else {
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-5l %v", spdlog::pattern_time_type::utc);
  }
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
  set_log_level(level);
}

std::uint64_t log_lines_dropped() {
  return pipe().dropped();
}

void set_log_level(const std::string& level) {
  spdlog::set_level(spdlog::level::from_str(level));
}

}  // namespace frontierd
