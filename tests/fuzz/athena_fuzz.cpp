// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a question: reading never crashes, a fix that is offered can be applied, and what is
// read is printed as the same question.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "athena/athena.hpp"
#include "athena/lexer.hpp"
#include "sql/draw.hpp"
#include "sql/print_trino.hpp"

using namespace trailhound;

namespace {

/// Values for the places that a question may leave open; odd ones, for they are text of a person.
athena::Options options() {
  athena::Options given;
  given.single_account = true;
  given.parameters = {
      {"year", "20'24"}, {"text", "%_\\!"}, {"1", "7"}, {"region", "<x>"}, {"a", ""}};
  return given;
}

void check(const Error& error, std::string_view text) {
  for (const Label& label : error.labels) {
    if (label.span.end > text.size() || label.span.begin > label.span.end) std::abort();
  }
  if (error.fix) (void)apply(text, error.fix->edits);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<Error> notices;
  if (const auto tokens = athena::lex(text, notices); tokens.ok()) (void)athena::draw(*tokens);
  notices.clear();
  const auto query = athena::parse(text, options(), notices);
  for (const Error& notice : notices) check(notice, text);
  if (!query.ok()) {
    check(query.error(), text);
    return 0;
  }
  // The values put in may look like places left open themselves: then they are given as they are.
  const std::string printed = sql::print_trino(*query);
  notices.clear();
  athena::Options again_options;
  const auto again = athena::parse(printed, again_options, notices);
  if (!again.ok()) {
    const std::string_view code = again.error().code();
    if (code == "missing-parameter" || code == "bad-parameter" || code == "unknown-table") return 0;
    std::fprintf(stderr, "no longer read: %s\n%s\n", again.error().message.c_str(),
                 printed.c_str());
    std::abort();
  }
  if (sql::draw(*again) != sql::draw(*query)) {
    std::fprintf(stderr, "read otherwise:\n%s\n%s%s", printed.c_str(), sql::draw(*query).c_str(),
                 sql::draw(*again).c_str());
    std::abort();
  }
  return 0;
}
