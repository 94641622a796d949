// The header fields we send. The common ones are built once; a flight puts its own in front without
// copying. All fields but Host go through this list, so the head we archive is the head we sent.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <string_view>

#include "fetch/options.h"
#include "frontier/lease.h"

struct curl_slist;

namespace frontierd {

// The request of this lease carries a validator.
bool is_conditional(const Lease& lease);

// "frontierd/0.1.0 (+https://example.org/bot)"
std::string user_agent_of(const FetchOptions& options);

// Nodes of a curl_slist whose text lives here. Not movable: the nodes point into it.
class FieldList {
 public:
  FieldList();
  ~FieldList();
  FieldList(const FieldList&) = delete;
  FieldList& operator=(const FieldList&) = delete;

  void clear(curl_slist* tail);  // starts anew in front of `tail`
  void add(std::string field);
  curl_slist* head() const { return head_; }

 private:
  std::deque<std::string> texts_;
  std::deque<curl_slist> nodes_;
  curl_slist* head_ = nullptr;
};

class RequestFields {
 public:
  explicit RequestFields(const FetchOptions& options);

  // Puts what this lease asks for in front of the common fields: validators, past the cache.
  void compose(const Lease& lease, FieldList& into) const;

 private:
  FieldList common_;
};

// "GET /a HTTP/1.1\r\nHost: ...\r\n...\r\n\r\n"
std::string request_head(std::string_view target, std::string_view host_port,
                         const FieldList& fields);

}  // namespace frontierd
