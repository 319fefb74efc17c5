// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/text.hpp"
#include "sql/trino_printer.hpp"

namespace trailhound::sql {
namespace {

using Level = TrinoLevel;

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
constexpr std::string_view kJson[] = {"JSON_EXISTS", "JSON_VALUE", "JSON_QUERY"};

}  // namespace

void TrinoPrinter::print(const Type& type) {
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

void TrinoPrinter::print(const Expr& expr, Level lowest) {
  const bool parentheses = level_of(expr) < lowest;
  if (parentheses) out_ += "(";
  std::visit([&](const auto& node) { this->node(node); }, expr.node);
  if (parentheses) out_ += ")";
}

void TrinoPrinter::node(const NullLiteral&) { out_ += "NULL"; }

void TrinoPrinter::node(const BooleanLiteral& e) { out_ += e.value ? "TRUE" : "FALSE"; }

void TrinoPrinter::node(const StringLiteral& e) { out_ += quoted_text(e.value); }

void TrinoPrinter::node(const BinaryLiteral& e) {
  out_ += "X'";
  for (const char byte : e.bytes) out_ += fmt::format("{:02X}", static_cast<unsigned char>(byte));
  out_ += "'";
}

void TrinoPrinter::node(const NumberLiteral& e) { out_ += to_upper(e.text); }

void TrinoPrinter::node(const TypedLiteral& e) {
  print(e.type);
  out_ += " " + quoted_text(e.value);
}

void TrinoPrinter::node(const IntervalLiteral& e) {
  out_ += fmt::format("INTERVAL {}{} {}", e.negative ? "-" : "", quoted_text(e.value),
                      word(kIntervalField, e.from));
  if (e.to) out_ += fmt::format(" TO {}", word(kIntervalField, *e.to));
}

void TrinoPrinter::node(const Current& e) {
  out_ += word(kCurrent, e.kind);
  if (e.precision) out_ += fmt::format("({})", *e.precision);
}

void TrinoPrinter::node(const Column& e) { dotted(e.path); }

void TrinoPrinter::node(const Dereference& e) {
  postfix_base(*e.base, is_chain(*e.base));
  out_ += ".";
  print(e.field);
}

void TrinoPrinter::node(const Subscript& e) {
  postfix_base(*e.base, level_of(*e.base) >= Level::Postfix);
  out_ += "[";
  print(*e.index);
  out_ += "]";
}

bool TrinoPrinter::is_chain(const Expr& base) {
  return std::holds_alternative<Call>(base.node) || std::holds_alternative<Subscript>(base.node) ||
         std::holds_alternative<Dereference>(base.node);
}

void TrinoPrinter::postfix_base(const Expr& base, bool bare) {
  if (!bare) out_ += "(";
  print(base);
  if (!bare) out_ += ")";
}

void TrinoPrinter::node(const Binary& e) {
  const Level level = level_of(e.op);
  print(*e.left, level);
  out_ += fmt::format(" {} ", word(kArithmetic, e.op));
  print(*e.right, static_cast<Level>(static_cast<int>(level) + 1));
}

void TrinoPrinter::node(const Negate& e) {
  out_ += "-";  // two in a row would begin a comment
  const bool again = std::holds_alternative<Negate>(e.operand->node);
  print(*e.operand, again ? Level::Primary : Level::Sign);
}

void TrinoPrinter::node(const Comparison& e) {
  print(*e.left, Level::Concat);
  out_ += fmt::format(" {} ", word(kComparing, e.op));
  print(*e.right, Level::Concat);
}

void TrinoPrinter::node(const Logical& e) {
  const bool ands = e.op == Connective::And;
  list(
      e.terms, [&](const Expr& term) { print(term, ands ? Level::Not : Level::And); },
      ands ? " AND " : " OR ");
}

void TrinoPrinter::node(const Not& e) {
  out_ += "NOT ";
  print(*e.operand, Level::Not);
}

void TrinoPrinter::node(const IsNull& e) {
  print(*e.operand, Level::Concat);
  out_ += e.negated ? " IS NOT NULL" : " IS NULL";
}

void TrinoPrinter::node(const Between& e) {
  print(*e.operand, Level::Concat);
  out_ += e.negated ? " NOT BETWEEN " : " BETWEEN ";
  print(*e.low, Level::Concat);
  out_ += " AND ";
  print(*e.high, Level::Concat);
}

void TrinoPrinter::node(const InList& e) {
  print(*e.operand, Level::Concat);
  out_ += e.negated ? " NOT IN (" : " IN (";
  expressions(e.values);
  out_ += ")";
}

void TrinoPrinter::node(const InQuery& e) {
  print(*e.operand, Level::Concat);
  out_ += e.negated ? " NOT IN " : " IN ";
  in_parentheses(*e.query);
}

void TrinoPrinter::node(const Like& e) {
  print(*e.operand, Level::Concat);
  out_ += e.negated ? " NOT LIKE " : " LIKE ";
  print(*e.pattern, Level::Concat);
  if (!e.escape) return;
  out_ += " ESCAPE ";
  print(**e.escape, Level::Concat);
}

void TrinoPrinter::node(const Quantified& e) {
  print(*e.left, Level::Concat);
  out_ += fmt::format(" {} {} ", word(kComparing, e.op),
                      e.quantifier == Quantifier::All ? "ALL" : "ANY");
  in_parentheses(*e.query);
}

void TrinoPrinter::node(const Exists& e) {
  out_ += "EXISTS ";
  in_parentheses(*e.query);
}

void TrinoPrinter::node(const Subquery& e) { in_parentheses(*e.query); }

void TrinoPrinter::node(const Case& e) {
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

void TrinoPrinter::node(const Cast& e) {
  out_ += e.or_null ? "TRY_CAST(" : "CAST(";
  print(*e.operand);
  out_ += " AS ";
  print(e.type);
  out_ += ")";
}

void TrinoPrinter::node(const AtTimeZone& e) {
  print(*e.operand, Level::Postfix);
  out_ += " AT TIME ZONE ";
  print(*e.zone, Level::Primary);
}

void TrinoPrinter::node(const Call& e) {
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

void TrinoPrinter::function_name(const Call& call) {
  const std::string& only = call.name.front().text;
  const std::size_t arguments = call.arguments.size();
  const bool plain = !call.distinct && !call.star && call.order_by.empty() && !call.filter &&
                     !call.nulls && !call.over;
  const bool own_form = only == "grouping" || only == "listagg" || (only == "substring" && plain) ||
                        (only == "trim" && plain && (arguments == 1 || arguments == 2));
  if (call.name.size() == 1 && own_form) {
    out_ += only;
  } else {
    dotted(call.name);
  }
}

bool TrinoPrinter::print_normalize(const Call& call) {
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

void TrinoPrinter::print(const Overflow& overflow) {
  out_ += overflow.truncate ? " ON OVERFLOW TRUNCATE" : " ON OVERFLOW ERROR";
  if (!overflow.truncate) return;
  if (overflow.filler) out_ += " " + quoted_text(*overflow.filler);
  out_ += overflow.with_count ? " WITH COUNT" : " WITHOUT COUNT";
}

void TrinoPrinter::node(const Lambda& e) {
  const bool one = e.parameters.size() == 1;
  if (!one) out_ += "(";
  list(e.parameters, [&](const Name& name) { print(name); });
  out_ += one ? " -> " : ") -> ";
  print(*e.body);
}

void TrinoPrinter::node(const Array& e) {
  out_ += "ARRAY[";
  expressions(e.elements);
  out_ += "]";
}

void TrinoPrinter::node(const Row& e) {
  out_ += "ROW(";
  expressions(e.values);
  out_ += ")";
}

void TrinoPrinter::node(const Parameter& e) {
  if (e.name.empty()) {
    out_ += "?";
  } else if (is_identifier(to_lower(e.name))) {
    out_ += ":" + e.name;
  } else {
    out_ += e.name == "####" ? e.name : "${" + e.name + "}";
  }
}

void TrinoPrinter::node(const JsonPath& e) {
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

void TrinoPrinter::behaviour(const std::string& does, const Maybe<Expr>& fallback,
                             std::string_view on) {
  if (does.empty()) return;
  out_ += " " + does;
  if (fallback) {
    out_ += " ";
    print(**fallback);
  }
  out_ += fmt::format(" ON {}", on);
}

void TrinoPrinter::returning(const std::optional<Type>& type) {
  if (!type) return;
  out_ += " RETURNING ";
  print(*type);
}

void TrinoPrinter::node(const JsonObject& e) {
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

void TrinoPrinter::node(const JsonArray& e) {
  out_ += "JSON_ARRAY(";
  expressions(e.elements);
  if (e.null_on_null) out_ += " NULL ON NULL";
  returning(e.returning);
  out_ += ")";
}

}  // namespace trailhound::sql
