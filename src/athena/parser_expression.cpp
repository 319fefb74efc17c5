// SPDX-License-Identifier: Apache-2.0
//
// Expressions, from the loosest binding to the tightest:
//
//   expression   OR
//     logical    AND
//     negation   NOT
//     predicate  = < LIKE IN BETWEEN IS; at most one, they do not chain
//     value      || then + - then * / %
//     signed     -
//     postfixed  a[1] .field AT TIME ZONE
//     primary    literals, names, calls, parentheses
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "athena/parser.hpp"
#include "base/text.hpp"

namespace trailhound::athena {
namespace {

struct Operator {
  std::string_view symbol;
  unsigned level;
  sql::Arithmetic op;
};
constexpr auto kOperators = std::to_array<Operator>({{"||", 1, sql::Arithmetic::Concat},
                                                     {"+", 2, sql::Arithmetic::Add},
                                                     {"-", 2, sql::Arithmetic::Subtract},
                                                     {"*", 3, sql::Arithmetic::Multiply},
                                                     {"/", 3, sql::Arithmetic::Divide},
                                                     {"%", 3, sql::Arithmetic::Modulo}});

struct ComparingSymbol {
  std::string_view symbol;
  sql::Comparing op;
};
constexpr auto kComparisons =
    std::to_array<ComparingSymbol>({{"=", sql::Comparing::Equal},
                                    {"<>", sql::Comparing::NotEqual},
                                    {"<", sql::Comparing::Less},
                                    {"<=", sql::Comparing::LessOrEqual},
                                    {">", sql::Comparing::Greater},
                                    {">=", sql::Comparing::GreaterOrEqual}});

struct CurrentWord {
  std::string_view word;
  sql::CurrentKind kind;
  bool precise;  ///< Takes a precision: CURRENT_TIME(3)
};
constexpr auto kCurrents =
    std::to_array<CurrentWord>({{"current_date", sql::CurrentKind::Date, false},
                                {"current_time", sql::CurrentKind::Time, true},
                                {"current_timestamp", sql::CurrentKind::Timestamp, true},
                                {"localtime", sql::CurrentKind::LocalTime, true},
                                {"localtimestamp", sql::CurrentKind::LocalTimestamp, true},
                                {"current_user", sql::CurrentKind::User, false},
                                {"current_catalog", sql::CurrentKind::Catalog, false},
                                {"current_schema", sql::CurrentKind::Schema, false},
                                {"current_path", sql::CurrentKind::Path, false}});

/// Types that make a literal of the text behind them. Any other name before a text is a slip.
constexpr auto kLiteralTypes = std::to_array<std::string_view>(
    {"bigint", "boolean", "char", "date", "decimal", "double", "int", "integer", "ipaddress",
     "ipprefix", "json", "real", "smallint", "time", "timestamp", "tinyint", "uuid", "varbinary",
     "varchar"});

constexpr auto kIntervalFields =
    std::to_array<std::string_view>({"year", "month", "day", "hour", "minute", "second"});

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  c = to_lower(c);
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return std::nullopt;
}

bool is_identifier(std::string_view text) {
  const auto inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), inner);
}

}  // namespace

Result<sql::Expr> Parser::expression() {
  Deeper deeper(*this);
  if (deeper.too_far()) return too_deep(now().span);
  return logical(sql::Connective::Or);
}

Result<sql::Expr> Parser::logical(sql::Connective op) {
  const bool ands = op == sql::Connective::And;
  const auto term = [&] { return ands ? negation() : logical(sql::Connective::And); };
  const Span from = now().span;
  TRY(sql::Expr first, term());
  if (!at(ands ? "and" : "or")) return first;
  std::vector<sql::Expr> terms;
  terms.push_back(std::move(first));
  while (take(ands ? "and" : "or")) {
    TRY(sql::Expr next, term());
    terms.push_back(std::move(next));
  }
  sql::Expr all = ands ? sql::all_of(std::move(terms)) : sql::any_of(std::move(terms));
  all.span = since(from);
  return all;
}

Result<sql::Expr> Parser::negation() {
  const Span from = now().span;
  if (!take("not")) return predicate();
  Deeper deeper(*this);
  if (deeper.too_far()) return too_deep(from);
  TRY(sql::Expr operand, negation());
  return sql::Expr{sql::Not{std::move(operand)}, since(from)};
}

Result<sql::Expr> Parser::predicate() {
  const Span from = now().span;
  TRY(sql::Expr operand, value(1));
  TRY(std::optional<sql::Expr> whole, predicate_behind(operand, from));
  if (!whole) return operand;
  whole->span = since(from);
  return std::move(*whole);
}

