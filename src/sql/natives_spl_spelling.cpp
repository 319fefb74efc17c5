// SPDX-License-Identifier: Apache-2.0
//
// How values are spelt and read: numbers in other bases and with units, printf, URLs, addresses.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/text.hpp"
#include "event/geo.hpp"
#include "event/network.hpp"
#include "sql/natives.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void to_string_as(Arguments arguments, Value& value) {
  const auto read = spl_number(arguments[0].text);
  const std::string_view how = arguments[1].text;
  if (!read) return value.set(arguments[0].text);
  if (how == "hex") {
    const auto whole = static_cast<std::int64_t>(std::clamp(*read, -9e18, 9e18));
    return value.set(whole < 0 ? fmt::format("-0x{:X}", -whole) : fmt::format("0x{:X}", whole));
  }
  if (how == "binary") {
    const auto whole = static_cast<std::int64_t>(std::clamp(*read, -9e18, 9e18));
    return value.set(whole < 0 ? fmt::format("-{:b}", -whole) : fmt::format("{:b}", whole));
  }
  if (how == "duration") {
    const auto all = static_cast<std::int64_t>(std::clamp(*read, -9e15, 9e15));
    const std::int64_t days = all / 86400, rest = all % 86400;
    std::string made = days != 0 ? fmt::format("{}+", days) : "";
    made += fmt::format("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    if (*read != std::floor(*read)) {
      made += fmt::format("{:.6f}", *read - std::floor(*read)).substr(1);
    }
    return value.set(made);
  }
  // commas: two digits behind the point, if there is one
  const bool whole = *read == std::floor(*read);
  std::string digits = fmt::format("{:.{}f}", std::fabs(*read), whole ? 0 : 2);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  for (std::size_t i = point; i > 3; i -= 3) digits.insert(i - 3, ",");
  value.set((*read < 0 ? "-" : "") + digits);
}

void to_number_of(Arguments arguments, Value& value) {
  std::string_view given = trim(arguments[0].text);
  const auto base = static_cast<int>(arguments[1].integer);
  if (base < 2 || base > 36) return;
  if (base == 10) {
    if (const auto read = spl_number(arguments[0].text)) {
      value.null = false;
      value.real = *read;
    }
    return;
  }
  bool negative = false;
  if (!given.empty() && given.front() == '-') negative = true, given.remove_prefix(1);
  if (base == 16 && (given.starts_with("0x") || given.starts_with("0X"))) given.remove_prefix(2);
  std::uint64_t read = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), read, base);
  if (error != std::errc() || end != given.data() + given.size() || given.empty()) return;
  value.null = false;
  value.real = negative ? -static_cast<double>(read) : static_cast<double>(read);
}

void significant(Arguments arguments, Value& value) {
  const auto digits = static_cast<int>(std::clamp<std::int64_t>(arguments[1].integer, 1, 17));
  value.null = false;
  value.real = std::strtod(fmt::format("{:.{}e}", arguments[0].real, digits - 1).c_str(), nullptr);
}

