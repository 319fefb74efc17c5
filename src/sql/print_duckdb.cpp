// SPDX-License-Identifier: Apache-2.0
#include "sql/print_duckdb.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "base/check.hpp"
#include "base/text.hpp"
#include "sql/functions.hpp"
#include "sql/plan_walk.hpp"

namespace trailhound::sql {
namespace {
using event::Field;

std::string quoted(std::string_view name) {
  return '"' + replace_all(std::string(name), "\"", "\"\"") + '"';
}

std::string text_literal(std::string_view text) {
  if (text.find('\0') == std::string_view::npos) {
    return "'" + replace_all(std::string(text), "'", "''") + "'";
  }
  std::string out;  // DuckDB's parser ends at a zero byte
  for (const std::string_view part : split(text, '\0')) {
    out += (out.empty() ? "(" : " || chr(0) || ") + text_literal(part);
  }
  return out + ")";
}

std::string blob_literal(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out = "unhex('";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out + "')";
}

std::string_view comparing(Comparing op) {
  switch (op) {
    case Comparing::Equal:
      return "=";
    case Comparing::NotEqual:
      return "<>";
    case Comparing::Less:
      return "<";
    case Comparing::LessOrEqual:
      return "<=";
    case Comparing::Greater:
      return ">";
    case Comparing::GreaterOrEqual:
      return ">=";
    case Comparing::IsDistinct:
      return "IS DISTINCT FROM";
    case Comparing::IsNotDistinct:
      return "IS NOT DISTINCT FROM";
  }
  return "";
}

/// Prints one statement.
class Printer {
 public:
  Printer(const Bound& bound, const TableText& table, std::string_view line)
      : bound_(bound), line_(line) {
    for (const TableUse& use : bound.tables()) tables_.emplace(use.source, table(use));
  }

  std::string statement() {
    top_ = &bound_.plan();
    return plan(bound_.plan());
  }

 private:
  const Bound& bound_;
  std::map<int, TableSql> tables_;      ///< By the number of the source
  std::map<int, const Plan*> commons_;  ///< By the number of the CTE
  std::map<int, const Plan*> queries_;  ///< What stands behind sources, by their numbers
  std::string_view line_;               ///< Between clauses: " ", or a line break
  const Plan* top_ = nullptr;
  int locals_ = 0;
  std::vector<std::pair<std::string, std::string>>
      renamed_;  ///< Lambda parameters, and what to say for them

  static std::string alias(int source) { return "t" + std::to_string(source); }
  static std::string common(int id) { return "w" + std::to_string(id); }

  // Terms

  std::string term(const TermPtr& term) { return this->term(*term); }
  std::string term(const Term& term) {
    return std::visit([&](const auto& inner) { return node(inner, term); }, term.node);
  }
  std::string list(const std::vector<TermPtr>& terms, std::string_view between = ", ") {
    std::string out;
    for (const TermPtr& one : terms) {
      if (!out.empty()) out += between;
      out += term(one);
    }
    return out;
  }

