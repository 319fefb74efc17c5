// SPDX-License-Identifier: Apache-2.0
#include "sql/draw.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "sql/print_trino.hpp"

namespace trailhound::sql {
namespace {

constexpr std::string_view kArithmetic[] = {"+", "-", "*", "/", "%", "||"};
constexpr std::string_view kComparing[] = {
    "=", "<>", "<", "<=", ">", ">=", "is distinct", "is not distinct"};
constexpr std::string_view kCurrent[] = {"current_date",    "current_time",   "current_timestamp",
                                         "localtime",       "localtimestamp", "current_user",
                                         "current_catalog", "current_schema", "current_path"};
constexpr std::string_view kIntervalField[] = {"year", "month", "day", "hour", "minute", "second"};
constexpr std::string_view kNumber[] = {"integer", "decimal", "double"};
constexpr std::string_view kJoin[] = {"cross join", "join", "left join", "right join", "full join"};
constexpr std::string_view kSetOperator[] = {"union", "intersect", "except"};
constexpr std::string_view kFrameUnit[] = {"rows", "range", "groups"};
constexpr std::string_view kBound[] = {"unbounded preceding", "preceding", "current row",
                                       "following", "unbounded following"};
constexpr std::string_view kGrouping[] = {"simple", "sets", "rollup", "cube"};
constexpr std::string_view kJson[] = {"json_exists", "json_value", "json_query"};

template <class Enum, std::size_t size>
std::string_view word(const std::string_view (&words)[size], Enum value) {
  return words[static_cast<std::size_t>(value)];
}

/// In single quotes, on one line.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\' || c == '\'') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string names(const std::vector<Name>& all, std::string_view between) {
  std::vector<std::string> printed;
  for (const Name& name : all) printed.push_back(print_trino(name));
  return join(printed, between);
}

std::string columns(const std::vector<Name>& all) {
  return all.empty() ? "" : " (" + names(all, ", ") + ")";
}

class Drawing {
 public:
  std::string take() { return std::move(out_); }

  void draw(const Query& query) {
    line("query");
    const Indent inner(*this);
    for (const CommonTable& table : query.with) {
      line(fmt::format("{} {}{}", query.recursive ? "with recursive" : "with",
                       print_trino(table.name), columns(table.columns)));
      below(*table.query);
    }
    std::visit([&](const auto& body) { this->body(body); }, query.body);
    sort_keys(query.order_by);
    part("offset", query.offset);
    part(query.with_ties ? "limit with ties" : "limit", query.limit);
  }

  void draw(const Expr& expr) {
    std::visit([&](const auto& node) { this->node(node); }, expr.node);
  }

 private:
  struct Indent {
    explicit Indent(Drawing& of) : drawing(of) { ++drawing.depth_; }
    ~Indent() { --drawing.depth_; }
    Indent(const Indent&) = delete;
    Drawing& drawing;
  };

  void line(std::string_view text) {
    out_.append(depth_ * 2, ' ');
    out_ += text;
    out_ += '\n';
  }
  template <class Node>
  void below(const Node& node) {
    const Indent inner(*this);
    draw(node);
  }
  void below(const std::vector<Expr>& all) {
    for (const Expr& one : all) below(one);
  }
  void part(std::string_view title, const Maybe<Expr>& expr) {
    if (!expr) return;
    line(title);
    below(**expr);
  }
  void part(std::string_view title, const std::vector<Expr>& all) {
    if (all.empty()) return;
    line(title);
    below(all);
  }
  void sort_keys(const std::vector<SortKey>& keys, std::string_view title = "order by") {
    for (const SortKey& key : keys) {
      std::string text(title);
      if (key.direction == Direction::Descending) text += " desc";
      if (key.nulls) text += *key.nulls == NullOrder::First ? " nulls first" : " nulls last";
      line(text);
      below(*key.value);
    }
  }

  void body(const Select& select) {
    line(select.distinct ? "select distinct" : "select");
    for (const SelectItem& item : select.items) {
      const Indent inner(*this);
      std::visit([&](const auto& one) { this->item(one); }, item.node);
    }
    if (!select.from.empty()) line("from");
    for (const Relation& relation : select.from) below(relation);
    part("where", select.where);
    for (const GroupBy& group : select.group_by) {
      line(fmt::format("group by {}{}", select.group_distinct ? "distinct " : "",
                       word(kGrouping, group.kind)));
      const Indent inner(*this);
      for (const std::vector<Expr>& set : group.sets) {
        line("set");
        below(set);
      }
    }
    part("having", select.having);
    for (const NamedWindow& named : select.windows) {
      line("window " + print_trino(named.name));
      below(named.window);
    }
  }
  void body(const Values& values) {
    line("values");
    below(values.rows);
  }
  void body(const TableQuery& table) { line("table " + names(table.name, ".")); }
  void body(const SetOperation& both) {
    line(fmt::format("{}{}", word(kSetOperator, both.op), both.all ? " all" : ""));
    below(*both.left);
    below(*both.right);
  }

