#include "api/export_stream.h"

#include <array>

namespace frontierd {

Result<std::shared_ptr<ExportStream>> ExportStream::make(std::shared_ptr<Session> session,
                                                         const Target& target) {
  static constexpr std::array<std::string_view, 3> kFields{"format", "state", "after"};
  TRY(target.only(kFields));
  Wanted wanted;
  const auto format = parse_export_format(target.field("format").value_or("ndjson"));
  if (!format) return fail(Errc::Usage, "format must be ndjson or csv");
  wanted.format = *format;
  if (const auto name = target.field("state")) {
    wanted.state = parse_url_state(*name);
    if (!wanted.state) return fail(Errc::Usage, "state must be queued, leased, done or dropped");
  }
  TRY_ASSIGN(const std::int64_t after, number_field(target, "after", 0, 0, INT64_MAX));
  wanted.after = static_cast<UrlId>(after);
  return std::make_shared<ExportStream>(std::move(session), wanted);
}

ExportStream::ExportStream(std::shared_ptr<Session> session, Wanted wanted)
    : session_(std::move(session)),
      place_(session_->shared().export_streams),
      wanted_(wanted),
      out_(wanted.after == UrlId::None ? export_head(wanted.format) : std::string()) {}

void ExportStream::start() {
  session_->begin_chunked(content_type(wanted_.format),
                          [self = shared_from_this()] { self->next_page(); });
}

void ExportStream::next_page() {
  if (session_->shared().closed) return;
  const auto rows = session_->shared().inspector.urls(wanted_.state, wanted_.after, kPageRowsMax);
  // A body that is cut before its last chunk is how a client learns of a failure in the middle.
  if (!rows) return session_->cancel();
  out_ += export_rows(wanted_.format, *rows);
  if (!rows->empty()) wanted_.after = rows->back().id;
  const bool last = rows->size() < kPageRowsMax;
  if (out_.empty()) return session_->end_chunked();
  session_->write_chunk(out_, [self = shared_from_this(), last] {
    self->out_.clear();
    if (last) return self->session_->end_chunked();
    self->next_page();
  });
}

}  // namespace frontierd
