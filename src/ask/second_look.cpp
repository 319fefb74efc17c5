// SPDX-License-Identifier: Apache-2.0
#include "ask/second_look.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "sql/print_trino.hpp"

namespace trailhound::ask {
namespace {

using event::Field;

bool needs_a_look(const sql::ComparedLiteral& literal, const NameSet& names) {
  return literal.field == Field::EventName && literal.equality && !names.contains(literal.value);
}

/// Spellings of a denial that published questions test for. `outcome = 'denied'` knows them all.
constexpr std::array<std::string_view, 6> kDenials = {
    "AccessDenied",          "AccessDeniedException",
    "UnauthorizedOperation", "Client.UnauthorizedOperation",
    "AuthorizationError",    "VpceAccessDenied"};

bool is_error_code(const sql::Expr& expression) {
  const auto* column = std::get_if<sql::Column>(&expression.node);
  return column != nullptr && equal_without_case(column->path.back().text, "errorcode");
}

bool is_denial(const sql::Expr& expression) {
  const auto* literal = std::get_if<sql::StringLiteral>(&expression.node);
  return literal != nullptr &&
         std::find(kDenials.begin(), kDenials.end(), literal->value) != kDenials.end();
}

/// `%Denied%`, `%Unauthorized%`: a part of a denial's spelling.
bool is_denial_pattern(const sql::Expr& expression) {
  const auto* literal = std::get_if<sql::StringLiteral>(&expression.node);
  if (literal == nullptr) return false;
  std::string part = to_lower(literal->value);
  std::erase(part, '%');
  return part.size() >= 6 &&
         std::any_of(kDenials.begin(), kDenials.end(), [&](std::string_view denial) {
           return to_lower(denial).find(part) != std::string::npos;
         });
}

/// `errorcode = 'AccessDenied'`, `errorcode IN ('AccessDenied', ...)`, `errorcode LIKE '%Denied%'`,
/// and any of these or another.
bool tests_for_denial(const sql::Expr& term) {
  if (const auto* logical = std::get_if<sql::Logical>(&term.node)) {
    return logical->op == sql::Connective::Or &&
           std::all_of(logical->terms.begin(), logical->terms.end(), tests_for_denial);
  }
  if (const auto* like = std::get_if<sql::Like>(&term.node)) {
    return !like->negated && is_error_code(*like->operand) && is_denial_pattern(*like->pattern);
  }
  if (const auto* comparison = std::get_if<sql::Comparison>(&term.node)) {
    return comparison->op == sql::Comparing::Equal && is_error_code(*comparison->left) &&
           is_denial(*comparison->right);
  }
  if (const auto* list = std::get_if<sql::InList>(&term.node)) {
    return !list->negated && is_error_code(*list->operand) &&
           std::any_of(list->values.begin(), list->values.end(), is_denial);
  }
  return false;
}

std::vector<sql::Expr> conjuncts(const sql::Expr& where) {
  const auto* logical = std::get_if<sql::Logical>(&where.node);
  if (logical != nullptr && logical->op == sql::Connective::And) return logical->terms;
  return {where};
}

}  // namespace

bool all_occur(std::span<const sql::ComparedLiteral> literals, const NameSet& names) {
  return std::none_of(literals.begin(), literals.end(), [&](const sql::ComparedLiteral& literal) {
    return needs_a_look(literal, names);
  });
}

void near_misses(std::span<const sql::ComparedLiteral> literals, const NameSet& names,
                 const std::string& source, std::vector<Error>& hints) {
  const std::vector<std::string> all(names.begin(), names.end());
  NameSet said;
  for (const sql::ComparedLiteral& literal : literals) {
    if (!needs_a_look(literal, names) || !said.insert(literal.value).second) continue;
    const auto near = std::find_if(all.begin(), all.end(), [&](const std::string& name) {
      return slips_between(literal.value, name, 2) <= (literal.value.size() < 8 ? 1u : 2u);
    });
    if (near == all.end()) continue;
    // Both names may exist (ListUser and ListUsers do not, CreateVpc and CreateVpce would): a hint
    // only.
    hints.push_back(Error("name-never-occurs", fmt::format("no event is named `{}`; `{}` is there",
                                                           literal.value, *near))
                        .at(literal.span, "never occurs in these logs")
                        .in(source));
  }
}

std::optional<sql::Query> ask_for_other_spellings(const sql::Query& query) {
  const auto* select = std::get_if<sql::Select>(&query.body);
  if (select == nullptr || !query.with.empty() || select->from.size() != 1 || !select->where)
    return std::nullopt;
  if (!std::holds_alternative<sql::Table>(select->from.front().node)) return std::nullopt;
  std::vector<sql::Expr> others, tests;
  for (sql::Expr& term : conjuncts(**select->where)) {
    (tests_for_denial(term) ? tests : others).push_back(std::move(term));
  }
  if (tests.size() != 1) return std::nullopt;
  std::vector<sql::Expr> guarded;
  guarded.push_back(std::move(tests.front()));
  guarded.push_back(sql::boolean(false));
  others.push_back(
      sql::compare(sql::Comparing::Equal, sql::column("outcome"), sql::text("denied")));
  others.push_back(sql::negation(sql::call("coalesce", std::move(guarded))));

  sql::Select counting;
  std::vector<sql::Expr> nothing;
  sql::Call count;
  count.name = {sql::name("count")};
  count.star = true;
  counting.items.push_back({sql::SelectValue{sql::column("errorcode"), std::nullopt}, {}});
  counting.items.push_back({sql::SelectValue{sql::Expr{std::move(count), {}}, std::nullopt}, {}});
  counting.from = select->from;
  counting.where = sql::all_of(std::move(others));
  std::vector<sql::Expr> key;
  key.push_back(sql::column("errorcode"));
  counting.group_by.push_back({sql::Grouping::Simple, {std::move(key)}, {}});
  sql::Query asked;
  asked.body = std::move(counting);
  asked.order_by.push_back({sql::integer(2), sql::Direction::Descending, std::nullopt});
  return asked;
}

Error escapes(const std::vector<Spelling>& spellings) {
  std::uint64_t rows = 0;
  std::string list;
  for (std::size_t i = 0; i < spellings.size(); ++i) {
    rows += spellings[i].rows;
    if (i < 4) {
      list += fmt::format(
          "{}{} {}", i > 0 ? ", " : "", with_commas(spellings[i].rows),
          spellings[i].code.empty() ? "without an errorcode" : "`" + spellings[i].code + "`");
    }
  }
  if (spellings.size() > 4) list += ", ...";
  return Error("spelt-otherwise",
               fmt::format("{} more denied {} this test of errorcode: {}", with_commas(rows),
                           rows == 1 ? "event escapes" : "events escape", list))
      .note("`outcome = 'denied'` holds for every spelling");
}

std::string sql_text(const sql::Query& query) { return sql::print_trino(query); }

}  // namespace trailhound::ask