  std::string node(const Constant& value, const Term& term) {
    const DataType& type = term.type;
    if (value.null)
      return type.is(TypeKind::Unknown) ? "NULL" : "CAST(NULL AS " + duckdb_type(type) + ")";
    switch (type.kind) {
      case TypeKind::Boolean:
      case TypeKind::Integer:
        return value.text;
      case TypeKind::Tinyint:
      case TypeKind::Smallint:
      case TypeKind::Bigint:
      case TypeKind::Decimal:
      case TypeKind::Real:
      case TypeKind::Double:
        return "CAST(" + (type.is(TypeKind::Decimal) ? text_literal(value.text) : value.text) +
               " AS " + duckdb_type(type) + ")";
      case TypeKind::Varbinary:
        return blob_literal(value.text);
      case TypeKind::Date:
        return "DATE " + text_literal(value.text);
      case TypeKind::Time:
        return "TIME " + text_literal(value.text);
      case TypeKind::Timestamp:
      case TypeKind::TimestampZone:
        return "TIMESTAMP " + text_literal(value.text);
      case TypeKind::IntervalDay:
        return "to_microseconds(" + value.text + ")";
      case TypeKind::IntervalYear:
        return "to_months(" + value.text + ")";
      default:
        return text_literal(value.text);
    }
  }
  std::string node(const ColumnOf& column, const Term& term) {
    if (column.source == 0) return quoted(column.name);
    if (const auto put_together = from_apart(term)) return *put_together;
    return alias(column.source) + "." + quoted(column.name);
  }
  /// A field of a table that has fields apart.
  std::optional<std::string> from_apart(const Term& term) const {
    const auto use = field_of(term);
    if (!use) return std::nullopt;
    const auto table = tables_.find(use->source);
    if (table == tables_.end() || table->second.apart.empty()) return std::nullopt;
    return field_text(use->field, use->source, table->second.apart);
  }
  /// The field by its path; a struct that has something apart is put together.
  static std::string field_text(Field field, int source,
                                const std::map<Field, std::string>& apart) {
    if (const auto column = apart.find(field); column != apart.end()) {
      return alias(source) + "." + quoted(column->second);
    }
    std::string path;
    for (Field at = field; at != Field::Record; at = event::describe(at).parent) {
      path = "." + quoted(event::describe(at).sql_name) + path;
    }
    path = alias(source) + path;
    const auto is_inside = [&](const auto& one) {
      for (Field at = one.first; at != Field::Record; at = event::describe(at).parent) {
        if (at == field) return true;
      }
      return false;
    };
    if (std::none_of(apart.begin(), apart.end(), is_inside)) return path;
    std::string members;
    for (const Field member : event::members(field)) {
      members += (members.empty() ? "" : ", ") + quoted(event::describe(member).sql_name) +
                 " := " + field_text(member, source, apart);
    }
    return "(CASE WHEN " + path + " IS NULL THEN NULL ELSE struct_pack(" + members + ") END)";
  }
  std::string node(const MemberOf& part, const Term& whole) {
    if (const auto put_together = from_apart(whole)) return *put_together;
    const std::string base = term(part.base);
    const bool simple = as<ColumnOf>(part.base) != nullptr || as<MemberOf>(part.base) != nullptr;
    return (simple ? base : "(" + base + ")") + "." + quoted(part.name);
  }
  std::string node(const LocalOf& local, const Term&) {
    for (std::size_t i = renamed_.size(); i-- > 0;) {
      if (renamed_[i].first == local.name) return renamed_[i].second;
    }
    return local.name;
  }
  std::string node(const Applied& call, const Term&) {
    return expand(call.form, call.arguments, nullptr, {});
  }
  std::string node(const Aggregated& call, const Term&) {
    return expand(call.form, call.arguments, &call, filter(call));
  }
  std::string filter(const Aggregated& call) {
    return call.filter ? " FILTER (WHERE " + term(call.filter) + ")" : "";
  }
  std::string node(const Windowed& windowed, const Term&) {
    std::string over = filter(windowed.call) + " OVER (";
    if (!windowed.partition_by.empty()) over += "PARTITION BY " + list(windowed.partition_by) + " ";
    if (!windowed.order_by.empty()) over += "ORDER BY " + sort_keys(windowed.order_by) + " ";
    if (windowed.unit) {
      static constexpr std::string_view kUnits[] = {"ROWS", "RANGE", "GROUPS"};
      over += kUnits[static_cast<std::size_t>(*windowed.unit)];
      over += " BETWEEN " + frame_end(windowed.start) + " AND " + frame_end(windowed.end);
    }
    ignore_nulls_ = windowed.ignore_nulls;
    std::string out =
        expand(windowed.call.form, windowed.call.arguments, &windowed.call, over + ")");
    return out;
  }
  bool ignore_nulls_ = false;

