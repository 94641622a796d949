#include "frontierctl/seed_source.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>

namespace frontierd {
namespace {

constexpr std::size_t kBlock = 256 * 1024;

}  // namespace

SeedSource::SeedSource(SeedSource&& other) noexcept
    : own_(std::move(other.own_)),
      in_(other.in_),
      descriptor_(other.descriptor_),
      own_descriptor_(std::exchange(other.own_descriptor_, false)),
      name_(std::move(other.name_)),
      gunzip_(std::move(other.gunzip_)),
      raw_(std::move(other.raw_)),
      plain_(std::move(other.plain_)),
      total_(other.total_) {}

SeedSource::~SeedSource() {
  if (own_descriptor_) ::close(descriptor_);
}

Result<SeedSource> SeedSource::open(const std::string& path, std::istream& standard_input,
                                    int descriptor) {
  SeedSource source;
  source.name_ = path == "-" ? "standard input" : path;
  source.raw_.resize(kBlock);
  if (path == "-") {
    source.in_ = &standard_input;
    source.descriptor_ = descriptor;
    return source;
  }
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return fail(Errc::Io, path + " is a directory; name the files in it");
  }
  source.own_ = std::make_unique<std::ifstream>(path, std::ios::binary);
  source.in_ = source.own_.get();
  if (!*source.in_)
    return fail(Errc::Io, "cannot read " + path + "; check its name and permissions");
  if (std::filesystem::is_fifo(path, error)) {
    source.descriptor_ = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    source.own_descriptor_ = source.descriptor_ >= 0;
  }
  const auto size = std::filesystem::file_size(path, error);
  if (!error) source.total_ = size;
  return source;
}

// Nothing is buffered, and the writer has not written for a while.
bool SeedSource::waits() const {
  if (descriptor_ < 0 || in_->rdbuf()->in_avail() > 0) return false;
  pollfd wanted{descriptor_, POLLIN, 0};
  return ::poll(&wanted, 1, kSeedPauseMaxMs) <= 0;
}

// A pipe gives what it has: one block, or less.
Result<SeedSource::Fill> SeedSource::fill() {
  if (waits()) return Fill::Paused;
  in_->read(raw_.data(), 1);
  std::streamsize got = in_->gcount();
  if (got == 1)
    got += in_->readsome(raw_.data() + 1, static_cast<std::streamsize>(raw_.size()) - 1);
  if (in_->bad()) return fail(Errc::Io, "cannot read on in " + name_);
  taken_ += static_cast<std::uint64_t>(got);
  left_ = {raw_.data(), static_cast<std::size_t>(got)};
  return got > 0 ? Fill::Some : Fill::Ended;
}

Result<SeedSource::Piece> SeedSource::read() {
  Fill filled = Fill::Some;
  if (left_.empty()) {
    TRY_ASSIGN(filled, fill());
  }
  if (filled == Fill::Paused) return Piece{};
  if (!begun_ && !left_.empty()) {
    begun_ = true;
    if (looks_gzipped(left_) || (left_.size() == 1 && left_[0] == '\x1f')) {
      gunzip_ = std::make_unique<Gunzip>();
      plain_.resize(kBlock);
    }
  }
  if (!gunzip_) return Piece{std::exchange(left_, {}), filled == Fill::Ended};
  while (true) {
    auto got = gunzip_->read(left_, plain_);
    if (!got) return fail(std::move(got.error()).in(name_));
    if (*got > 0) return Piece{std::string_view(plain_.data(), *got), false};
    TRY_ASSIGN(const Fill more, fill());
    if (more == Fill::Paused) return Piece{};
    if (more == Fill::Some) continue;
    if (gunzip_->complete()) return Piece{{}, true};
    return fail(Errc::Usage, name_ + ": the gzip data ends too early; get the whole file");
  }
}

}  // namespace frontierd
