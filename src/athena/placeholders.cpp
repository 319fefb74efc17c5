// SPDX-License-Identifier: Apache-2.0
//
// Two walks: the first finds every open place and what it is compared with, the second step gives
// each its value. Values only ever become literals or quoted names.
#include "athena/placeholders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "athena/stand_ins.hpp"
#include "base/check.hpp"
#include "base/text.hpp"
#include "sql/walk.hpp"

namespace trailhound::athena {
namespace {

/// Which end of a range a value is.
enum class Bound { None, Low, High };

/// What the place is compared with.
struct Subject {
  std::string column;  ///< "accesskeyid"; empty if nothing
  Bound bound = Bound::None;
  sql::Like* pattern_of = nullptr;
  Place place = Place::Value;
  bool counts = false;  ///< LIMIT, OFFSET: the value is a number
};

/// An open place of the tree.
struct Slot {
  sql::Expr* expr = nullptr;
  OpenPart part;  ///< Of a text; the whole of a Parameter
  Subject subject;
  bool own_name = false;
  std::string asked;                 ///< The name that is shown
  std::vector<std::string> accepts;  ///< Nearest first
};

/// The name of what an expression is about: the last part of a column, the key of a map or JSON.
std::string subject_of(const sql::Expr& expr) {
  if (const auto* column = std::get_if<sql::Column>(&expr.node)) return column->path.back().text;
  if (const auto* field = std::get_if<sql::Dereference>(&expr.node)) return field->field.text;
  if (const auto* cast = std::get_if<sql::Cast>(&expr.node)) return subject_of(*cast->operand);
  if (const auto* item = std::get_if<sql::Subscript>(&expr.node)) {
    if (const auto* key = std::get_if<sql::StringLiteral>(&item->index->node)) {
      return to_lower(key->value);
    }
    return subject_of(*item->base);
  }
  const auto* call = std::get_if<sql::Call>(&expr.node);
  if (!call || call->arguments.empty()) return {};
  const std::string& function = call->name.back().text;
  const bool keyed = function == "element_at" || function.starts_with("json_extract");
  if (keyed && call->arguments.size() == 2) {
    if (const auto* key = std::get_if<sql::StringLiteral>(&call->arguments[1].node)) {
      const std::size_t dot = key->value.find_last_of(".$");
      return to_lower(key->value.substr(dot == std::string::npos ? 0 : dot + 1));
    }
  }
  for (const sql::Expr& argument : call->arguments) {
    if (std::string name = subject_of(argument); !name.empty()) return name;
  }
  return {};
}

/// Finds the open places, and renames tables that only stand for one.
class Finder {
 public:
  Finder(const Options& options, std::vector<Error>& notices)
      : options_(options), notices_(notices) {}

  std::vector<Slot> slots;
  std::vector<sql::Name*> account_tables;
  std::vector<const sql::Name*> other_tables;  ///< That cannot be CloudTrail's

  void operator()(sql::Query& query) {
    for (const sql::CommonTable& table : query.with) own_queries_.insert(table.name.text);
    const auto outer = renamed_;
    // Relations first: which tables are renamed decides how columns read.
    if (auto* select = std::get_if<sql::Select>(&query.body)) {
      for (sql::Relation& relation : select->from) find_tables(relation);
    }
    for (const sql::Maybe<sql::Expr>* rows : {&query.offset, &query.limit}) {
      if (*rows) counted_.insert(&***rows);
    }
    sql::each_child(query, *this);
    count(query.offset);
    count(query.limit);
    renamed_ = outer;
  }
  void operator()(sql::Relation& relation) { sql::each_child(relation, *this); }
  void operator()(sql::Expr& expr) { visit(expr, {}); }

 private:
  void count(sql::Maybe<sql::Expr>& rows) {
    Subject subject;
    subject.column = "limit";
    subject.counts = true;
    if (rows) visit(**rows, subject);
  }

  void find_tables(sql::Relation& relation) {
    if (auto* join = std::get_if<sql::Join>(&relation.node)) {
      find_tables(*join->left);
      find_tables(*join->right);
    }
    auto* table = std::get_if<sql::Table>(&relation.node);
    if (!table || !options_.stand_ins) return;
    sql::Name& name = table->name.back();
    const std::string schema =
        table->name.size() > 1 ? table->name[table->name.size() - 2].text : "";
    if (table->name.size() == 1 && own_queries_.contains(name.text)) return;
    if (is_account_stand_in(name.text)) {
      account_tables.push_back(&name);
    } else if (is_table_stand_in(schema, name.text)) {
      rename_table(*table);
    } else if (!name.text.starts_with("cloudtrail")) {
      other_tables.push_back(&name);
    }
  }

