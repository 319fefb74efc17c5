// SPDX-License-Identifier: Apache-2.0
//
// Functions of text: parts, places, URLs, Java formats.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "base/text.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// Where the n-th character begins, counted from 0.
std::size_t place_of(std::string_view text, std::size_t n) {
  std::size_t at = 0;
  while (n > 0 && at < text.size()) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    --n;
  }
  return at;
}

void give_part(std::string_view text, std::int64_t start, std::int64_t length, Value& value) {
  value.null = false;
  if (start == 0 || length <= 0) return;
  std::size_t first = 0;
  if (start < 0) {
    const auto size = static_cast<std::int64_t>(count_characters(text));
    if (-start > size) return;
    first = static_cast<std::size_t>(size + start);
  } else {
    first = static_cast<std::size_t>(start - 1);
  }
  const std::string_view rest = text.substr(place_of(text, first));
  value.text = rest.substr(0, place_of(rest, static_cast<std::size_t>(length)));
}

void substr(Arguments arguments, Value& value) {
  give_part(arguments[0].text, arguments[1].integer, INT64_MAX, value);
}
void substr_of(Arguments arguments, Value& value) {
  give_part(arguments[0].text, arguments[1].integer, arguments[2].integer, value);
}

void reverse(Arguments arguments, Value& value) {
  std::string_view text = arguments[0].text;
  value.null = false;
  while (!text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) --last;
    value.text += text.substr(last);
    text = text.substr(0, last);
  }
}

/// Cuts at most `most` parts, the last one holding the rest.
std::vector<std::string_view> cut(std::string_view text, std::string_view at, std::size_t most) {
  std::vector<std::string_view> made;
  while (made.size() + 1 < most) {
    const std::size_t end = text.find(at);
    if (end == std::string_view::npos) break;
    made.push_back(text.substr(0, end));
    text.remove_prefix(end + at.size());
  }
  made.push_back(text);
  return made;
}

void split_most(Arguments arguments, Value& value) {
  const std::int64_t most = arguments.size() > 2 ? arguments[2].integer : INT64_MAX;
  if (arguments[1].text.empty() || most <= 0) {
    value.failure = most <= 0 ? "the limit of `split` must be positive"
                              : "the separator of `split` must not be empty";
    return;
  }
  value.null = false;
  for (const std::string_view part :
       cut(arguments[0].text, arguments[1].text, static_cast<std::size_t>(most))) {
    value.texts.emplace_back(part);
  }
}

void join_texts(Arguments arguments, Value& value) {
  value.null = false;
  bool first = true;
  for (const std::string_view text : arguments[0].texts) {
    if (!first) value.text += arguments[1].text;
    first = false;
    value.text += text;
  }
}

void split_part(Arguments arguments, Value& value) {
  std::int64_t wanted = arguments[2].integer;
  std::string_view text = arguments[0].text;
  const std::string_view at = arguments[1].text;
  if (wanted < 1) {
    value.failure = "the parts of `split_part` are counted from 1";
    return;
  }
  if (at.empty()) {  // every character is a part
    if (static_cast<std::size_t>(wanted) <= count_characters(text))
      give_part(text, wanted, 1, value);
    return;
  }
  for (; wanted > 1; --wanted) {
    const std::size_t end = text.find(at);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + at.size());
  }
  value.set(text.substr(0, text.find(at)));
}

void strpos(Arguments arguments, Value& value) {
  const std::string_view text = arguments[0].text;
  const std::string_view part = arguments[1].text;
  const std::int64_t instance = arguments[2].integer;
  if (instance == 0) {
    value.failure = "the occurrences of `strpos` are counted from 1, or from -1 at the end";
    return;
  }
  std::size_t at = instance > 0 ? text.find(part) : text.rfind(part);
  for (std::int64_t i = 1;
       i < (instance < 0 ? -instance : instance) && at != std::string_view::npos; ++i) {
    if (instance > 0)
      at = text.find(part, at + 1);
    else
      at = at == 0 ? std::string_view::npos : text.rfind(part, at - 1);
  }
  value.set_integer(at == std::string_view::npos
                        ? 0
                        : static_cast<std::int64_t>(count_characters(text.substr(0, at))) + 1);
}

void codepoint(Arguments arguments, Value& value) {
  if (count_characters(arguments[0].text) != 1) {
    value.failure = "`codepoint` takes a text of one character";
    return;
  }
  std::string_view text = arguments[0].text;
  value.set_integer(static_cast<std::int64_t>(take_utf8(text)));
}

