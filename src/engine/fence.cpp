// SPDX-License-Identifier: Apache-2.0
//
// The parse is a tree of JSON objects. Those that matter tell what they are by `class`
// (expressions) or `type` (nodes and table references). What is met is held against lists of known
// kinds, so that a new kind of node is refused, not overlooked. WITH names are followed by scope:
// `with "x.csv" as
// (...)` in one place says nothing about "x.csv" in another.
#include "engine/fence.hpp"

#include <charconv>
#include <cstdint>
#include <utility>

#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/database.hpp"

namespace trailhound::engine {
namespace {

using NameSet = std::set<std::string, std::less<>>;

const NameSet kNodes = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"};
const NameSet kTables = {"BASE_TABLE", "SUBQUERY",        "JOIN", "TABLE_FUNCTION",
                         "EMPTY",      "EXPRESSION_LIST", "PIVOT"};
const NameSet kExpressions = {"BETWEEN",
                              "CASE",
                              "CAST",
                              "COLLATE",
                              "COLUMN_REF",
                              "COMPARISON",
                              "CONJUNCTION",
                              "CONSTANT",
                              "FUNCTION",
                              "LAMBDA",
                              "LAMBDA_REF",
                              "OPERATOR",
                              "POSITIONAL_REFERENCE",
                              "STAR",
                              "SUBQUERY",
                              "WINDOW",
                              "TYPE"};

Error refused(std::string_view what) {
  return Error("not-allowed", "`" + std::string(what) + "` is not allowed in a question");
}

Span place_of(const Json& object, std::size_t size) {
  const Json* const location = object.find("query_location");
  const Json::Number* const number = location == nullptr ? nullptr : location->number();
  std::uint32_t begin = 0;
  if (number == nullptr) return {};
  const char* const end = number->text.data() + number->text.size();
  const auto [stop, trouble] = std::from_chars(number->text.data(), end, begin);
  if (trouble != std::errc() || stop != end) return {};
  return {begin, begin + static_cast<std::uint32_t>(size)};
}

Name name_of(const Json& object, std::string_view catalog, std::string_view schema,
             std::string_view name) {
  Name made;
  made.catalog = to_lower(object.text(catalog));
  made.schema = to_lower(object.text(schema));
  made.name = to_lower(object.text(name));
  made.place = place_of(object, made.name.size());
  return made;
}

/// Goes through a parse and collects.
class Collector {
 public:
  Result<void> walk(const Json& json, const NameSet& with) {
    if (const Json::Array* const array = json.array()) {
      for (const Json& element : *array) TRY(walk(element, with));
      return {};
    }
    if (json.object() == nullptr) return {};
    if (const Json* const node = json.find("cte_map")) return walk_node(json, *node, with);
    const std::string_view type = json.text("type");
    if (const std::string_view kind = json.text("class"); !kind.empty()) {
      return walk_expression(json, kind, type, with);
    }
    if (json.find("query_location") != nullptr && json.find("sample") != nullptr) {
      return walk_table(json, type, with);
    }
    return walk_members(json, with);
  }

  Names names;

 private:
  Result<void> walk_members(const Json& json, const NameSet& with, std::string_view but = {}) {
    for (const auto& [key, value] : *json.object()) {
      if (key != but) TRY(walk(value, with));
    }
    return {};
  }

  /// A SELECT, UNION, ...: its WITH names are known to those behind them and to itself.
  Result<void> walk_node(const Json& json, const Json& cte_map, NameSet with) {
    const std::string_view type = json.text("type");
    if (kNodes.count(type) == 0) return refused(type);
    if (const Json* const map = cte_map.find("map"); map != nullptr && map->array() != nullptr) {
      for (const Json& entry : *map->array()) {
        TRY(walk(entry, with));
        with.insert(to_lower(entry.text("key")));
      }
    }
    if (type != "RECURSIVE_CTE_NODE") return walk_members(json, with, "cte_map");
    // Only the part that repeats sees the rows so far.
    if (const Json* const first = json.find("left")) TRY(walk(*first, with));
    with.insert(to_lower(json.text("cte_name")));
    for (const auto& [key, value] : *json.object()) {
      if (key != "cte_map" && key != "left") TRY(walk(value, with));
    }
    return {};
  }

  Result<void> walk_expression(const Json& json, std::string_view kind, std::string_view type,
                               const NameSet& with) {
    if (kind == "PARAMETER") {
      return Error("not-allowed", "a `?` or `$1` has no value here").note("`--param` sets `:name`");
    }
    if (kExpressions.count(kind) == 0) return refused(kind);
    if (kind == "FUNCTION" || kind == "WINDOW") {
      Name name = name_of(json, "catalog", "schema", "function_name");
      // Windows without a function of their own are named by their type: WINDOW_RANK.
      if (name.name.empty())
        name.name = to_lower(type.substr(std::min<std::size_t>(7, type.size())));
      names.functions.push_back(std::move(name));
    }
    return walk_members(json, with);
  }