/// The predicate whose first operand was just read, if one follows.
Result<std::optional<sql::Expr>> Parser::predicate_behind(sql::Expr& operand, Span from) {
  using Found = std::optional<sql::Expr>;
  for (const ComparingSymbol& comparing : kComparisons) {
    if (!take_symbol(comparing.symbol)) continue;
    TRY(sql::Expr whole, comparison(comparing.op, std::move(operand)));
    return Found{std::move(whole)};
  }
  if (take("is")) {
    const bool negated = take("not");
    if (take("null")) return Found{sql::Expr{sql::IsNull{std::move(operand), negated}, from}};
    TRY(need("distinct"));
    TRY(need("from"));
    TRY(sql::Expr right, value(1));
    const auto op = negated ? sql::Comparing::IsNotDistinct : sql::Comparing::IsDistinct;
    return Found{sql::Expr{sql::Comparison{op, std::move(operand), std::move(right)}, from}};
  }
  const bool negated = take("not");
  if (take("between")) {
    TRY(sql::Expr low, value(1));
    TRY(need("and"));
    TRY(sql::Expr high, value(1));
    return Found{sql::Expr{
        sql::Between{std::move(operand), std::move(low), std::move(high), negated}, from}};
  }
  if (take("in")) {
    TRY(sql::Expr whole, in_predicate(std::move(operand), negated));
    return Found{std::move(whole)};
  }
  if (take("like")) {
    TRY(sql::Expr pattern, value(1));
    sql::Like like{std::move(operand), std::move(pattern), {}, negated};
    if (take("escape")) {
      TRY(like.escape, value(1));
    }
    return Found{sql::Expr{std::move(like), from}};
  }
  if (negated) return unexpected("`IN`, `LIKE` or `BETWEEN`");
  if (at("ilike") || at("rlike") || at("regexp")) {
    if (now().kind == TokenKind::Word && ahead(1).kind == TokenKind::String) {
      return not_supported(to_upper(now().text), now().span)
          .note("`lower(x) LIKE '...'` compares without case, `regexp_like(x, '...')` by pattern");
    }
  }
  return Found{};
}

Result<sql::Expr> Parser::comparison(sql::Comparing op, sql::Expr left) {
  const bool all = at("all", "(");
  if (all || at("any", "(") || at("some", "(")) {
    ++at_;
    TRY(sql::Query query, query_in_parentheses());
    const auto quantifier = all ? sql::Quantifier::All : sql::Quantifier::Any;
    return sql::Expr{sql::Quantified{op, quantifier, std::move(left), std::move(query)}, {}};
  }
  TRY(sql::Expr right, value(1));
  return sql::Expr{sql::Comparison{op, std::move(left), std::move(right)}, {}};
}

Result<sql::Expr> Parser::in_predicate(sql::Expr operand, bool negated) {
  // IN ((SELECT 1)) is a list of one value, as in Trino.
  const bool list_of_one = ahead(1).text == "(" && closing_[at_] == closing_[at_ + 1] + 1;
  if (at_symbol("(") && !list_of_one && query_begins(at_ + 1)) {
    TRY(sql::Query query, query_in_parentheses());
    return sql::Expr{sql::InQuery{std::move(operand), std::move(query), negated}, {}};
  }
  TRY(need_symbol("("));
  TRY(std::vector<sql::Expr> values, expressions(")"));
  if (values.empty()) return unexpected("a value");
  TRY(need_symbol(")"));
  return sql::Expr{sql::InList{std::move(operand), std::move(values), negated}, {}};
}

/// What stands between commas before `closing`; nothing if that comes at once.
Result<std::vector<sql::Expr>> Parser::expressions(std::string_view closing) {
  std::vector<sql::Expr> all;
  if (at_symbol(closing)) return all;
  do {
    TRY(sql::Expr one, expression());
    all.push_back(std::move(one));
  } while (take_symbol(","));
  return all;
}

/// Precedence climbing over the operators whose level is at least `lowest`.
Result<sql::Expr> Parser::value(unsigned lowest) {
  const Span from = now().span;
  TRY(sql::Expr left, signed_value());
  for (bool first = true;; first = false) {
    const auto* found = std::find_if(
        kOperators.begin(), kOperators.end(),
        [&](const Operator& one) { return one.level >= lowest && at_symbol(one.symbol); });
    if (found == kOperators.end()) return left;
    if (!first) TRY(lengthen_chain(now().span));
    take_symbol(found->symbol);
    TRY(sql::Expr right, value(found->level + 1));
    left = sql::Expr{sql::Binary{found->op, std::move(left), std::move(right)}, since(from)};
  }
}

