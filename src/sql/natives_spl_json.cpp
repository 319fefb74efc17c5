// SPDX-License-Identifier: Apache-2.0
//
// JSON by Splunk's paths: `a.b{}.c` for the elements of lists, `a{0}` for one of them. A key that
// holds a dot itself is found, too, for a path is matched against the keys that are there. Nulls
// give no value.
#include <algorithm>
#include <optional>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "event/json_find.hpp"
#include "sql/natives.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

constexpr int kMaxNesting = 100;
constexpr std::size_t kMostPaths = 5'000;

bool is_scalar(std::string_view json) {
  return !json.empty() && json.front() != '{' && json.front() != '[' && json != "null";
}

std::string_view trimmed(std::string_view json) { return trim(json); }

/// Calls `visit` with what stands at the path; stops when it says so.
template <class Visit>
bool walk(std::string_view json, std::string_view path, int depth, Visit& visit) {
  if (path.empty()) return visit(json);
  if (depth > kMaxNesting || json.empty()) return true;
  if (json.front() == '[') {
    if (path.front() != '{') return true;
    const std::size_t close = path.find('}');
    if (close == std::string_view::npos) return true;
    const std::string_view index = path.substr(1, close - 1);
    std::string_view rest = path.substr(close + 1);
    if (!rest.empty() && rest.front() == '.') rest.remove_prefix(1);
    std::size_t wanted = 0;
    for (const char c : index) {
      if (c < '0' || c > '9') return true;
      wanted = std::min<std::size_t>(wanted * 10 + static_cast<std::size_t>(c - '0'), 1'000'000);
    }
    std::size_t at = 0;
    for (event::JsonElements elements(json); elements.next(); ++at) {
      if (!index.empty() && at != wanted) continue;
      if (!walk(trimmed(elements.value()), rest, depth + 1, visit)) return false;
    }
    return true;
  }
  if (json.front() != '{') return true;
  for (event::JsonMembers members(json); members.next();) {
    const std::string_view key = members.key();
    if (key.empty() || !path.starts_with(key)) continue;
    std::string_view rest = path.substr(key.size());
    if (!rest.empty() && rest.front() != '.' && rest.front() != '{') continue;
    if (!rest.empty() && rest.front() == '.') rest.remove_prefix(1);
    if (!walk(trimmed(members.value()), rest, depth + 1, visit)) return false;
  }
  return true;
}

void leaf(Arguments arguments, Value& value) {
  auto visit = [&](std::string_view json) {
    if (!is_scalar(json)) return true;
    value.set(event::json_text(json));
    return false;
  };
  walk(trimmed(arguments[0].text), arguments[1].text, 0, visit);
}

void leaves(Arguments arguments, Value& value) {
  auto visit = [&](std::string_view json) {
    if (is_scalar(json)) value.texts.push_back(event::json_text(json));
    return true;
  };
  walk(trimmed(arguments[0].text), arguments[1].text, 0, visit);
  value.null = value.texts.empty();
}

/// spath: what is no leaf is given as JSON.
void at_path(Arguments arguments, Value& value) {
  auto visit = [&](std::string_view json) {
    if (json == "null") return true;
    value.set(is_scalar(json) ? event::json_text(json) : std::string(json));
    return false;
  };
  walk(trimmed(arguments[0].text), arguments[1].text, 0, visit);
}

void all_at_path(Arguments arguments, Value& value) {
  auto visit = [&](std::string_view json) {
    if (json == "null") return true;
    value.texts.push_back(is_scalar(json) ? event::json_text(json) : std::string(json));
    return true;
  };
  walk(trimmed(arguments[0].text), arguments[1].text, 0, visit);
  value.null = value.texts.empty();
}

void collect(std::string_view json, const std::string& path, int depth,
             std::set<std::string>& into) {
  if (depth > kMaxNesting || into.size() > kMostPaths) return;
  if (!json.empty() && json.front() == '{') {
    for (event::JsonMembers members(json); members.next();) {
      const std::string key(members.key());
      if (key.empty()) continue;
      collect(trimmed(members.value()), path.empty() ? key : path + "." + key, depth + 1, into);
    }
  } else if (!json.empty() && json.front() == '[') {
    for (event::JsonElements elements(json); elements.next();) {
      collect(trimmed(elements.value()), path + "{}", depth + 1, into);
    }
  } else if (is_scalar(json) && !path.empty()) {
    into.insert(path);
  }
}