/// printf: %d %i %u %o %x %X %e %f %g %s %c %%, with flags, width and precision.
void print_formatted(Arguments arguments, Value& value) {
  const std::string_view format = arguments[0].text;
  value.set({});
  std::size_t next = 0;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      value.text += format[i];
      continue;
    }
    if (i + 1 < format.size() && format[i + 1] == '%') {
      value.text += '%';
      ++i;
      continue;
    }
    std::string flags;
    bool thousands = false;
    std::size_t at = i + 1;
    for (; at < format.size() &&
           std::string_view("-+ #0'").find(format[at]) != std::string_view::npos;
         ++at) {
      if (format[at] == '\'') {
        thousands = true;
      } else {
        flags += format[at];
      }
    }
    const auto size = [&]() -> int {
      if (at < format.size() && format[at] == '*') {
        ++at;
        const auto read = next < arguments[1].texts.size() ? spl_number(arguments[1].texts[next++])
                                                           : std::nullopt;
        return static_cast<int>(std::clamp(read.value_or(0), -999.0, 999.0));
      }
      int read = 0;
      while (at < format.size() && is_digit(format[at])) {
        read = std::min(read * 10 + (format[at++] - '0'), 999);
      }
      return read;
    };
    int width = size();
    std::optional<int> precision;
    if (at < format.size() && format[at] == '.') {
      ++at;
      precision = size();
    }
    if (at >= format.size()) return value.clear();
    if (next >= arguments[1].texts.size()) return value.clear();
    const std::string_view given = arguments[1].texts[next++];
    const double read = spl_number(given).value_or(0);
    char buffer[2048];
    std::string spec = "%" + flags;
    if (width < 0) {
      spec += '-';
      width = -width;
    }
    if (width > 0) spec += std::to_string(width);
    if (precision && *precision >= 0) spec += "." + std::to_string(*precision);
    const char kind = format[at];
    const auto whole = static_cast<long long>(std::clamp(std::trunc(read), -9e18, 9e18));
    std::string made;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    switch (kind) {
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        std::snprintf(buffer, sizeof buffer, (spec + "ll" + kind).c_str(), whole);
        made = buffer;
        break;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
      case 'a':
      case 'A':
        std::snprintf(buffer, sizeof buffer, (spec + kind).c_str(), read);
        made = buffer;
        break;
      case 's':
      case 'z':
      case 'c': {
        std::string_view part = given;
        if (kind == 'c') part = given.substr(0, 1);
        if (precision && *precision >= 0) {
          part = part.substr(0, static_cast<std::size_t>(*precision));
        }
        made = part;
        const auto wide = static_cast<std::size_t>(width);
        if (made.size() < wide) {
          const std::string pad(wide - made.size(), ' ');
          made = spec.find('-') != std::string::npos ? made + pad : pad + made;
        }
        break;
      }
      default:
        return value.clear();
    }
#pragma GCC diagnostic pop
    if (thousands) {
      const std::size_t first = made.find_first_of("0123456789");
      std::size_t end = first;
      while (end < made.size() && is_digit(made[end])) ++end;
      for (std::size_t k = end; first != std::string::npos && k > first + 3; k -= 3) {
        made.insert(k - 3, ",");
      }
    }
    value.text += made;
    i = at;
  }
  value.text = to_utf8(value.text);
}

void url_decode(Arguments arguments, Value& value) {
  const std::string_view given = arguments[0].text;
  const auto digit = [](char c) {
    return is_digit(c)            ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  value.set({});
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i] == '%' && i + 2 < given.size() && digit(given[i + 1]) >= 0 &&
        digit(given[i + 2]) >= 0) {
      value.text += static_cast<char>(digit(given[i + 1]) * 16 + digit(given[i + 2]));
      i += 2;
    } else {
      value.text += given[i];
    }
  }
  value.text = to_utf8(value.text);
}

/// An address with the bits that a mask leaves out set to 0.
void ip_mask(Arguments arguments, Value& value) {
  const auto mask = event::parse_address(arguments[0].text);
  const auto address = event::parse_address(arguments[1].text);
  if (!mask || !address || !mask->is_v4() || !address->is_v4()) return;
  event::Address made = *address;
  for (std::size_t i = 12; i < 16; ++i) made.bytes[i] &= mask->bytes[i];
  value.set(event::format(made));
}

/// What the user's database of addresses says: `city` or `country`.
void place(Arguments arguments, Value& value) {
  const auto entry = event::geo_of(arguments[0].text);
  if (!entry) return;
  const std::string& found = arguments[1].text == "city" ? entry->city : entry->country;
  if (!found.empty()) value.set(found);
}

