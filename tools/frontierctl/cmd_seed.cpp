#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <ostream>

#include "api/json_text.h"
#include "frontierctl/commands.h"
#include "frontierctl/seed_sender.h"
#include "frontierctl/seed_source.h"

namespace frontierd {
namespace {

namespace json = boost::json;

volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int /*signal*/) {
  interrupted = 1;
}

// SIGINT ends us after the batch in hand, so that the line to go on from can be told.
class InterruptGuard {
 public:
  InterruptGuard() : before_(std::signal(SIGINT, &on_interrupt)) {}
  ~InterruptGuard() { std::signal(SIGINT, before_); }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  void (*before_)(int);
};

class Progress {
 public:
  Progress(const Screen& screen, const SeedSource& source)
      : screen_(screen), source_(source), on_(screen.live_err && !screen.quiet) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::uint64_t lines) {
    const auto now = std::chrono::steady_clock::now();
    if (!on_ || now - shown_ < std::chrono::milliseconds{100}) return;
    shown_ = now;
    const std::chrono::duration<double> spent = now - began_;
    screen_.err << "\r\x1b[K"
                << progress_line(source_.taken(), source_.total(), lines, spent.count())
                << std::flush;
    drawn_ = true;
  }
  void clear() {
    if (drawn_) screen_.err << "\r\x1b[K" << std::flush;
    drawn_ = false;
  }

 private:
  const Screen& screen_;
  const SeedSource& source_;
  bool on_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_{};
};

void tell_rejected(const Screen& screen, const std::string& file, std::uint64_t line,
                   const std::string& reason) {
  if (!screen.json) {
    screen.err << file << ":" << line << ": " << safe_cell(reason, 300) << "\n";
    return;
  }
  const json::object row{
      {"file", file}, {"line", line}, {"verdict", "rejected"}, {"reason", reason}};
  screen.out << json_text(row) << "\n";
}

Result<void> send_all(SeedSource& source, SeedSender& sender, Progress& progress) {
  while (interrupted == 0) {
    TRY_ASSIGN(const SeedSource::Piece piece, source.read());
    TRY(piece.bytes.empty() && !piece.ended ? sender.send_now() : sender.take(piece.bytes));
    if (piece.ended) return sender.finish();
    progress.show(sender.counts().lines);
  }
  return fail(Errc::Io, "interrupted");
}

void add(SeedCounts& sum, const SeedCounts& more) {
  sum.lines += more.lines;
  sum.fresh += more.fresh;
  sum.known += more.known;
  sum.rejected += more.rejected;
}

int seed_file(const std::string& file, const Options& options, const Screen& screen, Client& client,
              SeedCounts& sum) {
  auto source = SeedSource::open(file, screen.in, screen.in_descriptor);
  if (!source) return complain(screen, source.error());
  Progress progress(screen, *source);
  SeedSender sender([&client](const Request& request) { return client.call(request); },
                    {options.priority, options.ndjson, options.from_line},
                    [&](std::uint64_t line, const std::string& reason) {
                      progress.clear();
                      tell_rejected(screen, file, line, reason);
                    });
  const auto sent = send_all(*source, sender, progress);
  progress.clear();
  add(sum, sender.counts());
  if (sent) return kExitDone;
  const int code = complain(screen, sent.error());
  const std::uint64_t next = std::max(sender.counts().lines + 1, options.from_line);
  screen.hint("lines before " + std::to_string(next) + " of " + file +
              " are safe; go on with: frontierctl seed --from-line " + std::to_string(next) + " " +
              file);
  return code;
}

void tell_sum(const SeedCounts& sum, const Screen& screen) {
  if (screen.json) {
    const json::object row{
        {"lines", sum.lines}, {"new", sum.fresh}, {"known", sum.known}, {"rejected", sum.rejected}};
    screen.out << json_text(row) << "\n";
  } else if (!screen.quiet) {
    screen.out << with_commas(sum.lines) << " lines: " << with_commas(sum.fresh) << " new, "
               << with_commas(sum.known) << " known, " << with_commas(sum.rejected)
               << " rejected\n";
  }
}

}  // namespace

int run_seed(const Options& options, const Screen& screen, Client& client) {
  const std::vector<std::string> files =
      options.files.empty() ? std::vector<std::string>{"-"} : options.files;
  if (options.from_line > 1 && files.size() > 1) {
    return screen.complain("--from-line goes with one file; seed the others by themselves",
                           kExitUsage);
  }
  InterruptGuard guard;
  SeedCounts sum;
  int code = kExitDone;
  for (const std::string& file : files) {
    code = seed_file(file, options, screen, client, sum);
    if (code != kExitDone) break;
  }
  tell_sum(sum, screen);
  if (code == kExitDone && sum.rejected > 0) return kExitPartly;
  return code;
}

}  // namespace frontierd
