// SPDX-License-Identifier: Apache-2.0
#include "sql/words.hpp"

#include <algorithm>
#include <array>

namespace trailhound::sql {
namespace {

// Sorted, for binary search; a test holds it to that by asking for every word.
constexpr auto kReserved = std::to_array<std::string_view>({
    "alter",        "and",
    "as",           "between",
    "by",           "case",
    "cast",         "constraint",
    "create",       "cross",
    "cube",         "current_catalog",
    "current_date", "current_path",
    "current_role", "current_schema",
    "current_time", "current_timestamp",
    "current_user", "deallocate",
    "delete",       "describe",
    "distinct",     "drop",
    "else",         "end",
    "escape",       "except",
    "execute",      "exists",
    "extract",      "false",
    "for",          "from",
    "full",         "group",
    "grouping",     "having",
    "in",           "inner",
    "insert",       "intersect",
    "into",         "is",
    "join",         "json_array",
    "json_exists",  "json_object",
    "json_query",   "json_table",
    "json_value",   "left",
    "like",         "listagg",
    "localtime",    "localtimestamp",
    "natural",      "normalize",
    "not",          "null",
    "on",           "or",
    "order",        "outer",
    "prepare",      "recursive",
    "right",        "rollup",
    "select",       "skip",
    "table",        "then",
    "trim",         "true",
    "uescape",      "union",
    "unnest",       "using",
    "values",       "when",
    "where",        "with",
});

// Not reserved, yet a name followed by the wrong thing would be read as something else.
constexpr auto kForms = std::to_array<std::string_view>({
    "all",      "any",       "array",           "both",      "current",
    "fetch",    "groups",    "interval",        "key",       "lateral",
    "leading",  "limit",     "match_recognize", "offset",    "partition",
    "position", "range",     "returning",       "row",       "rows",
    "some",     "substring", "tablesample",     "timestamp", "trailing",
    "try_cast", "unbounded", "window",
});

}  // namespace

bool is_reserved(std::string_view word) {
  return std::binary_search(kReserved.begin(), kReserved.end(), word);
}

bool wants_quotes(std::string_view word) {
  return is_reserved(word) || std::binary_search(kForms.begin(), kForms.end(), word);
}

}  // namespace trailhound::sql