  std::string frame_end(const FrameEnd& end) {
    switch (end.kind) {
      case BoundKind::UnboundedPreceding:
        return "UNBOUNDED PRECEDING";
      case BoundKind::Preceding:
        return term(end.distance) + " PRECEDING";
      case BoundKind::CurrentRow:
        return "CURRENT ROW";
      case BoundKind::Following:
        return term(end.distance) + " FOLLOWING";
      case BoundKind::UnboundedFollowing:
        return "UNBOUNDED FOLLOWING";
    }
    return "";
  }
  std::string node(const Compared& compared, const Term&) {
    const DataType& type = compared.left->type;
    const bool distinct =
        compared.op == Comparing::IsDistinct || compared.op == Comparing::IsNotDistinct;
    if ((type.is(TypeKind::Double) || type.is(TypeKind::Real)) && !distinct)
      return compare_reals(compared);
    return "(" + term(compared.left) + " " + std::string(comparing(compared.op)) + " " +
           term(compared.right) + ")";
  }
  std::string node(const Connected& connected, const Term&) {
    return "(" + list(connected.terms, connected.op == Connective::And ? " AND " : " OR ") + ")";
  }
  std::string node(const Inverted& inverted, const Term&) {
    return "(NOT " + term(inverted.operand) + ")";
  }
  std::string node(const NullTested& test, const Term&) {
    return "(" + term(test.operand) + (test.negated ? " IS NOT NULL)" : " IS NULL)");
  }
  /// Trino's NaN is equal to nothing and neither less nor greater; DuckDB's equals itself and is
  /// greater than all numbers.
  std::string compare_reals(const Compared& compared) {
    const std::string left = term(compared.left);
    const std::string right = term(compared.right);
    const auto known = [](const TermPtr& one) {
      const auto* value = as<Constant>(one);
      return value != nullptr && !value->null;
    };
    const bool greater =
        compared.op == Comparing::Greater || compared.op == Comparing::GreaterOrEqual;
    const bool less = compared.op == Comparing::Less || compared.op == Comparing::LessOrEqual;
    const std::string plain = left + " " + std::string(comparing(compared.op)) + " " + right;
    if (known(compared.left) && known(compared.right)) return "(" + plain + ")";
    if (known(compared.right))
      return greater ? "(" + plain + " AND NOT isnan(" + left + "))" : "(" + plain + ")";
    if (known(compared.left))
      return less ? "(" + plain + " AND NOT isnan(" + right + "))" : "(" + plain + ")";
    // Both are named once: either may be a whole query.
    const std::string pair = "x" + std::to_string(++locals_);
    return "list_transform([{'l': " + left + ", 'r': " + right + "}], lambda " + pair +
           ": CASE WHEN isnan(" + pair + ".l) OR isnan(" + pair + ".r) THEN CASE WHEN " + pair +
           ".l IS NOT NULL AND " + pair + ".r IS NOT NULL THEN " +
           (compared.op == Comparing::NotEqual ? "true" : "false") + " END ELSE " + pair + ".l " +
           std::string(comparing(compared.op)) + " " + pair + ".r END)[1]";
  }
  std::string node(const LikeTested& like, const Term&) {
    std::string out =
        "(" + term(like.operand) + (like.negated ? " NOT LIKE " : " LIKE ") + term(like.pattern);
    if (like.escape) out += " ESCAPE " + term(like.escape);
    return out + ")";
  }
  std::string node(const Listed& listed, const Term&) {
    return "(" + term(listed.operand) + (listed.negated ? " NOT IN (" : " IN (") +
           list(listed.values) + "))";
  }
  std::string node(const Chosen& chosen, const Term&) {
    std::string out = "CASE";
    for (const Chosen::Branch& branch : chosen.branches) {
      out += " WHEN " + term(branch.condition) + " THEN " + term(branch.result);
    }
    if (chosen.otherwise) out += " ELSE " + term(chosen.otherwise);
    return out + " END";
  }
  std::string node(const LambdaOf& lambda, const Term&) { return term(lambda.body); }
  std::string node(const Nested& nested, const Term&) {
    const std::string inner = "(" + plan(*nested.plan) + ")";
    switch (nested.asking) {
      case Asking::Scalar:
        return inner;
      case Asking::Exists:
        return "EXISTS " + inner;
      case Asking::In:
        return "(" + term(nested.operand) + (nested.negated ? " NOT IN " : " IN ") + inner + ")";
      case Asking::Compare:
        return "(" + term(nested.operand) + " " + std::string(comparing(nested.op)) +
               (nested.quantifier == Quantifier::All ? " ALL " : " ANY ") + inner + ")";
    }
    return inner;
  }

