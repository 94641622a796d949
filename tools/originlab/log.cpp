#include "originlab/log.h"

#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace frontierd::originlab {
namespace {

constexpr std::size_t kLongest = 2'000;
constexpr std::string_view kColumns =
    "start_us\taccept_us\tend_us\tclient\tlistener\thost\tmethod\tpath\tstatus\tbytes\tin_flight\t"
    "in_flight_all\tby\tending\tagent\n";

}  // namespace

RequestLog::~RequestLog() {
  flush();
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

Result<void> RequestLog::open(const std::string& path) {
  file_ = path == "-" ? stdout : std::fopen(path.c_str(), "ae");
  if (file_ == nullptr) {
    return fail(Errc::Io, "cannot write the log " + path + ": " + std::strerror(errno) +
                              "; choose another file with --log");
  }
  if (path == "-" || std::ftell(file_) == 0) pending_ = kColumns;
  flush();
  return {};
}

void RequestLog::write(const LogEntry& entry) {
  if (file_ == nullptr) return;
  const auto number = [&](auto value) { pending_ += std::to_string(value) + "\t"; };
  const auto word = [&](std::string_view text) { pending_ += for_message(text, kLongest) + "\t"; };
  number(entry.start_us);
  number(entry.accept_us);
  number(entry.end_us);
  word(entry.client);
  word(entry.listener);
  word(entry.host);
  word(entry.method);
  word(entry.path);
  number(entry.status);
  number(entry.bytes);
  number(entry.in_flight);
  number(entry.in_flight_all);
  word(entry.by);
  word(entry.ending);
  pending_ += for_message(entry.agent, kLongest) + "\n";
  if (flush_posted_) return;
  flush_posted_ = true;
  boost::asio::post(io_, [this] { flush(); });
}

void RequestLog::flush() {
  flush_posted_ = false;
  if (file_ == nullptr || pending_.empty()) return;
  std::fwrite(pending_.data(), 1, pending_.size(), file_);
  std::fflush(file_);
  pending_.clear();
}

}  // namespace frontierd::originlab
