// Undoes Content-Encoding as the bytes come: gzip (several members too), deflate (in zlib form, and
// the raw form some servers send), br, zstd, and stacks of them (RFC 9110 section 8.4). What a
// stage writes is bounded, also between stacked stages, and so is what is written at a time: few
// bytes may hold a lot, and other transfers wait for the thread. Bytes behind the end of a stream
// are ignored, as browsers do. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace frontierd {

// One coding of the stack.
class Coding {
 public:
  struct Step {
    std::size_t written = 0;  // 0: more input is needed, or the stream is over
    bool damaged = false;
  };

  virtual ~Coding() = default;
  // Takes from the front of `in`, writes to `out`. Where nothing is written, `in` is used up.
  virtual Step step(std::string_view& in, std::span<char> out) = 0;
  virtual bool complete() const = 0;       // the stream has come to its end
  virtual std::size_t memory() const = 0;  // bytes held, roughly
};

std::unique_ptr<Coding> make_inflate(bool gzip);
std::unique_ptr<Coding> make_brotli();
std::unique_ptr<Coding> make_zstd();

class ContentDecoder {
 public:
  // false: stop, the receiver has enough.
  using Sink = std::function<bool(std::string_view)>;
  enum class Fed {
    Ok,
    Later,    // the slice is full, more is to come: resume() before the next feed()
    Stopped,  // the sink said so
    Damaged,
    TooMuch,  // a stage between two others wrote over the limit
  };
  struct Limits {
    int stacked_max = 2;
    std::uint64_t between_max = 32u << 20;  // bytes out of each stage but the last
    std::size_t slice = 256u << 10;         // bytes written at a time, by all stages together
  };

  // `field` is the value of Content-Encoding, several fields joined by commas. A word that is no
  // registered coding is passed over. The error says which coding we cannot undo, or that the stack
  // is too deep. Without a coding: identity() is true. A body that does not begin as its coding
  // does (gzip, zstd) is taken as it is: its label is wrong.
  static Result<ContentDecoder> make(std::string_view field, const Limits& limits, Sink sink);

  // Moved before it is fed, if at all: a stage points into what another one wrote.
  ContentDecoder(ContentDecoder&&) = default;
  ContentDecoder& operator=(ContentDecoder&&) = default;

  bool identity() const { return stages_.empty(); }
  Fed feed(std::string_view bytes);
  Fed resume();
  // Whether the end of every stream was seen. Nothing fed at all counts as whole.
  bool complete() const;
  std::size_t memory() const;

 private:
  struct Stage {
    std::unique_ptr<Coding> coding;
    std::vector<char> out;
    std::string_view
        in;  // not yet taken; what the stage before wrote, the first one's from outside
    std::uint64_t written = 0;
  };

  ContentDecoder(const Limits& limits, Sink sink);
  Fed run();
  Fed pull(std::size_t stage, std::size_t& written);

  Limits limits_;
  Sink sink_;
  std::vector<Stage> stages_;  // in the order of undoing
  std::string kept_;           // fed, and left for resume()
  std::size_t slice_left_ = 0;
  bool fed_ = false;
};

}  // namespace frontierd
