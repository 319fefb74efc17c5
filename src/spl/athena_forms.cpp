// SPDX-License-Identifier: Apache-2.0
//
// Our own functions in Trino's words, where it has them.
#include "spl/athena_forms.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.hpp"
#include "spl/size.hpp"
#include "spl/spl.hpp"
#include "spl/value.hpp"
#include "sql/walk.hpp"

namespace trailhound::spl {
namespace {

using sql::Expr;

std::optional<std::string> literal(const Expr& expr) {
  if (const auto* text = std::get_if<sql::StringLiteral>(&expr.node)) return text->value;
  return std::nullopt;
}

/// A whole number that is written in the search.
std::optional<std::int64_t> whole(const Expr& expr) {
  if (const auto* made = std::get_if<sql::Cast>(&expr.node)) return whole(*made->operand);
  if (const auto* minus = std::get_if<sql::Negate>(&expr.node)) {
    const auto inner = whole(*minus->operand);
    return inner ? std::optional(-*inner) : std::nullopt;
  }
  const auto* number = std::get_if<sql::NumberLiteral>(&expr.node);
  if (number == nullptr || number->kind != sql::NumberKind::Integer) return std::nullopt;
  std::int64_t value = 0;
  const char* end = number->text.data() + number->text.size();
  if (std::from_chars(number->text.data(), end, value).ptr != end) return std::nullopt;
  return value;
}

Expr try_cast(Expr expr, std::string_view type) {
  Expr made = cast(std::move(expr), type);
  std::get<sql::Cast>(made.node).or_null = true;
  return made;
}

/// `a.b` as `$.a.b`.
std::string json_path(std::string_view path) {
  std::string made = "$";
  for (const std::string_view key : split(path, '.')) {
    made += "[\"" + replace_all(std::string(key), "\"", "\\\"") + "\"]";
  }
  return made;
}

/// strftime's codes as date_format has them; none if one has no counterpart.
std::optional<std::string> mysql_format(std::string_view format) {
  std::string made;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 >= format.size()) {
      made += format[i];
      continue;
    }
    switch (format[++i]) {
      case 'M':
        made += "%i";
        break;
      case 'B':
        made += "%M";
        break;
      case 'A':
        made += "%W";
        break;
      case 'T':
        made += "%H:%i:%s";
        break;
      case 'S':
        made += "%s";
        break;
      case 'F':
        made += "%Y-%m-%d";
        break;
      case 'Z':
        made += "UTC";
        break;
      case 'z':
        made += "+0000";
        break;
      case 'Y':
      case 'y':
      case 'm':
      case 'd':
      case 'e':
      case 'H':
      case 'I':
      case 'p':
      case 'j':
      case 'a':
      case 'b':
      case 'k':
      case 'l':
      case '%':
        made += '%';
        made += format[i];
        break;
      default:
        return std::nullopt;
    }
  }
  return made;
}

/// The number that a text spells, as strictly as here: TRY_CAST alone takes `NaN` and ` 1 `, too.
Expr number(const Expr& text) {
  return when(
      sql::call("regexp_like",
                {text, sql::text("\\A[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\z")}),
      try_cast(text, "double"));
}
/// A number without a point where it is whole.
Expr spelt(const Expr& x) {
  return when(sql::all_of({sql::compare(sql::Comparing::Equal, x, sql::call("floor", {x})),
                           sql::compare(sql::Comparing::Less, sql::call("abs", {x}), real(1e18))}),
              cast(cast(x, "bigint"), "varchar"), cast(x, "varchar"));
}
Expr without_nulls(const Expr& values) {
  return sql::call("filter", {values, lambda("f", is_not_null(sql::column("f")))});
}
Expr unless_empty(const Expr& values) {
  return when(
      sql::compare(sql::Comparing::Greater, sql::call("cardinality", {values}), sql::integer(0)),
      values);
}

/// Columns that only our own table has.
constexpr std::string_view kOurs[] = {"eventjson", "extra"};

struct Rewriter {
  std::set<std::string> refused;

  void column(Expr& expr, const std::string& name) {
    if (name == "ts") {
      expr = sql::call("from_iso8601_timestamp", {sql::column("eventtime")});
    } else if (name == "contenthash") {
      expr = sql::column("eventid");  // It only tells apart events that have one id
    } else if (std::find(std::begin(kOurs), std::end(kOurs), name) != std::end(kOurs)) {
      refused.insert(name);
    }
  }

