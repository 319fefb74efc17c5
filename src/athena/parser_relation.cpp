// SPDX-License-Identifier: Apache-2.0
//
// What stands behind FROM: tables, subqueries, UNNEST, joins.
#include "athena/parser.hpp"
#include "base/text.hpp"

namespace trailhound::athena {
namespace {

/// The bytes at the front of `text` that are words joined by hyphens: `my-table`, or the id of an
/// event data store. 0 if there is no hyphen in between, or if it begins a comment.
std::size_t hyphenated_length(std::string_view text) {
  const auto inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  std::size_t length = 0;
  bool hyphen = false;
  while (length < text.size()) {
    const bool joins = length > 0 && text[length] == '-' && length + 1 < text.size() &&
                       inner(text[length + 1]) && text[length - 1] != '-';
    if (!inner(text[length]) && !joins) break;
    hyphen = hyphen || joins;
    ++length;
  }
  return hyphen ? length : 0;
}

}  // namespace

Result<sql::Relation> Parser::relation() {
  Deeper deeper(*this);
  if (deeper.too_far()) return too_deep(now().span);
  TRY(sql::Relation left, aliased_relation());
  for (bool first = true;; first = false) {
    const Span join = now().span;
    const bool natural = take("natural");
    std::optional<sql::JoinKind> kind;
    if (!natural && take("cross")) {
      kind = sql::JoinKind::Cross;
    } else if (take("inner")) {
      kind = sql::JoinKind::Inner;
    } else if (take("left")) {
      kind = sql::JoinKind::Left;
    } else if (take("right")) {
      kind = sql::JoinKind::Right;
    } else if (take("full")) {
      kind = sql::JoinKind::Full;
    }
    const bool sided = kind && *kind != sql::JoinKind::Cross && *kind != sql::JoinKind::Inner;
    if (sided) take("outer");
    if (kind || natural) {
      TRY(need("join"));
    } else if (!take("join")) {
      return left;
    }
    if (!first) TRY(lengthen_chain(join));
    TRY(left, joined_to(std::move(left), kind.value_or(sql::JoinKind::Inner), natural));
  }
}

Result<sql::Relation> Parser::joined_to(sql::Relation left, sql::JoinKind kind, bool natural) {
  const Span from = left.span;
  const bool conditional = kind != sql::JoinKind::Cross && !natural;
  // As in Trino, `a JOIN b JOIN c ON x ON y` is a JOIN (b JOIN c ON x) ON y.
  TRY(sql::Relation right, aliased_relation());
  while (conditional && !at("on") && !at("using")) {
    const std::size_t here = at_;
    const bool inner = take("inner");
    const bool outer = !inner && (take("left") || take("right") || take("full"));
    if (outer) take("outer");
    const Token& verb = tokens_.list[here];
    if (!at("join")) {
      at_ = here;
      break;
    }
    take("join");
    TRY(lengthen_chain(verb.span));
    const sql::JoinKind nested = verb.text == "left"    ? sql::JoinKind::Left
                                 : verb.text == "right" ? sql::JoinKind::Right
                                 : verb.text == "full"  ? sql::JoinKind::Full
                                                        : sql::JoinKind::Inner;
    Deeper deeper(*this);
    if (deeper.too_far()) return too_deep(verb.span);
    TRY(right, joined_to(std::move(right), nested, false));
  }
  sql::Join join{kind, std::move(left), std::move(right), natural, {}, {}};
  if (conditional) {
    if (take("using")) {
      TRY(join.using_columns, names_in_parentheses("the name of a column"));
    } else {
      TRY(need("on"));
      TRY(join.on, expression());
    }
  }
  return sql::Relation{std::move(join), {}, {}, since(from)};
}

Result<sql::Relation> Parser::aliased_relation() {
  TRY(sql::Relation relation, primary_relation());
  TRY(alias_and_sample(relation));
  if (at("match_recognize", "(")) return unsupported_relation("MATCH_RECOGNIZE", relation.span);
  return relation;
}

Result<void> Parser::alias_and_sample(sql::Relation& relation) {
  if (take("as")) {
    TRY(sql::Name name, this->name("a name for the table"));
    relation.alias = sql::Alias{std::move(name), {}};
  } else if (auto name = implicit_alias()) {
    relation.alias = sql::Alias{std::move(*name), {}};
  }
  if (relation.alias && at_symbol("(")) {
    TRY(relation.alias->columns, names_in_parentheses("the name of a column"));
  }
  if (take("tablesample")) {
    const bool system = take("system");
    if (!system) TRY(need("bernoulli"));
    TRY(need_symbol("("));
    TRY(sql::Expr percentage, expression());
    TRY(need_symbol(")"));
    relation.sample = sql::Sample{system ? sql::SampleMethod::System : sql::SampleMethod::Bernoulli,
                                  std::move(percentage)};
  }
  relation.span = since(relation.span);
  return {};
}

Result<sql::Relation> Parser::primary_relation() {
  const Span from = now().span;
  if (at_symbol("(")) {
    if (query_begins(at_ + 1)) {
      TRY(sql::Query inner, query_in_parentheses());
      return sql::Relation{sql::Derived{std::move(inner)}, {}, {}, since(from)};
    }
    take_symbol("(");
    TRY(sql::Relation inner, relation());
    TRY(need_symbol(")"));
    // `(t a) b` names what has a name already; only a query of its own can say that.
    if (inner.alias || inner.sample) {
      sql::Select all;
      all.items.push_back({sql::SelectAll{}, inner.span});
      const Span span = inner.span;
      const std::size_t here = at_;
      const bool named = at("as") || at("tablesample") || implicit_alias();
      at_ = here;
      if (!named) return inner;
      all.from.push_back(std::move(inner));
      sql::Query query;
      query.body = std::move(all);
      query.span = span;
      return sql::Relation{sql::Derived{std::move(query)}, {}, {}, since(from)};
    }
    return inner;
  }
  if (at("unnest", "(")) {
    at_ += 2;
    TRY(std::vector<sql::Expr> arrays, expressions(")"));
    if (arrays.empty()) return unexpected("an array");
    TRY(need_symbol(")"));
    bool ordinality = false;
    if (take("with")) {
      TRY(need("ordinality"));
      ordinality = true;
    }
    return sql::Relation{sql::Unnest{std::move(arrays), ordinality}, {}, {}, since(from)};
  }
  if (at("lateral", "(")) {
    take("lateral");
    TRY(sql::Query inner, query_in_parentheses());
    return sql::Relation{sql::Lateral{std::move(inner)}, {}, {}, since(from)};
  }
  if (at("table", "(")) return unsupported_relation("TABLE(function)", from);
  if (at("json_table", "(")) return unsupported_relation("JSON_TABLE", from);
  return table();
}

Result<sql::Relation> Parser::table() {
  const Span from = now().span;
  sql::Table table;
  if (auto stand_in = table_placeholder()) {
    table.name.push_back(std::move(*stand_in));
  } else if (now().kind == TokenKind::String) {
    return Error{"sql-syntax", "a text between single quotes is no table"}
        .at(now().span, "expected the name of a table")
        .mend({"leave out the quotes",
               {{now().span, "\"" + replace_all(now().text, "\"", "\"\"") + "\""}}});
  } else {
    TRY(table.name, qualified_name("the name of a table"));
  }
  if (take("for")) {
    const bool version = take("version") || take("system_version");
    if (!version && !take("timestamp")) TRY(need("system_time"));
    TRY(need("as"));
    TRY(need("of"));
    TRY(sql::Expr point, expression());
    table.as_of = sql::TimeTravel{version, std::move(point)};
  }
  return sql::Relation{std::move(table), {}, {}, since(from)};
}

/// `<event_data_store_id>`, `$EDS_ID`, `{table}` or a bare UUID, which SQL would want quoted: a
/// name as it was written, quoted so that nothing else can be meant by it.
std::optional<sql::Name> Parser::table_placeholder() {
  const std::size_t here = at_;
  const Span from = now().span;
  if (const std::size_t size = hyphenated_length(tokens_.source.substr(from.begin))) {
    const auto end = static_cast<std::uint32_t>(from.begin + size);
    while (now().span.begin < end && now().kind != TokenKind::End) ++at_;
    const Span whole{from.begin, end};
    return sql::Name{std::string(written(whole)), true, whole};
  }
  if (now().kind == TokenKind::Word || now().kind == TokenKind::QuotedName) return std::nullopt;
  if (auto parameter = placeholder()) {
    const Span whole = since(from);
    return sql::Name{std::string(written(whole)), true, whole};
  }
  at_ = here;
  return std::nullopt;
}

/// Keeps the text of a construct that is understood by name only.
Result<sql::Relation> Parser::unsupported_relation(std::string_view construct, Span from) {
  while (!at_symbol("(")) ++at_;
  TRY(skip_parentheses());
  const Span whole = since(from);
  sql::Relation relation{
      sql::UnsupportedRelation{std::string(construct), std::string(written(whole))}, {}, {}, whole};
  TRY(alias_and_sample(relation));
  return relation;
}

Result<void> Parser::skip_parentheses() {
  at_ = closing_[at_];
  return need_symbol(")");
}

}  // namespace trailhound::athena
