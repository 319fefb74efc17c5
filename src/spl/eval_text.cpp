// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "spl/arguments.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

using sql::Expr;

Result<Value> one_text(const Eval& call, Scope& scope, std::string_view function) {
  TRY(Value value, lower(call.below[0], scope));
  return text(sql::call(function, {text_of(std::move(value))}));
}
Result<Value> call_lower(const Eval& call, Scope& scope) { return one_text(call, scope, "lower"); }
Result<Value> call_upper(const Eval& call, Scope& scope) { return one_text(call, scope, "upper"); }

Result<Value> call_len(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return Value{sql::call("length", {text_of(std::move(value))}), Kind::Integer};
}

Result<Value> trimmed(const Eval& call, Scope& scope, std::string_view function) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return text(sql::call(
      function, {text_of(given[0]), given.size() > 1 ? text_of(given[1]) : sql::text(" \t")}));
}
Result<Value> call_trim(const Eval& call, Scope& scope) { return trimmed(call, scope, "trim"); }
Result<Value> call_ltrim(const Eval& call, Scope& scope) { return trimmed(call, scope, "ltrim"); }
Result<Value> call_rtrim(const Eval& call, Scope& scope) { return trimmed(call, scope, "rtrim"); }

Result<Value> call_replace(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  TRY(Expr pattern, pattern_of(given[1], call.below[1].span));
  return text(spl("replace", {text_of(given[0]), std::move(pattern), text_of(given[2])}));
}

Result<Value> call_substr(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  std::vector<Expr> terms = {text_of(given[0]), cast(number_of(given[1]), "bigint")};
  if (given.size() > 2) terms.push_back(cast(number_of(given[2]), "bigint"));
  return text(sql::call("substr", std::move(terms)));
}

Result<Value> call_tostring(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  if (given.size() == 1) return text(text_of(given[0]));
  const std::string how = given[1].literal.value_or("");
  if (how != "hex" && how != "commas" && how != "duration" && how != "binary") {
    return Error{"bad-search",
                 "`tostring` writes numbers as \"hex\", \"commas\", \"duration\" or "
                 "\"binary\""}
        .at(call.below[1].span);
  }
  return text(spl("tostring", {text_of(given[0]), sql::text(how)}));
}

Result<Value> call_tonumber(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  if (given.size() == 1) return number(number_of(given[0]));
  return number(spl("tonumber", {text_of(given[0]), cast(number_of(given[1]), "bigint")}));
}

Result<Value> call_printf(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  std::vector<Expr> values;
  for (std::size_t i = 1; i < given.size(); ++i) {
    values.push_back(sql::call("coalesce", {text_of(given[i]), sql::text("")}));
  }
  Expr all = values.empty() ? cast(list({}), "array(varchar)") : list(std::move(values));
  return text(spl("printf", {text_of(given[0]), std::move(all)}));
}

Result<Value> call_urldecode(const Eval& call, Scope& scope) {
  return one_text(call, scope, "spl:urldecode");
}

Result<Value> digest(const Eval& call, Scope& scope, std::string_view function) {
  TRY(Value value, lower(call.below[0], scope));
  return text(sql::call(
      "lower",
      {sql::call("to_hex",
                 {sql::call(function, {sql::call("to_utf8", {text_of(std::move(value))})})})}));
}
Result<Value> call_md5(const Eval& call, Scope& scope) { return digest(call, scope, "md5"); }
Result<Value> call_sha512(const Eval& call, Scope& scope) {
  return one_text(call, scope, "spl:sha512");
}
Result<Value> call_sha1(const Eval& call, Scope& scope) { return digest(call, scope, "sha1"); }
Result<Value> call_sha256(const Eval& call, Scope& scope) { return digest(call, scope, "sha256"); }

Result<Value> call_ipmask(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return text(spl("ipmask", {text_of(given[0]), text_of(given[1])}));
}

}  // namespace

std::vector<EvalFunction> text_functions() {
  return {
      {"lower", 1, 1, "lower(text)", "The text in lower case", "lower(\"ABC\")", "abc", call_lower},
      {"upper", 1, 1, "upper(text)", "The text in upper case", "upper(\"abc\")", "ABC", call_upper},
      {"len", 1, 1, "len(text)", "How many characters a text has", "len(\"héllo\")", "5", call_len},
      {"trim", 1, 2, "trim(text, characters)",
       "The text without blanks, or other characters, at both ends", "trim(\"  a \")", "a",
       call_trim},
      {"ltrim", 1, 2, "ltrim(text, characters)", "The same in front", "ltrim(\"xxa\", \"x\")", "a",
       call_ltrim},
      {"rtrim", 1, 2, "rtrim(text, characters)", "The same behind", "rtrim(\"axx\", \"x\")", "a",
       call_rtrim},
      {"replace", 3, 3, "replace(text, regex, replacement)",
       "The text with all that a pattern finds replaced; \\1 is its first group",
       "replace(\"a1b2\", \"([a-z])(\\d)\", \"\\2\\1\")", "1a2b", call_replace},
      {"substr", 2, 3, "substr(text, start, length)",
       "A part of a text, counted from 1 or, if negative, from the end", "substr(\"hello\", -3)",
       "llo", call_substr},
      {"tostring", 1, 2, "tostring(value, format)",
       "The value as text; a number as \"hex\", \"commas\", \"duration\", \"binary\"",
       "tostring(1234567.891, \"commas\")", "1,234,567.89", call_tostring},
      {"tonumber", 1, 2, "tonumber(text, base)", "The number that a text spells",
       "tonumber(\"ff\", 16)", "255", call_tonumber},
      {"printf", 1, kAny, "printf(format, value, ...)", "Values put into a text: %s, %d, %.2f",
       "printf(\"%s-%03d\", \"a\", 7)", "a-007", call_printf},
      {"urldecode", 1, 1, "urldecode(text)", "The text with %20 and the like decoded",
       "urldecode(\"a%20b\")", "a b", call_urldecode},
      {"md5", 1, 1, "md5(text)", "The MD5 digest in hexadecimal digits", "md5(\"a\")",
       "0cc175b9c0f1b6a831c399e269772661", call_md5},
      {"sha1", 1, 1, "sha1(text)", "The SHA-1 digest", "sha1(\"a\")",
       "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8", call_sha1},
      {"sha256", 1, 1, "sha256(text)", "The SHA-256 digest", "len(sha256(\"a\"))", "64",
       call_sha256},
      {"sha512", 1, 1, "sha512(text)", "The SHA-512 digest", "substr(sha512(\"a\"), 1, 16)",
       "1f40fc92da241694", call_sha512},
      {"ipmask", 2, 2, "ipmask(mask, address)",
       "The address with the bits that the mask leaves out set to 0",
       "ipmask(\"255.255.0.0\", \"10.1.2.3\")", "10.1.0.0", call_ipmask},
  };
}

}  // namespace trailhound::spl
