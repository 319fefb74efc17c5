// SPDX-License-Identifier: Apache-2.0
//
// Each kind of expression has a level, from what binds loosest to what binds tightest. A place asks
// for a level; what is looser is put in parentheses.
#include "sql/print_trino.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "sql/words.hpp"

namespace trailhound::sql {
namespace {

enum class Level { Lambda, Or, And, Not, Predicate, Concat, Sum, Product, Sign, Postfix, Primary };

Level level_of(Arithmetic op) {
  switch (op) {
    case Arithmetic::Concat:
      return Level::Concat;
    case Arithmetic::Add:
    case Arithmetic::Subtract:
      return Level::Sum;
    case Arithmetic::Multiply:
    case Arithmetic::Divide:
    case Arithmetic::Modulo:
      break;
  }
  return Level::Product;
}

Level level_of(const Expr& expr) {
  return std::visit(
      Overload{
          [](const Lambda&) { return Level::Lambda; },
          [](const Logical& e) { return e.op == Connective::Or ? Level::Or : Level::And; },
          [](const Not&) { return Level::Not; }, [](const Comparison&) { return Level::Predicate; },
          [](const IsNull&) { return Level::Predicate; },
          [](const Between&) { return Level::Predicate; },
          [](const InList&) { return Level::Predicate; },
          [](const InQuery&) { return Level::Predicate; },
          [](const Like&) { return Level::Predicate; },
          [](const Quantified&) { return Level::Predicate; },
          [](const Binary& e) { return level_of(e.op); }, [](const Negate&) { return Level::Sign; },
          [](const AtTimeZone&) { return Level::Postfix; },
          [](const Subscript&) { return Level::Postfix; },
          [](const Dereference&) { return Level::Postfix; },
          [](const auto&) { return Level::Primary; }},
      expr.node);
}

constexpr std::string_view kArithmetic[] = {"+", "-", "*", "/", "%", "||"};
constexpr std::string_view kComparing[] = {
    "=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"};
constexpr std::string_view kCurrent[] = {"CURRENT_DATE",    "CURRENT_TIME",   "CURRENT_TIMESTAMP",
                                         "LOCALTIME",       "LOCALTIMESTAMP", "CURRENT_USER",
                                         "CURRENT_CATALOG", "CURRENT_SCHEMA", "CURRENT_PATH"};
constexpr std::string_view kIntervalField[] = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
constexpr std::string_view kJoin[] = {"CROSS JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"};
constexpr std::string_view kSetOperator[] = {"UNION", "INTERSECT", "EXCEPT"};
constexpr std::string_view kFrameUnit[] = {"ROWS", "RANGE", "GROUPS"};
constexpr std::string_view kGrouping[] = {"", "GROUPING SETS ", "ROLLUP ", "CUBE "};
constexpr std::string_view kJson[] = {"JSON_EXISTS", "JSON_VALUE", "JSON_QUERY"};

template <class Enum, std::size_t size>
std::string_view word(const std::string_view (&words)[size], Enum value) {
  return words[static_cast<std::size_t>(value)];
}

std::string quoted_text(std::string_view text) {
  return "'" + replace_all(std::string(text), "'", "''") + "'";
}

bool is_identifier(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

class Printer {
 public:
  std::string take() { return std::move(out_); }

  void print(const Name& name) {
    if (is_identifier(name.text) && !wants_quotes(name.text)) {
      out_ += name.text;
    } else {
      out_ += "\"" + replace_all(name.text, "\"", "\"\"") + "\"";
    }
  }

  void print(const Type& type) {
    if (type.name == "row" || is_identifier(type.name)) {
      out_ += type.name;
    } else if (type.name.starts_with("interval ")) {
      out_ += type.name;
    } else {
      out_ += "\"" + replace_all(type.name, "\"", "\"\"") + "\"";
    }
    if (!type.sizes.empty() || !type.parameters.empty()) {
      out_ += "(";
      std::string_view between;
      for (const std::uint32_t size : type.sizes) {
        out_ += fmt::format("{}{}", between, size);
        between = ", ";
      }
      for (const TypeField& field : type.parameters) {
        out_ += between;
        if (field.name) {
          print(*field.name);
          out_ += " ";
        }
        print(field.type);
        between = ", ";
      }
      out_ += ")";
    }
    if (type.with_time_zone) out_ += " with time zone";
  }

  void print(const Query& query) {
    if (!query.with.empty()) {
      out_ += query.recursive ? "WITH RECURSIVE " : "WITH ";
      list(query.with, [&](const CommonTable& table) {
        print(table.name);
        names(table.columns);
        out_ += " AS (";
        print(*table.query);
        out_ += ")";
      });
      out_ += " ";
    }
    std::visit([&](const auto& body) { this->body(body); }, query.body);
    order_by(query.order_by, " ");
    if (query.offset) {
      out_ += " OFFSET ";
      print(**query.offset, Level::Primary);
    }
    if (!query.limit) return;
    out_ += query.with_ties ? " FETCH FIRST " : " LIMIT ";
    print(**query.limit, Level::Primary);
    if (query.with_ties) out_ += " ROWS WITH TIES";
  }

  /// Prints the expression, in parentheses if it binds looser than `lowest`.
  void print(const Expr& expr, Level lowest = Level::Lambda) {
    const bool parentheses = level_of(expr) < lowest;
    if (parentheses) out_ += "(";
    std::visit([&](const auto& node) { this->node(node); }, expr.node);
    if (parentheses) out_ += ")";
  }

 private:
  template <class List, class Print>
  void list(const List& items, Print print_one, std::string_view between = ", ") {
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += between;
      first = false;
      print_one(item);
    }
  }
  void expressions(const std::vector<Expr>& all) {
    list(all, [&](const Expr& one) { print(one); });
  }
  void names(const std::vector<Name>& all) {
    if (all.empty()) return;
    out_ += " (";
    list(all, [&](const Name& one) { print(one); });
    out_ += ")";
  }
  void dotted(const QualifiedName& name) {
    list(
        name, [&](const Name& one) { print(one); }, ".");
  }
  void order_by(const std::vector<SortKey>& keys, std::string_view before) {
    if (keys.empty()) return;
    out_ += before;
    out_ += "ORDER BY ";
    list(keys, [&](const SortKey& key) {
      print(*key.value);
      if (key.direction == Direction::Descending) out_ += " DESC";
      if (key.nulls) out_ += *key.nulls == NullOrder::First ? " NULLS FIRST" : " NULLS LAST";
    });
  }
  void in_parentheses(const Query& query) {
    out_ += "(";
    print(query);
    out_ += ")";
  }

  // Bodies of queries

  void body(const Select& select) {
    out_ += select.distinct ? "SELECT DISTINCT " : "SELECT ";
    list(select.items, [&](const SelectItem& item) {
      std::visit([&](const auto& one) { this->item(one); }, item.node);
    });
    if (!select.from.empty()) {
      out_ += " FROM ";
      list(select.from, [&](const Relation& relation) { print(relation); });
    }
    if (select.where) {
      out_ += " WHERE ";
      print(**select.where);
    }
    if (!select.group_by.empty()) {
      out_ += select.group_distinct ? " GROUP BY DISTINCT " : " GROUP BY ";
      list(select.group_by, [&](const GroupBy& group) { print(group); });
    }
    if (select.having) {
      out_ += " HAVING ";
      print(**select.having);
    }
    if (!select.windows.empty()) {
      out_ += " WINDOW ";
      list(select.windows, [&](const NamedWindow& named) {
        print(named.name);
        out_ += " AS (";
        print(named.window);
        out_ += ")";
      });
    }
  }
  void body(const Values& values) {
    out_ += "VALUES ";
    expressions(values.rows);
  }
  void body(const TableQuery& table) {
    out_ += "TABLE ";
    dotted(table.name);
  }
  void body(const SetOperation& both) {
    operand(*both.left, both.op, false);
    out_ += fmt::format(" {}{} ", word(kSetOperator, both.op), both.all ? " ALL" : "");
    operand(*both.right, both.op, true);
  }
  void operand(const Query& query, SetOperator outer, bool right) {
    const bool clauses =
        !query.with.empty() || !query.order_by.empty() || query.offset || query.limit;
    const auto* inner = std::get_if<SetOperation>(&query.body);
    const bool tighter =
        inner && inner->op == SetOperator::Intersect && outer != SetOperator::Intersect;
    const bool looser =
        inner && inner->op != SetOperator::Intersect && outer == SetOperator::Intersect;
    const bool bare = !clauses && (!inner || tighter || (!right && !looser));
    bare ? print(query) : in_parentheses(query);
  }

  void item(const SelectValue& value) {
    print(*value.value);
    if (!value.alias) return;
    out_ += " AS ";
    print(*value.alias);
  }
  void item(const SelectAll& all) {
    if (all.of) {
      const bool bare = std::holds_alternative<Column>((*all.of)->node) || is_chain(**all.of);
      postfix_base(**all.of, bare);
      out_ += ".";
    }
    out_ += "*";
    if (all.aliases.empty()) return;
    out_ += " AS";
    names(all.aliases);
  }

  void print(const GroupBy& group) {
    out_ += word(kGrouping, group.kind);
    if (group.kind == Grouping::Simple) return set(group.sets.front());
    out_ += "(";
    list(group.sets, [&](const std::vector<Expr>& one) { set(one); });
    out_ += ")";
  }
  void set(const std::vector<Expr>& keys) {
    if (keys.size() == 1) return print(keys.front());
    out_ += "(";
    expressions(keys);
    out_ += ")";
  }

  void print(const Window& window) {
    std::string_view space;
    if (window.base) {
      print(*window.base);
      space = " ";
    }
    if (!window.partition_by.empty()) {
      out_ += space;
      out_ += "PARTITION BY ";
      expressions(window.partition_by);
      space = " ";
    }
    order_by(window.order_by, space);
    if (!window.order_by.empty()) space = " ";
    if (!window.frame) return;
    out_ += space;
    out_ += word(kFrameUnit, window.frame->unit);
    if (window.frame->end) {
      out_ += " BETWEEN ";
      print(window.frame->start);
      out_ += " AND ";
      print(*window.frame->end);
    } else {
      out_ += " ";
      print(window.frame->start);
    }
  }
  void print(const FrameBound& bound) {
    if (bound.distance) print(**bound.distance, Level::Concat);
    switch (bound.kind) {
      case BoundKind::UnboundedPreceding:
        out_ += "UNBOUNDED PRECEDING";
        break;
      case BoundKind::Preceding:
        out_ += " PRECEDING";
        break;
      case BoundKind::CurrentRow:
        out_ += "CURRENT ROW";
        break;
      case BoundKind::Following:
        out_ += " FOLLOWING";
        break;
      case BoundKind::UnboundedFollowing:
        out_ += "UNBOUNDED FOLLOWING";
        break;
    }
  }

  // Relations

  void print(const Relation& relation) {
    const bool join = std::holds_alternative<Join>(relation.node);
    const bool named = relation.alias || relation.sample;
    if (join && named) out_ += "(";
    std::visit([&](const auto& node) { this->relation_node(node); }, relation.node);
    if (join && named) out_ += ")";
    if (relation.alias) {
      out_ += " AS ";
      print(relation.alias->name);
      names(relation.alias->columns);
    }
    if (relation.sample) {
      out_ += relation.sample->method == SampleMethod::System ? " TABLESAMPLE SYSTEM ("
                                                              : " TABLESAMPLE BERNOULLI (";
      print(*relation.sample->percentage);
      out_ += ")";
    }
  }
  void relation_node(const Table& table) {
    dotted(table.name);
    if (!table.as_of) return;
    out_ += table.as_of->by_version ? " FOR VERSION AS OF " : " FOR TIMESTAMP AS OF ";
    print(*table.as_of->value, Level::Concat);
  }
  void relation_node(const Derived& derived) { in_parentheses(*derived.query); }
  void relation_node(const Lateral& lateral) {
    out_ += "LATERAL ";
    in_parentheses(*lateral.query);
  }
  void relation_node(const Unnest& unnest) {
    out_ += "UNNEST(";
    expressions(unnest.arrays);
    out_ += unnest.with_ordinality ? ") WITH ORDINALITY" : ")";
  }
  void relation_node(const UnsupportedRelation& relation) { out_ += relation.text; }
  void relation_node(const Join& join) {
    print(*join.left);
    out_ += join.natural ? " NATURAL " : " ";
    out_ += word(kJoin, join.kind);
    out_ += " ";
    const bool parentheses =
        std::holds_alternative<Join>(join.right->node) && !join.right->alias && !join.right->sample;
    if (parentheses) out_ += "(";
    print(*join.right);
    if (parentheses) out_ += ")";
    if (join.on) {
      out_ += " ON ";
      print(**join.on);
    } else if (!join.using_columns.empty()) {
      out_ += " USING";
      names(join.using_columns);
    }
  }

  // Expressions

  void node(const NullLiteral&) { out_ += "NULL"; }
  void node(const BooleanLiteral& e) { out_ += e.value ? "TRUE" : "FALSE"; }
  void node(const StringLiteral& e) { out_ += quoted_text(e.value); }
  void node(const BinaryLiteral& e) {
    out_ += "X'";
    for (const char byte : e.bytes) out_ += fmt::format("{:02X}", static_cast<unsigned char>(byte));
    out_ += "'";
  }
  void node(const NumberLiteral& e) { out_ += to_upper(e.text); }
  void node(const TypedLiteral& e) {
    print(e.type);
    out_ += " " + quoted_text(e.value);
  }
  void node(const IntervalLiteral& e) {
    out_ += fmt::format("INTERVAL {}{} {}", e.negative ? "-" : "", quoted_text(e.value),
                        word(kIntervalField, e.from));
    if (e.to) out_ += fmt::format(" TO {}", word(kIntervalField, *e.to));
  }
  void node(const Current& e) {
    out_ += word(kCurrent, e.kind);
    if (e.precision) out_ += fmt::format("({})", *e.precision);
  }
  void node(const Column& e) { dotted(e.path); }
  void node(const Dereference& e) {
    postfix_base(*e.base, is_chain(*e.base));
    out_ += ".";
    print(e.field);
  }
  void node(const Subscript& e) {
    postfix_base(*e.base, level_of(*e.base) >= Level::Postfix);
    out_ += "[";
    print(*e.index);
    out_ += "]";
  }
  /// What a dot may follow. A column and its field would be one longer column, and 1.x a number.
  static bool is_chain(const Expr& base) {
    return std::holds_alternative<Call>(base.node) ||
           std::holds_alternative<Subscript>(base.node) ||
           std::holds_alternative<Dereference>(base.node);
  }
  void postfix_base(const Expr& base, bool bare) {
    if (!bare) out_ += "(";
    print(base);
    if (!bare) out_ += ")";
  }
  void node(const Binary& e) {
    const Level level = level_of(e.op);
    print(*e.left, level);
    out_ += fmt::format(" {} ", word(kArithmetic, e.op));
    print(*e.right, static_cast<Level>(static_cast<int>(level) + 1));
  }
  void node(const Negate& e) {
    out_ += "-";  // two in a row would begin a comment
    const bool again = std::holds_alternative<Negate>(e.operand->node);
    print(*e.operand, again ? Level::Primary : Level::Sign);
  }
  void node(const Comparison& e) {
    print(*e.left, Level::Concat);
    out_ += fmt::format(" {} ", word(kComparing, e.op));
    print(*e.right, Level::Concat);
  }
  void node(const Logical& e) {
    const bool ands = e.op == Connective::And;
    list(
        e.terms, [&](const Expr& term) { print(term, ands ? Level::Not : Level::And); },
        ands ? " AND " : " OR ");
  }
  void node(const Not& e) {
    out_ += "NOT ";
    print(*e.operand, Level::Not);
  }
  void node(const IsNull& e) {
    print(*e.operand, Level::Concat);
    out_ += e.negated ? " IS NOT NULL" : " IS NULL";
  }
  void node(const Between& e) {
    print(*e.operand, Level::Concat);
    out_ += e.negated ? " NOT BETWEEN " : " BETWEEN ";
    print(*e.low, Level::Concat);
    out_ += " AND ";
    print(*e.high, Level::Concat);
  }
  void node(const InList& e) {
    print(*e.operand, Level::Concat);
    out_ += e.negated ? " NOT IN (" : " IN (";
    expressions(e.values);
    out_ += ")";
  }
  void node(const InQuery& e) {
    print(*e.operand, Level::Concat);
    out_ += e.negated ? " NOT IN " : " IN ";
    in_parentheses(*e.query);
  }
  void node(const Like& e) {
    print(*e.operand, Level::Concat);
    out_ += e.negated ? " NOT LIKE " : " LIKE ";
    print(*e.pattern, Level::Concat);
    if (!e.escape) return;
    out_ += " ESCAPE ";
    print(**e.escape, Level::Concat);
  }
  void node(const Quantified& e) {
    print(*e.left, Level::Concat);
    out_ += fmt::format(" {} {} ", word(kComparing, e.op),
                        e.quantifier == Quantifier::All ? "ALL" : "ANY");
    in_parentheses(*e.query);
  }
  void node(const Exists& e) {
    out_ += "EXISTS ";
    in_parentheses(*e.query);
  }
  void node(const Subquery& e) { in_parentheses(*e.query); }
  void node(const Case& e) {
    out_ += "CASE";
    if (e.operand) {
      out_ += " ";
      print(**e.operand);
    }
    for (const When& when : e.whens) {
      out_ += " WHEN ";
      print(*when.condition);
      out_ += " THEN ";
      print(*when.result);
    }
    if (e.otherwise) {
      out_ += " ELSE ";
      print(**e.otherwise);
    }
    out_ += " END";
  }
  void node(const Cast& e) {
    out_ += e.or_null ? "TRY_CAST(" : "CAST(";
    print(*e.operand);
    out_ += " AS ";
    print(e.type);
    out_ += ")";
  }
  void node(const AtTimeZone& e) {
    print(*e.operand, Level::Postfix);
    out_ += " AT TIME ZONE ";
    print(*e.zone, Level::Primary);
  }
  void node(const Call& e) {
    if (print_normalize(e)) return;
    function_name(e);
    out_ += "(";
    if (e.star) out_ += "*";
    if (e.distinct) out_ += "DISTINCT ";
    expressions(e.arguments);
    order_by(e.order_by, e.arguments.empty() ? "" : " ");
    if (e.overflow) print(*e.overflow);
    out_ += ")";
    if (!e.within_group.empty()) {
      out_ += " WITHIN GROUP (";
      order_by(e.within_group, "");
      out_ += ")";
    }
    if (e.filter) {
      out_ += " FILTER (WHERE ";
      print(**e.filter);
      out_ += ")";
    }
    if (e.nulls) {
      out_ += *e.nulls == NullTreatment::Ignore ? " IGNORE NULLS" : " RESPECT NULLS";
    }
    if (!e.over) return;
    const Window& window = *e.over;
    const bool by_name =
        window.base && window.partition_by.empty() && window.order_by.empty() && !window.frame;
    out_ += by_name ? " OVER " : " OVER (";
    print(window);
    if (!by_name) out_ += ")";
  }
  /// A few functions are called by words of the grammar. Their own forms take plain calls only; in
  /// all others the name is quoted.
  void function_name(const Call& call) {
    const std::string& only = call.name.front().text;
    const std::size_t arguments = call.arguments.size();
    const bool plain = !call.distinct && !call.star && call.order_by.empty() && !call.filter &&
                       !call.nulls && !call.over;
    const bool own_form = only == "grouping" || only == "listagg" ||
                          (only == "substring" && plain) ||
                          (only == "trim" && plain && (arguments == 1 || arguments == 2));
    if (call.name.size() == 1 && own_form) {
      out_ += only;
    } else {
      dotted(call.name);
    }
  }
  /// normalize(x, NFC): the form is a bare word.
  bool print_normalize(const Call& call) {
    if (call.name.size() != 1 || call.name[0].text != "normalize") return false;
    if (call.arguments.size() != 2) return false;
    const auto* form = std::get_if<StringLiteral>(&call.arguments[1].node);
    if (!form || (form->value != "NFC" && form->value != "NFD" && form->value != "NFKC" &&
                  form->value != "NFKD")) {
      return false;
    }
    out_ += "normalize(";
    print(call.arguments[0]);
    out_ += ", " + form->value + ")";
    return true;
  }
  void print(const Overflow& overflow) {
    out_ += overflow.truncate ? " ON OVERFLOW TRUNCATE" : " ON OVERFLOW ERROR";
    if (!overflow.truncate) return;
    if (overflow.filler) out_ += " " + quoted_text(*overflow.filler);
    out_ += overflow.with_count ? " WITH COUNT" : " WITHOUT COUNT";
  }
  void node(const Lambda& e) {
    const bool one = e.parameters.size() == 1;
    if (!one) out_ += "(";
    list(e.parameters, [&](const Name& name) { print(name); });
    out_ += one ? " -> " : ") -> ";
    print(*e.body);
  }
  void node(const Array& e) {
    out_ += "ARRAY[";
    expressions(e.elements);
    out_ += "]";
  }
  void node(const Row& e) {
    out_ += "ROW(";
    expressions(e.values);
    out_ += ")";
  }
  void node(const Parameter& e) {
    if (e.name.empty()) {
      out_ += "?";
    } else if (is_identifier(to_lower(e.name))) {
      out_ += ":" + e.name;
    } else {
      out_ += e.name == "####" ? e.name : "${" + e.name + "}";
    }
  }
  void node(const JsonPath& e) {
    out_ += word(kJson, e.operation);
    out_ += "(";
    print(*e.input);
    out_ += ", " + quoted_text(e.path);
    if (!e.passing.empty()) {
      out_ += " PASSING ";
      list(e.passing, [&](const JsonArgument& argument) {
        print(*argument.value);
        out_ += " AS ";
        print(argument.name);
      });
    }
    returning(e.returning);
    if (!e.before.empty()) out_ += " " + e.before;
    behaviour(e.on_empty, e.on_empty_default, "EMPTY");
    behaviour(e.on_error, e.on_error_default, "ERROR");
    out_ += ")";
  }
  void behaviour(const std::string& does, const Maybe<Expr>& fallback, std::string_view on) {
    if (does.empty()) return;
    out_ += " " + does;
    if (fallback) {
      out_ += " ";
      print(**fallback);
    }
    out_ += fmt::format(" ON {}", on);
  }
  void returning(const std::optional<Type>& type) {
    if (!type) return;
    out_ += " RETURNING ";
    print(*type);
  }
  void node(const JsonObject& e) {
    out_ += "JSON_OBJECT(";
    list(e.members, [&](const JsonMember& member) {
      print(*member.key);
      out_ += " : ";
      print(*member.value);
    });
    if (e.absent_on_null) out_ += " ABSENT ON NULL";
    if (e.unique_keys) out_ += " WITH UNIQUE KEYS";
    returning(e.returning);
    out_ += ")";
  }
  void node(const JsonArray& e) {
    out_ += "JSON_ARRAY(";
    expressions(e.elements);
    if (e.null_on_null) out_ += " NULL ON NULL";
    returning(e.returning);
    out_ += ")";
  }

  std::string out_;
};

template <class Node>
std::string printed(const Node& node) {
  Printer printer;
  printer.print(node);
  return printer.take();
}

}  // namespace

std::string print_trino(const Query& query) { return printed(query); }
std::string print_trino(const Expr& expression) { return printed(expression); }
std::string print_trino(const Type& type) { return printed(type); }
std::string print_trino(const Name& name) { return printed(name); }

}  // namespace trailhound::sql
