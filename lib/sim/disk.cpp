#include "sim/disk.h"

#include "store/memory/memory_store.h"

namespace frontierd::sim {
namespace {

class MemoryDisk final : public Disk {
 public:
  Store& store() override { return store_; }
  Inspector& inspector() override { return store_; }
  Result<void> crash() override {
    store_.crash();
    return {};
  }

 private:
  // The runs are long: of each URL and host the newest history is enough.
  MemoryStore store_{MemoryOptions{8, 16}};
};

}  // namespace

std::unique_ptr<Disk> memory_disk() {
  return std::make_unique<MemoryDisk>();
}

}  // namespace frontierd::sim