  std::string sort_keys(const std::vector<SortTerm>& keys) {
    std::string out;
    for (const SortTerm& key : keys)
      out += (out.empty() ? "" : ", ") + term(key.value) + direction(key);
    return out;
  }
  static std::string direction(const SortTerm& key) {
    return std::string(key.descending ? " DESC" : " ASC") +
           (key.nulls_first ? " NULLS FIRST" : " NULLS LAST");
  }

  /// Fills the places of a form. `over` is FILTER and OVER.
  std::string expand(std::string_view form, const std::vector<TermPtr>& arguments,
                     const Aggregated* aggregate, const std::string& over) {
    std::vector<std::pair<std::string, std::string>> own;  // {$x} and its name
    return fill(form, arguments, aggregate, over, own);
  }

  std::string fill(std::string_view form, const std::vector<TermPtr>& arguments,
                   const Aggregated* aggregate, const std::string& over,
                   std::vector<std::pair<std::string, std::string>>& own) {
    std::string out;
    for (std::size_t i = 0; i < form.size(); ++i) {
      if (form[i] != '{' || i + 1 >= form.size()) {
        out += form[i];
        continue;
      }
      const std::string_view rest = form.substr(i + 1);
      if (rest[0] == '{') {
        out += '{';
        ++i;
      } else if (rest[0] == '$') {
        const std::size_t end = rest.find('}');
        out += own_name(std::string(rest.substr(1, end - 1)), own);
        i += end + 1;
      } else if (rest.starts_with("d}")) {
        if (aggregate != nullptr && aggregate->distinct) out += "DISTINCT ";
        i += 2;
      } else if (rest.starts_with("o}")) {
        if (aggregate != nullptr && !aggregate->order_by.empty())
          out += " ORDER BY " + sort_keys(aggregate->order_by);
        i += 2;
      } else if (rest.starts_with("f}")) {
        out += over;
        i += 2;
      } else if (rest.starts_with("n}")) {
        if (ignore_nulls_) out += " IGNORE NULLS";
        i += 2;
      } else if (rest[0] == '*' || (std::isdigit(static_cast<unsigned char>(rest[0])) != 0)) {
        i += place(rest, arguments, aggregate, over, own, out);
      } else {
        out += '{';
      }
    }
    return out;
  }

  std::string own_name(const std::string& name,
                       std::vector<std::pair<std::string, std::string>>& own) {
    for (const auto& [known, text] : own) {
      if (known == name) return text;
    }
    own.emplace_back(name, "x" + std::to_string(++locals_));
    return own.back().second;
  }

  /// A place that speaks of arguments: `rest` begins behind its brace. Says how much of it was
  /// read.
  std::size_t place(std::string_view rest, const std::vector<TermPtr>& arguments,
                    const Aggregated* aggregate, const std::string& over,
                    std::vector<std::pair<std::string, std::string>>& own, std::string& out) {
    std::size_t at = 0;
    std::size_t number = 0;
    while (std::isdigit(static_cast<unsigned char>(rest[at])) != 0)
      number = number * 10 + static_cast<std::size_t>(rest[at++] - '0');
    if (rest[at] == '*') {
      std::string_view between = ", ";
      const std::size_t end = rest.find('}', at);
      if (rest[at + 1] == ':') between = rest.substr(at + 2, end - at - 2);
      const std::size_t first = number == 0 ? 0 : number - 1;
      out +=
          list({arguments.begin() + static_cast<std::ptrdiff_t>(std::min(first, arguments.size())),
                arguments.end()},
               between);
      return end + 1;
    }
    CHECK(number >= 1 && number <= arguments.size(),
          "a form speaks of an argument that is not there");
    const TermPtr& argument = arguments[number - 1];
    if (rest[at] == '}') {
      out += term(argument);
      return at + 1;
    }
    CHECK(rest[at] == '(', "a form has a place that nobody knows");
    std::vector<std::string> given;
    int depth = 0;
    std::size_t begin = at + 1;
    std::size_t end = begin;
    for (;; ++end) {
      const char c = rest[end];
      if (c == '(' || c == '{' || c == '[') ++depth;
      if (depth == 0 && (c == ',' || c == ')')) {
        given.push_back(
            fill(trim(rest.substr(begin, end - begin)), arguments, aggregate, over, own));
        begin = end + 1;
        if (c == ')') break;
      }
      if (c == ')' || c == '}' || c == ']') --depth;
    }
    const auto* lambda = as<LambdaOf>(argument);
    CHECK(lambda != nullptr && lambda->parameters.size() == given.size(),
          "a form calls what is no lambda");
    const std::size_t before = renamed_.size();
    for (std::size_t i = 0; i < given.size(); ++i)
      renamed_.emplace_back(lambda->parameters[i], given[i]);
    out += term(lambda->body);
    renamed_.resize(before);
    return end + 2;  // the bracket and the brace behind it
  }

