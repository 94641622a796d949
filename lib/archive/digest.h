// SHA-1 as WARC files write it: "sha1:" and 32 upper-case base-32 digits (RFC 4648 §6). It labels
// records and finds equal payloads; nothing here relies on it for security.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace frontierd {

// Not thread-safe; one digest is taken by one thread.
class Sha1 {
 public:
  Sha1();
  ~Sha1();
  Sha1(const Sha1&) = delete;
  Sha1& operator=(const Sha1&) = delete;

  void update(std::string_view bytes);
  // Ends the digest: its 20 bytes. The object is spent.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "sha1:3I42H3S6...", of the 20 bytes.
std::string sha1_label(std::string_view bytes);

// Without padding characters: five bytes give eight digits.
std::string base32(std::string_view bytes);

}  // namespace frontierd
