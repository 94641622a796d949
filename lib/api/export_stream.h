// GET /v1/export: page after page of rows, each written before the next is read from the store, so
// a slow reader costs nothing and the loop is held for one page at most. Rows come by id: `after`
// goes on where an earlier export was cut. Internal to lib/api; loop thread only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/export_rows.h"
#include "api/session.h"

namespace frontierd {

class ExportStream : public std::enable_shared_from_this<ExportStream> {
 public:
  struct Wanted {
    ExportFormat format = ExportFormat::Ndjson;
    std::optional<UrlState> state;
    UrlId after = UrlId::None;
  };

  static Result<std::shared_ptr<ExportStream>> make(std::shared_ptr<Session> session,
                                                    const Target& target);
  ExportStream(std::shared_ptr<Session> session, Wanted wanted);

  void start();

 private:
  void next_page();

  std::shared_ptr<Session> session_;
  LanePlace place_;
  Wanted wanted_;
  std::string out_;
};

}  // namespace frontierd