  // Queries

  std::string plan(const Plan& plan) {
    std::string out;
    if (!plan.with.empty()) {
      const bool recursive = std::any_of(plan.with.begin(), plan.with.end(),
                                         [](const CommonPlan& one) { return one.recursive; });
      for (const CommonPlan& one : plan.with) {
        commons_[one.id] = one.plan.get();
        out += out.empty() ? (recursive ? "WITH RECURSIVE " : "WITH ") : ", ";
        out += common(one.id) +
               (one.recursive ? recursion(one) : " AS (" + this->plan(*one.plan) + ")");
      }
      out += line_;
    }
    const bool top = &plan == top_;
    out += std::visit([&](const auto& inner) { return body(inner, plan, top); }, plan.body);
    std::string keys;
    for (const OrderKey& key : plan.order_by) {
      keys += keys.empty() ? "" : ", ";
      keys += (key.output > 0 ? std::to_string(key.output) : term(key.sort.value)) +
              direction(key.sort);
    }
    if (!keys.empty()) out += std::string(line_) + "ORDER BY " + keys;
    if (plan.limit) out += std::string(line_) + "LIMIT " + std::to_string(*plan.limit);
    if (plan.offset) out += std::string(line_) + "OFFSET " + std::to_string(*plan.offset);
    return out;
  }

  std::string recursion(const CommonPlan& one) {
    const SetPlan& both = std::get<SetPlan>(one.plan->body);
    std::string columns;
    for (const std::string& name : one.columns)
      columns += (columns.empty() ? "" : ", ") + quoted(name);
    return " (" + columns + ") AS (SELECT * FROM (" + plan(*both.left) +
           ") AS first_rows UNION ALL SELECT * FROM (" + plan(*both.right) + ") AS step)";
  }

  /// An output, named for the queries around or, at the top, for the person who asks.
  std::string output(const std::string& value, const Output& output, bool top) {
    if (!top) return value + " AS " + quoted(output.inner);
    std::string shown = value;
    const std::string handed_out = duckdb_output_type(output.type);
    if (handed_out != duckdb_type(output.type)) shown = "CAST(" + shown + " AS " + handed_out + ")";
    std::string type = line_ == " " ? "" : " /* " + spell(output.type) + " */";
    return shown + " AS " + quoted(output.name) + type;
  }

  std::string body(const SelectPlan& select, const Plan& plan, bool top) {
    std::string out = select.distinct ? "SELECT DISTINCT " : "SELECT ";
    for (std::size_t i = 0; i < select.outputs.size(); ++i) {
      if (i > 0) out += line_ == " " ? ", " : ",\n  ";
      out += output(term(select.outputs[i]), plan.outputs[i], top);
    }
    if (!select.grouped) {
      if (select.from) out += std::string(line_) + "FROM " + source(*select.from);
      if (select.where) out += std::string(line_) + "WHERE " + where(select.where);
      return out;
    }
    const Grouped& grouped = *select.grouped;
    std::string inner;
    for (std::size_t i = 0; i < grouped.keys.size(); ++i) {
      inner +=
          (inner.empty() ? "" : ", ") + term(grouped.keys[i]) + " AS g" + std::to_string(i + 1);
    }
    for (std::size_t i = 0; i < grouped.aggregates.size(); ++i) {
      inner += (inner.empty() ? "" : ", ") + term(grouped.aggregates[i]) + " AS a" +
               std::to_string(i + 1);
    }
    out += std::string(line_) + "FROM (SELECT " + (inner.empty() ? "1 AS one" : inner);
    if (select.from) out += std::string(line_) + "FROM " + source(*select.from);
    if (select.where) out += std::string(line_) + "WHERE " + where(select.where);
    out += group_by(grouped);
    if (inner.empty()) out += " HAVING count(*) >= 0";
    out += ") AS " + alias(grouped.id);
    if (select.having) out += std::string(line_) + "WHERE " + where(select.having);
    return out;
  }