  void rename_table(sql::Table& table) {
    std::vector<std::string> parts;
    for (const sql::Name& name : table.name) parts.push_back(name.text);
    const std::string before = join(parts, ".");
    Span span = table.name.front().span;
    span.end = table.name.back().span.end;
    renamed_.insert(table.name.back().text);
    table.name = {sql::Name{"cloudtrail", false, span}};
    Error notice =
        Error{"table-stand-in", fmt::format("`{}` was read as `cloudtrail`", before)}.at(span).mend(
            {"write `cloudtrail`", {{span, "cloudtrail"}}, Certainty::Sure});
    if (is_event_data_store_id(before) && options_.dialect == Dialect::Athena) {
      notice.notes.push_back("event data stores are asked in Lake's dialect: --dialect lake");
    }
    notices_.push_back(std::move(notice));
  }

  void visit(sql::Expr& expr, const Subject& subject) {
    std::visit([&](auto& node) { this->node(node, expr, subject); }, expr.node);
  }
  /// Visits both sides, each with the other as its subject.
  void compare(sql::Expr& left, sql::Expr& right, Bound right_is) {
    Subject of_left;
    of_left.column = subject_of(left);
    of_left.bound = right_is;
    Subject of_right;
    of_right.column = subject_of(right);
    of_right.bound = right_is == Bound::Low    ? Bound::High
                     : right_is == Bound::High ? Bound::Low
                                               : Bound::None;
    visit(left, of_right);
    visit(right, of_left);
  }

  void node(sql::Comparison& comparison, sql::Expr&, const Subject&) {
    const auto op = comparison.op;
    const bool low = op == sql::Comparing::Greater || op == sql::Comparing::GreaterOrEqual;
    const bool high = op == sql::Comparing::Less || op == sql::Comparing::LessOrEqual;
    compare(*comparison.left, *comparison.right,
            low    ? Bound::Low
            : high ? Bound::High
                   : Bound::None);
  }
  void node(sql::Between& between, sql::Expr&, const Subject&) {
    compare(*between.operand, *between.low, Bound::Low);
    Subject high;
    high.column = subject_of(*between.operand);
    high.bound = Bound::High;
    visit(*between.high, high);
  }
  void node(sql::Like& like, sql::Expr&, const Subject&) {
    visit(*like.operand, {});
    Subject pattern;
    pattern.column = subject_of(*like.operand);
    pattern.pattern_of = &like;
    pattern.place = Place::Pattern;
    visit(*like.pattern, pattern);
  }
  void node(sql::InList& list, sql::Expr&, const Subject&) {
    visit(*list.operand, {});
    Subject value;
    value.column = subject_of(*list.operand);
    for (sql::Expr& one : list.values) visit(one, value);
  }
  void node(sql::Case& whole, sql::Expr& expr, const Subject& subject) {
    if (!whole.operand) return below(expr, subject);
    visit(**whole.operand, {});
    Subject value;
    value.column = subject_of(**whole.operand);
    for (sql::When& when : whole.whens) {
      visit(*when.condition, value);
      visit(*when.result, subject);
    }
    if (whole.otherwise) visit(**whole.otherwise, subject);
  }
  void node(sql::Call& call, sql::Expr& expr, const Subject& outer) {
    Subject subject = outer;
    subject.pattern_of = nullptr;
    if (call.arguments.size() > 1) {
      subject.place = Place::Argument;
      if (std::string name = subject_of(call.arguments.front()); !name.empty()) {
        subject.column = std::move(name);
      }
    }
    below(expr, subject);
  }
  void node(sql::Column& column, sql::Expr&, const Subject&) {
    if (column.path.size() < 2) return;
    if (renamed_.contains(column.path.front().text)) {
      column.path.front() = {"cloudtrail", false, column.path.front().span};
    } else if (options_.stand_ins && is_account_stand_in(column.path.front().text)) {
      account_tables.push_back(&column.path.front());
    }
  }
  void node(sql::StringLiteral& text, sql::Expr& expr, const Subject& subject) {
    if (!options_.stand_ins) return;
    for (OpenPart& part : recognise(text.value, subject.place)) add(expr, std::move(part), subject);
  }
  void node(sql::TypedLiteral& text, sql::Expr& expr, const Subject& subject) {
    if (!options_.stand_ins) return;
    for (OpenPart& part : recognise(text.value, Place::Value)) add(expr, std::move(part), subject);
  }
  void node(sql::Parameter& parameter, sql::Expr& expr, const Subject& subject) {
    OpenPart whole;
    if (parameter.name.empty()) {
      whole.name = std::to_string(parameter.index + 1);
    } else if (parameter.name != "####") {
      whole.name = parameter_name(parameter.name);
    }
    add(expr, std::move(whole), subject);
  }
  template <class Node>
  void node(Node&, sql::Expr& expr, const Subject& subject) {
    // Dates, casts and concatenations are about what they are compared with; conditions are not.
    constexpr bool kPassesOn =
        std::is_same_v<Node, sql::Cast> || std::is_same_v<Node, sql::Binary> ||
        std::is_same_v<Node, sql::Negate> || std::is_same_v<Node, sql::AtTimeZone> ||
        std::is_same_v<Node, sql::Array> || std::is_same_v<Node, sql::Row>;
    Subject inner = kPassesOn ? subject : Subject{};
    below(expr, inner);
  }

