// SPDX-License-Identifier: Apache-2.0
//
// Numbers out of text and into text, as Java has them; division of decimals, which DuckDB does in
// doubles.
#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/text.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;
__extension__ using Wide = __int128;

void fail(Value& value, std::string_view text, std::string_view what) {
  value.failure =
      "`" + std::string(text.substr(0, 60)) + "` cannot be cast to " + std::string(what);
}

/// Stops the question. The second argument keeps the call from being computed before there are
/// rows.
void fail_always(Arguments arguments, Value& value) {
  value.failure = arguments[0].null ? "failed" : std::string(arguments[0].text);
}

void to_bigint(Arguments arguments, Value& value) {
  std::string_view text = arguments[0].text;
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    return fail(value, arguments[0].text, "bigint");
  value.set_integer(number);
}

void to_double(Arguments arguments, Value& value) {
  std::string_view text = trim(arguments[0].text);
  value.null = false;
  bool negative = false;
  std::string_view digits = text;
  if (digits.starts_with('-') || digits.starts_with('+')) {
    negative = digits[0] == '-';
    digits.remove_prefix(1);
  }
  if (digits == "NaN") {
    value.real = std::numeric_limits<double>::quiet_NaN();
    return;
  }
  if (digits == "Infinity") {
    value.real = std::numeric_limits<double>::infinity() * (negative ? -1 : 1);
    return;
  }
  if (digits.size() > 1 && std::string_view("dDfF").find(digits.back()) != std::string_view::npos)
    digits.remove_suffix(1);
  const bool begins =
      !digits.empty() &&
      (std::isdigit(static_cast<unsigned char>(digits[0])) != 0 || digits[0] == '.');
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (!begins || end != digits.data() + digits.size()) {
    value.null = true;
    return fail(value, arguments[0].text, "double");
  }
  if (error == std::errc::result_out_of_range)
    number = std::strtod(std::string(digits).c_str(), nullptr);
  value.real = negative ? -number : number;
}

void to_decimal(Arguments arguments, Value& value) {
  const std::string_view text = trim(arguments[0].text);
  bool digits = false;
  int points = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (std::isdigit(static_cast<unsigned char>(c)) != 0)
      digits = true;
    else if (c == '.' && points == 0)
      ++points;
    else if (i > 0 || (c != '-' && c != '+'))
      return fail(value, arguments[0].text, "decimal");
  }
  if (!digits) return fail(value, arguments[0].text, "decimal");
  value.set(text);
}

void to_boolean(Arguments arguments, Value& value) {
  const std::string word = to_lower(arguments[0].text);
  if (word == "true" || word == "t" || word == "1")
    value.set_boolean(true);
  else if (word == "false" || word == "f" || word == "0")
    value.set_boolean(false);
  else
    fail(value, arguments[0].text, "boolean");
}

/// Java's Double.toString: 1.0E7 from ten millions on and below a thousandth.
template <class Real>
void append_java(std::string& out, Real number) {
  if (std::isnan(number)) {
    out += "NaN";
    return;
  }
  if (std::isinf(number)) {
    out += number < 0 ? "-Infinity" : "Infinity";
    return;
  }
  char buffer[64];
  const Real size = std::abs(number);
  const bool plain = size == 0 || (size >= Real(1e-3) && size < Real(1e7));
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, format).ptr;
  std::string text(buffer, end);
  if (plain) {
    out += text;
    if (text.find('.') == std::string::npos) out += ".0";
    return;
  }
  const std::size_t e = text.find('e');
  std::string digits = text.substr(0, e);
  if (digits.find('.') == std::string::npos) digits += ".0";
  out += digits + "E" + std::to_string(std::atoi(text.c_str() + e + 1));
}

void double_text(Arguments arguments, Value& value) {
  value.null = false;
  append_java(value.text, arguments[0].real);
}
void real_text(Arguments arguments, Value& value) {
  value.null = false;
  append_java(value.text, static_cast<float>(arguments[0].real));
}

