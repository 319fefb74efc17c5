// SPDX-License-Identifier: Apache-2.0
#include "sql/prelude.hpp"

#include <iterator>
#include <string_view>

namespace trailhound::sql {
namespace {

// Texts of several lines each: NOLINTBEGIN(bugprone-suspicious-missing-comma)
constexpr std::string_view kPrelude[] = {
    // Java's white space, which Trino's trim takes off.
    "CREATE OR REPLACE MACRO th_blanks() AS E' \\t\\n\\x0B\\f\\r\\x1C\\x1D\\x1E\\x1F' || chr(5760) "
    "|| chr(8192) || chr(8193) || chr(8194) || "
    "chr(8195) || chr(8196) || chr(8197) || chr(8198) || chr(8200) || chr(8201) || chr(8202) || "
    "chr(8232) || chr(8233) || "
    "chr(8287) || chr(12288)",

    // DuckDB's upper case of the sharp s is a letter of its own; Java's is the sharp s.
    "CREATE OR REPLACE MACRO th_upper(x) AS CASE WHEN contains(x, 'ß') THEN "
    "array_to_string(list_transform(string_split(x, 'ß'), lambda th_p: upper(th_p)), 'ß') "
    "ELSE upper(x) END",
    "CREATE OR REPLACE MACRO th_replace(x, part, instead) AS CASE WHEN part = '' THEN "
    "th_interleave(x, instead) ELSE replace(x, part, instead) END",

    // Numbers
    "CREATE OR REPLACE MACRO th_divide(a, b) AS CASE WHEN b = 0 THEN th_fail('division by zero', "
    "b) ELSE a // b END",
    "CREATE OR REPLACE MACRO th_mod(a, b) AS CASE WHEN b = 0 THEN th_fail('division by zero', "
    "CAST(b AS BIGINT)) ELSE a % b END",
    "CREATE OR REPLACE MACRO th_sqrt(x) AS CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt(x) "
    "END",
    "CREATE OR REPLACE MACRO th_ln(x) AS CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) WHEN x = 0 "
    "THEN CAST('-inf' AS DOUBLE) ELSE ln(x) END",

    // Intervals
    "CREATE OR REPLACE MACRO th_whole_seconds(x) AS epoch_us(x) // 1000000",
    "CREATE OR REPLACE MACRO th_whole_days(x) AS epoch_us(x) // 86400000000",

    // Lists
    // th_fail stands where a place is counted: that fits every type of element.
    "CREATE OR REPLACE MACRO th_element(l, i) AS "
    "l[CASE WHEN i = 0 THEN th_fail('elements are counted from 1', i) ELSE i END]",
    "CREATE OR REPLACE MACRO th_subscript(l, i) AS l[CASE "
    "WHEN i < 1 AND l IS NOT NULL THEN th_fail('elements are counted from 1; element_at(list, -1) "
    "is the last', i) "
    "WHEN i > len(l) THEN th_fail('the list is shorter than its subscript; element_at gives NULL "
    "there', i) "
    "ELSE i END]",
    "CREATE OR REPLACE MACRO th_map_value(m, k) AS CASE "
    "WHEN m IS NULL OR list_contains(map_keys(m), k) THEN map_extract_value(m, k) "
    "ELSE map_values(m)[th_fail('the map has no such key; element_at gives NULL there', "
    "len(map_keys(m)))] END",
    "CREATE OR REPLACE MACRO th_contains(l, x) AS CASE WHEN l IS NULL OR x IS NULL THEN NULL WHEN "
    "list_contains(l, x) THEN true "
    "WHEN list_position(l, NULL) IS NOT NULL THEN NULL ELSE false END",
    "CREATE OR REPLACE MACRO th_any(l) AS CASE WHEN l IS NULL THEN NULL WHEN list_contains(l, "
    "true) THEN true "
    "WHEN list_position(l, NULL) IS NOT NULL THEN NULL ELSE false END",
    "CREATE OR REPLACE MACRO th_all(l) AS CASE WHEN l IS NULL THEN NULL WHEN list_contains(l, "
    "false) THEN false "
    "WHEN list_position(l, NULL) IS NOT NULL THEN NULL ELSE true END",
    // Numbers from one to another; Trino makes no list of over 10,000.
    "CREATE OR REPLACE MACRO th_steps(a, b, s) AS CASE "
    "WHEN s = 0 OR (s > 0 AND a > b) OR (s < 0 AND a < b) THEN "
    "[th_fail('`sequence` has to step from its start to its end', s)] "
    "WHEN (b - a) // s > 9999 THEN [th_fail('`sequence` makes no more than 10,000 elements', s)] "
    "ELSE generate_series(a, b, s) END",
    "CREATE OR REPLACE MACRO th_months(x) AS datepart('year', x) * 12 + datepart('month', x)",
    "CREATE OR REPLACE MACRO th_overlap(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN "
    "list_has_any(a, b) THEN true "
    "WHEN list_position(a, NULL) IS NOT NULL OR list_position(b, NULL) IS NOT NULL THEN NULL ELSE "
    "false END",
    "CREATE OR REPLACE MACRO th_distinct(l) AS list_filter(l, lambda th_x, th_i: list_position(l, "
    "th_x) = th_i)",
    "CREATE OR REPLACE MACRO th_array_max(l) AS CASE WHEN list_position(l, NULL) IS NOT NULL THEN "
    "NULL ELSE list_max(l) END",
    "CREATE OR REPLACE MACRO th_array_min(l) AS CASE WHEN list_position(l, NULL) IS NOT NULL THEN "
    "NULL ELSE list_min(l) END",
    "CREATE OR REPLACE MACRO th_slice(l, s, n) AS l[CASE "
    "WHEN s = 0 THEN th_fail('elements are counted from 1', s) "
    "WHEN n < 0 THEN th_fail('a slice cannot have a negative length', n) "
    "WHEN s < 0 AND -s > len(l) THEN 1 WHEN s < 0 THEN len(l) + s + 1 ELSE s END:CASE "
    "WHEN s < 0 AND -s > len(l) THEN 0 WHEN s < 0 THEN len(l) + s + n ELSE s + n - 1 END]",

    // Maps out of lists of {key, value}
    "CREATE OR REPLACE MACRO th_first_of(l) AS map_from_entries(list_filter(l, lambda th_e, th_i: "
    "th_i = 1 OR l[th_i - 1].key IS DISTINCT FROM th_e.key))",
    "CREATE OR REPLACE MACRO th_first_entries(l) AS th_first_of(list_sort(list_filter(l, lambda "
    "th_e: th_e.key IS NOT NULL)))",
    "CREATE OR REPLACE MACRO th_multimap(l) AS "
    "map_from_entries(list_transform(list_distinct(list_transform(l, lambda th_e: th_e.key)), "
    "lambda th_k: {'k': th_k, 'v': list_transform(list_filter(l, lambda th_f: th_f.key = th_k), "
    "lambda th_g: th_g.value)}))",

    // JSON text as CloudTrail Lake's maps
    "CREATE OR REPLACE MACRO th_text_map(x) AS CASE WHEN th_text_map_keys(x) IS NULL THEN NULL "
    "ELSE map(th_text_map_keys(x), th_text_map_values(x)) END",
};
// NOLINTEND(bugprone-suspicious-missing-comma)

}  // namespace

std::vector<std::string> prelude() { return {std::begin(kPrelude), std::end(kPrelude)}; }

}  // namespace trailhound::sql
