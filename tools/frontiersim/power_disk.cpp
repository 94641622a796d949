#include "frontiersim/power_disk.h"

#include <algorithm>

namespace frontierd {
namespace {

void overlay(std::string& image, std::uint64_t offset, std::string_view bytes) {
  if (image.size() < offset + bytes.size()) image.resize(offset + bytes.size(), '\0');
  image.replace(offset, bytes.size(), bytes);
}

void apply(std::string& image, const PowerDisk::Change& change) {
  if (change.truncation) {
    image.resize(change.offset, '\0');
  } else {
    overlay(image, change.offset, change.bytes);
  }
}

}  // namespace

void PowerDisk::plan(DiskPlan plan) {
  plan_ = plan;
  operations_ = looks_ = 0;
  fired_ = false;
}

bool PowerDisk::due(std::uint64_t count) const {
  return plan_.at != 0 && count >= plan_.at && (plan_.for_ever || !fired_);
}

// Counts it, and says what is to go wrong with it. A cut happens here, but the operation in hand
// must still be entered as one that was not synced: cut_power() is the caller's.
DiskFault PowerDisk::next_operation() {
  if (!powered_) return DiskFault::PowerCut;
  ++operations_;
  ++tally_.operations;
  const bool of_ours = plan_.fault != DiskFault::None && plan_.fault != DiskFault::ReadError;
  if (!of_ours || !due(operations_)) return DiskFault::None;
  fired_ = true;
  if (plan_.fault != DiskFault::PowerCut) ++tally_.faults;
  return plan_.fault;
}

bool PowerDisk::look() {
  if (!powered_) return false;
  ++looks_;
  ++tally_.looks;
  if (plan_.fault != DiskFault::ReadError || !due(looks_)) return true;
  fired_ = true;
  ++tally_.faults;
  return false;
}

PowerDisk::Inode PowerDisk::find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second;
}

PowerDisk::Inode PowerDisk::create(const std::string& name) {
  const DiskFault fault = next_operation();
  if (fault != DiskFault::None && fault != DiskFault::PowerCut) return nullptr;
  if (!powered_) return nullptr;
  auto node = std::make_shared<Node>();
  names_[name] = node;
  name_changes_[name].push_back(node);
  if (fault == DiskFault::None) return node;
  cut_power();
  return nullptr;
}

PowerDisk::Answer PowerDisk::remove(const std::string& name) {
  if (powered_ && names_.count(name) == 0) return Answer::Absent;
  const DiskFault fault = next_operation();
  if (!powered_ || (fault != DiskFault::None && fault != DiskFault::PowerCut)) return Answer::Error;
  names_.erase(name);
  name_changes_[name].push_back(nullptr);
  if (fault == DiskFault::None) return Answer::Ok;
  cut_power();
  return Answer::Error;
}

void PowerDisk::put(Node& node, std::uint64_t offset, std::string_view bytes) {
  overlay(node.seen, offset, bytes);
  while (!bytes.empty()) {
    const std::size_t piece = std::min<std::size_t>(bytes.size(), kPageBytes - offset % kPageBytes);
    node.changes.push_back({offset, std::string(bytes.substr(0, piece)), false});
    bytes.remove_prefix(piece);
    offset += piece;
  }
}

PowerDisk::Answer PowerDisk::write(Node& node, std::uint64_t offset, std::string_view bytes) {
  const DiskFault fault = next_operation();
  if (!powered_) return Answer::Error;
  ++tally_.writes;
  switch (fault) {
    case DiskFault::None:
      put(node, offset, bytes);
      return Answer::Ok;
    case DiskFault::PowerCut:
      put(node, offset, bytes);
      cut_power();
      return Answer::Error;
    case DiskFault::Error:
    case DiskFault::ReadError:
      return Answer::Error;
    case DiskFault::ShortWrite:
    case DiskFault::Full:
      put(node, offset, bytes.substr(0, dice_.below(bytes.size())));
      return fault == DiskFault::Full ? Answer::Full : Answer::Error;
  }
  return Answer::Error;
}

PowerDisk::Answer PowerDisk::truncate(Node& node, std::uint64_t size) {
  const DiskFault fault = next_operation();
  if (!powered_ || (fault != DiskFault::None && fault != DiskFault::PowerCut)) return Answer::Error;
  node.seen.resize(size, '\0');
  node.changes.push_back({size, "", true});
  if (fault == DiskFault::None) return Answer::Ok;
  cut_power();
  return Answer::Error;
}

