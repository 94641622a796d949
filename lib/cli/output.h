// Standard output that knows whether it arrived. std::cout tells that a write failed, not why: a
// reader that has gone (`... | head`) is no fault and ends the program quietly, a full disk is one
// and must not end in 0.
//
//   int main(...) { Output output("frontierctl"); ...; return output.end(code); }
//
// While it lives, std::cout writes through it. One thread.
#pragma once

#include <array>
#include <ostream>
#include <streambuf>
#include <string>

namespace frontierd {

class Output {
 public:
  // `descriptor`: 1 but in tests.
  explicit Output(std::string program, int descriptor = 1);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Writes what is left; the exit code to end with: `code`, or kOutputLost after a write that failed
  // for another reason than a reader that has gone. The reason goes to `err`.
  int end(int code, std::ostream& err);
  int end(int code);

 private:
  class Buffer final : public std::streambuf {
   public:
    explicit Buffer(int descriptor);
    int fault() const { return fault_; }  // errno of the first write that failed; 0: none

   protected:
    int_type overflow(int_type c) override;
    int sync() override;

   private:
    bool drain();

    int descriptor_;
    int fault_ = 0;
    std::array<char, 64 * 1024> bytes_;
  };

  std::string program_;
  Buffer buffer_;
  std::streambuf* before_;
};

inline constexpr int kOutputLost = 6;  // as frontierctl(1) lists it

}  // namespace frontierd
