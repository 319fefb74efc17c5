// SPDX-License-Identifier: Apache-2.0
#include "spl/aggregate.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::vector<std::string> words = {"(", "(", "AND", ")", "OR", ")"};
  std::string none = "NOT()";
  std::size_t given = 0;
  while (!in.at_end()) {
    TRY(const auto empty, in.option("emptystr"));
    if (empty) {
      none = empty->text;
      continue;
    }
    TRY(const auto separator, in.option("mvsep"));
    if (separator) continue;
    TRY(const auto most, in.option("maxresults"));
    if (most) continue;
    TRY(const Argument word, in.argument("six texts"));
    if (given >= words.size()) return in.problem("`format` takes six texts", word.span);
    words[given++] = word.text;
  }
  if (given != 0 && given != 6) return in.expected("six texts, or none");
  to.begin_with_events();
  if (to.rows()->columns.events) {
    return in.problem("`format` writes fields, and these are whole events", {in.at(), in.at()});
  }
  Layer& rows = to.table().push(to.rows());
  const std::vector<std::string> names = rows.columns.names;
  std::vector<sql::Expr> parts;
  for (const std::string& name : names) {
    if (name.empty() || name.front() == '_') continue;
    const Value value = to.read(rows, name);
    const sql::Expr text = value.kind == Kind::List
                               ? spl("mvjoin", {value.expr, sql::text("\" OR " + name + "=\"")})
                               : text_of(value);
    parts.push_back(binary(sql::Arithmetic::Concat,
                           binary(sql::Arithmetic::Concat, sql::text(name + "=\""), text),
                           sql::text("\"")));
  }
  const sql::Expr one =
      binary(sql::Arithmetic::Concat, sql::text(words[1] + " "),
             binary(sql::Arithmetic::Concat,
                    sql::call("array_join", {list(parts), sql::text(" " + words[2] + " ")}),
                    sql::text(" " + words[3])));
  Grouping grouping;
  grouping.order = to.table().order(*rows.below);
  TRY(const Value all,
      lower_aggregate({"list", 0, "x", {}, "x", true, {}}, Value{one, Kind::Text}, grouping));
  const sql::Expr joined =
      binary(sql::Arithmetic::Concat, sql::text(words[0] + " "),
             binary(sql::Arithmetic::Concat,
                    sql::call("array_join", {all.expr, sql::text(" " + words[4] + " ")}),
                    sql::text(" " + words[5])));
  rows.open = false;
  rows.order.clear();
  rows.columns = {};
  rows.set("search", {sql::call("coalesce", {joined, sql::text(none)}), Kind::Text});
  to.set_rows(&rows);
  return {};
}

}  // namespace

Command describe_format() {
  return {.names = {"format"},
          .synopsis = "format [\"(\" \"(\" \"AND\" \")\" \"OR\" \")\"]",
          .summary = "Writes all rows as one search, in the field `search`",
          .examples = {"| makeresults | eval a=\"x\" | fields a | fields - _time | format"},
          .lower = run};
}

}  // namespace trailhound::spl