PowerDisk::Answer PowerDisk::sync(Node& node) {
  const DiskFault fault = next_operation();
  if (!powered_) return Answer::Error;
  ++tally_.syncs;
  tally_.resyncs += node.sync_failed ? 1 : 0;
  switch (fault) {
    case DiskFault::None:
      if (!habits_.syncs_are_lies) settle_sync(node);
      return Answer::Ok;
    case DiskFault::PowerCut:
      cut_power();
      return Answer::Error;
    default:
      half_sync(node);
      return fault == DiskFault::Full ? Answer::Full : Answer::Error;
  }
}

PowerDisk::Answer PowerDisk::touch() {
  const DiskFault fault = next_operation();
  if (fault == DiskFault::None) return Answer::Ok;
  if (fault == DiskFault::PowerCut && powered_) cut_power();
  return fault == DiskFault::Full ? Answer::Full : Answer::Error;
}

void PowerDisk::settle_sync(Node& node) {
  for (const Change& change : node.changes) apply(node.platter, change);
  node.changes.clear();
}

// Some of it has reached the platter; the rest never will, though programs go on seeing it.
void PowerDisk::half_sync(Node& node) {
  for (const Change& change : node.changes) {
    if (change.truncation || chance(0.5)) apply(node.platter, change);
  }
  node.changes.clear();
  node.sync_failed = true;
}

void PowerDisk::sync_names() {
  if (!powered_ || habits_.syncs_are_lies) return;
  platter_names_ = names_;
  name_changes_.clear();
}

void PowerDisk::tear(std::string& platter, const Change& change) {
  const std::uint64_t end = change.offset + change.bytes.size();
  for (std::uint64_t at = change.offset; at < end;) {
    const std::uint64_t next = std::min((at / kSectorBytes + 1) * kSectorBytes, end);
    if (chance(0.5)) {
      std::uint64_t length = next - at;
      if (habits_.within_sectors && chance(0.2)) length = dice_.below(length);
      overlay(platter, at, std::string_view(change.bytes).substr(at - change.offset, length));
    }
    at = next;
  }
}

void PowerDisk::lose_some(Node& node) {
  std::vector<Change>& changes = node.changes;
  // Between truncations, which a file system's journal keeps in their order.
  for (auto begin = changes.begin(); habits_.reorders && begin != changes.end();) {
    auto end = std::find_if(begin, changes.end(), [](const Change& c) { return c.truncation; });
    for (auto left = end - begin; left > 1; --left) {
      if (!chance(0.3)) continue;
      std::swap(begin[left - 1],
                begin[static_cast<std::ptrdiff_t>(dice_.below(static_cast<std::uint64_t>(left)))]);
      ++tally_.reordered;
    }
    begin = end == changes.end() ? end : end + 1;
  }
  for (const Change& change : changes) {
    const double die = dice_.roll().unit;
    if (die < habits_.lost) {
      ++tally_.lost;
    } else if (die < habits_.lost + habits_.torn && !change.truncation) {
      ++tally_.torn;
      tear(node.platter, change);
    } else if (die < habits_.lost + habits_.torn + habits_.hollow && !change.truncation) {
      ++tally_.hollow;
      const std::uint64_t end = change.offset + change.bytes.size();
      if (node.platter.size() < end) node.platter.resize(end, '\0');
    } else {
      ++tally_.kept;
      apply(node.platter, change);
    }
  }
  changes.clear();
}

// Each name is left somewhere in its history since the last sync.
void PowerDisk::lose_names() {
  for (const auto& [name, changes] : name_changes_) {
    const std::uint64_t kept = dice_.below(changes.size() + 1);
    tally_.names += changes.size() - kept;
    if (kept == 0) continue;
    if (const Inode& node = changes[kept - 1]) {
      platter_names_[name] = node;
    } else {
      platter_names_.erase(name);
    }
  }
  name_changes_.clear();
}

void PowerDisk::cut_power() {
  if (!powered_) return;
  powered_ = false;
  ++tally_.cuts;
  lose_names();
  for (const auto& [name, node] : platter_names_) {
    lose_some(*node);
    node->seen = node->platter;
  }
  names_ = platter_names_;
}

void PowerDisk::restart() {
  ++era_;
  powered_ = true;
  plan({});
  std::map<const Node*, Inode> fresh;  // what dead handles hold is theirs
  const auto renewed = [&fresh](Inode& node) {
    if (!node) return;
    Inode& made = fresh[node.get()];
    if (!made) made = std::make_shared<Node>(*node);
    node = made;
    node->sync_failed = false;
  };
  for (auto& [name, node] : names_) renewed(node);
  for (auto& [name, node] : platter_names_) renewed(node);
  for (auto& [name, changes] : name_changes_) {
    for (Inode& node : changes) renewed(node);
  }
}

}  // namespace frontierd