  void operator()(Expr& expr) {
    sql::each_child(expr, *this);
    if (const auto* at = std::get_if<sql::Column>(&expr.node);
        at != nullptr && at->path.size() == 1) {
      return column(expr, std::string(at->path[0].text));
    }
    auto* call = std::get_if<sql::Call>(&expr.node);
    if (call == nullptr || call->name.size() != 1 || !call->name[0].text.starts_with("spl:"))
      return;
    const std::string name = call->name[0].text.substr(4);
    if (is_larger(expr, kMostNodes)) {
      refused.insert("statement so long");
      return;
    }
    std::vector<Expr>& given = call->arguments;
    const auto put = [&](Expr made) {
      Expr done = std::move(made);
      expr = std::move(done);
    };
    if (name == "number") return put(number(given[0]));
    if (name == "text") return put(spelt(given[0]));
    if (name == "compare") {
      // As numbers where both are, else as text.
      const Expr a = given[0], b = given[1];
      const Expr x = number(a), y = number(b);
      sql::Case made;
      made.whens.push_back({sql::compare(sql::Comparing::Less, x, y), sql::integer(-1)});
      made.whens.push_back({sql::compare(sql::Comparing::Greater, x, y), sql::integer(1)});
      made.whens.push_back({sql::compare(sql::Comparing::Equal, x, y), sql::integer(0)});
      made.whens.push_back({sql::compare(sql::Comparing::Less, a, b), sql::integer(-1)});
      made.whens.push_back({sql::compare(sql::Comparing::Greater, a, b), sql::integer(1)});
      made.whens.push_back({sql::compare(sql::Comparing::Equal, a, b), sql::integer(0)});
      return put(Expr{std::move(made), {}});
    }
    if (name == "plus") {
      const Expr a = given[0], b = given[1];
      const Expr sum = binary(sql::Arithmetic::Add, number(a), number(b));
      return put(sql::call("coalesce", {spelt(sum), binary(sql::Arithmetic::Concat, a, b)}));
    }
    if (name == "add") {
      const Expr a = given[0], b = given[1];
      const Expr sum = binary(sql::Arithmetic::Add, number(a), number(b));
      return put(sql::call("coalesce", {spelt(sum), when(sql::negation(given[2]),
                                                         binary(sql::Arithmetic::Concat, a, b))}));
    }
    if (name == "match") return put(sql::call("regexp_like", {given[0], given[1]}));
    if (name == "replace") {
      if (auto by = literal(given[2])) {
        std::string made;
        for (std::size_t i = 0; i < by->size(); ++i) {
          if ((*by)[i] == '\\' && i + 1 < by->size() && (*by)[i + 1] >= '0' &&
              (*by)[i + 1] <= '9') {
            made += '$';
          } else {
            if ((*by)[i] == '$') made += '\\';
            made += (*by)[i];
          }
        }
        return put(sql::call("regexp_replace", {given[0], given[1], sql::text(made)}));
      }
    }
    if (name == "leaf") {
      if (const auto path = literal(given[1]); path && !path->empty()) {
        return put(sql::call("json_extract_scalar", {given[0], sql::text(json_path(*path))}));
      }
    }
    if (name == "filled") {
      return put(unless_empty(without_nulls(given[0])));
    }
    if (name == "single") {
      return put(when(sql::compare(sql::Comparing::Equal, sql::call("cardinality", {given[0]}),
                                   sql::integer(1)),
                      sql::call("element_at", {given[0], sql::integer(1)})));
    }
    if (name == "places") {
      return put(sql::call("transform", {sql::call("sequence", {given[0], given[1]}),
                                         lambda("f", cast(sql::column("f"), "varchar"))}));
    }
    if (name == "list_of") return put(when(is_not_null(given[0]), list({given[0]})));
    if (name == "mvsort") {
      return put(unless_empty(sql::call("array_sort", {without_nulls(given[0])})));
    }
    if (name == "mvdedup") {
      return put(unless_empty(sql::call("array_distinct", {without_nulls(given[0])})));
    }
    if (name == "mvindex") {
      const auto from = whole(given[1]), to = whole(given[2]);
      if (from && to && *from == *to) {
        const Expr one =
            sql::call("element_at", {given[0], sql::integer(*from < 0 ? *from : *from + 1)});
        return put(when(is_not_null(one), list({one})));
      }
      if (from && to && *from >= 0 && *to >= *from) {
        return put(unless_empty(sql::call(
            "slice", {given[0], sql::integer(*from + 1), sql::integer(*to - *from + 1)})));
      }
    }
    if (name == "mvjoin") return put(sql::call("array_join", {given[0], given[1]}));
    if (name == "split") {
      if (const auto between = literal(given[1]); between && !between->empty()) {
        return put(sql::call("split", {given[0], given[1]}));
      }
    }
    if (name == "cidr") {
      Expr address = given[1];
      return put(
          surely(sql::call("contains", {given[0], try_cast(std::move(address), "ipaddress")})));
    }
    if (name == "sort_key") {
      // Numbers first, in their order, then texts.
      const Expr x = given[0], read = number(x);
      sql::Row key;
      key.values = {when(is_null(read), sql::integer(2), sql::integer(1)),
                    sql::call("coalesce", {read, real(0)}), when(is_null(read), x, sql::text(""))};
      return put(when(is_not_null(x), Expr{std::move(key), {}}));
    }
    if (name == "strftime") {
      if (const auto format = literal(given[1])) {
        if (const auto made = mysql_format(*format)) {
          return put(
              sql::call("date_format", {sql::call("from_unixtime", {given[0]}), sql::text(*made)}));
        }
      }
    }
    if (name == "term") {
      if (const auto term = literal(given[1]);
          term && !term->empty() && term->find('*') == std::string::npos) {
        // A term stands alone between breakers, where it ends in a letter or digit itself.
        constexpr std::string_view kToken = "[A-Za-z0-9]|[^\\x00-\\x7F]";
        const auto is_token = [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 static_cast<unsigned char>(c) >= 0x80;
        };
        std::string pattern = "(?i)";
        if (is_token(term->front())) pattern += "(?<!" + std::string(kToken) + ")";
        for (const char c : *term) {
          if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos)
            pattern += '\\';
          pattern += c;
        }
        if (is_token(term->back())) pattern += "(?!" + std::string(kToken) + ")";
        return put(sql::call("regexp_like", {given[0], sql::text(pattern)}));
      }
    }
    refused.insert(name);
  }
  void operator()(sql::Query& query) { sql::each_child(query, *this); }
  void operator()(sql::Relation& relation) { sql::each_child(relation, *this); }
};

}  // namespace

