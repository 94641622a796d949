// Articles, forums and manuals quote the words and the markup of walls and outages. Every sign of
// the built-in table is quoted here, and none may turn the page that quotes it into the event.
#include <gtest/gtest.h>

#include <algorithm>

#include "rules/classify.h"
#include "rules/signature_row.h"
#include "rules/signatures.h"

namespace frontierd {
namespace {

bool is_in_the_body(SignKey key) {
  return key == SignKey::Text || key == SignKey::Body || key == SignKey::Markup;
}

bool is_on_the_page(SignKey key) {
  return is_in_the_body(key) || key == SignKey::Title || key == SignKey::Heading;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c == '*' ? ' ' : c;
  }
  return out;
}

std::string quoted(const SignAlternative& signs) {
  std::string text;
  for (const Sign& sign : signs) text += escaped(sign.pattern) + ' ';
  return text;
}

// One sign of each condition of the row, so that what else the row asks for is on the page too.
std::string the_rest(const SignatureRow& row, const SignCondition& but) {
  std::string text;
  for (const SignCondition* condition : row.needs) {
    if (condition != &but && is_on_the_page(condition->key))
      text += quoted(condition->any_of.front());
  }
  return text;
}

FetchReport article_that_quotes(const std::string& words, std::string_view open,
                                std::string_view close) {
  FetchReport report;
  report.url = "https://www.example.com/notes/12";
  report.status = 200;
  report.headers = {{"Content-Type", "text/html; charset=utf-8"}};
  report.body_head =
      "<!DOCTYPE html><html lang=\"en\"><head><title>Notes on web servers</title></head><body>"
      "<nav><a href=\"/\">Home</a> <a href=\"/notes\">Notes</a></nav><article><h1>Notes on web "
      "servers</h1><p>We saw " +
      std::string(open) + words + std::string(close) +
      " in our logs on Monday.</p><p>It went away by itself after an hour or so.</p>"
      "<p>Next time we shall keep the packets, too.</p></article></body></html>";
  return report;
}

void expect_no_event(const SignatureRow& row, const SignCondition& condition) {
  for (const SignAlternative& signs : condition.any_of) {
    const std::string words = quoted(signs) + the_rest(row, condition);
    for (const auto& [open, close] : {std::pair{"<code>", "</code>"}, std::pair{"\"", "\""}}) {
      const FetchReport report = article_that_quotes(words, open, close);
      const Outcome outcome = classify(report, SignatureTable::built_in());
      EXPECT_EQ(outcome.cls, OutcomeClass::Fetched)
          << row.id << ", quoted as " << words << ": " << outcome.evidence.front().rule << " by "
          << outcome.evidence.front().what;
    }
  }
}

TEST(QuotedSigns, AnArticleThatQuotesASignIsStillThePage) {
  int rows = 0;
  for (const SignatureRow& row : SignatureTable::built_in().rows()) {
    if (row.strength == Strength::Name || !row.statuses[200]) continue;
    ++rows;
    for (const SignCondition* condition : row.needs) {
      if (is_in_the_body(condition->key)) expect_no_event(row, *condition);
    }
  }
  EXPECT_GT(rows, 100);
}

}  // namespace
}  // namespace frontierd
