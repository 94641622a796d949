#include "fetch/request_fields.h"

#include <curl/curl.h>

#include <algorithm>

namespace frontierd {
namespace {

// Stored validators are sent back only if they cannot break out of their line.
bool is_sendable(std::string_view value) {
  return !value.empty() && value.size() <= 1'024 &&
         std::none_of(value.begin(), value.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::string user_agent_of(const FetchOptions& options) {
  if (!options.user_agent.empty()) return options.user_agent;
  std::string agent = "frontierd/" FRONTIERD_VERSION;
  if (!options.contact_url.empty()) agent += " (+" + options.contact_url + ")";
  return agent;
}

FieldList::FieldList() = default;
FieldList::~FieldList() = default;

void FieldList::clear(curl_slist* tail) {
  nodes_.clear();
  texts_.clear();
  head_ = tail;
}

void FieldList::add(std::string field) {
  texts_.push_back(std::move(field));
  nodes_.push_back(curl_slist{texts_.back().data(), head_});
  head_ = &nodes_.back();
}

bool is_conditional(const Lease& lease) {
  return is_sendable(lease.last_modified) || is_sendable(lease.etag);
}

RequestFields::RequestFields(const FetchOptions& options) {
  common_.add("Accept-Encoding: gzip, deflate, br, zstd");
  if (!options.accept.empty()) common_.add("Accept: " + options.accept);
  if (is_sendable(options.from)) common_.add("From: " + options.from);
  common_.add("User-Agent: " + user_agent_of(options));
}

void RequestFields::compose(const Lease& lease, FieldList& into) const {
  into.clear(common_.head());
  if (lease.past_cache) into.add("Cache-Control: no-cache");
  if (is_sendable(lease.cookie)) into.add("Cookie: " + lease.cookie);
  if (is_sendable(lease.last_modified)) into.add("If-Modified-Since: " + lease.last_modified);
  if (is_sendable(lease.etag)) into.add("If-None-Match: " + lease.etag);
}

std::string request_head(std::string_view target, std::string_view host_port,
                         const FieldList& fields) {
  std::string head = "GET ";
  head.append(target).append(" HTTP/1.1\r\nHost: ").append(host_port).append("\r\n");
  for (const curl_slist* node = fields.head(); node != nullptr; node = node->next) {
    head.append(node->data).append("\r\n");
  }
  return head += "\r\n";
}

}  // namespace frontierd
