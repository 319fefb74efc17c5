// SPDX-License-Identifier: Apache-2.0
//
// JSON as Trino reads it out of text: from the front, no further than it has to. A value that is
// found before a mistake in the text is given; a mistake before it gives NULL. Of equal keys the
// first wins.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/json.hpp"
#include "base/text.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

constexpr int kMaxNesting = 1000;

/// Walks JSON text. Every member says whether what it met was JSON.
class Walker {
 public:
  explicit Walker(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }
  char peek() {
    skip_blanks();
    return rest_.empty() ? '\0' : rest_.front();
  }
  bool take(char c) {
    if (peek() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// A string, without its quotes and with its escapes.
  bool take_string(std::string_view& inside) {
    if (!take('"')) return false;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == '"') {
        inside = rest_.substr(0, i);
        rest_.remove_prefix(i + 1);
        return true;
      } else if (static_cast<unsigned char>(rest_[i]) < 0x20) {
        return false;
      }
    }
    return false;
  }
  /// A value; `whole` is its text.
  bool take_value(std::string_view& whole, int depth = 0) {
    const char first = peek();
    const std::string_view begin = rest_;
    const auto done = [&] {
      whole = begin.substr(0, begin.size() - rest_.size());
      return true;
    };
    std::string_view inner;
    if (first == '"') return take_string(inner) && done();
    if (first == '{' || first == '[') {
      if (depth > kMaxNesting) return false;
      const char last = first == '{' ? '}' : ']';
      rest_.remove_prefix(1);
      if (take(last)) return done();
      for (;;) {
        if (first == '{' && (!take_string(inner) || !take(':'))) return false;
        if (!take_value(inner, depth + 1)) return false;
        if (take(last)) return done();
        if (!take(',')) return false;
      }
    }
    std::size_t end = 0;
    while (end < rest_.size() &&
           std::string_view(" \t\r\n,]}:").find(rest_[end]) == std::string_view::npos)
      ++end;
    const std::string_view word = rest_.substr(0, end);
    if (word != "true" && word != "false" && word != "null" && !is_number(word)) return false;
    rest_.remove_prefix(end);
    return done();
  }

 private:
  std::string_view rest_;

  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t' ||
                              rest_.front() == '\n' || rest_.front() == '\r')) {
      rest_.remove_prefix(1);
    }
  }
  static bool is_number(std::string_view word) {
    std::size_t i = 0;
    const auto digits = [&] {
      const std::size_t from = i;
      while (i < word.size() && std::isdigit(static_cast<unsigned char>(word[i])) != 0) ++i;
      return i > from;
    };
    if (i < word.size() && word[i] == '-') ++i;
    const std::size_t whole = i;
    if (!digits() || (word[whole] == '0' && i > whole + 1)) return false;
    if (i < word.size() && word[i] == '.') {
      ++i;
      if (!digits()) return false;
    }
    if (i < word.size() && (word[i] == 'e' || word[i] == 'E')) {
      ++i;
      if (i < word.size() && (word[i] == '+' || word[i] == '-')) ++i;
      if (!digits()) return false;
    }
    return i == word.size();
  }
};

/// Appends a string's inside with its escapes read.
void append_unescaped(std::string& out, std::string_view inside) {
  while (!inside.empty()) {
    const std::size_t slash = inside.find('\\');
    out += inside.substr(0, slash);
    if (slash == std::string_view::npos || slash + 1 >= inside.size()) return;
    const char c = inside[slash + 1];
    inside.remove_prefix(slash + 2);
    const auto four = [&]() -> char32_t {
      unsigned value = 0;
      if (inside.size() < 4) return 0xFFFD;
      const auto [end, error] = std::from_chars(inside.data(), inside.data() + 4, value, 16);
      inside.remove_prefix(4);
      return error == std::errc() ? value : 0xFFFD;
    };
    switch (c) {
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'r':
        out += '\r';
        break;
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'u': {
        char32_t point = four();
        if (point >= 0xD800 && point < 0xDC00 && inside.starts_with("\\u")) {
          inside.remove_prefix(2);
          const char32_t low = four();
          point = low >= 0xDC00 && low < 0xE000
                      ? 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00)
                      : 0xFFFD;
        }
        append_utf8(out, point);
        break;
      }
      default:
        out += c;
    }
  }
}

