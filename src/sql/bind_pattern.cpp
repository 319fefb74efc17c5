// SPDX-License-Identifier: Apache-2.0
//
// Functions of regular expressions: what Trino's pattern means, said to RE2.
//
// The end of the text is what costs words here: Trino's `$` also matches before a line break that
// ends the text. Where a match is only looked for, that line break is matched along. Where the
// match itself is given, the pattern's end is taken off and the break put back; where neither can
// be done, a text that ends with a line break stops the question.
#include <charconv>

#include "base/text.hpp"
#include "sql/binder.hpp"
#include "sql/regex.hpp"

namespace trailhound::sql {
namespace {

constexpr std::string_view kUnbroken =
    "(CASE WHEN ends_with({1}, chr(10)) THEN left({1}, CAST(th_fail('`$` in this pattern, and a "
    "text "
    "that ends with a line break: the engine cannot match that exactly', length({1})) AS INTEGER)) "
    "ELSE {1} END)";

/// The value of a whole number that is a literal.
std::optional<std::int64_t> literal_number(const TermPtr& term) {
  const auto* value = as<Constant>(term);
  if (value == nullptr || value->null) return std::nullopt;
  return whole_number(value->text);
}

}  // namespace

Result<TermPtr> Binder::pattern_call(const Match& match, Span span) {
  const std::string name(match.function->name);
  const std::vector<TermPtr>& arguments = match.arguments;
  std::vector<TermPtr> with = arguments;
  const auto made = [&](std::string form) {
    return apply(name, std::move(form), with, match.result, span);
  };
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    if (arguments[i]->type.is(TypeKind::Varchar)) continue;
    if (!literal_number(arguments[i]))
      return refused("in `" + name + "` this number has to be a literal", arguments[i]->span);
  }
  const auto* literal = as<Constant>(arguments[1]);
  if (literal == nullptr || literal->null) {
    if (name != "regexp_like") {
      return literal != nullptr
                 ? Result<TermPtr>(null_of(match.result, span))
                 : refused("in `" + name + "` the pattern has to be a literal", arguments[1]->span);
    }
    with[1] = apply("re2", "th_re2({1})", {arguments[1]}, varchar(), arguments[1]->span);
    return made("regexp_matches({1}, {2})");
  }
  const auto pattern_of = [&](LineEnd end) -> Result<Re2Pattern> {
    Re2Pattern one = as_re2(literal->text, end);
    if (!one.problem.empty()) {
      return refused("the pattern holds " + one.problem + ", which the engine cannot match exactly",
                     arguments[1]->span);
    }
    if (const std::string wrong = re2_error(one.text); !wrong.empty()) {
      return Error{"bad-arguments", "this is no pattern that the engine takes: " + wrong}.at(
          arguments[1]->span);
    }
    return one;
  };
  const auto use = [&](std::string text) {
    with[1] = constant(std::move(text), varchar(), arguments[1]->span);
  };
  if (name == "regexp_like") {
    TRY(Re2Pattern pattern, pattern_of(LineEnd::Consumed));
    use(std::move(pattern.text));
    return made("regexp_matches({1}, {2})");
  }
  TRY(Re2Pattern pattern, pattern_of(LineEnd::Strict));
  std::string subject = pattern.has_end ? std::string(kUnbroken) : "{1}";

  if (name == "regexp_position") {
    const std::int64_t start = arguments.size() > 2 ? *literal_number(arguments[2]) : 1;
    if (start < 1 || start > 1001)
      return refused("`regexp_position` looks from place 1 to 1001 on", arguments[2]->span);
    if (arguments.size() > 3 && *literal_number(arguments[3]) != 1)
      return refused("`regexp_position` finds the first place only", arguments[3]->span);
    // What stands before the first match, as little of it as there can be, is matched first.
    const std::string skipped = start > 1 ? ".{{" + std::to_string(start - 1) + "}" : "";
    use(replace_all("(?s)^(" + skipped + ".*?)", "{{", "{") + "(?-s:" + pattern.text + ")");
    return made("CASE WHEN {1} IS NULL THEN NULL ELSE coalesce(CAST(length(th_regexp_extract(" +
                subject + ", {2}, 1)) AS BIGINT) + 1, -1) END");
  }

  if (name == "regexp_replace") {
    std::string by;
    if (arguments.size() > 2) {
      TRY(const std::string text,
          constant_text(arguments[2], "the replacement", arguments[2]->span));
      const auto replacement = as_re2_replacement(text, pattern.groups);
      if (!replacement) {
        return Error{"bad-arguments", "the replacement holds a `$` that is no group's number"}
            .at(arguments[2]->span)
            .note("the pattern has " + std::to_string(pattern.groups) +
                  " groups; `\\$` is the sign itself");
      }
      by = *replacement;
    }
    if (pattern.before_end && pattern.groups < 9) {
      subject = "{1}";
      by += "\\" + std::to_string(pattern.groups + 1);
      pattern.text = "(?:" + *pattern.before_end + ")(\\n?)\\z";
    }
    use(pattern.text);
    with.resize(2);
    with.push_back(constant(by, varchar(), span));
    return made("regexp_replace(" + subject + ", {2}, {3}, 'g')");
  }

  if (name == "regexp_split") {
    use(pattern.text);
    return made("regexp_split_to_array(" + subject + ", {2})");
  }
  if (name == "regexp_count") {
    use(pattern.text);
    return made("CAST(len(regexp_extract_all(" + subject + ", {2})) AS BIGINT)");
  }

  // regexp_extract, regexp_extract_all
  std::int64_t group = arguments.size() > 2 ? *literal_number(arguments[2]) : 0;
  if (group < 0 || group > pattern.groups) {
    return Error{"bad-arguments", "the pattern has " + std::to_string(pattern.groups) +
                                      " groups, and none is number " + std::to_string(group)}
        .at(arguments[2]->span);
  }
  if (name == "regexp_extract" && pattern.has_end) {
    if (group == 0 && pattern.before_end) {
      subject = "{1}";
      pattern.text = "(" + *pattern.before_end + ")\\n?\\z";
      group = 1;
    } else if (group > 0 && !end_inside_group(literal->text, static_cast<int>(group))) {
      const Re2Pattern along = as_re2(literal->text, LineEnd::Consumed);
      if (along.problem.empty()) {
        subject = "{1}";
        pattern.text = along.text;
      }
    }
  }
  use(pattern.text);
  const std::string found = "(" + subject + ", {2}, " + std::to_string(group) + ")";
  return made((name == "regexp_extract" ? "th_regexp_extract" : "regexp_extract_all") + found);
}

}  // namespace trailhound::sql