  /// Visits what the expression holds, with `subject`.
  void below(sql::Expr& expr, const Subject& subject) {
    struct Below {
      Finder& finder;
      const Subject& subject;
      void operator()(sql::Expr& inner) { finder.visit(inner, subject); }
      void operator()(sql::Query& inner) { finder(inner); }
    };
    sql::each_child(expr, Below{*this, subject});
  }

  void add(sql::Expr& expr, OpenPart part, const Subject& subject) {
    if (!subject.counts && counted_.contains(&expr)) return;  // its turn comes
    Slot slot{&expr, std::move(part), subject, false, {}, {}};
    slot.own_name = !slot.part.name.empty();
    slots.push_back(std::move(slot));
  }

  const Options& options_;
  std::vector<Error>& notices_;
  std::set<std::string> own_queries_;
  std::set<std::string> renamed_;
  std::set<const sql::Expr*> counted_;
};

/// Gives each place its name. The two ends of a range may have two values; places without a name of
/// their own ask for both.
void name_slots(std::vector<Slot>& slots) {
  const auto base = [](const Slot& slot) {
    if (slot.own_name) return slot.part.name;
    return slot.subject.column.empty() ? std::string("text") : parameter_name(slot.subject.column);
  };
  std::set<std::pair<std::string, Bound>> bounds;
  for (const Slot& slot : slots) bounds.emplace(base(slot), slot.subject.bound);
  for (Slot& slot : slots) {
    const std::string name = base(slot);
    slot.asked = name;
    slot.accepts = {name};
    if (slot.subject.bound == Bound::None) continue;
    if (!bounds.contains({name, Bound::Low}) || !bounds.contains({name, Bound::High})) continue;
    const std::string end = name + (slot.subject.bound == Bound::Low ? "_from" : "_to");
    slot.accepts = {end, name};
    if (!slot.own_name) slot.asked = end;
  }
}

/// The values given, and which of them were used.
class Values {
 public:
  explicit Values(const std::map<std::string, std::string>& given) : given_(given) {}

  const std::string* find(const std::vector<std::string>& accepted) {
    for (const std::string& name : accepted) {
      for (const auto& [key, value] : given_) {
        if (!is_meant(key, name)) continue;
        used_.insert(key);
        return &value;
      }
    }
    return nullptr;
  }
  std::vector<std::string> unused() const {
    std::vector<std::string> names;
    for (const auto& [key, value] : given_) {
      if (!used_.contains(key)) names.push_back(key);
    }
    return names;
  }

 private:
  const std::map<std::string, std::string>& given_;
  std::set<std::string> used_;
};

/// `%` and `_` of a value behind LIKE are letters like others: escaped with what the pattern
/// escapes with, or with a letter that occurs nowhere in it.
Result<std::string> escaped_for(sql::Like& like, std::string_view pattern,
                                const std::string& value) {
  if (value.find_first_of("%_") == std::string::npos && !like.escape) return value;
  char escape = 0;
  if (like.escape) {
    const auto* given = std::get_if<sql::StringLiteral>(&(*like.escape)->node);
    if (!given || given->value.size() != 1) {
      return Error{"bad-parameter",
                   "a value cannot be put into a pattern whose ESCAPE is no letter"}
          .at((*like.escape)->span);
    }
    escape = given->value.front();
  } else {
    for (const char candidate : std::string_view("\\!^~|#@+=:;")) {
      const bool free = pattern.find(candidate) == std::string_view::npos &&
                        value.find(candidate) == std::string::npos;
      if (free && escape == 0) escape = candidate;
    }
    if (escape == 0) {
      return Error{"bad-parameter", "the value holds `%` or `_`, and every letter to escape them"}
          .at(like.pattern->span);
    }
    like.escape = sql::text(std::string(1, escape));
  }
  std::string out;
  for (const char c : value) {
    if (c == '%' || c == '_' || c == escape) out += escape;
    out += c;
  }
  return out;
}

/// Puts the value into its place; `offset` is how far earlier values moved the text.
Result<void> put(Slot& slot, const std::string& given, std::ptrdiff_t& offset) {
  std::string value = given;
  const bool instance =
      slot.own_name && slot.asked == "instance" && slot.part.end > slot.part.begin;
  if (slot.subject.counts) {
    if (value.empty() || value.find_first_not_of("0123456789") != std::string::npos) {
      return Error{"bad-parameter", fmt::format("`{}` takes a whole number", slot.asked)}.at(
          slot.expr->span, "a number of rows");
    }
    slot.expr->node = sql::NumberLiteral{value, sql::NumberKind::Integer};
    return {};
  }
  if (std::holds_alternative<sql::Parameter>(slot.expr->node)) {
    if (slot.subject.pattern_of) {
      TRY(value, escaped_for(*slot.subject.pattern_of, "", value));
    }
    slot.expr->node = sql::StringLiteral{std::move(value)};
    return {};
  }
  auto* typed = std::get_if<sql::TypedLiteral>(&slot.expr->node);
  std::string& text = typed ? typed->value : std::get<sql::StringLiteral>(slot.expr->node).value;
  const auto begin =
      static_cast<std::size_t>(static_cast<std::ptrdiff_t>(slot.part.begin) + offset);
  const std::size_t length = slot.part.end - slot.part.begin;
  if (instance && text.substr(begin, 2) == "i-" && !value.starts_with("i-")) value = "i-" + value;
  if (slot.subject.pattern_of) {
    TRY(value, escaped_for(*slot.subject.pattern_of, text, value));
  }
  text.replace(begin, length, value);
  offset += static_cast<std::ptrdiff_t>(value.size()) - static_cast<std::ptrdiff_t>(length);
  return {};
}

/// What is asked for, once each, in the order of the text.
struct Missing {
  std::vector<std::string> names;
  std::vector<Label> labels;
  std::set<std::string> known;

