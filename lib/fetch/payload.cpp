#include "fetch/payload.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace frontierd {
namespace {

// The head of the payload in memory, the tail in the file.
class StoredPayload final : public Payload {
 public:
  StoredPayload(std::string memory, Share memory_share, int file, std::uint64_t file_size,
                Share spool_share)
      : memory_(std::move(memory)),
        memory_share_(std::move(memory_share)),
        file_(file),
        file_size_(file_size),
        spool_share_(std::move(spool_share)) {}
  ~StoredPayload() override {
    if (file_ >= 0) ::close(file_);
  }
  StoredPayload(const StoredPayload&) = delete;
  StoredPayload& operator=(const StoredPayload&) = delete;

  std::uint64_t size() const override { return memory_.size() + file_size_; }

  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const override {
    if (offset >= size() || into.empty()) return std::size_t{0};
    if (offset < memory_.size()) {
      const std::size_t count = std::min(into.size(), memory_.size() - offset);
      std::memcpy(into.data(), memory_.data() + offset, count);
      return count;
    }
    const auto at = static_cast<off_t>(offset - memory_.size());
    ssize_t count = 0;
    do {
      count = ::pread(file_, into.data(), into.size(), at);
    } while (count < 0 && errno == EINTR);
    if (count <= 0) {
      return fail(Errc::Io, std::string("a spooled body cannot be read back: ") +
                                std::strerror(errno) + "; check the disk under fetch.spool_dir");
    }
    return static_cast<std::size_t>(count);
  }

 private:
  std::string memory_;
  Share memory_share_;
  int file_;
  std::uint64_t file_size_;
  Share spool_share_;
};

Error spool_error(const std::string& dir, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return {full ? Errc::NoSpace : Errc::Io,
          "cannot spool a body in " + dir + ": " + std::strerror(error) +
              "; make room there or choose another fetch.spool_dir"};
}

}  // namespace

PayloadBuilder::PayloadBuilder(const PayloadRoom& room)
    : room_(room), memory_share_(room.memory), spool_share_(room.spool) {}

PayloadBuilder::~PayloadBuilder() {
  if (file_ >= 0) ::close(file_);
}

Result<void> PayloadBuilder::append(std::string_view bytes) {
  if (file_ < 0) {
    const std::size_t room = room_.in_memory - std::min(room_.in_memory, memory_.size());
    const std::string_view head = bytes.substr(0, room);
    if (memory_share_.grow(head.size())) {
      memory_.append(head);
      bytes.remove_prefix(head.size());
    }
  }
  return bytes.empty() ? Result<void>{} : to_file(bytes);
}

Result<void> PayloadBuilder::open_spool() {
  file_ = ::open(room_.spool_dir.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ >= 0) return {};
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) {
    return fail(spool_error(room_.spool_dir, errno));
  }
  std::string name = room_.spool_dir + "/frontierd-spool-XXXXXX";
  file_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (file_ < 0) return fail(spool_error(room_.spool_dir, errno));
  ::unlink(name.c_str());
  return {};
}

Result<void> PayloadBuilder::to_file(std::string_view bytes) {
  if (!spool_share_.grow(bytes.size())) {
    return fail(Errc::NoSpace,
                "the spool for large bodies is full; raise fetch.spool_max, or lower "
                "fetch.flights_max");
  }
  if (file_ < 0) TRY(open_spool());
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(spool_error(room_.spool_dir, errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
    file_size_ += static_cast<std::uint64_t>(count);
  }
  return {};
}

void PayloadBuilder::keep_head() {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
  file_size_ = 0;
  spool_share_.release();
}

std::shared_ptr<const Payload> PayloadBuilder::finish() {
  if (memory_.empty() && file_size_ == 0) return nullptr;
  auto payload = std::make_shared<const StoredPayload>(std::move(memory_), std::move(memory_share_),
                                                       file_, file_size_, std::move(spool_share_));
  file_ = -1;
  file_size_ = 0;
  memory_.clear();
  memory_share_ = Share(room_.memory);
  spool_share_ = Share(room_.spool);
  return payload;
}

}  // namespace frontierd
