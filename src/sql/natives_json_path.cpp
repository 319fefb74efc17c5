// SPDX-License-Identifier: Apache-2.0
//
// The path language of SQL/JSON (JSON_EXISTS, JSON_VALUE, JSON_QUERY): members, elements, ranges
// and wildcards, lax and strict. Filters, methods and variables are refused where the question is
// bound.
//
// In lax mode a list stands for its elements where a member is asked for, what is no list for a
// list of one where an element is, and what is not there for nothing; in strict mode each is an
// error.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "base/json.hpp"
#include "base/text.hpp"
#include "sql/json_text.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

/// A place in a list: counted from its front, or back from its last element.
struct Place {
  bool from_last = false;
  std::int64_t number = 0;
};
struct Range {
  Place first, last;
};
struct Step {
  enum class Kind { Member, AllMembers, Elements, AllElements } kind = Kind::Member;
  std::string name;           ///< Member
  std::vector<Range> ranges;  ///< Elements
};
struct Path {
  bool strict = false;
  std::vector<Step> steps;
  std::string problem;
};

/// Reads a path from the front.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Path run() {
    if (word("strict")) {
      path_.strict = true;
    } else {
      word("lax");
    }
    skip();
    if (!take('$')) return wrong("it does not begin with `$`");
    while (path_.problem.empty()) {
      skip();
      if (rest_.empty()) return std::move(path_);
      if (take('.')) {
        member();
      } else if (take('[')) {
        elements();
      } else if (rest_[0] == '?') {
        return wrong("a filter (`?`) is not offered");
      } else {
        return wrong("`" + std::string(rest_.substr(0, 1)) + "` is not offered");
      }
    }
    return std::move(path_);
  }

 private:
  std::string_view rest_;
  Path path_;

  Path wrong(std::string why) {
    path_.problem = std::move(why);
    return std::move(path_);
  }
  void skip() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_[0]) != std::string_view::npos)
      rest_.remove_prefix(1);
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  static bool is_letter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
           (static_cast<unsigned char>(c) & 0x80) != 0;
  }
  bool word(std::string_view wanted) {
    skip();
    if (!equal_without_case(rest_.substr(0, wanted.size()), wanted)) return false;
    if (rest_.size() > wanted.size() && is_letter(rest_[wanted.size()])) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }
  void member() {
    skip();
    if (take('*')) return path_.steps.push_back({Step::Kind::AllMembers, {}, {}});
    if (rest_.starts_with('.')) {
      path_.problem = "`..` is not offered";
      return;
    }
    Step step;
    if (take('"')) {
      const std::size_t end = rest_.find('"');
      if (end == std::string_view::npos || rest_.substr(end + 1).starts_with('"')) {
        path_.problem = "a quote is not closed";
        return;
      }
      append_unescaped(step.name, rest_.substr(0, end));
      rest_.remove_prefix(end + 1);
    } else {
      std::size_t end = 0;
      while (end < rest_.size() && is_letter(rest_[end])) ++end;
      step.name = rest_.substr(0, end);
      rest_.remove_prefix(end);
      if (step.name.empty()) {
        path_.problem = "a name is missing after `.`";
        return;
      }
      skip();
      if (rest_.starts_with('(')) {
        path_.problem = "a method (`." + step.name + "()`) is not offered";
        return;
      }
    }
    path_.steps.push_back(std::move(step));
  }
  std::optional<Place> place() {
    Place made;
    if (word("last")) {
      made.from_last = true;
      skip();
      if (!take('-')) return made;
    }
    skip();
    const auto [end, error] =
        std::from_chars(rest_.data(), rest_.data() + rest_.size(), made.number);
    if (error != std::errc() || made.number < 0) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return made;
  }
  void elements() {
    Step step;
    skip();
    if (take('*')) {
      step.kind = Step::Kind::AllElements;
    } else {
      step.kind = Step::Kind::Elements;
      do {
        const auto first = place();
        auto last = first;
        if (first && word("to")) last = place();
        if (!first || !last) {
          path_.problem = "inside brackets stand numbers, `last`, `a to b` or `*`";
          return;
        }
        step.ranges.push_back({*first, *last});
        skip();
      } while (take(','));
    }
    skip();
    if (!take(']')) {
      path_.problem = "a bracket is not closed";
      return;
    }
    path_.steps.push_back(std::move(step));
  }
};