void soundex(Arguments arguments, Value& value) {
  static constexpr std::string_view kCodes = "01230120022455012623010202";
  char last = '0';
  value.null = false;
  for (const char c : arguments[0].text) {
    if (std::isalpha(static_cast<unsigned char>(c)) == 0) continue;
    const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const char code = kCodes[static_cast<std::size_t>(upper - 'A')];
    if (value.text.empty()) {
      value.text += upper;
    } else if (code != '0' && code != last) {
      value.text += code;
    }
    if (upper != 'H' && upper != 'W') last = code;
    if (value.text.size() == 4) break;
  }
  if (!value.text.empty()) value.text.resize(4, '0');
}

void luhn_check(Arguments arguments, Value& value) {
  int sum = 0;
  bool second = false;
  const std::string_view text = arguments[0].text;
  for (std::size_t i = text.size(); i-- > 0;) {
    if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) {
      value.failure = "`luhn_check` takes digits";
      return;
    }
    int digit = text[i] - '0';
    if (second) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
    second = !second;
  }
  value.set_boolean(!text.empty() && sum % 10 == 0);
}

// URLs

struct Url {
  std::string_view protocol, host, port, path, query, fragment;
};

std::optional<Url> read_url(std::string_view text) {
  if (text.find_first_of(" \t\r\n\"<>\\^`{|}") != std::string_view::npos) return std::nullopt;
  Url url;
  const auto cut_off = [&](std::string_view& rest, char at) {
    const std::size_t place = rest.find(at);
    if (place == std::string_view::npos) return std::string_view();
    const std::string_view behind = rest.substr(place + 1);
    rest = rest.substr(0, place);
    return behind;
  };
  url.fragment = cut_off(text, '#');
  url.query = cut_off(text, '?');
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && colon < text.find('/')) {
    url.protocol = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    std::string_view authority = text.substr(0, text.find('/'));
    text.remove_prefix(authority.size());
    if (const std::size_t user = authority.rfind('@'); user != std::string_view::npos)
      authority.remove_prefix(user + 1);
    const std::size_t port = authority.rfind(':');
    if (port != std::string_view::npos && authority.find(']', port) == std::string_view::npos) {
      url.port = authority.substr(port + 1);
      authority = authority.substr(0, port);
    }
    url.host = authority;
  }
  url.path = text;
  return url;
}

bool decode(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%') {
      unsigned byte = 0;
      if (i + 2 >= text.size()) return false;
      const auto [end, error] = std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
      if (error != std::errc() || end != text.data() + i + 3) return false;
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  if (!is_utf8(out)) out = to_utf8(out);
  return true;
}

void url_part(Arguments arguments, Value& value) {
  const auto url = read_url(arguments[0].text);
  if (!url) return;
  const std::string_view part = arguments[1].text;
  const std::string_view text = part == "host"       ? url->host
                                : part == "path"     ? url->path
                                : part == "protocol" ? url->protocol
                                : part == "query"    ? url->query
                                                     : url->fragment;
  value.set(text);
}

void url_port(Arguments arguments, Value& value) {
  const auto url = read_url(arguments[0].text);
  if (!url || url->port.empty()) return;
  std::int64_t port = 0;
  const auto [end, error] =
      std::from_chars(url->port.data(), url->port.data() + url->port.size(), port);
  if (error == std::errc() && end == url->port.data() + url->port.size()) value.set_integer(port);
}

void url_parameter(Arguments arguments, Value& value) {
  const auto url = read_url(arguments[0].text);
  if (!url) return;
  for (const std::string_view pair : split(url->query, '&')) {
    const std::size_t equal = pair.find('=');
    std::string name;
    if (!decode(pair.substr(0, equal), name) || name != arguments[1].text) continue;
    value.null = false;
    if (equal != std::string_view::npos) decode(pair.substr(equal + 1), value.text);
    return;
  }
}

void url_encode(Arguments arguments, Value& value) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  value.null = false;
  for (const char c : arguments[0].text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-_.*").find(c) != std::string_view::npos)
      value.text += c;
    else if (c == ' ')
      value.text += '+';
    else {
      value.text += '%';
      value.text += kDigits[byte >> 4];
      value.text += kDigits[byte & 15];
    }
  }
}

void url_decode(Arguments arguments, Value& value) {
  value.null = false;
  if (!decode(arguments[0].text, value.text))
    value.failure = "`url_decode` met a `%` without two digits";
}

// Java's formats, over values that are text already