/// What `convert` does to a value: num, auto, rmunit, rmcomma, memk, dur2sec, mstime. NULL where it
/// cannot be done.
void convert_value(Arguments arguments, Value& value) {
  const std::string_view how = arguments[0].text;
  std::string given(arguments[1].text);
  const auto front_number = [&](std::size_t& end) -> std::optional<double> {
    end = 0;
    if (end < given.size() && (given[end] == '-' || given[end] == '+')) ++end;
    while (end < given.size() && (is_digit(given[end]) || given[end] == '.')) ++end;
    return spl_number(std::string_view(given).substr(0, end));
  };
  std::size_t end = 0;
  if (how == "rmcomma") {
    given.erase(std::remove(given.begin(), given.end(), ','), given.end());
    return value.set(given);
  }
  if (how == "rmunit") {
    if (const auto read = front_number(end)) return value.set(spl_text(*read));
    return;
  }
  if (how == "memk") {
    const auto read = front_number(end);
    if (!read || end + 1 < given.size()) return;
    const char unit = end < given.size() ? to_lower(given[end]) : 'k';
    if (unit != 'k' && unit != 'm' && unit != 'g') return;
    return value.set(spl_text(*read * (unit == 'k' ? 1 : unit == 'm' ? 1024 : 1048576)));
  }
  if (how == "dur2sec" || how == "mstime") {
    double days = 0;
    if (const std::size_t plus_at = given.find('+'); plus_at != std::string::npos) {
      const auto read = spl_number(std::string_view(given).substr(0, plus_at));
      if (!read) return;
      days = *read;
      given.erase(0, plus_at + 1);
    }
    double all = 0;
    for (const std::string_view part : split(given, ':')) {
      const auto read = spl_number(part);
      if (!read) return;
      all = all * 60 + *read;
    }
    return value.set(spl_text(days * 86400 + all));
  }
  // auto and num
  if (const auto read = spl_number(given)) return value.set(spl_text(*read));
  given.erase(std::remove(given.begin(), given.end(), ','), given.end());
  if (const auto read = front_number(end); read && end == given.size()) {
    return value.set(spl_text(*read));
  }
}

/// The commands of a search: the first words behind its pipes, and `search` where it begins with
/// none. Pipes in quotes and brackets are not its own.
void commands(Arguments arguments, Value& value) {
  const std::string_view text = arguments[0].text;
  std::size_t begin = 0;
  int depth = 0;
  bool quoted = false, first = true;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '|';
    if (c == '\\') ++i;
    if (c == '"') quoted = !quoted;
    if (!quoted && c == '[') ++depth;
    if (!quoted && c == ']') --depth;
    if (i < text.size() && (c != '|' || quoted || depth > 0)) continue;
    const std::string_view part = trim(text.substr(begin, std::min(i, text.size()) - begin));
    const std::string_view word = part.substr(0, part.find_first_of(" \t\n("));
    if (first && !part.empty()) {
      value.texts.emplace_back("search");
    } else if (!word.empty()) {
      value.texts.emplace_back(word);
    }
    first = false;
    begin = i + 1;
  }
  value.null = value.texts.empty();
}

}  // namespace

std::vector<event::NativeFunction> spl_spelling_functions() {
  constexpr ValueType kText = ValueType::Text, kList = ValueType::TextList;
  constexpr ValueType kDouble = ValueType::Double, kBigint = ValueType::Bigint;
  return {
      native("th_spl_tostring", {kText, kText}, kText, to_string_as),
      native("th_spl_tonumber", {kText, kBigint}, kDouble, to_number_of),
      native("th_spl_sigfig", {kDouble, kBigint}, kDouble, significant),
      native("th_spl_printf", {kText, kList}, kText, print_formatted),
      native("th_spl_urldecode", {kText}, kText, url_decode),
      native("th_spl_ipmask", {kText, kText}, kText, ip_mask),
      native("th_spl_place", {kText, kText}, kText, place),
      native("th_spl_commands", {kText}, kList, commands),
      native("th_spl_convert", {kText, kText}, kText, convert_value),
  };
}

}  // namespace trailhound::sql