bool same_key(std::string_view inside, std::string_view key) {
  if (inside.find('\\') == std::string_view::npos) return inside == key;
  std::string read;
  append_unescaped(read, inside);
  return read == key;
}

/// The JSON without blanks between its tokens.
void append_compact(std::string& out, std::string_view json) {
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < json.size()) out += json[++i];
      if (c == '"') in_string = false;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      out += c;
      in_string = c == '"';
    }
  }
}

/// The steps of `$.a[0]["b c"]`; nothing if it is no path.
struct Path {
  std::vector<std::string> steps;
  std::string problem;
};

Path read_path(std::string_view path) {
  Path made;
  const auto wrong = [&](std::string why) {
    made.problem = std::move(why);
    made.steps.clear();
    return made;
  };
  if (path.empty() || path[0] != '$') return wrong("it does not begin with `$`");
  path.remove_prefix(1);
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           (static_cast<unsigned char>(c) & 0x80) != 0 ||
           std::string_view("_:").find(c) != std::string_view::npos;
  };
  while (!path.empty()) {
    std::string step;
    if (path[0] == '.') {
      path.remove_prefix(1);
      std::size_t end = 0;
      while (end < path.size() && is_plain(path[end])) ++end;
      if (end == 0) {
        return wrong(path.starts_with("*")   ? "`*` is not offered"
                     : path.starts_with(".") ? "`..` is not offered"
                                             : "a name is missing after `.`");
      }
      step = path.substr(0, end);
      path.remove_prefix(end);
    } else if (path[0] == '[') {
      path.remove_prefix(1);
      if (path.starts_with('"')) {
        std::size_t i = 1;
        while (i < path.size() && path[i] != '"') {
          if (path[i] == '\\' && i + 1 < path.size()) ++i;
          step += path[i++];
        }
        if (i >= path.size()) return wrong("a quote is not closed");
        path.remove_prefix(i + 1);
      } else {
        std::size_t end = 0;
        while (end < path.size() && path[end] != ']') {
          const char c = path[end];
          if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') {
            return wrong(c == '*'    ? "`[*]` is not offered"
                         : c == '\'' ? "names in brackets stand in double quotes"
                                     : "a name with such characters stands in double quotes");
          }
          ++end;
        }
        step = path.substr(0, end);
        if (step.empty()) return wrong("the brackets are empty");
        path.remove_prefix(end);
      }
      if (!path.starts_with(']')) return wrong("a bracket is not closed");
      path.remove_prefix(1);
    } else {
      return wrong("`" + std::string(path.substr(0, 1)) +
                   "` stands in a name only in brackets and double quotes");
    }
    made.steps.push_back(std::move(step));
  }
  return made;
}

const Path& path_of(std::string_view text) {
  thread_local std::string last = "$";
  thread_local Path path = read_path("$");
  if (last != text) {
    last = text;
    path = read_path(text);
  }
  return path;
}

/// Goes down the path. `found` is the text of what stands there.
bool follow(std::string_view json, const Path& path, std::string_view& found) {
  Walker walker(json);
  if (walker.at_end()) return false;
  for (const std::string& step : path.steps) {
    std::string_view inner;
    if (walker.take('{')) {
      bool here = false;
      while (!here && walker.take_string(inner)) {
        if (!walker.take(':')) return false;
        if (same_key(inner, step)) {
          here = true;
        } else if (!walker.take_value(inner) || !walker.take(',')) {
          return false;
        }
      }
      if (!here) return false;
    } else if (walker.take('[')) {
      std::uint32_t wanted = 0;
      const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), wanted);
      if (error != std::errc() || end != step.data() + step.size()) return false;
      if (walker.peek() == ']') return false;
      for (std::uint32_t i = 0; i < wanted; ++i) {
        if (!walker.take_value(inner) || !walker.take(',')) return false;
      }
    } else {
      return false;
    }
  }
  if (walker.at_end()) return false;
  return walker.take_value(found);
}