  std::string group_by(const Grouped& grouped) {
    if (!grouped.sets.empty()) {
      std::string sets;
      for (const std::vector<std::size_t>& set : grouped.sets) {
        std::string keys;
        for (const std::size_t key : set)
          keys += (keys.empty() ? "" : ", ") + term(grouped.keys[key]);
        sets += (sets.empty() ? "(" : ", (") + keys + ")";
      }
      return std::string(line_) + "GROUP BY GROUPING SETS (" + sets + ")";
    }
    if (grouped.keys.empty()) return "";
    std::string keys;
    for (std::size_t i = 0; i < grouped.keys.size(); ++i) {
      keys += (keys.empty() ? "" : ", ") + std::to_string(i + 1);
    }
    return std::string(line_) + "GROUP BY " + keys;
  }

  /// Trino tests AND from left to right and stops at the first that is not true; DuckDB takes any
  /// order. Tests that can fail are therefore kept behind those before them.
  std::string where(const TermPtr& condition) {
    const auto* both = as<Connected>(condition);
    if (both == nullptr || both->op != Connective::And) return test(condition);
    std::string out;
    std::string before;
    for (const TermPtr& one : both->terms) {
      std::string text = test(one);
      if (!before.empty() && may_fail(*one))
        text = "CASE WHEN " + before + " THEN " + text + " ELSE false END";
      else
        before += (before.empty() ? "" : " AND ") + text;
      out += (out.empty() ? "" : " AND ") + text;
    }
    return out;
  }

  /// DuckDB hands tests of one column to the reader of Parquet, which makes them of every row, and
  /// first. That skips much where the column is stored as it is tested, but a member of a struct, a
  /// place in JSON or what is worked out is then made of rows that other tests would have left out,
  /// and made again of those that stay. A cast that could fail is not handed on; this one cannot.
  std::string test(const TermPtr& condition) {
    const auto* null = as<NullTested>(condition);
    if (null == nullptr || !null->negated || is_stored(null->operand)) return term(condition);
    return "CAST(CAST(" + term(condition) + " AS INTEGER) AS BOOLEAN)";
  }

  /// Whether a value is a whole column of the events, through all queries between.
  bool is_stored(const TermPtr& value) const {
    const auto* column = as<ColumnOf>(value);
    if (column == nullptr) return false;
    const auto query = queries_.find(column->source);
    if (query == queries_.end()) return column->field.has_value();
    const auto* select = std::get_if<SelectPlan>(&query->second->body);
    if (select == nullptr || select->grouped) return false;
    const std::vector<Output>& outputs = query->second->outputs;
    const auto named = std::find_if(outputs.begin(), outputs.end(), [&](const Output& output) {
      return output.inner == column->name;
    });
    return named != outputs.end() &&
           is_stored(select->outputs[static_cast<std::size_t>(named - outputs.begin())]);
  }

  std::string body(const ValuesPlan& values, const Plan& plan, bool top) {
    std::string rows;
    for (const std::vector<TermPtr>& row : values.rows)
      rows += (rows.empty() ? "(" : ", (") + list(row) + ")";
    std::string names;
    std::string out = "SELECT ";
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
      const std::string name = "c" + std::to_string(i + 1);
      names += (i > 0 ? ", " : "") + name;
      out += (i > 0 ? ", " : "") + output(name, plan.outputs[i], top);
    }
    return out + " FROM (VALUES " + rows + ") AS v (" + names + ")";
  }