  Result<void> walk_table(const Json& json, std::string_view type, const NameSet& with) {
    if (type == "SHOW_REF") return refused(json.text("show_type"));
    if (kTables.count(type) == 0) return refused(type);
    if (type == "BASE_TABLE") {
      Name name = name_of(json, "catalog_name", "schema_name", "table_name");
      const Json* const at = json.find("at_clause");
      if (at != nullptr && !at->is_null()) return refused("AT");
      const bool own = name.catalog.empty() && name.schema.empty() && with.count(name.name) != 0;
      if (!own) names.tables.push_back(std::move(name));
      return walk_members(json, with);
    }
    if (type == "TABLE_FUNCTION") {
      const Json* const function = json.find("function");
      if (function == nullptr || function->text("class") != "FUNCTION") return refused(type);
      names.table_functions.push_back(name_of(*function, "catalog", "schema", "function_name"));
      TRY(walk_members(*function, with));
      return walk_members(json, with, "function");
    }
    return walk_members(json, with);
  }
};

void add_words(NameSet& set, std::string_view words) {
  for (const std::string_view word : split(words, ' ')) {
    if (!word.empty()) set.emplace(word);
  }
}

Error not_on_list(std::string_view what, const Name& name, const NameSet& one,
                  const NameSet& other) {
  Error error =
      Error("not-allowed", std::string(what) + " `" + name.spelled() + "` may not be used here");
  if (!name.place.empty()) error.labels.push_back({name.place, {}});
  std::vector<std::string_view> names(one.begin(), one.end());
  names.insert(names.end(), other.begin(), other.end());
  if (const auto near = nearest(name.name, names)) {
    return std::move(error).note("`" + *near + "` may");
  }
  return error;
}

bool in_own_schema(const Name& name) {
  return (name.catalog.empty() || name.catalog == "system" || name.catalog == "memory") &&
         (name.schema.empty() || name.schema == "main");
}

// Parts of the names of all that reaches outside of a SELECT; text that holds none of them, also
// not as a value, needs no closer look.
constexpr std::string_view kSuspicious[] = {
    "enable_",  "disable_", "checkpoint", "query",     "read_",  "sniff_",   "glob",
    "execute_", "pragma",   "duckdb_",    "arrow_",    "secret", "seq_scan", "parquet_",
    "_plan",    "test_",    "summary",    "_complete", "pg_",    "write_",   "u&"};

}  // namespace

std::string Name::spelled() const {
  std::string text;
  for (const std::string* const part : {&catalog, &schema}) {
    if (!part->empty()) text += *part + ".";
  }
  return text + name;
}

Result<Names> names_in(std::string_view parse) {
  auto read = parse_json(parse);
  if (!read.ok()) return Error("not-allowed", "the question is nested too deeply");
  const Json& json = *read;
  if (const Json* const failed = json.find("error");
      failed != nullptr && failed->boolean() != nullptr && *failed->boolean()) {
    if (json.text("error_type") == "not implemented") {
      return Error("not-a-select", "the statement is not a SELECT");
    }
    Error error("bad-sql", std::string(json.text("error_message")));
    std::uint32_t at = 0;
    const std::string_view position = json.text("position");
    const auto [stop, trouble] =
        std::from_chars(position.data(), position.data() + position.size(), at);
    if (position.empty() || trouble != std::errc()) return error;
    return std::move(error).at({at, at + 1});
  }
  const Json* const statements = json.find("statements");
  if (statements == nullptr || statements->array() == nullptr || statements->array()->empty()) {
    return Error("not-a-select", "there is no statement");
  }
  if (statements->array()->size() > 1) {
    return Error("not-a-select", "the text holds more than one statement");
  }
  Collector collector;
  TRY(collector.walk(statements->array()->front(), {}));
  return std::move(collector.names);
}

Result<Names> names_of(Database& database, std::string_view text) {
  TRY(const std::string parse, database.parse_to_json(text));
  return names_in(parse);
}

const std::set<std::string, std::less<>>& harmless_functions() {
  static const NameSet all = [] {
    NameSet set;
#define GROUP(why, words) add_words(set, words);
#define TABLE_GROUP(why, words)
#include "engine/harmless.def"
#undef GROUP
#undef TABLE_GROUP
    return set;
  }();
  return all;
}

const std::set<std::string, std::less<>>& harmless_table_functions() {
  static const NameSet all = [] {
    NameSet set;
#define GROUP(why, words)
#define TABLE_GROUP(why, words) add_words(set, words);
#include "engine/harmless.def"
#undef GROUP
#undef TABLE_GROUP
    return set;
  }();
  return all;
}

Result<void> check(const Names& names, const Allowed& allowed) {
  for (const Name& table : names.tables) {
    if (allowed.tables.count(table.spelled()) == 0) {
      return not_on_list("the table", table, allowed.tables, {});
    }
  }
  for (const Name& function : names.table_functions) {
    if (in_own_schema(function) && (harmless_table_functions().count(function.name) != 0 ||
                                    allowed.table_functions.count(function.name) != 0)) {
      continue;
    }
    return not_on_list("the table function", function, harmless_table_functions(),
                       allowed.table_functions);
  }
  // A function may stand behind a column, `eventname.lower()`: then the column is its schema.
  for (const Name& function : names.functions) {
    if (harmless_functions().count(function.name) == 0 &&
        allowed.functions.count(function.name) == 0) {
      return not_on_list("the function", function, harmless_functions(), allowed.functions);
    }
  }
  return {};
}

bool is_plain_select(std::string_view text) {
  // Our printers' own word for the lake is no reason to look.
  const std::string lower = replace_all(to_lower(trim(text)), "read_parquet", " ");
  bool begins = false;
  for (const std::string_view word : {"select", "with", "from", "values", "("}) {
    begins = begins || lower.starts_with(word);
  }
  if (!begins) return false;
  for (const std::string_view word : kSuspicious) {
    if (lower.find(word) != std::string::npos) return false;
  }
  return true;
}

Result<void> check_table_functions(const Names& names) {
  static const NameSet ours = {"th_scan", "read_parquet", "parquet_scan"};
  for (const Name& function : names.table_functions) {
    if (in_own_schema(function) &&
        (harmless_table_functions().count(function.name) != 0 || ours.count(function.name) != 0)) {
      continue;
    }
    return not_on_list("the table function", function, harmless_table_functions(), {});
  }
  for (const Name& function : names.functions) {
    if (function.name == "write_log") return not_on_list("the function", function, {}, {});
  }
  return {};
}

}  // namespace trailhound::engine
