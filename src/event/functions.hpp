// SPDX-License-Identifier: Apache-2.0
//
// The SQL functions that are written in C++: what only code can read out of an event (a policy
// document, a user agent, an address). An engine registers them all, knowing none of them.
//
//   for (const NativeFunction& function : native_functions()) add(engine, function);
//   // per row:
//   value.clear();
//   function.call(arguments, value);
//   if (!value.failure.empty()) fail(value.failure); else put(value);
//
// In SQL a function is called by its name without `th_`: policy_is_admin(x) is printed as
// th_policy_is_admin(x). The prefix keeps ours apart from whatever the engine has built in. All are
// pure (one answer for the same arguments), may be called from any thread, and end soon on hostile
// text. No other engine has them: a question that uses one cannot be printed for Trino.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace trailhound::event {

/// What a function takes and gives. Which member of Argument and Value holds it stands behind it.
enum class ValueType : std::uint8_t {
  Text,      ///< VARCHAR: text
  Bigint,    ///< BIGINT: integer
  Boolean,   ///< BOOLEAN: boolean
  Double,    ///< DOUBLE: real
  Time,      ///< TIMESTAMP: integer (microseconds since 1970, UTC)
  TextList,  ///< VARCHAR[]: texts
};

/// One argument of one row. Texts live until the call returns.
struct Argument {
  bool null = true;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text;
  std::span<const std::string_view> texts;  ///< Elements that are NULL are left out.
};
using Arguments = std::span<const Argument>;

/// What one call gives: NULL unless set. Kept from row to row, so that its memory is.
struct Value {
  bool null = true;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;                ///< Valid UTF-8 where the arguments are.
  std::vector<std::string> texts;  ///< Never holds NULLs.
  std::string failure;             ///< Not empty: the question fails with this message.

  void clear() {
    null = true;
    text.clear();
    texts.clear();
    failure.clear();
  }
  void set(std::string_view value) { null = false, text.assign(value); }
  void set_boolean(bool value) { null = false, boolean = value; }
  void set_integer(std::int64_t value) { null = false, integer = value; }
};

/// What happens where an argument is NULL.
enum class Nulls : std::uint8_t {
  GiveNull,  ///< The answer is NULL and `call` is not made.
  Seen,      ///< `call` is made and sees them.
};

/// A function.
struct NativeFunction {
  std::string_view name;  ///< "th_agent"
  std::vector<ValueType> arguments;
  ValueType result;
  Nulls nulls;
  std::string_view doc;      ///< One line for the manual.
  std::string_view example;  ///< A call in SQL's spelling: "agent('aws-cli/2.13.0 Python/3.11')"
  std::string_view answer;   ///< What the example gives, as text; a list as "a, b".
  void (*call)(Arguments arguments, Value& value);

  std::string_view sql_name() const { return name.substr(3); }  ///< "agent"
};

/// All of them, sorted by name.
std::span<const NativeFunction> native_functions();
/// The one called `name`, with or without `th_`; null if there is none.
const NativeFunction* find_native_function(std::string_view name);

}  // namespace trailhound::event
