#include "cli/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <utility>

namespace frontierd {

Output::Buffer::Buffer(int descriptor) : descriptor_(descriptor) {
  setp(bytes_.data(), bytes_.data() + bytes_.size());
}

bool Output::Buffer::drain() {
  const char* at = pbase();
  while (fault_ == 0 && at < pptr()) {
    const ssize_t written = ::write(descriptor_, at, static_cast<std::size_t>(pptr() - at));
    if (written >= 0) {
      at += written;
    } else if (errno != EINTR) {
      fault_ = errno;
    }
  }
  setp(bytes_.data(), bytes_.data() + bytes_.size());
  return fault_ == 0;
}

Output::Buffer::int_type Output::Buffer::overflow(int_type c) {
  if (!drain()) return traits_type::eof();
  if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
  return traits_type::not_eof(c);
}

int Output::Buffer::sync() {
  return drain() ? 0 : -1;
}

Output::Output(std::string program, int descriptor)
    : program_(std::move(program)), buffer_(descriptor), before_(std::cout.rdbuf(&buffer_)) {}

Output::~Output() {
  std::cout.flush();
  std::cout.rdbuf(before_);
}

int Output::end(int code, std::ostream& err) {
  std::cout.flush();
  const int fault = buffer_.fault();
  if (fault == 0 || fault == EPIPE) return code;
  err << program_ << ": standard output could not be written: " << std::strerror(fault)
      << "; what came before may be incomplete\n";
  return code == 0 ? kOutputLost : code;
}

int Output::end(int code) {
  return end(code, std::cerr);
}

}  // namespace frontierd
