// SPDX-License-Identifier: Apache-2.0
#include "triage/indicators.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "base/json.hpp"
#include "base/text.hpp"
#include "event/network.hpp"

namespace trailhound::triage {
namespace {

constexpr std::size_t kLongest = 1024;  // bytes of an indicator
constexpr int kDeepest = 40;            // of a JSON list

/// Why a text is nothing that can be looked for; empty where it is.
std::string why_not(const std::string& text) {
  if (text.size() > kLongest) return "too long for an indicator";
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return std::iscntrl(static_cast<unsigned char>(c)) != 0; })) {
    return "holds control characters";
  }
  return wrong_with(parse_entity(text));
}

std::string unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front()) {
    text = text.substr(1, text.size() - 2);
  }
  return std::string(trim(text));
}

/// The fields of a CSV line; commas in quotes divide nothing. Tabs and semicolons divide too.
std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields(1);
  char quote = 0;
  for (const char c : line) {
    if (quote != 0) {
      if (c == quote) quote = 0;
      fields.back() += c;
    } else if (c == '"') {
      quote = c;
      fields.back() += c;
    } else if (c == ',' || c == '\t' || c == ';') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  for (std::string& field : fields) field = unquoted(field);
  return fields;
}

bool is_header(const std::vector<std::string>& fields) {
  static constexpr std::string_view kWords[] = {
      "indicator", "indicators", "ioc",  "iocs",       "value",     "address", "ip",        "type",
      "comment",   "key",        "name", "ip_address", "accesskey", "pattern", "observable"};
  const auto is_word = [](const std::string& field) {
    const std::string lower = to_lower(field);
    return std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords);
  };
  return fields.size() > 1 && is_word(fields.front()) &&
         std::any_of(fields.begin() + 1, fields.end(), is_word);
}

class Reader {
 public:
  void read_lines(std::string_view text) {
    std::size_t number = 0;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      read_line(trim(text.substr(0, end)), ++number);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

  void read_json(const Json& json, int depth = 0) {
    if (depth > kDeepest) return;
    if (const Json::Array* items = json.array()) {
      for (const Json& item : *items) {
        if (const std::string* text = item.string()) {
          add(*text, ++values_);
        } else {
          read_json(item, depth + 1);
        }
      }
    } else if (const Json::Object* members = json.object()) {
      const std::string_view pattern = json.text("pattern"), value = json.text("value");
      if (!pattern.empty()) read_pattern(pattern);
      if (!value.empty() && (!json.text("type").empty() || !json.text("category").empty())) {
        add(std::string(value), ++values_);
      }
      for (const auto& [key, inner] : *members) {
        if (inner.object() != nullptr || inner.array() != nullptr) read_json(inner, depth + 1);
      }
    }
  }

  IndicatorList take() { return std::move(list_); }

 private:
  void read_line(std::string_view line, std::size_t number) {
    if (line.substr(0, 3) == "\xef\xbb\xbf") line = trim(line.substr(3));
    if (line.empty() || line.front() == '#' || line.substr(0, 2) == "//") return;
    if (const std::size_t comment = line.find(" #"); comment != std::string_view::npos) {
      line = trim(line.substr(0, comment));
    }
    std::vector<std::string> fields = fields_of(line);
    const bool first = !std::exchange(begun_, true);
    if (first && is_header(fields)) return;
    const auto telling = std::find_if(fields.begin(), fields.end(), [](const std::string& field) {
      return !field.empty() && parse_entity(field).form != Form::Name && why_not(field).empty();
    });
    // A line without commas is one thing, blanks and all: agents have them.
    add(telling != fields.end() ? *telling
        : fields.size() == 1    ? unquoted(line)
                                : fields.front(),
        number);
  }

  /// STIX: [ipv4-addr:value = '198.51.100.7']
  void read_pattern(std::string_view pattern) {
    const std::size_t line = ++values_;
    std::size_t read = 0;
    while (true) {
      const std::size_t equals = pattern.find('=');
      if (equals == std::string_view::npos) break;
      pattern.remove_prefix(equals + 1);
      const std::string_view rest = trim(pattern);
      if (rest.empty() || rest.front() != '\'') continue;
      const std::size_t end = rest.find('\'', 1);
      if (end == std::string_view::npos) break;
      add(std::string(rest.substr(1, end - 1)), line);
      ++read;
      pattern = rest.substr(end + 1);
    }
    if (read == 0) list_.wrong.push_back({line, std::string(pattern), "is no pattern of values"});
  }

  void add(std::string text, std::size_t line) {
    if (text.empty()) return list_.wrong.push_back({line, "", "names nothing"});
    if (std::string why = why_not(text); !why.empty()) {
      return list_.wrong.push_back({line, std::move(text), std::move(why)});
    }
    Entity entity = parse_entity(text);
    if (entity.form == Form::Address) text = entity.text;  // without brackets, to go on with
    if (!met_.insert(std::to_string(static_cast<int>(entity.form)) + entity.text).second) return;
    list_.indicators.push_back({std::move(entity), std::move(text), line});
  }

  IndicatorList list_;
  bool begun_ = false;  ///< A line was read that is no comment
  std::set<std::string> met_;
  std::size_t values_ = 0;
};

/// Behind the mark that says which byte of two comes first.
std::string from_utf16(std::string_view bytes, bool least_first) {
  const auto at = [&](std::size_t i) {
    const auto one = static_cast<unsigned char>(bytes[i]);
    const auto two = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<char32_t>(least_first ? two << 8 | one : one << 8 | two);
  };
  std::string text;
  for (std::size_t i = 2; i + 1 < bytes.size(); i += 2) {
    char32_t unit = at(i);
    if (unit >= 0xD800 && unit < 0xDC00 && i + 3 < bytes.size()) {
      const char32_t low = at(i + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    append_utf8(text, unit);
  }
  return text;
}

}  // namespace

Result<std::string> list_text(std::string_view bytes) {
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
    return from_utf16(bytes, bytes.front() == '\xff');
  }
  if (bytes.starts_with("\x1f\x8b")) {
    return Error("not-a-list", "the list is compressed")
        .note("`gunzip -c FILE | trailhound sweep - …` reads what is in it");
  }
  if (bytes.find('\0') != std::string_view::npos) {
    return Error("not-a-list", "the list holds NUL bytes, so it is no text");
  }
  return std::string(bytes);
}

IndicatorList parse_indicators(std::string_view text) {
  Reader reader;
  const std::string_view begun = trim(text);
  if (!begun.empty() && (begun.front() == '{' || begun.front() == '[')) {
    if (const auto json = parse_json(begun); json.ok()) {
      reader.read_json(*json);
      return reader.take();
    }
  }
  reader.read_lines(text);
  return reader.take();
}

}  // namespace trailhound::triage
