// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a search: reading never crashes, spans lie in the text, and what is lowered binds or
// says why not.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "spl/spl.hpp"
#include "sql/bind.hpp"
#include "sql/draw.hpp"

using namespace trailhound;

namespace {

void check(const Error& error, std::string_view text) {
  for (const Label& label : error.labels) {
    if (label.span.end > text.size() || label.span.begin > label.span.end) std::abort();
  }
}

spl::Settings settings() {
  spl::Settings given;
  given.now = {1'700'000'000'000'000};
  given.parameters = {{"account", "1\"2"}, {"a", ""}, {"principalid", "<x>"}};
  given.macros = {{"m", {{}, "eventName=*"}}, {"f(1)", {{"x"}, "eval a=$x$"}}, {"r", {{}, "`r`"}}};
  given.may_write = true;
  given.lookup = [](const std::string& name) -> Result<std::optional<spl::Lookup>> {
    if (name != "l") return std::optional<spl::Lookup>();
    return std::optional<spl::Lookup>(spl::Lookup{{"a", "b"}, {{"1", "2"}, {"1", ""}}});
  };
  return given;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const spl::Settings given = settings();
  spl::Facts facts;
  for (int step = 0; step < 4; ++step) {
    std::vector<Error> notices;
    const auto search = spl::lower(text, given, facts, notices);
    for (const Error& notice : notices) check(notice, text);
    if (!search.ok()) {
      check(search.error(), text);
      return 0;
    }
    if (search->need) {
      facts.answers.push_back({std::vector<std::optional<std::string>>(600, "7"),
                               std::vector<std::optional<std::string>>(600, std::nullopt)});
      continue;
    }
    notices.clear();
    sql::BindOptions options;
    options.now = given.now;
    (void)sql::bind(search->query, options, notices);
    (void)sql::draw(search->query);
    (void)spl::for_athena(search->query, search->columns);
    return 0;
  }
  return 0;
}
