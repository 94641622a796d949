// POST /v1/seeds: reads the body piece by piece, admits what is whole in batches, and writes the
// verdicts of a batch only after it is durable. While a batch is being admitted or its verdicts are
// being written, nothing is read: that is the backpressure. Internal to lib/api; loop thread only.
#pragma once

#include <boost/beast/http/buffer_body.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/gunzip.h"
#include "api/seed_lines.h"
#include "api/session.h"

namespace frontierd {

class SeedStream : public std::enable_shared_from_this<SeedStream> {
 public:
  // Which lines the answer tells of; the counts of the summary are always whole.
  enum class Tell { All, Rejected };

  static Result<std::shared_ptr<SeedStream>> make(std::shared_ptr<Session> session,
                                                  const Target& target);
  SeedStream(std::shared_ptr<Session> session, Tell tell, SeedFormat format, int priority,
             bool gzipped);

  void start() { read(); }

 private:
  struct Counts {
    std::uint64_t fresh = 0;
    std::uint64_t known = 0;
    std::uint64_t rejected = 0;
  };

  void read();
  void on_read(beast::error_code error);
  void pump();
  Result<bool> refill();
  bool admit();
  void tell(const SeedLine& line, const AdmitAnswer& answer);
  void tell_progress();
  void flush(bool ended);
  void stop(const Error& error);

  std::shared_ptr<Session> session_;
  LanePlace place_;
  Tell tell_;
  SeedLines lines_;
  std::optional<Gunzip> gunzip_;
  http::request_parser<http::buffer_body> parser_;
  std::vector<char> raw_;
  std::vector<char> plain_;     // of gzip
  std::string_view raw_left_;   // received, not yet taken
  std::string_view text_left_;  // decoded, not yet cut into lines
  std::vector<SeedLine> batch_;
  std::string out_;
  Counts counts_;
  std::uint64_t told_progress_at_ = 0;
  bool answering_ = false;  // the head of the answer is out
  bool body_ended_ = false;
};

}  // namespace frontierd