struct Placeholder {
  char conversion = 's';
  bool left = false, zero = false, commas = false, plus = false;
  std::size_t width = 0;
  std::optional<std::size_t> precision;
};

/// Calls `literal` and `value` in the order of the format. Says what is not offered.
template <class Literal, class Put>
std::string read_format(std::string_view format, Literal&& literal, Put&& put) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      literal(format.substr(i, 1));
      continue;
    }
    const std::size_t begin = i++;
    Placeholder place;
    for (; i < format.size() && std::string_view("-0,+").find(format[i]) != std::string_view::npos;
         ++i) {
      place.left = place.left || format[i] == '-';
      place.zero = place.zero || format[i] == '0';
      place.commas = place.commas || format[i] == ',';
      place.plus = place.plus || format[i] == '+';
    }
    const auto number = [&](std::size_t& value) {
      value = 0;
      while (i < format.size() && std::isdigit(static_cast<unsigned char>(format[i])) != 0 &&
             value < 10000) {
        value = value * 10 + static_cast<std::size_t>(format[i++] - '0');
      }
    };
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
    } else if (std::string_view("sdfxXS").find(place.conversion) != std::string_view::npos) {
      put(place);
    } else {
      return "`" + std::string(format.substr(begin, i - begin + 1)) + "`, which is not offered";
    }
  }
  return {};
}

std::string placed(const Placeholder& place, std::string_view text) {
  std::string out(text);
  std::int64_t whole = 0;
  switch (place.conversion) {
    case 'd':
      break;
    case 'x':
    case 'X': {
      std::from_chars(out.data(), out.data() + out.size(), whole);
      char digits[20];
      const auto end =
          std::to_chars(digits, digits + 20, static_cast<std::uint64_t>(whole), 16).ptr;
      out.assign(digits, end);
      if (place.conversion == 'X') out = to_upper(out);
      break;
    }
    case 'f': {
      const double value = std::strtod(out.c_str(), nullptr);
      char digits[512];
      std::snprintf(digits, sizeof digits, "%.*f",
                    static_cast<int>(std::min<std::size_t>(place.precision.value_or(6), 100)),
                    value);
      out = digits;
      break;
    }
    default:
      if (place.precision) out.resize(std::min(out.size(), place_of(out, *place.precision)));
      if (place.conversion == 'S') out = to_upper(out);
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
  const std::size_t size = count_characters(out);
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
  std::size_t next = 0;
  value.null = false;
  const std::string wrong = read_format(
      arguments[0].text, [&](std::string_view text) { value.text += text; },
      [&](const Placeholder& place) {
        if (next < arguments[1].texts.size())
          value.text += placed(place, arguments[1].texts[next++]);
      });
  if (!wrong.empty()) value.failure = "the format holds " + wrong;
}

}  // namespace

std::string format_problem(std::string_view text, std::size_t values) {
  std::size_t wanted = 0;
  std::string wrong = read_format(
      text, [](std::string_view) {}, [&](const Placeholder&) { ++wanted; });
  if (wrong.empty() && wanted > values)
    wrong = std::to_string(wanted) + " places for " + std::to_string(values) + " values";
  return wrong;
}

std::vector<event::NativeFunction> text_functions() {
  constexpr ValueType kText = ValueType::Text;
  constexpr ValueType kNumber = ValueType::Bigint;
  return {
      native("th_substr", {kText, kNumber}, kText, substr),
      native("th_substr_of", {kText, kNumber, kNumber}, kText, substr_of),
      native("th_reverse", {kText}, kText, reverse),
      native("th_split", {kText, kText}, ValueType::TextList, split_most),
      native("th_split_most", {kText, kText, kNumber}, ValueType::TextList, split_most),
      native("th_join", {ValueType::TextList, kText}, kText, join_texts),
      native("th_split_part", {kText, kText, kNumber}, kText, split_part),
      native("th_strpos", {kText, kText, kNumber}, kNumber, strpos),
      native("th_codepoint", {kText}, kNumber, codepoint),
      native("th_soundex", {kText}, kText, soundex),
      native("th_luhn_check", {kText}, ValueType::Boolean, luhn_check),
      native("th_url_part", {kText, kText}, kText, url_part),
      native("th_url_port", {kText}, kNumber, url_port),
      native("th_url_parameter", {kText, kText}, kText, url_parameter),
      native("th_url_encode", {kText}, kText, url_encode),
      native("th_url_decode", {kText}, kText, url_decode),
      native("th_format", {kText, ValueType::TextList}, kText, format),
  };
}

}  // namespace trailhound::sql
