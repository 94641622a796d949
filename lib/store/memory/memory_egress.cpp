// MemoryStore: blocks of egresses.
#include <algorithm>

#include "store/memory/memory_store.h"

namespace frontierd {

void MemoryStore::set_egress_blocks(HostId id, std::vector<EgressBlock> blocks) {
  std::sort(blocks.begin(), blocks.end(),
            [](const EgressBlock& a, const EgressBlock& b) { return a.egress < b.egress; });
  HostRow& host = host_row(id);
  undo_.emplace_back(memory::EgressBlocksWere{id, std::move(host.egress_blocks)});
  host.egress_blocks = std::move(blocks);
}

void MemoryStore::put_egress(const Settlement& settlement) {
  if (settlement.egress_block) {
    std::vector<EgressBlock> blocks = host_row(settlement.lease.host).egress_blocks;
    put_block(blocks, *settlement.egress_block);
    set_egress_blocks(settlement.lease.host, std::move(blocks));
  }
  if (const auto& provider = settlement.provider_block) {
    undo_.emplace_back(memory::ProvidersWere{providers_});
    providers_[{provider->egress, provider->vendor}] = *provider;
  }
}

void MemoryStore::step_back(memory::EgressBlocksWere& were) {
  host_row(were.id).egress_blocks = std::move(were.blocks);
}

void MemoryStore::step_back(memory::ProvidersWere& were) {
  providers_ = std::move(were.providers);
}

Result<std::vector<ProviderBlock>> MemoryStore::provider_blocks() {
  std::vector<ProviderBlock> blocks;
  for (const auto& [key, block] : providers_) blocks.push_back(block);
  return blocks;
}

Result<std::vector<HostBlock>> MemoryStore::egress_blocks(HostId after, std::size_t limit) {
  std::vector<HostBlock> found;
  std::size_t hosts = 0;
  for (std::int64_t id = std::max<std::int64_t>(raw(after), 0) + 1;
       id <= static_cast<std::int64_t>(hosts_.size()) && hosts < limit; ++id) {
    const HostRow& host = host_row(HostId{id});
    for (const EgressBlock& block : host.egress_blocks) {
      found.push_back({HostId{id}, host.key, block});
    }
    hosts += host.egress_blocks.empty() ? 0 : 1;
  }
  return found;
}

Result<std::uint64_t> MemoryStore::blocked_hosts(const std::string& egress, Instant now) {
  std::uint64_t count = 0;
  for (const HostRow& host : hosts_) {
    const EgressBlock* block = find_block(host.egress_blocks, egress);
    if (block != nullptr && block->until > now) ++count;
  }
  return count;
}

}  // namespace frontierd