Result<sql::Query> for_athena(sql::Query query, const std::vector<Column>& columns) {
  Rewriter rewriter;
  rewriter(query);
  // Numbers and text are sorted by one key here, which Trino would need two for.
  if (auto* select = std::get_if<sql::Select>(&query.body)) {
    for (std::size_t i = 0; i < select->items.size() && i < columns.size(); ++i) {
      if (auto* value = std::get_if<sql::SelectValue>(&select->items[i].node)) {
        value->alias = sql::Name{columns[i].name, true, {}};
      }
    }
  }
  if (!rewriter.refused.empty()) {
    std::string names;
    for (const std::string& name : rewriter.refused)
      names += (names.empty() ? "`" : ", `") + name + "`";
    return Error{"stage-not-there",
                 "the search cannot be said in Athena's SQL: it has no " + names};
  }
  return query;
}

namespace {

/// Looks for what Athena answers a little otherwise.
struct Differing {
  bool sorts = false, spells = false, matches = false;

  void operator()(const Expr& expr) {
    sql::each_child(expr, *this);
    const auto* call = std::get_if<sql::Call>(&expr.node);
    if (call == nullptr || call->name.size() != 1) return;
    const std::string& name = call->name[0].text;
    sorts = sorts || name == "spl:sort_key";
    spells = spells || name == "spl:text" || name == "spl:plus" || name == "spl:add";
    matches = matches || name == "spl:match" || name == "spl:replace";
  }
  void operator()(const sql::Query& query) { sql::each_child(query, *this); }
  void operator()(const sql::Relation& relation) { sql::each_child(relation, *this); }
};

}  // namespace

std::vector<Error> athena_notices(const sql::Query& query) {
  Differing found;
  found(query);
  std::vector<Error> notices;
  if (found.sorts) {
    notices.emplace_back("athena-differs",
                         "in Athena addresses are sorted as text, letter by letter");
  }
  if (found.spells) {
    notices.emplace_back("athena-differs",
                         "Athena spells numbers with a fraction in its own way: 1.0E-4");
  }
  if (found.matches) {
    notices.emplace_back("athena-differs",
                         "Athena reads regular expressions in Java's dialect, not in PCRE's");
  }
  return notices;
}

}  // namespace trailhound::spl
