#include "rules/signature_expand.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "rules/signature_sign.h"

namespace frontierd {
namespace {

class Expander {
 public:
  explicit Expander(const PhraseLists& phrases) : phrases_(phrases) {}

  void add(WrittenRow& written) {
    SignatureRow& row = out_.rows.emplace_back();
    static_cast<SignatureFacts&>(row) = std::move(written.facts);
    for (const WrittenCondition& each : written.needs) row.needs.push_back(shared(each));
    for (const WrittenCondition& each : written.unless) row.unless.push_back(shared(each));
  }
  ExpandedTable take() { return std::move(out_); }

 private:
  static std::string spelling(const WrittenCondition& written) {
    std::string text(1, static_cast<char>(written.key));
    for (const auto& all : written.any_of) {
      for (const std::string& each : all) text.append(each).append(1, '\0');
      text += '\1';
    }
    return text;
  }

  const SignCondition* shared(const WrittenCondition& written) {
    const auto [known, fresh] = known_.try_emplace(spelling(written), nullptr);
    if (fresh) known->second = &out_.conditions.emplace_back(expanded(written));
    return known->second;
  }

  SignCondition expanded(const WrittenCondition& written) {
    SignCondition condition{written.key, {}};
    for (const auto& all : written.any_of) {
      const std::string_view name = all.size() == 1 ? list_name(written.key, all[0]) : "";
      if (name.empty()) {
        SignAlternative& signs = condition.any_of.emplace_back();
        for (const std::string& each : all) signs.push_back(sign(written.key, each));
        continue;
      }
      const auto list = phrases_.find(std::string(name));
      CHECK(list != phrases_.end());
      for (const std::string& phrase : list->second) {
        condition.any_of.emplace_back().push_back(sign(written.key, with_phrase(all[0], phrase)));
      }
    }
    return condition;
  }

  static Sign sign(SignKey key, std::string_view text) {
    auto made = make_sign(key, text);
    CHECK(made.has_value());
    return std::move(*made);
  }

  const PhraseLists& phrases_;
  ExpandedTable out_;
  std::unordered_map<std::string, const SignCondition*> known_;
};

}  // namespace

ExpandedTable expand(WrittenTable table) {
  Expander expander(table.phrases);
  for (WrittenRow& row : table.rows) {
    if (!row.off) expander.add(row);
  }
  return expander.take();
}

}  // namespace frontierd
