#include "frontierctl/seed_source.h"

#include <filesystem>
#include <fstream>

namespace frontierd {
namespace {

constexpr std::size_t kBlock = 256 * 1024;

}  // namespace

Result<SeedSource> SeedSource::open(const std::string& path, std::istream& standard_input) {
  SeedSource source;
  source.name_ = path == "-" ? "standard input" : path;
  source.raw_.resize(kBlock);
  if (path == "-") {
    source.in_ = &standard_input;
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
  const auto size = std::filesystem::file_size(path, error);
  if (!error) source.total_ = size;
  return source;
}

// A pipe gives what it has: one block, or less.
Result<bool> SeedSource::fill() {
  in_->read(raw_.data(), 1);
  std::streamsize got = in_->gcount();
  if (got == 1)
    got += in_->readsome(raw_.data() + 1, static_cast<std::streamsize>(raw_.size()) - 1);
  if (in_->bad()) return fail(Errc::Io, "cannot read on in " + name_);
  taken_ += static_cast<std::uint64_t>(got);
  left_ = {raw_.data(), static_cast<std::size_t>(got)};
  return got > 0;
}

Result<std::string_view> SeedSource::read() {
  if (left_.empty()) TRY(fill());
  if (!begun_ && !left_.empty()) {
    begun_ = true;
    if (looks_gzipped(left_) || (left_.size() == 1 && left_[0] == '\x1f')) {
      gunzip_ = std::make_unique<Gunzip>();
      plain_.resize(kBlock);
    }
  }
  if (!gunzip_) return std::exchange(left_, {});
  while (true) {
    auto got = gunzip_->read(left_, plain_);
    if (!got) return fail(std::move(got.error()).in(name_));
    if (*got > 0) return std::string_view(plain_.data(), *got);
    TRY_ASSIGN(const bool more, fill());
    if (more) continue;
    if (gunzip_->complete()) return std::string_view{};
    return fail(Errc::Usage, name_ + ": the gzip data ends too early; get the whole file");
  }
}

}  // namespace frontierd
