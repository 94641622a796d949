#include "frontiersim/sqlite_disk.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "store/sqlite/inspector.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {
namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "frontiersim: the SQLite store cannot be opened: %s\n", why.c_str());
  std::exit(2);
}

std::string folder_of_its_own() {
  std::string folder = (std::filesystem::temp_directory_path() / "frontiersim.XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) give_up("no temporary folder can be made");
  return folder;
}

class SqliteDisk final : public sim::Disk {
 public:
  SqliteDisk() : folder_(folder_of_its_own()) { open(); }
  ~SqliteDisk() override {
    inspector_.reset();
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Store& store() override { return *store_; }
  Inspector& inspector() override { return *inspector_; }
  Result<void> crash() override {
    inspector_.reset();
    store_.reset();
    open();
    return {};
  }

 private:
  void open() {
    const std::string path = folder_ + "/frontier.db";
    auto store = SqliteStore::open(path);
    if (!store) give_up(store.error().what);
    store_ = std::move(*store);
    auto inspector = SqliteInspector::open(path);
    if (!inspector) give_up(inspector.error().what);
    inspector_ = std::move(*inspector);
  }

  std::string folder_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<SqliteInspector> inspector_;
};

}  // namespace

std::unique_ptr<sim::Disk> sqlite_disk() {
  return std::make_unique<SqliteDisk>();
}

}  // namespace frontierd