/// Calls `each(key, value)` for the members of an object, or of an array with an empty key. False
/// if the text is neither.
template <class Each>
bool for_members(std::string_view json, Each&& each) {
  Walker walker(json);
  const bool object = walker.peek() == '{';
  if (!object && walker.peek() != '[') return false;
  const char last = object ? '}' : ']';
  walker.take(object ? '{' : '[');
  if (walker.take(last)) return true;
  for (;;) {
    std::string_view key;
    std::string_view value;
    if (object && (!walker.take_string(key) || !walker.take(':'))) return false;
    if (!walker.take_value(value)) return false;
    each(key, value);
    if (walker.take(last)) return true;
    if (!walker.take(',')) return false;
  }
}

std::string_view trimmed(std::string_view json) {
  Walker walker(json);
  std::string_view whole;
  walker.peek();
  return walker.take_value(whole) ? whole : std::string_view();
}

void append_text(std::string& out, std::string_view value) {
  if (value.starts_with('"'))
    append_unescaped(out, value.substr(1, value.size() - 2));
  else
    append_compact(out, value);
}

/// What stands at the path of the second argument; nothing if nothing does, or the path is none.
bool stands_at(Arguments arguments, Value& value, std::string_view& found) {
  const Path& path = path_of(arguments[1].text);
  if (path.problem.empty()) return follow(arguments[0].text, path, found);
  value.failure = "`" + std::string(arguments[1].text) + "` is no JSON path: " + path.problem;
  return false;
}

void json_scalar(Arguments arguments, Value& value) {
  std::string_view found;
  if (!stands_at(arguments, value, found)) return;
  if (found == "null" || found.starts_with('{') || found.starts_with('[')) return;
  value.null = false;
  append_text(value.text, found);
}

void json_extract(Arguments arguments, Value& value) {
  std::string_view found;
  if (!stands_at(arguments, value, found)) return;
  value.null = false;
  append_compact(value.text, found);
}

void json_size(Arguments arguments, Value& value) {
  std::string_view found;
  if (!stands_at(arguments, value, found)) return;
  std::int64_t count = 0;
  for_members(found, [&](auto, auto) { ++count; });
  value.set_integer(count);
}

void dump_sorted(const Json& json, std::string& out) {
  if (const Json::Object* object = json.object()) {
    std::vector<const Json::Member*> members;
    for (const Json::Member& member : *object) {
      const auto same =
          std::find_if(members.begin(), members.end(),
                       [&](const Json::Member* other) { return other->first == member.first; });
      if (same != members.end())
        *same = &member;
      else
        members.push_back(&member);
    }
    std::sort(members.begin(), members.end(),
              [](const Json::Member* a, const Json::Member* b) { return a->first < b->first; });
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += ',';
      append_json_string(out, members[i]->first);
      out += ':';
      dump_sorted(members[i]->second, out);
    }
    out += '}';
  } else if (const Json::Array* array = json.array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      dump_sorted((*array)[i], out);
    }
    out += ']';
  } else {
    json.append_to(out);
  }
}

void json_parse(Arguments arguments, Value& value) {
  const auto json = parse_json(arguments[0].text);
  if (!json.ok()) {
    value.failure = "cannot be read as JSON: " + std::string(arguments[0].text.substr(0, 60));
    return;
  }
  value.null = false;
  dump_sorted(*json, value.text);
}

void json_array_length(Arguments arguments, Value& value) {
  const std::string_view json = arguments[0].text;
  if (!trimmed(json).starts_with('[') && Walker(json).peek() != '[') return;
  std::int64_t count = 0;
  if (for_members(json, [&](auto, auto) { ++count; })) value.set_integer(count);
}

void json_array_get(Arguments arguments, Value& value) {
  if (Walker(arguments[0].text).peek() != '[') return;
  std::vector<std::string_view> elements;
  if (!for_members(arguments[0].text, [&](auto, std::string_view one) { elements.push_back(one); }))
    return;
  const auto count = static_cast<std::int64_t>(elements.size());
  const std::int64_t wanted =
      arguments[1].integer < 0 ? count + arguments[1].integer : arguments[1].integer;
  if (wanted < 0 || wanted >= count) return;
  value.null = false;
  append_compact(value.text, elements[static_cast<std::size_t>(wanted)]);
}

void json_array_contains(Arguments arguments, Value& value) {
  if (Walker(arguments[0].text).peek() != '[') return;
  std::string wanted;
  append_text(wanted, arguments[1].text);
  const bool text = arguments[1].text.starts_with('"');
  bool found = false;
  std::string one;
  const bool whole = for_members(arguments[0].text, [&](auto, std::string_view element) {
    if (element.starts_with('"') != text) return;
    one.clear();
    append_text(one, element);
    found = found || one == wanted;
  });
  if (whole) value.set_boolean(found);
}

