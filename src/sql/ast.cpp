// SPDX-License-Identifier: Apache-2.0
#include "sql/ast.hpp"

#include <algorithm>
#include <type_traits>

namespace trailhound::sql {

// Trees are moved into vectors and out of Results all the time.
static_assert(std::is_nothrow_move_constructible_v<Expr> && std::is_copy_constructible_v<Query>);

namespace {

Expr made(Expr::Node node) { return Expr{std::move(node), {}}; }

bool is_bare(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), inner);
}

Expr joined(Connective op, std::vector<Expr> terms) {
  std::vector<Expr> flat;
  for (Expr& term : terms) {
    auto* same = std::get_if<Logical>(&term.node);
    if (same && same->op == op) {
      std::move(same->terms.begin(), same->terms.end(), std::back_inserter(flat));
    } else {
      flat.push_back(std::move(term));
    }
  }
  if (flat.empty()) return boolean(op == Connective::And);
  if (flat.size() == 1) return std::move(flat.front());
  return made(Logical{op, std::move(flat)});
}

}  // namespace

Name name(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool quoted = !is_bare(lower);
  return {std::move(lower), quoted, {}};
}

Expr null() { return made(NullLiteral{}); }
Expr boolean(bool value) { return made(BooleanLiteral{value}); }
Expr text(std::string value) { return made(StringLiteral{std::move(value)}); }

Expr integer(std::int64_t value) {
  if (value >= 0) return made(NumberLiteral{std::to_string(value), NumberKind::Integer});
  const std::uint64_t size = 0 - static_cast<std::uint64_t>(value);
  return made(Negate{made(NumberLiteral{std::to_string(size), NumberKind::Integer})});
}

Expr column(std::string_view dotted) {
  std::vector<Name> path;
  while (true) {
    const std::size_t dot = dotted.find('.');
    path.push_back(name(dotted.substr(0, dot)));
    if (dot == std::string_view::npos) break;
    dotted.remove_prefix(dot + 1);
  }
  return made(Column{std::move(path)});
}

Expr call(std::string_view function, std::vector<Expr> arguments) {
  Call made_call;
  made_call.name = {name(function)};
  made_call.arguments = std::move(arguments);
  return made(std::move(made_call));
}

Expr compare(Comparing op, Expr left, Expr right) {
  return made(Comparison{op, std::move(left), std::move(right)});
}
Expr negation(Expr operand) { return made(Not{std::move(operand)}); }
Expr all_of(std::vector<Expr> terms) { return joined(Connective::And, std::move(terms)); }
Expr any_of(std::vector<Expr> terms) { return joined(Connective::Or, std::move(terms)); }

}  // namespace trailhound::sql
