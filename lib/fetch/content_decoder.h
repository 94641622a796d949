// Undoes Content-Encoding as the bytes come: gzip (several members too), deflate (in zlib form, and
// the raw form some servers send), br, zstd, and stacks of them (RFC 9110 section 8.4). What a
// stage writes is bounded, also between stacked stages. Bytes behind the end of a stream are
// ignored, as browsers do. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace frontierd {

// One coding of the stack.
class Coding {
 public:
  // false: stop, the receiver has enough.
  using Sink = std::function<bool(std::string_view)>;
  enum class Fed { Ok, Stopped, Damaged };

  virtual ~Coding() = default;
  virtual Fed feed(std::string_view in, const Sink& out) = 0;
  virtual bool complete() const = 0;       // the stream has come to its end
  virtual std::size_t memory() const = 0;  // bytes held, roughly
};

std::unique_ptr<Coding> make_inflate(bool gzip);
std::unique_ptr<Coding> make_brotli();
std::unique_ptr<Coding> make_zstd();

class ContentDecoder {
 public:
  enum class Fed {
    Ok,
    Stopped,  // the sink said so
    Damaged,
    TooMuch,  // a stage between two others wrote over the limit
  };

  // `field` is the value of Content-Encoding, several fields joined by commas. The error says which
  // name is unknown, or that the stack is too deep. Without a coding: identity() is true.
  static Result<ContentDecoder> make(std::string_view field, int stacked_max,
                                     std::uint64_t between_max, Coding::Sink sink);

  ContentDecoder(ContentDecoder&&) = default;
  ContentDecoder& operator=(ContentDecoder&&) = default;

  bool identity() const { return stack_.empty(); }
  Fed feed(std::string_view bytes);
  // Whether the end of every stream was seen. Nothing fed at all counts as whole.
  bool complete() const;
  std::size_t memory() const;

 private:
  ContentDecoder(std::uint64_t between_max, Coding::Sink sink);
  Fed feed_stage(std::size_t stage, std::string_view bytes);

  std::vector<std::unique_ptr<Coding>> stack_;  // in the order of undoing
  std::vector<std::uint64_t> written_;          // by each stage
  std::uint64_t between_max_;
  Coding::Sink sink_;
  bool fed_ = false;
};

}  // namespace frontierd