void is_json_scalar(Arguments arguments, Value& value) {
  const std::string_view whole = trimmed(arguments[0].text);
  if (whole.empty()) {
    value.failure = "cannot be read as JSON: " + std::string(arguments[0].text.substr(0, 60));
    return;
  }
  value.set_boolean(!whole.starts_with('{') && !whole.starts_with('['));
}

/// A number of JSON, or a boolean or text that is one, as a cast to bigint takes it.
void json_to_bigint(Arguments arguments, Value& value) {
  const std::string_view whole = trimmed(arguments[0].text);
  if (whole == "null") return;
  std::string text;
  append_text(text, whole);
  if (text == "true" || text == "false") return value.set_integer(text == "true" ? 1 : 0);
  const char* const last = text.data() + text.size();
  if (!whole.starts_with('"') && text.find_first_of(".eE") != std::string::npos) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), last, number);
    if (error == std::errc() && end == last && std::abs(number) < 9.2e18)
      return value.set_integer(std::llround(number));
  } else {
    const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data() + (plus ? 1 : 0), last, number);
    if (error == std::errc() && end == last) return value.set_integer(number);
  }
  value.failure = "`" + text.substr(0, 60) + "` cannot be cast to bigint";
}

void json_to_boolean(Arguments arguments, Value& value) {
  const std::string_view whole = trimmed(arguments[0].text);
  if (whole == "null") return;
  std::string text;
  append_text(text, whole);
  const std::string word = to_lower(text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = !whole.starts_with('"') && error == std::errc();
  if (is_number && end == text.data() + text.size()) return value.set_boolean(number != 0);
  if (word == "true" || word == "t" || word == "1") return value.set_boolean(true);
  if (word == "false" || word == "f" || word == "0") return value.set_boolean(false);
  value.failure = "`" + text.substr(0, 60) + "` cannot be cast to boolean";
}

/// The text of a number of JSON; booleans are 1 and 0.
void json_to_number_text(Arguments arguments, Value& value) {
  const std::string_view whole = trimmed(arguments[0].text);
  if (whole == "null") return;
  value.null = false;
  if (whole == "true" || whole == "false")
    value.text = whole == "true" ? "1" : "0";
  else
    append_text(value.text, whole);
}

/// Whether a JSON array holds a number that has a fraction.
void json_array_contains_real(Arguments arguments, Value& value) {
  if (Walker(arguments[0].text).peek() != '[') return;
  bool found = false;
  const bool whole = for_members(arguments[0].text, [&](auto, std::string_view element) {
    double number = 0;
    const auto [end, error] =
        std::from_chars(element.data(), element.data() + element.size(), number);
    const bool fraction = element.find_first_of(".eE") != std::string_view::npos;
    found = found || (fraction && error == std::errc() && end == element.data() + element.size() &&
                      number == arguments[1].real);
  });
  if (whole) value.set_boolean(found);
}

void json_quote(Arguments arguments, Value& value) {
  value.null = false;
  append_json_string(value.text, arguments[0].text);
}

void json_to_text(Arguments arguments, Value& value) {
  const std::string_view whole = trimmed(arguments[0].text);
  if (whole == "null") return;
  if (whole.empty() || whole.starts_with('{') || whole.starts_with('[')) {
    value.failure =
        "a JSON object or array cannot be cast to text or a number; json_format gives its text";
    return;
  }
  value.null = false;
  append_text(value.text, whole);
}

void members_of(Arguments arguments, Value& value, bool object, bool keys) {
  const std::string_view json = arguments[0].text;
  if (trimmed(json) == "null") return;
  if (Walker(json).peek() != (object ? '{' : '[')) {
    value.failure = object ? "JSON that is no object cannot be cast to a map"
                           : "JSON that is no array cannot be cast to an array";
    return;
  }
  std::vector<std::pair<std::string, std::string>> members;
  const bool whole = for_members(json, [&](std::string_view key, std::string_view one) {
    std::string name;
    std::string text;
    append_unescaped(name, key);
    append_compact(text, one);
    const auto same = std::find_if(members.begin(), members.end(), [&](const auto& other) {
      return object && other.first == name;
    });
    if (same != members.end())
      same->second = std::move(text);
    else
      members.emplace_back(std::move(name), std::move(text));
  });
  if (!whole) {
    value.failure = "cannot be read as JSON: " + std::string(json.substr(0, 60));
    return;
  }
  value.null = false;
  for (auto& [key, text] : members) value.texts.push_back(std::move(keys ? key : text));
}

void json_elements(Arguments arguments, Value& value) {
  members_of(arguments, value, false, false);
}
void json_keys(Arguments arguments, Value& value) { members_of(arguments, value, true, true); }
void json_values(Arguments arguments, Value& value) { members_of(arguments, value, true, false); }

/// A member by its name, or an element by its place, as a cast to a row wants it.
void json_member(Arguments arguments, Value& value) {
  const bool object = Walker(arguments[0].text).peek() == '{';
  std::int64_t place = 0;
  std::string name;
  for_members(arguments[0].text, [&](std::string_view key, std::string_view one) {
    name.clear();
    append_unescaped(name, key);
    const bool wanted =
        object ? equal_without_case(name, arguments[1].text) : place == arguments[2].integer;
    ++place;
    if (!wanted || !value.null) return;
    value.null = false;
    append_compact(value.text, one);
  });
}

/// The members of an object as CloudTrail Lake's maps have them: values are text, nested ones JSON;
/// members that are null are left out.
void text_map(Arguments arguments, Value& value, bool keys) {
  if (Walker(arguments[0].text).peek() != '{') return;
  std::vector<std::pair<std::string, std::string_view>> members;
  const bool whole =
      for_members(arguments[0].text, [&](std::string_view key, std::string_view one) {
        std::string name;
        append_unescaped(name, key);
        const auto same = std::find_if(members.begin(), members.end(),
                                       [&](const auto& other) { return other.first == name; });
        if (same != members.end())
          same->second = one;
        else
          members.emplace_back(std::move(name), one);
      });
  if (!whole) return;
  value.null = false;
  for (auto& [key, one] : members) {
    if (one == "null") continue;
    std::string text;
    if (keys)
      text = std::move(key);
    else
      append_text(text, one);
    value.texts.push_back(std::move(text));
  }
}
void text_map_keys(Arguments arguments, Value& value) { text_map(arguments, value, true); }
void text_map_values(Arguments arguments, Value& value) { text_map(arguments, value, false); }

}  // namespace