  void item(const SelectValue& value) {
    line(value.alias ? "item as " + print_trino(*value.alias) : "item");
    below(*value.value);
  }
  void item(const SelectAll& all) {
    line("all" + columns(all.aliases));
    if (all.of) below(**all.of);
  }

  void draw(const Relation& relation) {
    std::visit([&](const auto& node) { this->relation(node, relation); }, relation.node);
    if (!relation.sample) return;
    const Indent inner(*this);
    line(relation.sample->method == SampleMethod::System ? "sample system" : "sample bernoulli");
    below(*relation.sample->percentage);
  }
  static std::string alias(const Relation& relation) {
    if (!relation.alias) return "";
    return " as " + print_trino(relation.alias->name) + columns(relation.alias->columns);
  }
  void relation(const Table& table, const Relation& whole) {
    line("table " + names(table.name, ".") + alias(whole));
    if (!table.as_of) return;
    const Indent inner(*this);
    line(table.as_of->by_version ? "as of version" : "as of timestamp");
    below(*table.as_of->value);
  }
  void relation(const Derived& derived, const Relation& whole) {
    line("subquery" + alias(whole));
    below(*derived.query);
  }
  void relation(const Lateral& lateral, const Relation& whole) {
    line("lateral" + alias(whole));
    below(*lateral.query);
  }
  void relation(const Unnest& unnest, const Relation& whole) {
    line((unnest.with_ordinality ? "unnest with ordinality" : "unnest") + alias(whole));
    below(unnest.arrays);
  }
  void relation(const UnsupportedRelation& node, const Relation& whole) {
    line("unsupported " + node.construct + alias(whole) + " " + quoted(node.text));
  }
  void relation(const Join& join, const Relation& whole) {
    line(fmt::format("{}{}{}", join.natural ? "natural " : "", word(kJoin, join.kind),
                     alias(whole)));
    const Indent inner(*this);
    draw(*join.left);
    draw(*join.right);
    if (!join.using_columns.empty()) line("using" + columns(join.using_columns));
    part("on", join.on);
  }

  void draw(const Window& window) {
    line(window.base ? "over " + print_trino(*window.base) : "over");
    const Indent inner(*this);
    part("partition by", window.partition_by);
    sort_keys(window.order_by);
    if (!window.frame) return;
    line(fmt::format("frame {}", word(kFrameUnit, window.frame->unit)));
    bound("from", window.frame->start);
    if (window.frame->end) bound("to", *window.frame->end);
  }
  void bound(std::string_view title, const FrameBound& bound) {
    const Indent inner(*this);
    line(fmt::format("{} {}", title, word(kBound, bound.kind)));
    if (bound.distance) below(**bound.distance);
  }

