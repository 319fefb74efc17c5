// SPDX-License-Identifier: Apache-2.0
#include "ask/understand.hpp"

#include <fmt/format.h>

#include <utility>

#include "ask/search.hpp"
#include "athena/athena.hpp"
#include "athena/lexer.hpp"
#include "base/text.hpp"
#include "sql/catalog.hpp"
#include "sql/derived.hpp"
#include "sql/draw.hpp"
#include "sql/expand.hpp"
#include "sql/print_trino.hpp"

namespace trailhound::ask {
namespace {

/// Offset behind white space and comments at the front.
std::size_t skip_blanks(std::string_view text, std::size_t at) {
  for (;;) {
    while (at < text.size() &&
           std::string_view(" \t\r\n\f\v").find(text[at]) != std::string_view::npos)
      ++at;
    if (text.substr(at, 2) == "--") {
      at = std::min(text.find('\n', at), text.size());
    } else if (text.substr(at, 2) == "/*") {
      const std::size_t end = text.find("*/", at + 2);
      if (end == std::string_view::npos) return text.size();
      at = end + 2;
    } else {
      return at;
    }
  }
}

/// Whether the word stands at `at`, whole; letters without case.
bool word_at(std::string_view text, std::size_t at, std::string_view word) {
  if (!equal_without_case(text.substr(std::min(at, text.size()), word.size()), word)) return false;
  const std::size_t behind = at + word.size();
  return behind >= text.size() ||
         std::string_view("abcdefghijklmnopqrstuvwxyz0123456789_").find(to_lower(text[behind])) ==
             std::string_view::npos;
}

std::string texts(const std::vector<std::string>& all) {
  std::string list;
  for (std::size_t i = 0; i < all.size() && i < 8; ++i)
    list += (i > 0 ? ", " : "") + ("`" + all[i] + "`");
  if (all.size() > 8) list += fmt::format(" and {} more", all.size() - 8);
  return list;
}

}  // namespace

Result<Understood> understand(const Question& question, const Known& known) {
  if (question.language == Language::Spl) {
    TRY(Searched searched, understand_search(question, known, {}));
    if (!searched.meant) {
      return Error("search-needs-facts", "the search asks the events first: " + searched.why);
    }
    searched.meant->notices = std::move(searched.notices);
    return std::move(*searched.meant);
  }
  const bool lake = question.language == Language::Lake;
  athena::Options options{.dialect = lake ? athena::Dialect::Lake : athena::Dialect::Athena,
                          .parameters = question.parameters,
                          .single_account = known.single_account,
                          .stand_ins = question.stand_ins,
                          .name = question.name};
  std::vector<Error> notices;
  TRY(sql::Query tree, athena::parse(question.text, options, notices));
  sql::BindOptions binding;
  binding.dialect = lake ? sql::Dialect::Lake : sql::Dialect::Athena;
  binding.now = known.now;
  binding.parse = athena::parse_expression;
  binding.worked_out = known.worked_out;
  Result<sql::Bound> bound = sql::bind(tree, binding, notices);
  if (!bound.ok()) return std::move(bound.error()).in(question.name);
  return Understood{std::move(tree), std::move(bound).value(), std::move(notices)};
}

Result<Stages> draw_stages(const Question& question, const Known& known) {
  std::vector<Error> ignored;
  TRY(const athena::Tokens tokens, athena::lex(question.text, ignored));
  Stages stages{.tokens = athena::draw(tokens)};
  TRY(const Understood meant, understand(question, known));
  stages.tree = sql::draw(meant.tree);
  if (question.language == Language::Lake && !meant.bound.own_names().empty()) {
    // Derived fields speak of Athena's columns, which are of other types in Lake.
    stages.not_in_trino = meant.bound.own_names();
    return stages;
  }
  const sql::Expanded plain =
      sql::expand_derived(meant.tree, meant.bound, athena::parse_expression);
  stages.not_in_trino = plain.missing;
  if (plain.missing.empty()) stages.trino = sql::print_trino(plain.query) + "\n";
  return stages;
}

bool mentions_now(std::string_view text) {
  const std::string lower = to_lower(text);
  for (const std::string_view word : {"now", "current", "localtime"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

bool mentions_account_stand_in(std::string_view text) {
  const std::string lower = to_lower(text);
  return lower.find("cloudtrail_000000000000") != std::string::npos ||
         lower.find("accountid>") != std::string::npos;
}

std::string with_events_table(std::string_view text, std::string_view table) {
  const std::size_t begin = skip_blanks(text, 0);
  std::string clause = fmt::format("cloudtrail AS ({})", table);
  if (!word_at(text, begin, "with")) return fmt::format("WITH {} {}", clause, text.substr(begin));
  const std::size_t names = skip_blanks(text, begin + 4);
  if (word_at(text, names, "recursive")) {
    return fmt::format("WITH RECURSIVE {}, {}", clause, text.substr(names + 9));
  }
  return fmt::format("WITH {}, {}", clause, text.substr(names));
}

std::string every_field() {
  std::string columns;
  const auto add = [&](std::string_view name) {
    columns += fmt::format("{}\"{}\"", columns.empty() ? "" : ", ", name);
  };
  for (const std::string& name : sql::column_names(sql::Dialect::Athena)) add(name);
  for (const sql::DerivedField& field : sql::derived_fields()) add(field.name);
  return "SELECT " + columns + " FROM cloudtrail";
}

std::string describe(const event::ScanPlan& plan) {
  std::string fields;
  for (const event::FieldInfo& info : event::schema()) {
    const bool leaf = event::members(info.field).empty();
    if (leaf && plan.fields.has(info.field))
      fields += (fields.empty() ? "" : ", ") + event::sql_path(info.field);
  }
  std::string words =
      "fields    " + (fields.empty() ? "none: events are counted only" : fields) + "\n";
  const bool begins = plan.from.micros != INT64_MIN;
  const bool ends = plan.to.micros != INT64_MAX;
  words += fmt::format(
      "time      {}\n",
      !begins && !ends ? "all"
                       : fmt::format("{} to {}", begins ? format_iso(plan.from) : "the first event",
                                     ends ? format_iso(plan.to) : "the newest"));
  if (begins)
    words += "          files whose names say that they were delivered before are not opened\n";
  words += fmt::format("accounts  {}\n", plan.accounts.empty() ? "all" : texts(plan.accounts));
  for (const event::Needle& needle : plan.needles) {
    words += fmt::format(
        "needle    {}: files without it are searched, not parsed\n",
        needle.any_of.size() == 1 ? texts(needle.any_of) : "one of " + texts(needle.any_of));
  }
  if (plan.once) words += "doubles   left out\n";
  return words;
}

}  // namespace trailhound::ask
