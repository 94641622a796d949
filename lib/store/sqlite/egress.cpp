// SqliteStore and SqliteInspector: blocks of egresses.
#include "store/sqlite/host_row.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {

EgressBlock read_egress_row(const Statement& row) {
  EgressBlock block;
  block.egress = row.text(0);
  block.vendor = row.text(1);
  block.refusals = row.small(2);
  block.refused_at = row.instant(3);
  block.until = row.instant(4);
  block.why = row.text(5);
  return block;
}

Result<void> SqliteStore::write_egress(const Settlement& settlement) {
  if (const auto& block = settlement.egress_block) {
    const HostId host = settlement.lease.host;
    if (block->refusals > 0) {
      has_egress_blocks_ = true;
      TRY(sql_.egress_put.run(host, block->egress, block->vendor, block->refusals,
                              block->refused_at, block->until, block->why));
    } else {
      TRY(sql_.egress_forget.run(host, block->egress));
    }
  }
  if (const auto& provider = settlement.provider_block) {
    TRY(sql_.provider_put.run(provider->egress, provider->vendor, provider->hosts, provider->since,
                              provider->until, provider->why));
  }
  return {};
}

Result<void> SqliteStore::read_egress(HostEntry& entry) {
  if (!has_egress_blocks_) return {};
  Rows rows(sql_.egress_of_host, entry.id);
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return {};
    entry.egress_blocks.push_back(read_egress_row(rows.row()));
  }
}

Result<void> SqliteStore::clear_egress(HostId host) {
  if (!has_egress_blocks_) return {};
  return sql_.egress_clear.run(host);
}

Result<std::vector<ProviderBlock>> SqliteStore::provider_blocks() {
  return look([&]() -> Result<std::vector<ProviderBlock>> {
    std::vector<ProviderBlock> blocks;
    Rows rows(sql_.provider_all);
    for (;;) {
      TRY_ASSIGN(const bool row, rows.next());
      if (!row) return blocks;
      blocks.push_back({rows->text(0), rows->text(1), rows->small(2), rows->instant(3),
                        rows->instant(4), rows->text(5)});
    }
  });
}

}  // namespace frontierd
