// Fills a Page from its body in one pass. Internal to page.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace frontierd {

struct Page;

class HtmlReader {
 public:
  explicit HtmlReader(Page& page);
  void read(bool html);  // false: the whole body is text

 private:
  void read_text(std::size_t from, std::size_t to);
  std::size_t read_tag(std::size_t at);  // `at` is the '<'; returns where to go on
  std::size_t skip_comment(std::size_t at) const;
  std::size_t skip_raw(std::size_t at, std::string_view name) const;
  void open_tag(std::string_view name, std::string_view attributes);
  void count_input(std::string_view attributes);
  void end_of_heading();
  void separate();

  Page& page_;
  std::string_view body_;
  bool done_ = false;
  enum class Sink { Text, Title, Heading } sink_ = Sink::Text;
  bool title_seen_ = false;
  std::string heading_;
};

}  // namespace frontierd
