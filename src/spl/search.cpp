// SPDX-License-Identifier: Apache-2.0
#include "spl/search.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "event/network.hpp"
#include "spl/events.hpp"
#include "spl/lowering.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

using sql::Comparing;
using sql::Expr;

/// Whether a literal has a `*` that stands for anything; `\*` does not.
bool has_star(std::string_view literal) {
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] == '\\') {
      ++i;
    } else if (literal[i] == '*') {
      return true;
    }
  }
  return false;
}

std::string without_escapes(std::string_view literal) {
  std::string made;
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] == '\\' && i + 1 < literal.size() && literal[i + 1] == '*') ++i;
    made += literal[i];
  }
  return made;
}

/// A literal with `*` as a pattern of LIKE.
std::string like_pattern(std::string_view literal) {
  std::string made;
  for (std::size_t i = 0; i < literal.size(); ++i) {
    const char c = literal[i];
    if (c == '\\' && i + 1 < literal.size() && literal[i + 1] == '*') {
      made += '*';
      ++i;
    } else if (c == '*') {
      if (!made.ends_with('%') || made.ends_with("\\%")) made += '%';
    } else {
      if (c == '%' || c == '_' || c == '\\') made += '\\';
      made += c;
    }
  }
  return made;
}

Expr matched_text(Expr text, const std::string& literal) {
  if (literal == "*") return is_not_null(std::move(text));
  const std::string lower = to_lower(literal);
  if (has_star(literal)) {
    return Expr{sql::Like{sql::call("lower", {std::move(text)}), sql::text(like_pattern(lower)),
                          sql::text("\\"), false},
                {}};
  }
  if (literal.find('/') != std::string::npos) {
    if (event::parse_network(literal)) {
      return sql::any_of(
          {spl("cidr", {sql::text(literal), text}),
           sql::compare(Comparing::Equal, sql::call("lower", {text}), sql::text(lower))});
    }
  }
  return sql::compare(Comparing::Equal, sql::call("lower", {std::move(text)}),
                      sql::text(without_escapes(lower)));
}

Expr ordered(Comparing op, const Value& value, const std::string& literal) {
  const auto number = sql::spl_number(literal);
  if (number && is_number(value.kind)) return sql::compare(op, number_of(value), real(*number));
  return for_any(value, "x", [&](Expr one) {
    return sql::compare(op, spl("compare", {std::move(one), sql::text(literal)}), sql::integer(0));
  });
}

}  // namespace

Expr timestamp(Time time) {
  sql::Type type;
  type.name = "timestamp";
  std::string text = format_iso(time);
  if (text.ends_with('Z')) text.pop_back();
  text[10] = ' ';
  return Expr{sql::TypedLiteral{std::move(type), std::move(text)}, {}};
}

Expr matched(const Value& value, std::string_view op, const std::string& literal) {
  if (value.null) return sql::boolean(false);
  if (op == "=" || op == "!=") {
    const bool equal = op == "=";
    if (is_number(value.kind) && literal != "*") {
      const auto number = sql::spl_number(literal);
      if (number && sql::spl_text(*number) == literal) {
        return sql::compare(equal ? Comparing::Equal : Comparing::NotEqual, number_of(value),
                            real(*number));
      }
    }
    return for_any(value, "x", [&](Expr one) {
      Expr matches = matched_text(std::move(one), literal);
      if (equal) return matches;
      if (literal == "*") return sql::boolean(false);
      return sql::negation(std::move(matches));
    });
  }
  return ordered(op == "<"    ? Comparing::Less
                 : op == "<=" ? Comparing::LessOrEqual
                 : op == ">"  ? Comparing::Greater
                              : Comparing::GreaterOrEqual,
                 value, literal);
}

Result<std::optional<Time>> time_of(const Argument& argument, Lowering& to, bool is_latest) {
  const std::string& text = argument.text;
  if (const auto number = sql::spl_number(text)) {
    if (*number <= 1) return std::optional<Time>();  // all time
    return std::optional<Time>(Time{static_cast<std::int64_t>(*number * 1e6)});
  }
  if (text.starts_with("rt")) {
    return Error{"bad-search", "`" + text + "` asks for events as they arrive; logs are not live"}
        .at(argument.span, "real time");
  }
  if (is_latest && (text == "now" || text == "now()") && to.settings().now_is_newest) {
    return std::optional<Time>();
  }
  if (const auto moved = sql::spl_move_time(to.now(), text)) return moved;
  if (const auto typed = sql::spl_parse_time(text, "%m/%d/%Y:%H:%M:%S")) return typed;
  if (const auto typed = parse_typed_time(text)) return typed;
  return Error{"bad-time", "`" + text + "` is no time"}
      .at(argument.span, "not a time modifier")
      .note("times are such as -30d, -1d@d, @w1, now, 1689000000, \"07/10/2023:12:00:00\"");
}

