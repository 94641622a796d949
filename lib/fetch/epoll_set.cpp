#include "fetch/epoll_set.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/check.h"

namespace frontierd {
namespace {

constexpr std::size_t kBatch = 256;

}  // namespace

EpollSet::EpollSet() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  CHECK(epoll_ >= 0);
}
EpollSet::~EpollSet() {
  ::close(epoll_);
}

EpollSet::Slot& EpollSet::slot(int fd) {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= slots_.size()) slots_.resize(index + 64);
  return slots_[index];
}

void EpollSet::forget(Slot& s) {
  if (s.owned) --open_;
  if (s.rests_since != kAwake) --resting_;
  s = Slot{};
}

void EpollSet::owned(int fd) {
  Slot& s = slot(fd);
  forget(s);
  s.owned = true;
  ++open_;
}
void EpollSet::closed(int fd) {
  forget(slot(fd));
}

void EpollSet::want(int fd, std::uint32_t events, std::uint32_t tag) {
  Slot& s = slot(fd);
  s.wanted = events;
  s.spoke = false;
  if (s.rests_since != kAwake) --resting_;
  s.rests_since = kAwake;
  if (s.owned && s.registered == events && s.tag == tag) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = (static_cast<std::uint64_t>(tag) << 32) | static_cast<std::uint32_t>(fd);
  const int first = s.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  int code = ::epoll_ctl(epoll_, first, fd, &event);
  if (code != 0 && errno == EEXIST) code = ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
  if (code != 0 && errno == ENOENT) code = ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  s.registered = code == 0 ? events : 0;
  s.tag = tag;
}

void EpollSet::rest(int fd) {
  Slot& s = slot(fd);
  s.wanted = 0;
  if (!s.owned) return take_out(fd, s);
  if (s.rests_since == kAwake) ++resting_;
  s.rests_since = std::chrono::steady_clock::now();
}

void EpollSet::take_out(int fd, Slot& s) {
  if (s.registered != 0) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  s.registered = 0;
}

std::span<const EpollSet::Ready> EpollSet::poll() {
  std::array<epoll_event, kBatch> events;
  ready_.clear();
  const int count = ::epoll_wait(epoll_, events.data(), kBatch, 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const int fd = static_cast<int>(event.data.u64 & 0xffffffffu);
    const auto tag = static_cast<std::uint32_t>(event.data.u64 >> 32);
    Slot& s = slot(fd);
    if (s.wanted == 0) {
      take_out(fd, s);
      s.spoke = s.owned;
    } else {
      ready_.push_back({fd, event.events, tag});
    }
  }
  return ready_;
}

EpollSet::Time EpollSet::longest_rest() const {
  Time longest = kAwake;
  for (const Slot& s : slots_) longest = std::min(longest, s.rests_since);
  return longest;
}

std::vector<std::uint32_t> EpollSet::to_be_closed(Time before) const {
  std::vector<std::uint32_t> tags;
  for (const Slot& s : slots_) {
    const bool rests = s.rests_since != kAwake;
    if (rests && (s.rests_since <= before || s.spoke)) tags.push_back(s.tag);
  }
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return tags;
}

}  // namespace frontierd