/// Every path below which a leaf stands.
void paths(Arguments arguments, Value& value) {
  std::set<std::string> found;
  collect(trimmed(arguments[0].text), "", 0, found);
  value.texts.assign(found.begin(), found.end());
  value.null = found.empty();
}

// eval's JSON functions

void quote(Arguments arguments, Value& value) { value.set(json_string(arguments[0].text)); }

/// A value as JSON: a number as one, JSON as it stands, all else as a string.
std::string as_json(std::string_view text) {
  if (spl_number(text)) return std::string(text);
  if (!text.empty() && (text.front() == '{' || text.front() == '[') && parse_json(text).ok()) {
    return std::string(text);
  }
  return json_string(text);
}

/// Out of keys and values in turn.
void object(Arguments arguments, Value& value) {
  value.set("{");
  const auto& given = arguments[0].texts;
  for (std::size_t i = 0; i + 1 < given.size(); i += 2) {
    value.text += (i > 0 ? "," : "") + json_string(given[i]) + ":" + as_json(given[i + 1]);
  }
  value.text += "}";
}

void array(Arguments arguments, Value& value) {
  value.set("[");
  for (std::size_t i = 0; i < arguments[0].texts.size(); ++i) {
    const std::string_view one = arguments[0].texts[i];
    value.text += (i > 0 ? "," : "") + (arguments[1].boolean ? as_json(one) : json_string(one));
  }
  value.text += "]";
}

void valid(Arguments arguments, Value& value) {
  value.set_boolean(parse_json(arguments[0].text).ok());
}

void keys(Arguments arguments, Value& value) {
  const std::string_view json = trimmed(arguments[0].text);
  if (json.empty() || json.front() != '{') return;
  value.set("[");
  for (event::JsonMembers members(json); members.next();) {
    value.text += (value.text.size() > 1 ? ",\"" : "\"") + std::string(members.key()) + "\"";
  }
  value.text += "]";
}

void array_to_list(Arguments arguments, Value& value) {
  for (event::JsonElements elements(trimmed(arguments[0].text)); elements.next();) {
    const std::string_view one = trimmed(elements.value());
    value.texts.push_back(is_scalar(one) ? event::json_text(one) : std::string(one));
  }
  value.null = value.texts.empty();
}

/// What kind of JSON a text is: `object`, `array`, or no such thing.
void kind(Arguments arguments, Value& value) {
  const std::string_view json = trimmed(arguments[0].text);
  if (json.empty() || (json.front() != '{' && json.front() != '[')) return;
  if (parse_json(json).ok()) value.set(json.front() == '{' ? "object" : "array");
}

/// What stands under a key of an object; dots in the key are its own.
std::optional<std::string_view> member_of(std::string_view json, std::string_view key) {
  if (json.empty() || json.front() != '{') return std::nullopt;
  for (event::JsonMembers members(json); members.next();) {
    if (members.key() == key) return trimmed(members.value());
  }
  return std::nullopt;
}
void member(Arguments arguments, Value& value) {
  const auto found = member_of(trimmed(arguments[0].text), arguments[1].text);
  if (!found || *found == "null") return;
  value.set(is_scalar(*found) ? event::json_text(*found) : std::string(*found));
}
void has_key(Arguments arguments, Value& value) {
  value.set_boolean(member_of(trimmed(arguments[0].text), arguments[1].text).has_value());
}

void entries(Arguments arguments, Value& value) {
  const std::string_view json = trimmed(arguments[0].text);
  if (json.empty() || json.front() != '{') return;
  value.set("[");
  for (event::JsonMembers members(json); members.next();) {
    value.text += value.text.size() > 1 ? "," : "";
    value.text += "{\"key\":" + json_string(members.key()) +
                  ",\"value\":" + std::string(trimmed(members.value())) + "}";
  }
  value.text += "]";
}

enum class Change { Set, Append, Extend, Delete };

