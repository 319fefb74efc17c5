// SPDX-License-Identifier: Apache-2.0
//
// Java's formats (`%s-%03d`), over values that are text already. What a value is for (`%d` takes
// whole numbers) is checked where the question is bound: there the types are known.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <optional>

#include "base/text.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

struct Placeholder {
  char conversion = 's';
  bool left = false, zero = false, commas = false, plus = false;
  std::size_t width = 0;
  std::optional<std::size_t> precision;
  std::size_t argument = 0;  ///< Which value, from 0
};

/// Calls `literal` and `put` in the order of the format. Says what is not offered.
template <class Literal, class Put>
std::string read_format(std::string_view format, Literal&& literal, Put&& put) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      literal(format.substr(i, 1));
      continue;
    }
    const std::size_t begin = i++;
    Placeholder place;
    const auto number = [&](std::size_t& value) {
      value = 0;
      while (i < format.size() && std::isdigit(static_cast<unsigned char>(format[i])) != 0 &&
             value < 10000) {
        value = value * 10 + static_cast<std::size_t>(format[i++] - '0');
      }
    };
    std::size_t position = 0;
    const std::size_t flags = i;
    number(position);
    const bool chosen = position > 0 && i < format.size() && format[i] == '$';
    i = chosen ? i + 1 : flags;
    for (; i < format.size() && std::string_view("-0,+").find(format[i]) != std::string_view::npos;
         ++i) {
      place.left = place.left || format[i] == '-';
      place.zero = place.zero || format[i] == '0';
      place.commas = place.commas || format[i] == ',';
      place.plus = place.plus || format[i] == '+';
    }
    number(place.width);
    if (i < format.size() && format[i] == '.') {
      ++i;
      place.precision.emplace();
      number(*place.precision);
    }
    if (i >= format.size()) return "a lone `%`";
    place.conversion = format[i];
    if (place.conversion == '%') {
      literal("%");
    } else if (place.conversion == 'n') {
      literal("\n");
    } else if (std::string_view("sSbBdfxXo").find(place.conversion) != std::string_view::npos) {
      place.argument = chosen ? position - 1 : next++;
      put(place);
    } else {
      return "`" + std::string(format.substr(begin, i - begin + 1)) + "`, which is not offered";
    }
  }
  return {};
}

/// A number such as `-1.25E-7` with so many digits behind the point, halves away from zero: Java
/// rounds the digits that it shows, not the bits behind them.
std::string rounded(std::string_view text, std::size_t digits) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text == "NaN" || text == "Infinity") return (negative ? "-" : "") + std::string(text);
  int exponent = 0;
  if (const std::size_t e = text.find('E'); e != std::string_view::npos) {
    exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
    text = text.substr(0, e);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string all(text.substr(0, point));
  if (point < text.size()) all += text.substr(point + 1);
  auto whole = static_cast<std::ptrdiff_t>(point) + exponent;  // digits before the point
  if (whole < 1) {
    all.insert(0, static_cast<std::size_t>(1 - whole), '0');
    whole = 1;
  }
  const std::size_t size = static_cast<std::size_t>(whole) + digits;
  const bool up = size < all.size() && all[size] >= '5';
  all.resize(size, '0');
  if (up) {
    std::size_t i = all.size();
    while (i > 0 && all[i - 1] == '9') all[--i] = '0';
    if (i > 0) {
      ++all[i - 1];
    } else {
      all.insert(0, "1");
      ++whole;
    }
  }
  if (digits > 0) all.insert(static_cast<std::size_t>(whole), ".");
  const std::size_t zeros = all.find_first_not_of('0');
  const std::size_t keep = std::min(all.find('.'), all.size()) - 1;
  all.erase(0, std::min(zeros, keep));
  return (negative ? "-" : "") + all;
}

std::string in_base(std::string_view text, int base) {
  std::int64_t whole = 0;
  std::from_chars(text.data(), text.data() + text.size(), whole);
  char digits[32];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, static_cast<std::uint64_t>(whole), base).ptr;
  return {digits, end};
}

/// The first so many characters.
std::string_view first_of(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins && characters-- == 0) break;
  }
  return text.substr(0, at);
}

std::string placed(const Placeholder& place, std::string_view text) {
  std::string out(text);
  switch (place.conversion) {
    case 'd':
      break;
    case 'x':
      out = in_base(text, 16);
      break;
    case 'X':
      out = to_upper(in_base(text, 16));
      break;
    case 'o':
      out = in_base(text, 8);
      break;
    case 'f':
      out = rounded(text, std::min<std::size_t>(place.precision.value_or(6), 1000));
      break;
    default:
      if (place.precision) out = first_of(text, *place.precision);
      if (place.conversion == 'S' || place.conversion == 'B') out = to_upper(out);
  }
  if (place.commas) {
    const std::size_t sign = out.starts_with('-') ? 1 : 0;
    std::size_t point = std::min(out.find('.'), out.size());
    while (point > sign + 3) {
      point -= 3;
      out.insert(point, ",");
    }
  }
  if (place.plus && !out.starts_with('-')) out.insert(0, "+");
  const auto size = static_cast<std::size_t>(std::count_if(out.begin(), out.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
  if (size < place.width) {
    const std::size_t missing = place.width - size;
    const std::size_t sign = out.starts_with('-') || out.starts_with('+') ? 1 : 0;
    if (place.left)
      out.append(missing, ' ');
    else if (place.zero)
      out.insert(sign, missing, '0');
    else
      out.insert(0, missing, ' ');
  }
  return out;
}

void format(Arguments arguments, Value& value) {
  value.null = false;
  const std::string wrong = read_format(
      arguments[0].text, [&](std::string_view text) { value.text += text; },
      [&](const Placeholder& place) {
        if (place.argument < arguments[1].texts.size())
          value.text += placed(place, arguments[1].texts[place.argument]);
      });
  if (!wrong.empty()) value.failure = "the format holds " + wrong;
}

}  // namespace

Result<std::vector<FormatPlace>> format_places(std::string_view text) {
  std::vector<FormatPlace> places;
  const std::string wrong = read_format(
      text, [](std::string_view) {},
      [&](const Placeholder& place) {
        places.push_back({place.conversion, place.argument});
      });
  if (!wrong.empty()) return Error{"not-on-duckdb", "the format holds " + wrong};
  return places;
}

std::vector<event::NativeFunction> format_functions() {
  return {native("th_format", {ValueType::Text, ValueType::TextList}, ValueType::Text, format)};
}

}  // namespace trailhound::sql