  void node(const NullLiteral&) { line("null"); }
  void node(const BooleanLiteral& e) { line(e.value ? "true" : "false"); }
  void node(const StringLiteral& e) { line("string " + quoted(e.value)); }
  void node(const BinaryLiteral& e) {
    std::string digits;
    for (const char byte : e.bytes)
      digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    line("binary " + digits);
  }
  void node(const NumberLiteral& e) { line(fmt::format("{} {}", word(kNumber, e.kind), e.text)); }
  void node(const TypedLiteral& e) { line(print_trino(e.type) + " " + quoted(e.value)); }
  void node(const IntervalLiteral& e) {
    line(fmt::format("interval {}{} {}{}", e.negative ? "-" : "", quoted(e.value),
                     word(kIntervalField, e.from),
                     e.to ? fmt::format(" to {}", word(kIntervalField, *e.to)) : ""));
  }
  void node(const Current& e) {
    line(fmt::format("{}{}", word(kCurrent, e.kind),
                     e.precision ? fmt::format(" {}", *e.precision) : ""));
  }
  void node(const Column& e) { line("column " + names(e.path, ".")); }
  void node(const Dereference& e) {
    line("field " + print_trino(e.field));
    below(*e.base);
  }
  void node(const Subscript& e) { two("subscript", *e.base, *e.index); }
  void node(const Binary& e) { two(word(kArithmetic, e.op), *e.left, *e.right); }
  void node(const Negate& e) { one("negate", *e.operand); }
  void node(const Comparison& e) { two(word(kComparing, e.op), *e.left, *e.right); }
  void node(const Logical& e) {
    line(e.op == Connective::And ? "and" : "or");
    below(e.terms);
  }
  void node(const Not& e) { one("not", *e.operand); }
  void node(const IsNull& e) { one(e.negated ? "is not null" : "is null", *e.operand); }
  void node(const Between& e) {
    two(e.negated ? "not between" : "between", *e.operand, *e.low);
    below(*e.high);
  }
  void node(const InList& e) {
    one(e.negated ? "not in" : "in", *e.operand);
    below(e.values);
  }
  void node(const InQuery& e) {
    one(e.negated ? "not in" : "in", *e.operand);
    below(*e.query);
  }
  void node(const Like& e) {
    two(e.negated ? "not like" : "like", *e.operand, *e.pattern);
    const Indent inner(*this);
    part("escape", e.escape);
  }
  void node(const Quantified& e) {
    one(fmt::format("{} {}", word(kComparing, e.op),
                    e.quantifier == Quantifier::All ? "all" : "any"),
        *e.left);
    below(*e.query);
  }
  void node(const Exists& e) {
    line("exists");
    below(*e.query);
  }
  void node(const Subquery& e) {
    line("subquery");
    below(*e.query);
  }
  void node(const Case& e) {
    line("case");
    const Indent inner(*this);
    if (e.operand) draw(**e.operand);
    for (const When& when : e.whens) {
      one("when", *when.condition);
      one("then", *when.result);
    }
    part("else", e.otherwise);
  }
  void node(const Cast& e) {
    one(fmt::format("{} {}", e.or_null ? "try_cast" : "cast", print_trino(e.type)), *e.operand);
  }
  void node(const AtTimeZone& e) { two("at time zone", *e.operand, *e.zone); }
  void node(const Call& e) {
    std::string text = "call " + names(e.name, ".");
    if (e.star) text += " *";
    if (e.distinct) text += " distinct";
    if (e.nulls) text += *e.nulls == NullTreatment::Ignore ? " ignore nulls" : " respect nulls";
    if (e.overflow) {
      text += e.overflow->truncate ? " overflow truncate" : " overflow error";
      if (e.overflow->filler) text += " " + quoted(*e.overflow->filler);
      if (e.overflow->truncate && !e.overflow->with_count) text += " without count";
    }
    line(text);
    below(e.arguments);
    const Indent inner(*this);
    sort_keys(e.order_by);
    sort_keys(e.within_group, "within group order by");
    part("filter", e.filter);
    if (e.over) draw(*e.over);
  }
  void node(const Lambda& e) { one("lambda (" + names(e.parameters, ", ") + ")", *e.body); }
  void node(const Array& e) {
    line("array");
    below(e.elements);
  }
  void node(const Row& e) {
    line("row");
    below(e.values);
  }
  void node(const Parameter& e) {
    line(e.name.empty() ? fmt::format("parameter {}", e.index) : "parameter " + quoted(e.name));
  }
  void node(const JsonPath& e) {
    std::string text = fmt::format("{} {}", word(kJson, e.operation), quoted(e.path));
    if (e.returning) text += " returning " + print_trino(*e.returning);
    if (!e.before.empty()) text += " " + to_lower(e.before);
    one(text, *e.input);
    const Indent inner(*this);
    for (const JsonArgument& argument : e.passing) {
      one("passing " + print_trino(argument.name), *argument.value);
    }
    if (!e.on_empty.empty()) line("on empty " + to_lower(e.on_empty));
    if (e.on_empty_default) below(**e.on_empty_default);
    if (!e.on_error.empty()) line("on error " + to_lower(e.on_error));
    if (e.on_error_default) below(**e.on_error_default);
  }
  void node(const JsonObject& e) {
    std::string text = "json_object";
    if (e.absent_on_null) text += " absent on null";
    if (e.unique_keys) text += " unique keys";
    if (e.returning) text += " returning " + print_trino(*e.returning);
    line(text);
    const Indent inner(*this);
    for (const JsonMember& member : e.members) two("member", *member.key, *member.value);
  }
  void node(const JsonArray& e) {
    std::string text = "json_array";
    if (e.null_on_null) text += " null on null";
    if (e.returning) text += " returning " + print_trino(*e.returning);
    line(text);
    below(e.elements);
  }

  void one(std::string_view title, const Expr& operand) {
    line(title);
    below(operand);
  }
  void two(std::string_view title, const Expr& left, const Expr& right) {
    line(title);
    below(left);
    below(right);
  }

  std::string out_;
  std::size_t depth_ = 0;
};

template <class Node>
std::string drawn(const Node& node) {
  Drawing drawing;
  drawing.draw(node);
  return drawing.take();
}

}  // namespace

std::string draw(const Query& query) { return drawn(query); }
std::string draw(const Expr& expression) { return drawn(expression); }

}  // namespace trailhound::sql