Result<sql::Expr> Parser::signed_value() {
  const Span from = now().span;
  const bool minus = take_symbol("-");
  if (!minus && !take_symbol("+")) return postfixed();
  Deeper deeper(*this);
  if (deeper.too_far()) return too_deep(from);
  TRY(sql::Expr operand, signed_value());
  if (!minus) return operand;
  return sql::Expr{sql::Negate{std::move(operand)}, since(from)};
}

Result<sql::Expr> Parser::postfixed() {
  const Span from = now().span;
  TRY(sql::Expr base, primary());
  for (bool first = true;; first = false) {
    const Span link = now().span;
    const bool field = at_symbol(".") &&
                       (ahead(1).kind == TokenKind::Word || ahead(1).kind == TokenKind::QuotedName);
    const bool zone = !field && at("at", "time");
    if (!field && !zone && !at_symbol("[")) return base;
    if (!first) TRY(lengthen_chain(link));
    if (take_symbol("[")) {
      TRY(sql::Expr index, expression());
      TRY(need_symbol("]"));
      base = sql::Expr{sql::Subscript{std::move(base), std::move(index)}, since(from)};
    } else if (field) {
      const Token& part = ahead(1);
      sql::Name name{part.text, part.kind == TokenKind::QuotedName, part.span};
      at_ += 2;
      base = sql::Expr{sql::Dereference{std::move(base), std::move(name)}, since(from)};
    } else {
      at_ += 2;
      TRY(need("zone"));
      TRY(sql::Expr named, primary());
      base = sql::Expr{sql::AtTimeZone{std::move(base), std::move(named)}, since(from)};
    }
  }
}

Result<sql::Expr> Parser::primary() {
  switch (now().kind) {
    case TokenKind::String:
    case TokenKind::Integer:
    case TokenKind::Decimal:
    case TokenKind::Double:
      return literal();
    case TokenKind::Unicode:
      return unicode_literal();
    case TokenKind::Binary:
      return binary_literal();
    case TokenKind::QuotedName:
      if (lambda_begins()) return lambda();
      return column_or_call();
    case TokenKind::Placeholder:
    case TokenKind::Symbol:
      if (auto parameter = placeholder()) return std::move(*parameter);
      if (lambda_begins()) return lambda();
      if (at_symbol("(")) return parenthesised();
      return unexpected("an expression");
    case TokenKind::Glued:
    case TokenKind::End:
      return unexpected("an expression");
    case TokenKind::Word:
      break;
  }
  const Span from = now().span;
  if (lambda_begins()) return lambda();
  if (take("null")) return sql::Expr{sql::NullLiteral{}, from};
  if (take("true")) return sql::Expr{sql::BooleanLiteral{true}, from};
  if (take("false")) return sql::Expr{sql::BooleanLiteral{false}, from};
  if (take("case")) return case_expression();
  if (at("interval")) {
    const bool sign = ahead(1).kind == TokenKind::Symbol &&
                      (ahead(1).text == "-" || ahead(1).text == "+") &&
                      ahead(2).kind == TokenKind::String;
    const bool number = ahead(1).kind == TokenKind::Integer && ahead(2).kind == TokenKind::Word;
    if (sign || number || ahead(1).kind == TokenKind::String) return interval();
  }
  if (at("array", "[")) {
    at_ += 2;
    TRY(std::vector<sql::Expr> elements, expressions("]"));
    TRY(need_symbol("]"));
    return sql::Expr{sql::Array{std::move(elements)}, since(from)};
  }
  for (const CurrentWord& current : kCurrents) {
    if (!take(current.word)) continue;
    sql::Current node{current.kind, std::nullopt};
    if (current.precise && take_symbol("(")) {
      TRY(node.precision, small_number("a precision"));
      TRY(need_symbol(")"));
    }
    return sql::Expr{node, since(from)};
  }
  if (ahead(1).kind == TokenKind::Symbol && ahead(1).text == "(") {
    if (const Form form = form_called(now().text)) return (this->*form)();
  }
  return column_or_call();
}

Result<sql::Expr> Parser::literal() {
  const Token& token = tokens_.list[at_++];
  if (token.kind == TokenKind::String) return sql::Expr{sql::StringLiteral{token.text}, token.span};
  const auto kind = token.kind == TokenKind::Integer   ? sql::NumberKind::Integer
                    : token.kind == TokenKind::Decimal ? sql::NumberKind::Decimal
                                                       : sql::NumberKind::Double;
  return sql::Expr{sql::NumberLiteral{token.text, kind}, token.span};
}