namespace {

/// Words that say where Splunk keeps events: here all events are at hand.
bool says_where(std::string_view field) {
  return field == "index" || field == "host" || field == "splunk_server" ||
         field == "splunk_server_group";
}

class SearchParser {
 public:
  SearchParser(Reader& in, Scope& scope, SearchTimes* times)
      : in_(in), scope_(scope), to_(scope.lowering), times_(times) {}

  /// Terms side by side, or joined by AND; of each, OR binds first.
  Result<Expr> all() {
    if (++depth_ > kMaxNesting) {
      return in_.problem(
          "the search is nested more than " + std::to_string(kMaxNesting) + " levels deep",
          {in_.at(), in_.at() + 1});
    }
    std::vector<Expr> terms;
    while (!in_.at_end() && in_.peek() != ')') {
      if (in_.take(',')) continue;
      if (word_is("AND")) {
        (void)in_.word();
        continue;
      }
      TRY(Expr one, any());
      terms.push_back(std::move(one));
    }
    --depth_;
    return sql::all_of(std::move(terms));
  }

 private:
  Reader& in_;
  Scope& scope_;
  Lowering& to_;
  SearchTimes* times_;
  int depth_ = 0;

  /// Operators of search are in upper case; in lower case they are words to look for.
  bool word_is(std::string_view wanted) {
    const std::uint32_t begin = in_.at();
    const Argument next = in_.word();
    const bool is = next.text == wanted;
    in_.go_to(begin);
    return is;
  }

  Result<Expr> any() {
    std::vector<Expr> terms;
    for (;;) {
      TRY(Expr one, unary());
      terms.push_back(std::move(one));
      if (!word_is("OR")) break;
      (void)in_.word();
    }
    return sql::any_of(std::move(terms));
  }

  Result<Expr> unary() {
    if (word_is("NOT")) {
      (void)in_.word();
      if (in_.at_end()) return in_.expected("what is not to be found");
      if (++depth_ > kMaxNesting)
        return in_.problem("the search is nested too deep", {in_.at(), in_.at() + 1});
      TRY(Expr inner, unary());
      --depth_;
      return sql::negation(surely(std::move(inner)));
    }
    if (in_.take('(')) {
      TRY(Expr inner, all());
      if (!in_.take(')')) return in_.expected("`)`");
      return inner;
    }
    if (in_.peek() == '[') return subsearch();
    return term();
  }

  std::string take_operator() {
    for (const std::string_view op : {"==", "!=", "<=", ">=", "=", "<", ">"}) {
      if (in_.take_text(op)) return op == "==" ? "=" : std::string(op);
    }
    return {};
  }

  Result<Expr> term() {
    in_.blanks();
    const char first = in_.here();
    Argument word;
    if (first == '"' || first == '\'') {
      TRY(word, in_.quoted());
    } else {
      word = in_.word();
    }
    if (word.text.empty() && word.quote == 0) {
      return in_.expected("a term or a comparison");
    }
    if (word.quote == 0 && in_.here() == '(' && (word.text == "CASE" || word.text == "TERM")) {
      in_.take('(');
      TRY(Argument inner, in_.argument("a term"));
      if (!in_.take(')')) return in_.expected("`)`");
      Expr found = spl("term", {text_of(raw()), sql::text(to_lower(inner.text))});
      if (word.text == "CASE") {
        found =
            sql::all_of({std::move(found),
                         sql::compare(Comparing::Greater,
                                      sql::call("strpos", {text_of(raw()), sql::text(inner.text)}),
                                      sql::integer(0))});
      }
      return found;
    }
    const std::uint32_t behind = in_.at();
    if (word_is("IN")) {
      (void)in_.word();
      if (in_.take('(')) return one_of(word);
      in_.go_to(behind);
    }
    const std::string op = take_operator();
    if (op.empty()) {
      in_.go_to(behind);
      return free_term(word);
    }
    return comparison(word, op);
  }

