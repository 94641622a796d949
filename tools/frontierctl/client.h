// The admin API's client: HTTP/1.1 over the Unix socket, one connection kept alive. It is a good
// one: "not now" answers (429, 503) are asked again after Retry-After or a doubling wait, with
// jitter that only adds, a bounded number of times. Every call may be repeated safely. Nothing is
// waited for without end: a daemon from which nothing comes, or which takes nothing, for `stall_max`
// is given up on. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace frontierd {

struct Request {
  std::string method = "GET";
  std::string target;
  std::string body;
  std::string content_type;
};

struct Reply {
  int status = 0;
  std::string body;
  int retry_after = 0;  // seconds; 0: none named

  bool good() const { return status >= 200 && status < 300; }
};

inline constexpr int kNotNowTries = 6;
inline constexpr Millis kStallMax = Seconds{10};

// How long to wait before try number `tries` + 1.
Millis not_now_wait(int retry_after, int tries, Dice dice);

class Client {
 public:
  // `on_wait` is told of each wait before it is waited.
  explicit Client(std::string socket_path, std::function<void(Millis)> on_wait = {},
                  Millis stall_max = kStallMax);
  ~Client();

  // Errc::Unavailable: nobody answers on the socket, or somebody holds it and says nothing; Errc::Io:
  // the connection broke, or the answer stalled.
  Result<Reply> call(const Request& request);
  // A GET whose body goes to `sink` as it arrives; false from it ends the transfer. A refusal is
  // the Reply, with its body; a body that is cut is Errc::Io.
  Result<Reply> stream(const std::string& target,
                       const std::function<bool(std::string_view)>& sink);

 private:
  struct Connection;
  Result<Reply> once(const Request& request);
  Result<void> connect();
  Error stalled(bool begun) const;

  std::string path_;
  std::function<void(Millis)> on_wait_;
  Millis stall_max_;
  std::unique_ptr<Connection> connection_;
  Rng rng_;
};

// "detail" of a problem+json body, or the body itself.
std::string problem_detail(const Reply& reply);

}  // namespace frontierd