  std::string body(const SetPlan& set, const Plan& plan, bool top) {
    static constexpr std::string_view kWords[] = {"UNION", "INTERSECT", "EXCEPT"};
    std::string both = "(" + this->plan(*set.left) + ")" + std::string(line_) +
                       std::string(kWords[static_cast<std::size_t>(set.op)]) +
                       (set.all ? " ALL " : " ") + "(" + this->plan(*set.right) + ")";
    std::string out = "SELECT ";
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
      out += (i > 0 ? ", " : "") +
             output("u." + quoted(set.left->outputs[i].inner), plan.outputs[i], top);
    }
    return out + " FROM (" + both + ") AS u";
  }

  // Sources

  std::string source(const Source& source) {
    return std::visit([&](const auto& inner) { return from(inner, source); }, source.node);
  }

  std::string from(const EventTable& events, const Source& source) {
    const auto table = tables_.find(source.id);
    CHECK(table != tables_.end(), "a table reference without a plan");
    const std::string name = alias(source.id);
    std::string out = table->second.from + " AS " + name;
    if (!events.account.empty()) {
      out = "(SELECT * FROM " + out + " WHERE " + name +
            ".\"account\" = " + text_literal(events.account) + ") AS " + name;
    }
    int levels = 0;
    for (const DerivedColumn& column : events.derived) levels = std::max(levels, column.level);
    for (int level = 1; level <= levels; ++level) {
      std::string columns;
      for (const DerivedColumn& column : events.derived) {
        if (column.level == level)
          columns += ", " + term(column.value) + " AS " + quoted(column.name);
      }
      out = "(SELECT " + name + ".*" + columns + " FROM " + out + ") AS " + name;
    }
    return out;
  }
  std::string from(const NestedQuery& nested, const Source& source) {
    queries_[source.id] = nested.plan.get();
    return (nested.lateral ? "LATERAL (" : "(") + plan(*nested.plan) + ") AS " + alias(source.id);
  }
  std::string from(const CommonUse& use, const Source& source) {
    queries_[source.id] = commons_.at(use.common);
    if (use.unique_columns.empty()) return common(use.common) + " AS " + alias(source.id);
    std::string columns;
    for (const std::string& name : use.unique_columns)
      columns += (columns.empty() ? "" : ", ") + quoted(name);
    return "(SELECT DISTINCT " + columns + " FROM " + common(use.common) + ") AS " +
           alias(source.id);
  }
  std::string from(const UnnestedLists& lists, const Source& source) {
    std::string columns;
    std::string lengths;
    for (const UnnestedLists::Column& column : lists.columns) {
      const std::string list = expand(column.form, {column.list}, nullptr, {});
      columns += (columns.empty() ? "" : ", ") + ("unnest(" + list + ") AS ") + quoted(column.name);
      lengths += (lengths.empty() ? "" : ", ") + ("len(" + list + ")");
    }
    if (!lists.ordinality.empty()) {
      if (lists.columns.size() > 1) lengths = "greatest(" + lengths + ")";
      columns += ", unnest(range(1, " + lengths + " + 1)) AS " + quoted(lists.ordinality);
    }
    return "LATERAL (SELECT " + columns + ") AS " + alias(source.id);
  }
  std::string from(const JoinedSources& join, const Source&) {
    static constexpr std::string_view kWords[] = {" CROSS JOIN ", " JOIN ", " LEFT JOIN ",
                                                  " RIGHT JOIN ", " FULL JOIN "};
    const bool bracketed = std::holds_alternative<JoinedSources>(join.right->node);
    const std::string right = source(*join.right);
    std::string out = source(*join.left) + std::string(line_ == " " ? "" : "\n ") +
                      std::string(kWords[static_cast<std::size_t>(join.kind)]) +
                      (bracketed ? "(" + right + ")" : right);
    if (join.kind != JoinKind::Cross)
      out += " ON " + (join.on ? term(join.on) : std::string("true"));
    return out;
  }
};

}  // namespace

std::string print_duckdb(const Bound& bound, const TableText& table) {
  return Printer(bound, table, " ").statement();
}

std::string explain_duckdb(const Bound& bound, const TableText& table) {
  return Printer(bound, table, "\n").statement();
}

}  // namespace trailhound::sql
