// Writes the Prometheus text format. Internal to lib/api.
#pragma once

#include <string>
#include <string_view>

#include "api/histogram.h"

namespace frontierd {

class MetricsText {
 public:
  // Begins a family; the samples that follow belong to it.
  void family(std::string_view name, std::string_view type, std::string_view help);
  // `labels` as they stand between the braces, or empty.
  void sample(std::string_view labels, double value);
  void histogram(std::string_view labels, const Histogram& histogram);
  void gauge(std::string_view name, std::string_view help, double value);
  void counter(std::string_view name, std::string_view help, double value);

  std::string take() { return std::move(out_); }

 private:
  void line(std::string_view suffix, std::string_view labels, double value);

  std::string out_;
  std::string name_;
};

// name="value" with the value escaped.
std::string label(std::string_view name, std::string_view value);

}  // namespace frontierd
