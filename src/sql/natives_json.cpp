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
#include "sql/json_text.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

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
  JsonWalker walker(json);
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
  if (!first_json(json).starts_with('[') && JsonWalker(json).peek() != '[') return;
  std::int64_t count = 0;
  if (for_members(json, [&](auto, auto) { ++count; })) value.set_integer(count);
}

void json_array_get(Arguments arguments, Value& value) {
  if (JsonWalker(arguments[0].text).peek() != '[') return;
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
  if (JsonWalker(arguments[0].text).peek() != '[') return;
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
  const std::string_view whole = first_json(arguments[0].text);
  if (whole.empty()) {
    value.failure = "cannot be read as JSON: " + std::string(arguments[0].text.substr(0, 60));
    return;
  }
  value.set_boolean(!whole.starts_with('{') && !whole.starts_with('['));
}

/// A number of JSON, or a boolean or text that is one, as a cast to bigint takes it.
void json_to_bigint(Arguments arguments, Value& value) {
  const std::string_view whole = first_json(arguments[0].text);
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
  const std::string_view whole = first_json(arguments[0].text);
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
  const std::string_view whole = first_json(arguments[0].text);
  if (whole == "null") return;
  value.null = false;
  if (whole == "true" || whole == "false")
    value.text = whole == "true" ? "1" : "0";
  else
    append_text(value.text, whole);
}

/// Whether a JSON array holds a number that has a fraction.
void json_array_contains_real(Arguments arguments, Value& value) {
  if (JsonWalker(arguments[0].text).peek() != '[') return;
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
  const std::string_view whole = first_json(arguments[0].text);
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
  if (first_json(json) == "null") return;
  if (JsonWalker(json).peek() != (object ? '{' : '[')) {
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
  const bool object = JsonWalker(arguments[0].text).peek() == '{';
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
  if (JsonWalker(arguments[0].text).peek() != '{') return;
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