/// `U&'d\00e9j\00e0'`, `U&'d!00e9' UESCAPE '!'`.
Result<sql::Expr> Parser::unicode_literal() {
  const Token& token = tokens_.list[at_++];
  char escape = '\\';
  if (take("uescape")) {
    TRY(const std::string given, string_literal("an escape letter"));
    if (given.size() != 1) {
      return Error{"sql-syntax", "UESCAPE takes one letter"}.at(before().span);
    }
    escape = given.front();
  }
  std::string value;
  std::string_view rest = token.text;
  while (!rest.empty()) {
    if (rest.front() != escape) {
      value += rest.front();
      rest.remove_prefix(1);
    } else if (rest.size() > 1 && rest[1] == escape) {
      value += escape;
      rest.remove_prefix(2);
    } else {
      const bool long_form = rest.size() > 1 && rest[1] == '+';
      const std::size_t begin = long_form ? 2 : 1;
      const std::size_t digits = long_form ? 6 : 4;
      std::uint32_t code_point = 0;
      bool good = rest.size() >= begin + digits;
      for (std::size_t i = begin; good && i < begin + digits; ++i) {
        const auto digit = hex_digit(rest[i]);
        good = digit.has_value();
        code_point = code_point * 16 + digit.value_or(0);
      }
      if (!good || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        return Error{"sql-syntax",
                     "a Unicode escape is \\xxxx or \\+xxxxxx with hexadecimal digits"}
            .at(token.span, "holds another one");
      }
      append_utf8(value, code_point);
      rest.remove_prefix(begin + digits);
    }
  }
  return sql::Expr{sql::StringLiteral{std::move(value)}, since(token.span)};
}

Result<sql::Expr> Parser::binary_literal() {
  const Token& token = tokens_.list[at_++];
  std::string bytes;
  std::optional<unsigned> high;
  for (const char c : token.text) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
    const auto digit = hex_digit(c);
    if (!digit) {
      return Error{"sql-syntax", "X'...' holds hexadecimal digits"}.at(token.span, "other letters");
    }
    if (high) bytes += static_cast<char>(*high * 16 + *digit);
    high = high ? std::nullopt : digit;
  }
  if (high) {
    return Error{"sql-syntax", "X'...' holds an even number of digits"}.at(token.span, "odd");
  }
  return sql::Expr{sql::BinaryLiteral{std::move(bytes)}, token.span};
}

Result<sql::Expr> Parser::interval() {
  const Span from = now().span;
  take("interval");
  sql::IntervalLiteral whole;
  whole.negative = take_symbol("-");
  if (!whole.negative) take_symbol("+");
  const Token& amount = tokens_.list[at_++];
  whole.value = amount.text;
  if (amount.kind == TokenKind::Integer) {
    repaired("slip-interval", "the number of an interval was read as text", amount.span,
             "'" + amount.text + "'");
  }
  const auto field = [&]() -> Result<sql::IntervalField> {
    for (std::size_t i = 0; i < kIntervalFields.size(); ++i) {
      const std::string_view singular = kIntervalFields[i];
      if (take(singular)) return static_cast<sql::IntervalField>(i);
      if (now().kind == TokenKind::Word && now().text == std::string(singular) + "s") {
        repaired("slip-interval", fmt::format("`{}` was read as `{}`", now().text, singular),
                 now().span, to_upper(singular));
        ++at_;
        return static_cast<sql::IntervalField>(i);
      }
    }
    return unexpected("YEAR, MONTH, DAY, HOUR, MINUTE or SECOND");
  };
  TRY(whole.from, field());
  if (take("to")) {
    TRY(whole.to, field());
  }
  return sql::Expr{std::move(whole), since(from)};
}

/// A query, a row, or an expression that parentheses hold together.
Result<sql::Expr> Parser::parenthesised() {
  const Span from = now().span;
  if (query_begins(at_ + 1)) {
    TRY(sql::Query inner, query_in_parentheses());
    return sql::Expr{sql::Subquery{std::move(inner)}, since(from)};
  }
  take_symbol("(");
  TRY(std::vector<sql::Expr> values, expressions(")"));
  if (values.empty()) return unexpected("an expression");
  TRY(need_symbol(")"));
  if (values.size() == 1) return std::move(values.front());
  return sql::Expr{sql::Row{std::move(values)}, since(from)};
}