/// Changes a tree at a path of plain keys and `{n}`; makes objects on the way if it sets.
bool change(Json& tree, std::string_view path, Change how, const Json* with, int depth) {
  if (depth > kMaxNesting) return false;
  if (path.empty()) {
    if (how == Change::Set) tree = *with;
    if (how == Change::Append || how == Change::Extend) {
      Json::Array* list = tree.array();
      if (list == nullptr) return false;
      if (how == Change::Extend && with->array() != nullptr) {
        list->insert(list->end(), with->array()->begin(), with->array()->end());
      } else {
        list->push_back(*with);
      }
    }
    return true;
  }
  if (path.front() == '{') {
    const std::size_t close = path.find('}');
    Json::Array* list = tree.array();
    if (close == std::string_view::npos || list == nullptr) return false;
    const auto index = spl_number(path.substr(1, close - 1));
    if (!index || *index < 0 || *index >= static_cast<double>(list->size())) return false;
    std::string_view rest = path.substr(close + 1);
    if (!rest.empty() && rest.front() == '.') rest.remove_prefix(1);
    const auto at = static_cast<std::size_t>(*index);
    if (rest.empty() && how == Change::Delete) {
      list->erase(list->begin() + static_cast<std::ptrdiff_t>(at));
      return true;
    }
    return change((*list)[at], rest, how, with, depth + 1);
  }
  Json::Object* members = tree.object();
  if (members == nullptr) return false;
  const std::size_t end = std::min(path.find_first_of(".{"), path.size());
  const std::string key(path.substr(0, end));
  std::string_view rest = path.substr(end);
  if (!rest.empty() && rest.front() == '.') rest.remove_prefix(1);
  for (auto member = members->begin(); member != members->end(); ++member) {
    if (member->first != key) continue;
    if (rest.empty() && how == Change::Delete) {
      members->erase(member);
      return true;
    }
    return change(member->second, rest, how, with, depth + 1);
  }
  if (how != Change::Set) return false;
  members->emplace_back(key, rest.empty() ? *with : Json(Json::Object{}));
  return rest.empty() || change(members->back().second, rest, how, with, depth + 1);
}

void change_json(Arguments arguments, Value& value) {
  auto tree = parse_json(arguments[0].text);
  if (!tree.ok()) return;
  const std::string_view word = arguments[3].text;
  const Change how = word == "set" || word == "set_exact" ? Change::Set
                     : word == "append"                   ? Change::Append
                     : word == "extend"                   ? Change::Extend
                                                          : Change::Delete;
  const auto with = parse_json(as_json(arguments[2].text));
  if (!with.ok()) return;
  Json::Object* const members = word == "set_exact" ? tree->object() : nullptr;
  if (members != nullptr) {
    const std::string key(arguments[1].text);
    const auto there = std::find_if(members->begin(), members->end(),
                                    [&](const Json::Member& one) { return one.first == key; });
    if (there != members->end()) {
      there->second = *with;
    } else {
      members->emplace_back(key, *with);
    }
  } else {
    (void)change(*tree, arguments[1].text, how, &*with, 0);
  }
  value.set(tree->dump());
}

}  // namespace

std::vector<event::NativeFunction> spl_json_functions() {
  constexpr ValueType kText = ValueType::Text, kList = ValueType::TextList;
  constexpr ValueType kBoolean = ValueType::Boolean;
  return {
      native("th_spl_leaf", {kText, kText}, kText, leaf),
      native("th_spl_leaves", {kText, kText}, kList, leaves),
      native("th_spl_at", {kText, kText}, kText, at_path),
      native("th_spl_all_at", {kText, kText}, kList, all_at_path),
      native("th_spl_paths", {kText}, kList, paths),
      native("th_spl_json_quote", {kText}, kText, quote),
      native("th_spl_json_object", {kList}, kText, object),
      native("th_spl_json_array", {kList, kBoolean}, kText, array),
      native("th_spl_json_valid", {kText}, kBoolean, valid),
      native("th_spl_json_keys", {kText}, kText, keys),
      native("th_spl_json_kind", {kText}, kText, kind),
      native("th_spl_json_member", {kText, kText}, kText, member),
      native("th_spl_json_has_key", {kText, kText}, kBoolean, has_key),
      native("th_spl_json_entries", {kText}, kText, entries),
      native("th_spl_json_to_list", {kText}, kList, array_to_list),
      native("th_spl_json_change", {kText, kText, kText, kText}, kText, change_json),
  };
}

}  // namespace trailhound::sql