  void add(const std::string& name, Span span) {
    if (!known.insert(name).second) return;
    names.push_back(name);
    labels.push_back({span, name});
  }
  Error error() const {
    std::vector<std::string> shown, flags;
    for (const std::string& name : names) {
      shown.push_back("`" + name + "`");
      flags.push_back("--param " + name + "=...");
    }
    Error error{"missing-parameter", fmt::format("{} {} no value yet", join(shown, ", "),
                                                 names.size() == 1 ? "has" : "have")};
    error.labels = labels;
    return std::move(error)
        .note("give " + join(flags, " "))
        .note("a text that is meant as it stands is given as its own value");
  }
};

Result<void> name_account_tables(Finder& found, const Options& options, Values& values,
                                 Missing& missing) {
  if (found.account_tables.empty()) return {};
  const std::string* account = values.find({"account"});
  if (account &&
      (account->size() != 12 || account->find_first_not_of("0123456789") != std::string::npos)) {
    return Error{"bad-parameter", "an account has 12 digits"}.at(found.account_tables.front()->span,
                                                                 fmt::format("not `{}`", *account));
  }
  for (sql::Name* table : found.account_tables) {
    if (account) {
      table->text = "cloudtrail_" + *account;
    } else if (options.single_account) {
      table->text = "cloudtrail";
    } else {
      missing.add("account", table->span);
      continue;
    }
    table->quoted = false;
  }
  return {};
}

void note_unused(const Values& values, const std::vector<Slot>& slots,
                 std::vector<Error>& notices) {
  for (const std::string& name : values.unused()) {
    Error notice{"unused-parameter", fmt::format("the question has no place for `{}`", name)};
    std::set<std::string> all;
    for (const Slot& slot : slots) all.insert(slot.asked);
    const std::vector<std::string> asked(all.begin(), all.end());
    notice.notes.push_back(asked.empty() ? "it takes no parameters"
                                         : "it takes " + join(asked, ", "));
    notices.push_back(std::move(notice));
  }
}

}  // namespace

Result<void> fill(sql::Query& query, const Options& options, std::vector<Error>& notices) {
  Finder found(options, notices);
  found(query);
  name_slots(found.slots);
  Values values(options.parameters);
  Missing missing;
  TRY(name_account_tables(found, options, values, missing));

  const sql::Expr* last = nullptr;
  std::ptrdiff_t offset = 0;
  for (Slot& slot : found.slots) {
    if (slot.expr != last) offset = 0;
    last = slot.expr;
    if (const std::string* value = values.find(slot.accepts)) {
      TRY(put(slot, *value, offset));
    } else {
      missing.add(slot.asked, slot.expr->span);
    }
  }
  note_unused(values, found.slots, notices);
  if (missing.names.empty()) return {};
  // Values would not help a question about another table; better to say that at once.
  if (!found.other_tables.empty()) {
    const sql::Name& table = *found.other_tables.front();
    return Error{"unknown-table", fmt::format("no table is called `{}`", table.text)}
        .at(table.span, "not a CloudTrail table")
        .note("the events are in `cloudtrail`; `trailhound schema` lists its fields");
  }
  return missing.error();
}

}  // namespace trailhound::athena
