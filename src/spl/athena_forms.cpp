// SPDX-License-Identifier: Apache-2.0
//
// Our own functions in Trino's words, where it has them.
#include <algorithm>
#include <set>

#include "base/text.hpp"
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

struct Rewriter {
  std::set<std::string> refused;

  void operator()(Expr& expr) {
    sql::each_child(expr, *this);
    auto* call = std::get_if<sql::Call>(&expr.node);
    if (call == nullptr || call->name.size() != 1 || !call->name[0].text.starts_with("spl:"))
      return;
    const std::string name = call->name[0].text.substr(4);
    std::vector<Expr>& given = call->arguments;
    const auto put = [&](Expr made) {
      Expr done = std::move(made);
      expr = std::move(done);
    };
    if (name == "number") return put(try_cast(given[0], "double"));
    if (name == "text") {
      const Expr x = given[0];
      return put(when(sql::compare(sql::Comparing::Equal, x, sql::call("floor", {x})),
                      cast(cast(x, "bigint"), "varchar"), cast(x, "varchar")));
    }
    if (name == "compare") {
      // As numbers where both are, else as text.
      const Expr a = given[0], b = given[1];
      const Expr x = try_cast(a, "double"), y = try_cast(b, "double");
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
      const Expr sum = binary(sql::Arithmetic::Add, try_cast(a, "double"), try_cast(b, "double"));
      return put(
          sql::call("coalesce", {cast(sum, "varchar"), binary(sql::Arithmetic::Concat, a, b)}));
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
      const Expr kept = sql::call("filter", {given[0], lambda("f", is_not_null(sql::column("f")))});
      return put(when(
          sql::compare(sql::Comparing::Greater, sql::call("cardinality", {kept}), sql::integer(0)),
          kept));
    }
    if (name == "single") {
      return put(when(sql::compare(sql::Comparing::Equal, sql::call("cardinality", {given[0]}),
                                   sql::integer(1)),
                      sql::call("element_at", {given[0], sql::integer(1)})));
    }
    if (name == "list_of") return put(when(is_not_null(given[0]), list({given[0]})));
    if (name == "mvsort") {
      return put(
          sql::call("array_sort",
                    {sql::call("filter", {given[0], lambda("f", is_not_null(sql::column("f")))})}));
    }
    if (name == "mvdedup") {
      return put(
          sql::call("array_distinct",
                    {sql::call("filter", {given[0], lambda("f", is_not_null(sql::column("f")))})}));
    }
    if (name == "mvjoin") return put(sql::call("array_join", {given[0], given[1]}));
    if (name == "split") return put(sql::call("split", {given[0], given[1]}));
    if (name == "cidr") {
      Expr address = given[1];
      return put(
          surely(sql::call("contains", {given[0], try_cast(std::move(address), "ipaddress")})));
    }
    if (name == "sort_key") {
      // Numbers first, in their order: both keys in one text would not sort so in Trino.
      return put(given[0]);
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
      if (const auto term = literal(given[1]); term && term->find('*') == std::string::npos) {
        std::string pattern = "(?i)(?<![A-Za-z0-9])";
        for (const char c : *term) {
          if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos)
            pattern += '\\';
          pattern += c;
        }
        return put(sql::call("regexp_like", {given[0], sql::text(pattern + "(?![A-Za-z0-9])")}));
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

}  // namespace trailhound::spl