void cube_root(Arguments arguments, Value& value) {
  value.null = false;
  // In long doubles: the cube root of a cube comes out whole, as in Java.
  value.real = static_cast<double>(std::cbrt(static_cast<long double>(arguments[0].real)));
}

void from_base(Arguments arguments, Value& value) {
  const std::int64_t base = arguments[1].integer;
  std::int64_t number = 0;
  const std::string_view text = arguments[0].text;
  if (base < 2 || base > 36) {
    value.failure = "a base is 2 to 36";
    return;
  }
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, static_cast<int>(base));
  if (error != std::errc() || end != text.data() + text.size()) {
    value.failure =
        "`" + std::string(text.substr(0, 60)) + "` is no number of base " + std::to_string(base);
    return;
  }
  value.set_integer(number);
}

void to_base(Arguments arguments, Value& value) {
  const std::int64_t base = arguments[1].integer;
  if (base < 2 || base > 36) {
    value.failure = "a base is 2 to 36";
    return;
  }
  char digits[80];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, arguments[0].integer, static_cast<int>(base))
          .ptr;
  value.set(std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

void bit_count(Arguments arguments, Value& value) {
  const std::int64_t bits = arguments[1].integer;
  if (bits < 2 || bits > 64) {
    value.failure = "`bit_count` counts in 2 to 64 bits";
    return;
  }
  auto number = static_cast<std::uint64_t>(arguments[0].integer);
  if (bits < 64) {
    const std::int64_t half = std::int64_t{1} << (bits - 1);
    if (arguments[0].integer < -half || arguments[0].integer >= half) {
      value.failure = "the number does not fit the bits";
      return;
    }
    number &= (std::uint64_t{1} << bits) - 1;
  }
  value.set_integer(std::popcount(number));
}

/// Shifts in a type of so many bits. `kind`: 0 left, 1 right, 2 right and keeping the sign.
void shift(Arguments arguments, Value& value) {
  const std::int64_t number = arguments[0].integer;
  const std::int64_t by = arguments[1].integer;
  const std::int64_t bits = arguments[2].integer;
  const std::int64_t kind = arguments[3].integer;
  if (by < 0) {
    value.failure = "a number is shifted by zero bits or more";
    return;
  }
  if (by >= bits) {
    value.set_integer(kind == 2 && number < 0 ? -1 : 0);
    return;
  }
  const std::uint64_t mask = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  std::uint64_t made = static_cast<std::uint64_t>(number) & mask;
  if (kind == 0) {
    made = (made << by) & mask;
  } else if (kind == 1) {
    made >>= by;
  } else {
    value.set_integer(number >> by);
    return;
  }
  if (bits < 64 && (made >> (bits - 1)) != 0) made |= ~mask;
  value.set_integer(static_cast<std::int64_t>(made));
}

void width_bucket(Arguments arguments, Value& value) {
  const double operand = arguments[0].real;
  const double one = arguments[1].real;
  const double other = arguments[2].real;
  const std::int64_t count = arguments[3].integer;
  if (count < 1 || std::isnan(operand) || !std::isfinite(one) || !std::isfinite(other) ||
      one == other) {
    value.failure = "`width_bucket` takes two different bounds and at least one bucket";
    return;
  }
  const double lower = std::min(one, other);
  const double upper = std::max(one, other);
  const auto buckets = static_cast<double>(count);
  std::int64_t bucket = 0;
  if (operand >= upper)
    bucket = count + 1;
  else if (operand >= lower)
    bucket = static_cast<std::int64_t>(buckets * (operand - lower) / (upper - lower) + 1);
  value.set_integer(one > other ? count - bucket + 1 : bucket);
}

// Decimals, as text: digits and a point

struct Decimal {
  Wide digits = 0;
  int scale = 0;
};

bool overflows(Wide a, Wide b) {
  Wide product = 0;
  return __builtin_mul_overflow(a, b, &product);
}

Decimal read_decimal(std::string_view text) {
  Decimal made;
  bool negative = false;
  bool behind = false;
  for (const char c : text) {
    if (c == '-') negative = true;
    if (c == '.') behind = true;
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) continue;
    made.digits = made.digits * 10 + (c - '0');
    if (behind) ++made.scale;
  }
  if (negative) made.digits = -made.digits;
  return made;
}