const Path& path_of(std::string_view text) {
  thread_local std::string last = "$";
  thread_local Path path = Reader("$").run();
  if (last != text) {
    last = text;
    path = Reader(text).run();
  }
  return path;
}

/// Values of JSON, or that there are none to give.
struct Items {
  std::vector<std::string_view> values;
  bool failed = false;
};

bool is_list(std::string_view json) { return json.starts_with('['); }

std::vector<std::string_view> elements_of(std::string_view json) {
  std::vector<std::string_view> made;
  for_members(json, [&](auto, std::string_view value) { made.push_back(value); });
  return made;
}

void members(const Step& step, const Path& path, std::string_view json, Items& out) {
  if (is_list(json) && !path.strict) {
    for (const std::string_view element : elements_of(json)) {
      if (!is_list(element)) members(step, path, element, out);
    }
    return;
  }
  if (!json.starts_with('{')) {
    out.failed = out.failed || path.strict;
    return;
  }
  std::optional<std::string_view> found;
  for_members(json, [&](std::string_view key, std::string_view value) {
    if (step.kind == Step::Kind::AllMembers)
      out.values.push_back(value);
    else if (same_key(key, step.name))
      found = value;  // of equal keys the last counts
  });
  if (found) out.values.push_back(*found);
  if (step.kind == Step::Kind::Member && !found && path.strict) out.failed = true;
}

void elements(const Step& step, const Path& path, std::string_view json, Items& out) {
  if (!is_list(json) && path.strict) {
    out.failed = true;
    return;
  }
  const std::vector<std::string_view> all =
      is_list(json) ? elements_of(json) : std::vector<std::string_view>{json};
  if (step.kind == Step::Kind::AllElements) {
    out.values.insert(out.values.end(), all.begin(), all.end());
    return;
  }
  const auto size = static_cast<std::int64_t>(all.size());
  for (const Range& range : step.ranges) {
    const auto at = [&](const Place& place) {
      return place.from_last ? size - 1 - place.number : place.number;
    };
    const std::int64_t first = at(range.first);
    const std::int64_t last = at(range.last);
    if (path.strict && (first < 0 || last >= size || first > last)) out.failed = true;
    for (std::int64_t i = std::max<std::int64_t>(first, 0); i <= std::min(last, size - 1); ++i)
      out.values.push_back(all[static_cast<std::size_t>(i)]);
  }
}

Items items_of(Arguments arguments) {
  const Path& path = path_of(arguments[1].text);
  Items now;
  const std::string_view whole = first_json(arguments[0].text);
  now.failed = whole.empty() || !path.problem.empty();
  if (now.failed) return now;
  now.values.push_back(whole);
  for (const Step& step : path.steps) {
    Items next;
    for (const std::string_view one : now.values) {
      const bool by_name = step.kind == Step::Kind::Member || step.kind == Step::Kind::AllMembers;
      by_name ? members(step, path, one, next) : elements(step, path, one, next);
    }
    if (next.failed) return next;
    now = std::move(next);
  }
  return now;
}

/// A number with a fraction or an exponent is a double: spelt as Java does.
void append_number(std::string& out, std::string_view number) {
  double value = 0;
  if (number.find_first_of(".eE") == std::string_view::npos) {
    out += number;
    return;
  }
  std::from_chars(number.data(), number.data() + number.size(), value);
  out += double_spelled(value);
}