/// `x ->`, or parentheses with `->` behind them.
bool Parser::lambda_begins() const {
  const auto arrow = [](const Token& token) {
    return token.kind == TokenKind::Symbol && token.text == "->";
  };
  if (at_name()) return arrow(ahead(1));
  return at_symbol("(") && arrow(ahead(closing_[at_] - at_ + 1));
}

Result<sql::Expr> Parser::lambda() {
  const Span from = now().span;
  std::vector<sql::Name> parameters;
  if (at_symbol("(") && ahead(1).kind == TokenKind::Symbol && ahead(1).text == ")") {
    at_ += 2;
  } else if (at_symbol("(")) {
    TRY(parameters, names_in_parentheses("the name of a parameter"));
  } else {
    TRY(sql::Name one, name("the name of a parameter"));
    parameters.push_back(std::move(one));
  }
  TRY(need_symbol("->"));
  TRY(sql::Expr body, expression());
  return sql::Expr{sql::Lambda{std::move(parameters), std::move(body)}, since(from)};
}

Result<sql::Expr> Parser::case_expression() {
  const Span from = before().span;
  sql::Case whole;
  if (!at("when")) {
    TRY(whole.operand, expression());
  }
  while (take("when")) {
    TRY(sql::Expr condition, expression());
    TRY(need("then"));
    TRY(sql::Expr result, expression());
    whole.whens.push_back({std::move(condition), std::move(result)});
  }
  if (whole.whens.empty()) return unexpected("`WHEN`");
  if (take("else")) {
    TRY(whole.otherwise, expression());
  }
  TRY(need("end"));
  return sql::Expr{std::move(whole), since(from)};
}

Result<sql::Expr> Parser::column_or_call() {
  const Span from = now().span;
  if (!at_name()) return unexpected("an expression");
  if (now().kind == TokenKind::Word) {
    const bool precision = at("double", "precision");
    const Token& literal = ahead(precision ? 2 : 1);
    if (literal.kind == TokenKind::String) {
      if (!std::binary_search(kLiteralTypes.begin(), kLiteralTypes.end(), now().text)) {
        ++at_;
        return unexpected("an operator");
      }
      TRY(sql::Type type, this->type());
      TRY(std::string value, string_literal("a text"));
      return sql::Expr{sql::TypedLiteral{std::move(type), std::move(value)}, since(from)};
    }
  }
  TRY(sql::QualifiedName path, qualified_name("an expression"));
  if (at_symbol("(")) return call(std::move(path));
  return sql::Expr{sql::Column{std::move(path)}, since(from)};
}

/// What stands for a value that is still to be given: `?`, `:name`, `${name}`, `$NAME`, `####`,
/// `<name>`, `{name}` and `{{name}}`. Nothing of the kind can begin an expression otherwise.
std::optional<sql::Expr> Parser::placeholder() {
  const Span from = now().span;
  if (now().kind == TokenKind::Placeholder) {
    const Token& token = tokens_.list[at_++];
    return sql::Expr{sql::Parameter{0, token.text.empty() ? "####" : token.text}, from};
  }
  if (take_symbol("?")) return sql::Expr{sql::Parameter{question_marks_++, ""}, from};
  if (at_symbol(":")) {
    const Token& name = ahead(1);
    if (name.kind != TokenKind::Word || name.span.begin != from.end) return std::nullopt;
    at_ += 2;
    return sql::Expr{sql::Parameter{0, std::string(written(name.span))}, since(from)};
  }
  const bool angle = at_symbol("<");
  if (!angle && !at_symbol("{")) return std::nullopt;
  const std::string_view rest = tokens_.source.substr(from.begin);
  const std::size_t end = rest.find_first_of(angle ? ">\n" : "}\n");
  if (end == std::string_view::npos || rest[end] == '\n') return std::nullopt;
  std::string name(trim(rest.substr(1, end - 1)));
  if (!angle && name.starts_with("{")) name = std::string(trim(name.substr(1)));
  const std::string letters = replace_all(replace_all(name, " ", "_"), "-", "_");
  if (!is_identifier(letters)) return std::nullopt;
  const auto last = static_cast<std::uint32_t>(from.begin + end);
  while (now().kind != TokenKind::End && now().span.begin <= last) {
    if (now().span.begin == last && now().text == ">=") {  // <id>='...'
      tokens_.list[at_] = {TokenKind::Symbol, "=", {last + 1, now().span.end}};
      break;
    }
    ++at_;
  }
  if (!angle && at_symbol("}")) ++at_;
  return sql::Expr{sql::Parameter{0, std::move(name)}, {from.begin, last + 1}};
}

}  // namespace trailhound::athena
