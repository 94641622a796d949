#include "frontiersim/power_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "base/check.h"

namespace frontierd {
namespace {

constexpr int kPathMax = 512;
constexpr int kSectorOfUnix = 4'096;
constexpr int kPieceMax = 0x1ffff;  // SQLite's unix files read and write no more at once
constexpr sqlite3_int64 kJulianNow = 2'440'587'500LL * 86'400 + 1'790'000'000'000LL;  // in ms

using Answer = PowerDisk::Answer;

struct Handle;

// What connections of one process share about a file.
struct Shared {
  std::vector<Handle*> handles;
  std::vector<std::unique_ptr<char[]>> memory;  // regions of the WAL's index
};

struct Machine {
  PowerDisk& disk;
  int last_errno = 0;
  std::unordered_map<const PowerDisk::Node*, std::shared_ptr<Shared>> shared;
};

struct Handle {
  Machine& machine;
  PowerDisk::Inode node;
  std::shared_ptr<Shared> shared;
  std::uint64_t era;
  bool sync_names = false;  // at the first sync
  int lock = SQLITE_LOCK_NONE;
  bool mapped = false;
  unsigned shared_slots = 0;
  unsigned own_slots = 0;

  bool alive() const { return era == machine.disk.era() && machine.disk.powered(); }
};

struct File {
  sqlite3_file base;
  Handle* handle;
};

Handle& of(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file)->handle;
}

int code_of(Machine& machine, Answer answer, int io_error) {
  machine.last_errno = answer == Answer::Full ? ENOSPC : answer == Answer::Ok ? 0 : EIO;
  return answer == Answer::Ok ? SQLITE_OK : io_error;
}

bool looks(Machine& machine) {
  const bool may = machine.disk.look();
  machine.last_errno = may ? 0 : EIO;
  return may;
}

int close(sqlite3_file* file) {
  Handle* handle = &of(file);
  auto& handles = handle->shared->handles;
  handles.erase(std::find(handles.begin(), handles.end(), handle));
  if (handles.empty()) handle->machine.shared.erase(handle->node.get());
  delete handle;
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* out, int amount, sqlite3_int64 offset) {
  Handle& handle = of(file);
  if (!handle.alive() || amount > kPieceMax) return SQLITE_IOERR_READ;
  const std::string& bytes = handle.node->seen;
  const auto start = std::min(static_cast<std::size_t>(offset), bytes.size());
  std::size_t there = std::min(static_cast<std::size_t>(amount), bytes.size() - start);
  const bool readable = looks(handle.machine);
  if (!readable) there /= 2;
  std::memcpy(out, bytes.data() + start, there);
  std::memset(static_cast<char*>(out) + there, 0, static_cast<std::size_t>(amount) - there);
  if (!readable) return SQLITE_IOERR_READ;
  return there == static_cast<std::size_t>(amount) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
  Handle& handle = of(file);
  if (!handle.alive() || amount > kPieceMax) return SQLITE_IOERR_WRITE;
  const Answer answer = handle.machine.disk.write(
      *handle.node, static_cast<std::uint64_t>(offset),
      {static_cast<const char*>(bytes), static_cast<std::size_t>(amount)});
  return code_of(handle.machine, answer, answer == Answer::Full ? SQLITE_FULL : SQLITE_IOERR_WRITE);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  Handle& handle = of(file);
  if (!handle.alive()) return SQLITE_IOERR_TRUNCATE;
  return code_of(handle.machine,
                 handle.machine.disk.truncate(*handle.node, static_cast<std::uint64_t>(size)),
                 SQLITE_IOERR_TRUNCATE);
}

int sync(sqlite3_file* file, int /*flags*/) {
  Handle& handle = of(file);
  if (!handle.alive()) return SQLITE_IOERR_FSYNC;
  const Answer answer = handle.machine.disk.sync(*handle.node);
  if (answer == Answer::Ok && std::exchange(handle.sync_names, false)) {
    handle.machine.disk.sync_names();
  }
  return code_of(handle.machine, answer, SQLITE_IOERR_FSYNC);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  Handle& handle = of(file);
  if (!handle.alive() || !looks(handle.machine)) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(handle.node->seen.size());
  return SQLITE_OK;
}

bool another_holds(const Handle& handle, int least) {
  const auto& all = handle.shared->handles;
  return std::any_of(all.begin(), all.end(),
                     [&](const Handle* other) { return other != &handle && other->lock >= least; });
}

int lock(sqlite3_file* file, int wanted) {
  Handle& handle = of(file);
  if (!handle.alive()) return SQLITE_IOERR_LOCK;
  if (handle.lock >= wanted) return SQLITE_OK;
  if (wanted == SQLITE_LOCK_SHARED && another_holds(handle, SQLITE_LOCK_PENDING)) {
    return SQLITE_BUSY;
  }
  if (wanted > SQLITE_LOCK_SHARED && another_holds(handle, SQLITE_LOCK_RESERVED)) {
    return SQLITE_BUSY;
  }
  const bool waits = wanted == SQLITE_LOCK_EXCLUSIVE && another_holds(handle, SQLITE_LOCK_SHARED);
  handle.lock = waits ? SQLITE_LOCK_PENDING : wanted;
  return waits ? SQLITE_BUSY : SQLITE_OK;
}

int unlock(sqlite3_file* file, int wanted) {
  of(file).lock = wanted;
  return SQLITE_OK;
}

int check_reserved(sqlite3_file* file, int* held) {
  Handle& handle = of(file);
  *held = handle.lock >= SQLITE_LOCK_RESERVED || another_holds(handle, SQLITE_LOCK_RESERVED);
  return SQLITE_OK;
}

int control(sqlite3_file* /*file*/, int /*what*/, void* /*value*/) {
  return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file* /*file*/) {
  return kSectorOfUnix;
}

int characteristics(sqlite3_file* /*file*/) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int map_memory(sqlite3_file* file, int index, int size, int extend, void volatile** out) {
  Handle& handle = of(file);
  *out = nullptr;
  if (!handle.alive()) return SQLITE_IOERR_SHMMAP;
  handle.mapped = true;
  auto& memory = handle.shared->memory;
  while (memory.size() <= static_cast<std::size_t>(index)) {
    if (extend == 0) return SQLITE_OK;
    const int code = code_of(handle.machine, handle.machine.disk.touch(), SQLITE_IOERR_SHMSIZE);
    if (code != SQLITE_OK) return code;
    memory.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
  }
  *out = memory[static_cast<std::size_t>(index)].get();
  return SQLITE_OK;
}

int lock_memory(sqlite3_file* file, int first, int count, int flags) {
  Handle& handle = of(file);
  const unsigned slots = ((1u << count) - 1u) << first;
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    handle.shared_slots &= ~slots;
    handle.own_slots &= ~slots;
    return SQLITE_OK;
  }
  if (!handle.alive()) return SQLITE_IOERR_SHMLOCK;
  const bool shared = (flags & SQLITE_SHM_SHARED) != 0;
  for (const Handle* other : handle.shared->handles) {
    const unsigned held = other->own_slots | (shared ? 0u : other->shared_slots);
    if (other != &handle && (held & slots) != 0) return SQLITE_BUSY;
  }
  (shared ? handle.shared_slots : handle.own_slots) |= slots;
  return SQLITE_OK;
}

