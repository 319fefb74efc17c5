// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::int64_t limit = 0;
  if (in.peek() >= '0' && in.peek() <= '9') {
    const Argument number = in.word();
    TRY(limit, count_of(number));
  } else {
    TRY(const auto option, in.option("limit"));
    if (option) {
      TRY(limit, count_of(*option));
    }
  }
  TRY(Layer * rows, to.push());
  std::vector<OrderKey> keys;
  while (!in.at_end()) {
    if (in.take(',')) continue;
    TRY(const auto behind, in.option("limit"));
    if (behind) {
      TRY(limit, count_of(*behind));
      continue;
    }
    if (!keys.empty() && (in.peek_keyword("d") || in.peek_keyword("desc"))) {
      (void)in.word();
      for (OrderKey& key : keys) key.descending = !key.descending;
      continue;
    }
    if (!keys.empty() && (in.peek_keyword("a") || in.peek_keyword("asc"))) {
      (void)in.word();
      continue;
    }
    bool descending = false;
    if (in.peek() == '-' || in.peek() == '+') {
      descending = in.peek() == '-';
      in.take(in.peek());
    }
    TRY(Argument field, in.field());
    std::string how = "auto";
    if (field.quote == 0 && in.here() == '(') {
      how = to_lower(field.text);
      in.take('(');
      TRY(field, in.field());
      if (!in.take(')')) return in.expected("`)`");
      if (how != "auto" && how != "num" && how != "str" && how != "ip") {
        return in.problem("a field is sorted as auto, num, str or ip", field.span);
      }
    }
    const Value value = to.read(*rows, field.text, field.span);
    sql::Expr key = value.expr;
    if (how == "num") {
      key = number_of(value);
    } else if (how == "ip") {
      key = spl("address_order", {text_of(value)});
    } else if (how == "str") {
      key = text_of(value);
    } else if (value.kind == Kind::Text && field.text.front() != kHidden) {
      key = spl("sort_key", {value.expr});
    } else if (value.kind == Kind::List) {
      key = spl("sort_key", {spl("mvjoin", {value.expr, sql::text("\n")})});
    }
    const std::string hidden = std::string(1, kHidden) + "sort " + to.table().fresh();
    rows->set(hidden, {std::move(key), Kind::Text});
    keys.push_back({hidden, descending});
  }
  if (keys.empty()) return in.expected("fields to sort by");
  keys.insert(keys.end(), rows->order.begin(), rows->order.end());
  rows->order = keys;
  if (limit > 0) {
    TRY(Layer * first, to.push());
    first->order_by = to.table().order(*rows);
    first->limit = limit;
  }
  return {};
}

}  // namespace

Command describe_sort() {
  return {.names = {"sort"},
          .synopsis = "sort [N] [-]FIELD, ...",
          .summary = "Puts rows in order; equals keep the order they had",
          .details =
              "Numbers come before addresses, those before other text; `num(F)`, `str(F)` and\n"
              "`ip(F)` say what a field is. Without N Splunk keeps 10,000 rows; here all.",
          .examples =
              {"eventSource=iam.amazonaws.com | stats count BY eventName | sort -count, eventName"},
          .lower = run};
}

}  // namespace trailhound::spl