/// The JSON as Java writes it again.
void append_written(std::string& out, std::string_view json) {
  std::string compact;
  append_compact(compact, json);
  for (std::size_t i = 0; i < compact.size();) {
    const char c = compact[i];
    std::size_t end = i + 1;
    if (c == '"') {
      while (compact[end] != '"') end += compact[end] == '\\' ? 2 : 1;
      std::string text;
      append_unescaped(text, std::string_view(compact).substr(i + 1, end - i - 1));
      append_json_string(out, text);
      i = end + 1;
    } else if (c == '-' || std::isdigit(static_cast<unsigned char>(c)) != 0) {
      end = std::min(compact.find_first_of(",]}", i), compact.size());
      append_number(out, std::string_view(compact).substr(i, end - i));
      i = end;
    } else {
      out += c;
      ++i;
    }
  }
}

/// 0: nothing, 1: one value, 2: an error, 3: more than one value.
void items_state(Arguments arguments, Value& value) {
  const Items items = items_of(arguments);
  const std::size_t size = items.values.size();
  value.set_integer(items.failed ? 2 : size > 1 ? 3 : static_cast<std::int64_t>(size));
}

void exists(Arguments arguments, Value& value) {
  const Items items = items_of(arguments);
  if (items.failed)
    value.failure = "the path cannot be followed in this JSON";
  else
    value.set_boolean(!items.values.empty());
}

/// 0: nothing, 1: a scalar, 2: an error, or anything else than one scalar.
void value_state(Arguments arguments, Value& value) {
  const Items items = items_of(arguments);
  const bool one = items.values.size() == 1;
  const bool holder = one && (items.values[0].starts_with('{') || items.values[0].starts_with('['));
  const bool wrong = items.failed || items.values.size() > 1 || holder;
  value.set_integer(wrong ? 2 : one ? 1 : 0);
}

/// The one item, as JSON; NULL where it is null or there is not exactly one.
void item(Arguments arguments, Value& value) {
  const Items items = items_of(arguments);
  if (items.failed || items.values.size() != 1 || items.values[0] == "null") return;
  value.null = false;
  append_written(value.text, items.values[0]);
}

/// The same as text: a string without its quotes.
void item_text(Arguments arguments, Value& value) {
  item(arguments, value);
  if (value.null || !value.text.starts_with('"')) return;
  std::string text;
  append_text(text, value.text);
  value.text = std::move(text);
}

/// All items as one list; with `conditional`, one that is an object or a list stands for itself.
void wrapped(Arguments arguments, Value& value) {
  const Items items = items_of(arguments);
  if (items.failed) return;
  const bool itself = arguments[2].boolean && items.values.size() == 1 &&
                      (items.values[0].starts_with('{') || items.values[0].starts_with('['));
  value.set(itself ? "" : "[");
  for (const std::string_view one : items.values) {
    if (value.text.size() > 1) value.text += ',';
    append_written(value.text, one);
  }
  if (!itself) value.text += ']';
}

/// The one item, null being JSON too.
void item_query(Arguments arguments, Value& value) {
  const Items items = items_of(arguments);
  if (items.failed || items.values.size() != 1) return;
  value.null = false;
  append_written(value.text, items.values[0]);
  if (!arguments[2].boolean || !value.text.starts_with('"')) return;
  std::string text;
  append_text(text, value.text);
  value.text = std::move(text);
}

}  // namespace

std::string sql_json_path_problem(std::string_view path) { return Reader(path).run().problem; }

std::vector<event::NativeFunction> json_path_functions() {
  constexpr ValueType kText = ValueType::Text;
  constexpr ValueType kFlag = ValueType::Boolean;
  return {
      native("th_json_exists", {kText, kText}, kFlag, exists),
      native("th_json_items_state", {kText, kText}, ValueType::Bigint, items_state),
      native("th_json_value_state", {kText, kText}, ValueType::Bigint, value_state),
      native("th_json_item", {kText, kText}, kText, item),
      native("th_json_item_text", {kText, kText}, kText, item_text),
      native("th_json_wrapped", {kText, kText, kFlag}, kText, wrapped),
      native("th_json_item_query", {kText, kText, kFlag}, kText, item_query),
  };
}

}  // namespace trailhound::sql