void barrier(sqlite3_file* /*file*/) {}

int unmap_memory(sqlite3_file* file, int /*remove*/) {
  Handle& handle = of(file);
  handle.mapped = false;
  handle.shared_slots = handle.own_slots = 0;
  const auto& all = handle.shared->handles;
  const bool used = std::any_of(all.begin(), all.end(), [](const Handle* h) { return h->mapped; });
  if (!used) handle.shared->memory.clear();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods{2,
                                      &close,
                                      &read,
                                      &write,
                                      &truncate,
                                      &sync,
                                      &file_size,
                                      &lock,
                                      &unlock,
                                      &check_reserved,
                                      &control,
                                      &sector_size,
                                      &characteristics,
                                      &map_memory,
                                      &lock_memory,
                                      &barrier,
                                      &unmap_memory,
                                      nullptr,
                                      nullptr};

Machine& machine_of(sqlite3_vfs* vfs) {
  return *static_cast<Machine*>(vfs->pAppData);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  Machine& machine = machine_of(vfs);
  auto* opened = reinterpret_cast<File*>(file);
  opened->base.pMethods = nullptr;
  if (!looks(machine)) return SQLITE_CANTOPEN;
  const bool may_create = (flags & SQLITE_OPEN_CREATE) != 0;
  auto node = name == nullptr ? std::make_shared<PowerDisk::Node>() : machine.disk.find(name);
  if (!node && may_create) node = machine.disk.create(name);
  if (!node) {
    machine.last_errno = may_create ? EIO : ENOENT;
    return SQLITE_CANTOPEN;
  }
  auto& shared = machine.shared[node.get()];
  if (!shared) shared = std::make_shared<Shared>();
  const bool is_log = (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
  opened->handle = new Handle{machine, node, shared, machine.disk.era(), may_create && is_log};
  shared->handles.push_back(opened->handle);
  opened->base.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_names) {
  Machine& machine = machine_of(vfs);
  const Answer answer = machine.disk.remove(name);
  if (answer == Answer::Absent) return SQLITE_IOERR_DELETE_NOENT;
  if (answer == Answer::Ok && sync_names != 0) machine.disk.sync_names();
  return code_of(machine, answer, SQLITE_IOERR_DELETE);
}

int access(sqlite3_vfs* vfs, const char* name, int what, int* out) {
  Machine& machine = machine_of(vfs);
  if (!looks(machine)) return SQLITE_IOERR_ACCESS;
  const auto node = machine.disk.find(name);
  *out = node != nullptr && (what != SQLITE_ACCESS_EXISTS || !node->seen.empty());
  return SQLITE_OK;
}

int full_path(sqlite3_vfs* /*vfs*/, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
  for (int i = 0; i < size; ++i) out[i] = static_cast<char>(machine_of(vfs).disk.random());
  return size;
}

int sleep(sqlite3_vfs* /*vfs*/, int micros) {
  return micros;
}

int now_ms(sqlite3_vfs* /*vfs*/, sqlite3_int64* out) {
  *out = kJulianNow;
  return SQLITE_OK;
}

int now_days(sqlite3_vfs* /*vfs*/, double* out) {
  *out = static_cast<double>(kJulianNow) / 86'400'000.0;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs* vfs, int /*size*/, char* /*out*/) {
  return machine_of(vfs).last_errno;
}

}  // namespace

struct PowerVfs::Registered {
  Machine machine;
  sqlite3_vfs* before;  // the default
  sqlite3_vfs vfs{};
};

PowerVfs::PowerVfs(PowerDisk& disk)
    : registered_(new Registered{{disk, 0, {}}, sqlite3_vfs_find(nullptr)}) {
  sqlite3_vfs& vfs = registered_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(File);
  vfs.mxPathname = kPathMax;
  vfs.zName = "power";
  vfs.pAppData = &registered_->machine;
  vfs.xOpen = &open;
  vfs.xDelete = &remove;
  vfs.xAccess = &access;
  vfs.xFullPathname = &full_path;
  vfs.xRandomness = &randomness;
  vfs.xSleep = &sleep;
  vfs.xCurrentTime = &now_days;
  vfs.xCurrentTimeInt64 = &now_ms;
  vfs.xGetLastError = &last_error;
  CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
  sqlite3_randomness(0, nullptr);  // seeded anew, from the disk's dice
}

PowerVfs::~PowerVfs() {
  sqlite3_vfs_unregister(&registered_->vfs);
  sqlite3_vfs_register(registered_->before, 1);  // left to itself, SQLite takes any
}

}  // namespace frontierd
