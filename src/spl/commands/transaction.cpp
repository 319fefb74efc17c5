// SPDX-License-Identifier: Apache-2.0
//
// Which rows belong together depends on all rows before them, so the engine collects the rows of
// each group in their order, a function of ours deals them out, and each row finds its transaction
// by its place.
#include <algorithm>

#include "base/check.hpp"
#include "base/text.hpp"
#include "spl/aggregate.hpp"
#include "spl/bucket.hpp"
#include "spl/command.hpp"
#include "spl/events.hpp"
#include "spl/search.hpp"

namespace trailhound::spl {
namespace {

/// A condition of `startswith=` or `endswith=`.
struct Edge {
  std::string search;
  std::optional<Eval> eval;
  Span span;
};

struct Asked {
  std::vector<std::string> fields;
  double most_span = -1, most_pause = -1;
  std::int64_t most_rows = 1000;
  std::optional<Edge> start, end;
  bool limited = false;  ///< A condition was given: what does not meet it is left out
  bool keep_evicted = false, in_order = false;
};

/// A search in quotes or brackets, an `eval(...)`, or a word.
Result<Edge> read_edge(Reader& in) {
  Edge edge;
  const std::uint32_t begin = (in.blanks(), in.at());
  if (in.here() == '"') {
    TRY(const Argument text, in.quoted());
    edge.search = text.text;
  } else if (in.here() != '(') {
    const Argument word = in.word();
    if (to_lower(word.text) == "eval" && in.take('(')) {
      TRY(edge.eval, parse_eval(in));
      if (!in.take(')')) return in.expected("`)`");
    } else {
      edge.search = word.text;
      if (in.take('=')) {
        TRY(const Argument value, in.argument("a value"));
        edge.search += "=\"" + replace_all(value.text, "\"", "\\\"") + "\"";
      }
    }
  } else {
    in.take('(');
    const std::uint32_t inside = in.at();
    char quote = 0;
    for (int depth = 1;; in.go_to(in.at() + 1)) {
      const char c = in.here();
      if (c == '\0') return in.expected("`)`");
      if (quote != 0) {
        if (c == '\\') in.go_to(in.at() + 1);
        if (c == quote) quote = 0;
        continue;
      }
      if (c == '"') quote = c;
      if (c == '(') ++depth;
      if (c == ')' && --depth == 0) break;
    }
    edge.search = std::string(in.text().substr(inside, in.at() - inside));
    in.take(')');
  }
  edge.span = in.span_from(begin);
  return edge;
}

Result<sql::Expr> lower_edge(const Edge& edge, Scope& scope) {
  if (edge.eval) return lower_condition(*edge.eval, scope);
  Reader inner(edge.search);
  Result<sql::Expr> made = lower_search(inner, scope, nullptr);
  if (!made.ok()) {
    return Error{made.error().code(), "the condition: " + made.error().message}.at(edge.span);
  }
  return made;
}

/// `30m`; -1 is no limit.
Result<double> read_length(const Argument& argument) {
  if (argument.text == "-1") return -1.0;
  TRY(const Bucket length, read_bucket(argument));
  if (length.months > 0 || length.base > 0) {
    return Error{"bad-search",
                 "`" + argument.text + "` is no length of seconds, minutes, hours or days"}
        .at(argument.span);
  }
  return length.size;
}

Result<bool> read_option(Reader& in, Asked& asked) {
  const auto option = in.peek_option();
  if (!option) return false;
  const std::string name = to_lower(option->text);
  if (name == "startswith" || name == "endswith") {
    (void)in.word();
    in.take('=');
    TRY(Edge edge, read_edge(in));
    (name == "startswith" ? asked.start : asked.end) = std::move(edge);
    asked.limited = true;
    return true;
  }
  for (const std::string_view one : {"maxspan", "maxpause", "maxevents", "keepevicted", "mvlist",
                                     "connected", "maxopentxn", "maxopenevents"}) {
    TRY(const auto value, in.option(one));
    if (!value) continue;
    if (one == "maxspan") {
      TRY(asked.most_span, read_length(*value));
    } else if (one == "maxpause") {
      TRY(asked.most_pause, read_length(*value));
    } else if (one == "maxevents") {
      TRY(asked.most_rows, count_of(*value));
    } else if (one == "keepevicted") {
      TRY(asked.keep_evicted, truth_of(*value));
    } else if (one == "mvlist") {
      TRY(asked.in_order, truth_of(*value));
    } else if (one == "connected") {
      TRY(const bool on, truth_of(*value));
      if (!on) return Error{"not-in-spl", "`connected=f` is not offered"}.at(value->span);
    }
    return true;
  }
  return Error{"not-in-spl", "`" + option->text + "` of transaction is not offered"}.at(
      option->span);
}

sql::Expr part(const sql::Expr& words, std::int64_t number) {
  return cast(sql::call("split_part", {words, sql::text(" "), sql::integer(number)}), "bigint");
}

std::string hidden(std::string_view name) { return std::string(1, kHidden) + std::string(name); }

Result<void> run(Reader& in, Lowering& to) {
  Asked asked;
  while (!in.at_end()) {
    if (in.take(',')) continue;
    TRY(const bool known, read_option(in, asked));
    if (known) continue;
    TRY(const Argument field, in.field());
    asked.fields.push_back(field.text);
  }
  if (asked.fields.size() > 1) {
    to.notice(Error{"search-mended",
                    "rows that lack one of the fields of `transaction` are left out; Splunk may "
                    "put them to rows that have it"});
  }
  to.begin_with_events();
  Layer& below = *to.rows();
  Layer& numbered = to.table().push(&below);
  if (to.read(numbered, "_time").null) {
    return in.problem("`transaction` needs the time of the rows", {in.at(), in.at()});
  }
  // Newest first, whatever order the rows had.
  std::vector<sql::SortKey> order = {
      {number_of(to.read(numbered, "_time")), sql::Direction::Descending, sql::NullOrder::Last}};
  for (sql::SortKey& key : to.table().order(below)) order.push_back(std::move(key));
  sql::Call number;
  number.name = {sql::name("row_number")};
  number.over = sql::Window{{}, {}, std::move(order), {}, {}};
  numbered.fields.insert_or_assign(hidden("place"),
                                   Value{sql::Expr{std::move(number), {}}, Kind::Integer});

  // Each row of a group as a word, the group's words as a list, and what becomes of them.
  Layer& groups = to.table().push(&numbered);
  groups.open = false;
  for (const std::string& field : asked.fields) {
    const Value key = to.read(groups, field);
    groups.where.push_back(is_not_null(key.expr));
    if (!key.null && !key.literal) groups.group_by.push_back(key.expr);
  }
  const sql::Expr place = to.read(groups, hidden("place")).expr;
  Scope scope = to.scope(groups);
  sql::Expr flags = sql::text(" ");
  for (const auto& [edge, letter] : {std::pair(&asked.start, "s"), std::pair(&asked.end, "e")}) {
    if (!*edge) continue;
    TRY(sql::Expr holds, lower_edge(**edge, scope));
    flags = binary(sql::Arithmetic::Concat, std::move(flags),
                   when(surely(std::move(holds)), sql::text(letter), sql::text("")));
  }
  sql::Expr word = cast(place, "varchar");
  word = binary(sql::Arithmetic::Concat, std::move(word), sql::text(" "));
  word = binary(sql::Arithmetic::Concat, std::move(word),
                spl("text", {number_of(to.read(groups, "_time"))}));
  word = binary(sql::Arithmetic::Concat, std::move(word), std::move(flags));
  sql::Call all;
  all.name = {sql::name("array_agg")};
  all.arguments = {std::move(word)};
  all.order_by = {{place, sql::Direction::Ascending, sql::NullOrder::Last}};
  groups.fields["dealt"] = {
      spl("transactions",
          {sql::Expr{std::move(all), {}}, real(asked.most_span), real(asked.most_pause),
           cast(sql::integer(asked.most_rows), "bigint"),
           sql::text(std::string(asked.start ? "s" : "") + (asked.end ? "e" : ""))}),
      Kind::List};
  Layer& dealt = to.table().push(&groups);
  dealt.open = false;
  const sql::Expr words = to.table().spread(dealt, {to.read(dealt, "dealt").expr})[0];
  dealt.fields["place"] = {part(words, 1), Kind::Integer};
  dealt.fields["first"] = {part(words, 2), Kind::Integer};
  dealt.fields["whole"] = {part(words, 3), Kind::Integer};

  Layer& members = to.table().push(&numbered);
  Table::join(members, sql::JoinKind::Inner, dealt,
              sql::compare(sql::Comparing::Equal, to.read(members, hidden("place")).expr,
                           to.table().read(dealt, "place").expr));
  members.fields.insert_or_assign(hidden("first"), to.table().read(dealt, "first"));
  members.fields.insert_or_assign(hidden("whole"), to.table().read(dealt, "whole"));
  if (asked.limited && !asked.keep_evicted) {
    members.where.push_back(
        sql::compare(sql::Comparing::Equal, to.table().read(dealt, "whole").expr, sql::integer(1)));
  }

  Layer& made = to.table().push(&members);
  made.open = false;
  made.group_by = {to.read(made, hidden("first")).expr};
  const bool in_order = asked.in_order;
  Layer* rows = &members;
  made.resolve = [&to, rows, in_order](const std::string& name) -> Value {
    const Value value = to.table().read(*rows, name);
    if (value.null || value.literal) return value;
    Aggregate one;
    one.function = in_order || name == "_raw" ? "list" : "values";
    Grouping grouping;
    grouping.order = {{to.table().read(*rows, hidden("place")).expr, sql::Direction::Descending,
                       sql::NullOrder::Last}};
    Result<Value> all_of_it = lower_aggregate(one, value, grouping);
    CHECK(all_of_it.ok(), "the values of a transaction cannot be listed");
    if (name != "_raw") return std::move(*all_of_it);
    return {spl("mvjoin", {all_of_it->expr, sql::text("\n")}), Kind::Text};
  };
  const sql::Expr time = number_of(to.read(made, "_time"));
  const auto smallest = sql::call("min", {time});
  made.fields["_time"] = {smallest, Kind::Number};
  if (const Value ts = to.read(made, kTimestamp); !ts.null) {
    made.fields[kTimestamp] = {sql::call("min", {ts.expr}), Kind::Text};
  }
  made.set("duration",
           {binary(sql::Arithmetic::Subtract, sql::call("max", {time}), smallest), Kind::Number});
  made.set("eventcount", {sql::call("count", {sql::integer(1)}), Kind::Integer});
  const Value whole = to.read(made, hidden("whole"));
  made.set("closed_txn", {asked.limited || asked.most_span >= 0 || asked.most_pause >= 0
                              ? sql::call("max", {whole.expr})
                              : cast(sql::call("min", {sql::integer(0)}), "bigint"),
                          Kind::Integer});
  made.fields[hidden("at")] = {smallest, Kind::Number};
  made.fields[hidden("first")] = {to.read(made, hidden("first")).expr, Kind::Integer};
  made.order = {{hidden("at"), true}, {hidden("first"), false}};
  to.set_rows(&made);
  return {};
}

}  // namespace

Command describe_transaction() {
  return {
      .names = {"transaction", "transam"},
      .synopsis =
          "transaction [FIELD ...] [maxspan=LENGTH] [maxpause=LENGTH] [maxevents=N] "
          "[startswith=CONDITION] [endswith=CONDITION] [keepevicted=BOOL] "
          "[mvlist=BOOL]",
      .summary = "Makes one row of events that belong together, with duration and eventcount",
      .details =
          "Fields have the values of all their events, in the order of letters without doubles;\n"
          "`mvlist=t`: in time's order, all. CONDITION is a search in quotes or eval(...). A\n"
          "transaction that lacks the start or the end that was asked for is left out, unless\n"
          "`keepevicted=t`; its closed_txn is 0. Without any condition all are shown.",
      .examples = {"eventSource=iam.amazonaws.com | transaction userIdentity.userName maxpause=10m "
                   "| table userIdentity.userName, duration, eventcount"},
      .lower = run};
}

}  // namespace trailhound::spl