std::string json_path_problem(std::string_view path) { return read_path(path).problem; }

std::vector<event::NativeFunction> json_functions() {
  constexpr ValueType kText = ValueType::Text;
  return {
      native("th_json_scalar", {kText, kText}, kText, json_scalar),
      native("th_json_extract", {kText, kText}, kText, json_extract),
      native("th_json_size", {kText, kText}, ValueType::Bigint, json_size),
      native("th_json_parse", {kText}, kText, json_parse),
      native("th_json_array_length", {kText}, ValueType::Bigint, json_array_length),
      native("th_json_array_get", {kText, ValueType::Bigint}, kText, json_array_get),
      native("th_json_array_contains", {kText, kText}, ValueType::Boolean, json_array_contains),
      native("th_is_json_scalar", {kText}, ValueType::Boolean, is_json_scalar),
      native("th_json_quote", {kText}, kText, json_quote),
      native("th_json_to_bigint", {kText}, ValueType::Bigint, json_to_bigint),
      native("th_json_to_boolean", {kText}, ValueType::Boolean, json_to_boolean),
      native("th_json_to_number_text", {kText}, kText, json_to_number_text),
      native("th_json_array_contains_real", {kText, ValueType::Double}, ValueType::Boolean,
             json_array_contains_real),
      native("th_json_to_text", {kText}, kText, json_to_text),
      native("th_json_elements", {kText}, ValueType::TextList, json_elements),
      native("th_json_keys", {kText}, ValueType::TextList, json_keys),
      native("th_json_values", {kText}, ValueType::TextList, json_values),
      native("th_json_member", {kText, kText, ValueType::Bigint}, kText, json_member),
      native("th_text_map_keys", {kText}, ValueType::TextList, text_map_keys),
      native("th_text_map_values", {kText}, ValueType::TextList, text_map_values),
  };
}

}  // namespace trailhound::sql
