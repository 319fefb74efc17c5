// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::vector<Argument> patterns;
  while (in.peek() != '[') {
    if (in.at_end()) return in.expected("commands in brackets");
    if (in.take(',')) continue;
    if (const auto option = in.peek_option()) {
      TRY(const auto mode, in.option("mode"));
      if (mode && to_lower(mode->text) == "multifield") continue;
      return Error{"not-in-spl", "`" + option->text + "` of foreach is not offered"}.at(
          option->span);
    }
    TRY(Argument one, in.field());
    patterns.push_back(std::move(one));
  }
  const std::uint32_t begin = in.at();
  in.take('[');
  const std::uint32_t inside = in.at();
  int depth = 1;
  char quote = 0;
  std::size_t end = inside;
  const std::string_view text = in.text();
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (quote != 0) {
      if (c == '\\') ++end;
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '"') quote = c;
    if (c == '[') ++depth;
    if (c == ']' && --depth == 0) break;
  }
  if (end >= text.size()) return in.expected("`]`");
  const std::string body(text.substr(inside, end - inside));
  in.go_to(end + 1);
  to.begin_with_events();
  for (const Argument& pattern : patterns) {
    std::vector<std::string> fields = {pattern.text};
    if (pattern.text.find('*') != std::string::npos) {
      TRY(fields, to.matching(*to.rows(), pattern.text));
    }
    for (const std::string& field : fields) {
      std::vector<std::string> stars;
      fits(pattern.text, field, &stars);
      std::string all;
      for (const std::string& star : stars) all += star;
      std::string made = replace_all(body, "<<FIELD>>", field);
      made = replace_all(std::move(made), "<<MATCHSTR>>", all);
      for (std::size_t i = 0; i < 3; ++i) {
        made = replace_all(std::move(made), "<<MATCHSEG" + std::to_string(i + 1) + ">>",
                           i < stars.size() ? stars[i] : "");
      }
      Reader inner(made);
      Result<void> done = to.continued(inner);
      if (!done.ok()) {
        if (done.error().code() == "search-needs-facts") return done;
        return Error{"bad-search", "for `" + field + "`: " + done.error().message}.at(
            in.span_from(begin));
      }
    }
  }
  return {};
}

}  // namespace

Command describe_foreach() {
  return {.names = {"foreach"},
          .synopsis = "foreach FIELD ... [COMMANDS]",
          .summary = "Runs commands for each field that a name stands for",
          .details =
              "<<FIELD>> is the field, <<MATCHSTR>> what the stars stand for, <<MATCHSEG1>> the\n"
              "first of them.",
          .examples = {"| makeresults | eval a1=1, a2=2 | foreach a* [eval <<FIELD>>=<<FIELD>>*10] "
                       "| table a1, a2"},
          .lower = run};
}

}  // namespace trailhound::spl
