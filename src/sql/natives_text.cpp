// SPDX-License-Identifier: Apache-2.0
//
// Functions of text: parts, places, distances, URLs.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "sql/natives.hpp"
#include "sql/regex.hpp"

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

/// A LIKE pattern with an escape of its own, as one with a backslash.
void like_escaped(Arguments arguments, Value& value) {
  if (count_characters(arguments[1].text) != 1) {
    value.failure = "ESCAPE takes one character";
    return;
  }
  const auto made = like_pattern(arguments[0].text, arguments[1].text);
  if (made)
    value.set(*made);
  else
    value.failure =
        "in a LIKE pattern, `%`, `_` or the escape itself has to stand behind an escape";
}

/// A pattern that no literal gives, for regexp_like.
void pattern_text(Arguments arguments, Value& value) {
  Re2Pattern made = as_re2(arguments[0].text, LineEnd::Consumed);
  if (made.problem.empty())
    value.set(made.text);
  else
    value.failure = "the pattern holds " + made.problem + ", which the engine cannot match exactly";
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

/// Code points of a text.
std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> made;
  while (!text.empty()) made.push_back(take_utf8(text));
  return made;
}

void pad(Arguments arguments, Value& value) {
  const std::string_view text = arguments[0].text;
  const std::int64_t wanted = arguments[1].integer;
  const std::string_view filler = arguments[2].text;
  if (wanted < 0 || wanted > INT32_MAX || filler.empty()) {
    value.failure = filler.empty() ? "the text to fill up with must not be empty"
                                   : "a text cannot be filled up to this length";
    return;
  }
  const auto length = static_cast<std::size_t>(wanted);
  const std::size_t size = count_characters(text);
  value.null = false;
  if (size >= length) {
    value.text = text.substr(0, place_of(text, length));
    return;
  }
  if (!arguments[3].boolean) value.text = text;
  const std::size_t whole = count_characters(filler);
  std::size_t missing = length - size;
  for (; missing >= whole; missing -= whole) value.text += filler;
  value.text += filler.substr(0, place_of(filler, missing));
  if (arguments[3].boolean) value.text += text;
}

/// What `replace` does where there is nothing to look for: it puts the text between all characters.
void interleave(Arguments arguments, Value& value) {
  value.set(arguments[1].text);
  for (std::string_view text = arguments[0].text; !text.empty();) {
    const std::size_t end = place_of(text, 1);
    value.text += text.substr(0, end);
    value.text += arguments[1].text;
    text.remove_prefix(end);
  }
}

void levenshtein(Arguments arguments, Value& value) {
  const std::vector<char32_t> one = code_points(arguments[0].text);
  const std::vector<char32_t> other = code_points(arguments[1].text);
  if (one.size() * other.size() > 1'000'000) {
    value.failure = "the texts are too long for their distance to be reckoned";
    return;
  }
  std::vector<std::size_t> row(other.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= one.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j < row.size(); ++j) {
      const std::size_t kept = corner + (one[i - 1] == other[j - 1] ? 0 : 1);
      corner = row[j];
      row[j] = std::min({kept, row[j] + 1, row[j - 1] + 1});
    }
  }
  value.set_integer(static_cast<std::int64_t>(row.back()));
}

void hamming(Arguments arguments, Value& value) {
  const std::vector<char32_t> one = code_points(arguments[0].text);
  const std::vector<char32_t> other = code_points(arguments[1].text);
  if (one.size() != other.size()) {
    value.failure = "`hamming_distance` takes texts of one length";
    return;
  }
  std::int64_t distance = 0;
  for (std::size_t i = 0; i < one.size(); ++i) distance += one[i] == other[i] ? 0 : 1;
  value.set_integer(distance);
}

/// The keys or, with `values`, the values of `a=1,b=2`; fails where an entry is none.
void split_entries(Arguments arguments, Value& value, bool values) {
  std::string_view text = arguments[0].text;
  const std::string_view between = arguments[1].text;
  const std::string_view equal = arguments[2].text;
  const bool unique = arguments[3].boolean;
  if (between.empty() || equal.empty() || between == equal) {
    value.failure = "the two separators must differ, and neither may be empty";
    return;
  }
  std::set<std::string_view> seen;
  value.null = false;
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find(between));
    text.remove_prefix(std::min(text.size(), entry.size() + between.size()));
    const std::size_t at = entry.find(equal);
    if (at == std::string_view::npos ||
        entry.find(equal, at + equal.size()) != std::string_view::npos) {
      value.failure = "`" + std::string(entry.substr(0, 60)) +
                      "` has to hold the separator of key and value once";
      return;
    }
    const std::string_view key = entry.substr(0, at);
    if (unique && !seen.insert(key).second) {
      value.failure = "the key `" + std::string(key.substr(0, 60)) + "` stands twice";
      return;
    }
    value.texts.emplace_back(values ? entry.substr(at + equal.size()) : key);
  }
}
void split_keys(Arguments arguments, Value& value) { split_entries(arguments, value, false); }
void split_values(Arguments arguments, Value& value) { split_entries(arguments, value, true); }

/// Bytes as hexadecimal digits, as text; what is not UTF-8 becomes the second argument.
void from_bytes(Arguments arguments, Value& value) {
  const std::string_view digits = arguments[0].text;
  const std::string_view instead = arguments[1].text;
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  value.null = false;
  for (std::string_view rest = bytes; !rest.empty();) {
    std::size_t size = 1;
    while (size <= 4 && !is_utf8(rest.substr(0, size))) ++size;
    const bool whole = size <= 4 && size <= rest.size();
    value.text += whole ? rest.substr(0, size) : instead;
    rest.remove_prefix(whole ? size : 1);
  }
}

}  // namespace

std::optional<std::string> like_pattern(std::string_view pattern, std::string_view escape) {
  std::string out;
  while (!pattern.empty()) {
    bool literal = pattern[0] != '%' && pattern[0] != '_';
    if (pattern.starts_with(escape)) {
      pattern.remove_prefix(escape.size());
      if (!pattern.starts_with('%') && !pattern.starts_with('_') && !pattern.starts_with(escape))
        return std::nullopt;
      literal = true;
    }
    const std::size_t end = place_of(pattern, 1);
    if (literal && (pattern[0] == '%' || pattern[0] == '_' || pattern[0] == '\\')) out += '\\';
    out += pattern.substr(0, end);
    pattern.remove_prefix(end);
  }
  return out;
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
      native("th_like_escaped", {kText, kText}, kText, like_escaped),
      native("th_re2", {kText}, kText, pattern_text),
      native("th_pad", {kText, kNumber, kText, ValueType::Boolean}, kText, pad),
      native("th_interleave", {kText, kText}, kText, interleave),
      native("th_levenshtein", {kText, kText}, kNumber, levenshtein),
      native("th_hamming", {kText, kText}, kNumber, hamming),
      native("th_split_keys", {kText, kText, kText, ValueType::Boolean}, ValueType::TextList,
             split_keys),
      native("th_split_values", {kText, kText, kText, ValueType::Boolean}, ValueType::TextList,
             split_values),
      native("th_from_bytes", {kText, kText}, kText, from_bytes),
  };
}

}  // namespace trailhound::sql