  Value raw() { return *scope_.field("_raw", {}); }

  Result<Expr> free_term(const Argument& word) {
    if (word.text == "*" || word.text.empty()) return sql::boolean(true);
    const Value text = raw();
    if (text.null) return sql::boolean(false);
    return spl("term", {text_of(text), sql::text(to_lower(word.text))});
  }

  Result<Expr> one_of(const Argument& field) {
    std::vector<Argument> values;
    while (!in_.take(')')) {
      if (in_.take(',')) continue;
      if (in_.peek() == '\0') return in_.expected("`)`");
      TRY(Argument value, in_.argument("a value"));
      values.push_back(std::move(value));
    }
    std::vector<Expr> any;
    for (const Argument& value : values) {
      TRY(Expr one, compare_with(field, "=", value));
      any.push_back(std::move(one));
    }
    return sql::any_of(std::move(any));
  }

  Result<Expr> comparison(const Argument& field, const std::string& op) {
    if (in_.at_end() || in_.peek() == ')') {
      return Error{"bad-search", "`" + field.text + op + "` has no value"}
          .at(join(field.span, {in_.at(), in_.at()}), "compared with nothing")
          .note("`" + field.text + "=*` asks that the field is there, `" + field.text +
                "=\"\"` that it is empty")
          .mend({.title = "ask whether it is there", .edits = {{{in_.at(), in_.at()}, "*"}}});
    }
    const std::uint32_t begin = (in_.blanks(), in_.at());
    TRY(Argument value, in_.argument("a value"));
    if (value.quote == 0 && in_.here() == '(') {
      // search compares with literals only; published searches call a function all the same.
      in_.go_to(begin);
      TRY(const Eval tree, parse_eval(in_));
      TRY(const Value right, lower(tree, scope_));
      TRY(const Value left, scope_.field(field.text, field.span));
      to_.notice(Error{"search-mended", "`search` compares with literals; `" + field.text + " " +
                                            op + " " + draw(tree) + "` is taken as `where` has it"}
                     .at(tree.span));
      return compared(op, left, right);
    }
    return compare_with(field, op, value);
  }

  Result<Expr> compare_with(const Argument& field, const std::string& op, const Argument& value) {
    const std::string& name = field.text;
    if (times_ != nullptr) {
      if (name == "earliest" || name == "starttime") return bound(value, true);
      if (name == "latest" || name == "endtime") return bound(value, false);
      if (const auto unit = old_unit(name)) {
        TRY(const std::int64_t count, count_of(value));
        Argument made = value;
        made.text = "-" + std::to_string(count) + *unit;
        return bound(made, !name.starts_with("end"));
      }
    }
    if (name == "_index_earliest" || name == "_index_latest") {
      return Error{"not-in-spl", "`" + name + "` is when Splunk took an event in; logs do not say"}
          .at(field.span)
          .note("`earliest` and `latest` are about when it happened");
    }
    if (name == "timeformat") return sql::boolean(true);
    if (says_where(name)) return sql::boolean(op == "=");
    if (name == "sourcetype") {
      const Value here = text_value("aws:cloudtrail");
      if (op == "=" && !has_star(value.text) && !equal_without_case(value.text, *here.literal)) {
        return Error{"not-in-spl", "events of `sourcetype=" + value.text +
                                       "` are not here: these are CloudTrail's"}
            .at(value.span, "of another product");
      }
      return matched(here, op, value.text);
    }
    if (name == "eventtype" || name == "tag" || name.starts_with("tag::")) {
      return Error{"not-in-spl", "`" + name + "` is set by knowledge objects of a Splunk server"}
          .at(field.span, "not in the events");
    }
    TRY(const Value left, scope_.field(name, field.span));
    return matched(left, op, value.text);
  }

  static std::optional<std::string> old_unit(std::string_view name) {
    if (name == "daysago" || name == "startdaysago" || name == "enddaysago") return "d";
    if (name == "hoursago" || name == "starthoursago" || name == "endhoursago") return "h";
    if (name == "minutesago" || name == "startminutesago" || name == "endminutesago") return "m";
    if (name == "monthsago" || name == "startmonthsago" || name == "endmonthsago") return "mon";
    return std::nullopt;
  }