void give_decimal(Wide digits, int scale, Value& value) {
  const bool negative = digits < 0;
  if (negative) digits = -digits;
  std::string text;
  for (int i = 0; i <= scale || digits > 0; ++i) {
    if (i == scale && scale > 0) text += '.';
    text += static_cast<char>('0' + static_cast<int>(digits % 10));
    digits /= 10;
  }
  if (negative) text += '-';
  std::reverse(text.begin(), text.end());
  value.set(text);
}

void decimal_divide(Arguments arguments, Value& value) {
  const Decimal one = read_decimal(arguments[0].text);
  const Decimal other = read_decimal(arguments[1].text);
  const auto scale = static_cast<int>(arguments[2].integer);
  if (other.digits == 0) {
    value.failure = "division by zero";
    return;
  }
  Wide above = one.digits;
  for (int i = one.scale; i < scale + other.scale; ++i) {
    if (overflows(above, 10)) {
      value.failure = "a decimal has over 38 digits";
      return;
    }
    above *= 10;
  }
  Wide below = other.digits;
  for (int i = scale + other.scale; i < one.scale; ++i) below *= 10;
  Wide quotient = above / below;
  const Wide rest = above % below;
  const Wide twice = (rest < 0 ? -rest : rest) * 2;
  if (twice >= (below < 0 ? -below : below)) quotient += (above < 0) == (below < 0) ? 1 : -1;
  give_decimal(quotient, scale, value);
}

void decimal_multiply(Arguments arguments, Value& value) {
  const Decimal one = read_decimal(arguments[0].text);
  const Decimal other = read_decimal(arguments[1].text);
  if (overflows(one.digits, other.digits)) {
    value.failure = "a decimal has over 38 digits";
    return;
  }
  give_decimal(one.digits * other.digits, one.scale + other.scale, value);
}

}  // namespace

std::string double_spelled(double value) {
  std::string text;
  append_java(text, value);
  return text;
}

std::vector<event::NativeFunction> number_functions() {
  constexpr ValueType kText = ValueType::Text;
  constexpr ValueType kNumber = ValueType::Bigint;
  event::NativeFunction stop = native("th_fail", {kText, kNumber}, kNumber, fail_always);
  stop.nulls = event::Nulls::Seen;
  return {
      stop,
      native("th_to_bigint", {kText}, kNumber, to_bigint),
      native("th_to_double", {kText}, ValueType::Double, to_double),
      native("th_to_decimal", {kText}, kText, to_decimal),
      native("th_to_boolean", {kText}, ValueType::Boolean, to_boolean),
      native("th_double_text", {ValueType::Double}, kText, double_text),
      native("th_real_text", {ValueType::Double}, kText, real_text),
      native("th_cbrt", {ValueType::Double}, ValueType::Double, cube_root),
      native("th_from_base", {kText, kNumber}, kNumber, from_base),
      native("th_to_base", {kNumber, kNumber}, kText, to_base),
      native("th_bit_count", {kNumber, kNumber}, kNumber, bit_count),
      native("th_shift", {kNumber, kNumber, kNumber, kNumber}, kNumber, shift),
      native("th_width_bucket", {ValueType::Double, ValueType::Double, ValueType::Double, kNumber},
             kNumber, width_bucket),
      native("th_decimal_divide", {kText, kText, kNumber}, kText, decimal_divide),
      native("th_decimal_multiply", {kText, kText}, kText, decimal_multiply),
  };
}

}  // namespace trailhound::sql