  Result<Expr> bound(const Argument& value, bool from) {
    TRY(const std::optional<Time> time, time_of(value, to_, !from));
    if (!time) return sql::boolean(true);
    if (value.text.find_first_of("-+@n") == 0) {
      to_.notice(
          Error{"window-counted", "`" + std::string(from ? "earliest" : "latest") + "=" +
                                      value.text + "` is " + format_iso(*time) + ", counted from " +
                                      (to_.settings().now_is_newest ? "the newest event, " : "") +
                                      format_iso(to_.now())});
    }
    (from ? times_->earliest : times_->latest) = time;
    TRY(const Value ts, scope_.field(kTimestamp, value.span));
    if (ts.null) return sql::boolean(true);
    return sql::compare(from ? Comparing::GreaterOrEqual : Comparing::Less, ts.expr,
                        timestamp(*time));
  }

  Result<Expr> subsearch() {
    const std::uint32_t begin = in_.at();
    in_.take('[');
    TRY(Layer * rows, to_.nested(in_));
    if (!in_.take(']')) return in_.expected("`]`");
    const Span span = in_.span_from(begin);
    if (rows->columns.events) {
      return Error{"bad-search", "a subsearch gives fields to look for, and this one gives events"}
          .at(span)
          .note("end it by `| table FIELD`, `| fields FIELD` or `| stats ... by FIELD`");
    }
    std::vector<Value> items;
    std::vector<std::string> names;
    for (const std::string& name : rows->columns.names) {
      if (name.empty() || name.front() == '_') continue;
      names.push_back(name);
    }
    for (const std::string& name : names) items.push_back(to_.table().read(*rows, name));
    for (Value& item : items) {
      item.expr = item.kind == Kind::List
                      ? spl("mvjoin", {item.expr, sql::text(std::string(1, kBetween))})
                      : text_of(item);
    }
    TRY(const Answer* answer,
        to_.fact(to_.table().query(*rows, items, true), "the rows of a subsearch"));
    if (answer->size() > 10'000) to_.would_cut("a subsearch behind 10,000 rows");
    return found_in(*answer, names, span);
  }

  /// One row's fields must all match, of the rows any.
  Result<Expr> found_in(const Answer& answer, const std::vector<std::string>& names, Span span) {
    if (names.size() == 1 && names[0] != "search" && names[0] != "query") {
      TRY(const Value field, scope_.field(names[0], span));
      std::vector<Expr> plain, odd;
      for (const auto& row : answer) {
        if (!row[0]) continue;
        for (const std::string_view one : split(*row[0], kBetween)) {
          const std::string text(one);
          if (field.kind != Kind::Text || has_star(text) || text.find('/') != std::string::npos) {
            odd.push_back(matched(field, "=", text));
          } else {
            plain.push_back(sql::text(to_lower(text)));
          }
        }
      }
      if (!plain.empty()) {
        odd.push_back(
            Expr{sql::InList{sql::call("lower", {text_of(field)}), std::move(plain), false}, {}});
      }
      return sql::any_of(std::move(odd));
    }
    std::vector<Expr> any;
    for (const auto& row : answer) {
      std::vector<Expr> both;
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (!row[i]) continue;
        if (names[i] == "search" || names[i] == "query") {
          Reader inner(*row[i]);
          SearchParser parser(inner, scope_, times_);
          TRY(Expr one, parser.all());
          both.push_back(std::move(one));
          continue;
        }
        TRY(const Value field, scope_.field(names[i], span));
        std::vector<Expr> values;
        for (const std::string_view one : split(*row[i], kBetween)) {
          values.push_back(matched(field, "=", std::string(one)));
        }
        both.push_back(sql::any_of(std::move(values)));
      }
      if (!both.empty()) any.push_back(sql::all_of(std::move(both)));
    }
    return sql::any_of(std::move(any));
  }
};

}  // namespace

Result<Expr> lower_search(Reader& in, Scope& scope, SearchTimes* times) {
  SearchParser parser(in, scope, times);
  TRY(Expr made, parser.all());
  if (in.peek() == ')') return in.problem("a `)` without its `(`", {in.at(), in.at() + 1});
  return made;
}

}  // namespace trailhound::spl
