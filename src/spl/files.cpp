// SPDX-License-Identifier: Apache-2.0
//
// Macros and lookups as files: Splunk's macros.conf, and CSV with a line of names.
#include <algorithm>

#include "base/text.hpp"
#include "spl/spl.hpp"

namespace trailhound::spl {

Result<std::map<std::string, Macro>> read_macros(std::string_view text) {
  std::map<std::string, Macro> macros;
  std::string name;
  std::string line;
  std::size_t number = 0;
  const auto take = [&]() -> Result<void> {
    const std::string_view whole = trim(line);
    if (whole.empty() || whole.front() == '#') return {};
    if (whole.front() == '[') {
      if (whole.back() != ']') {
        return Error{"bad-macros", "line " + std::to_string(number) + ": the `]` is missing"};
      }
      name = std::string(trim(whole.substr(1, whole.size() - 2)));
      macros[name];
      return {};
    }
    const std::size_t equal = whole.find('=');
    if (equal == std::string_view::npos || name.empty()) {
      return Error{"bad-macros",
                   "line " + std::to_string(number) + " is neither `[name]` nor `key = value`"};
    }
    const std::string_view key = trim(whole.substr(0, equal));
    const std::string_view value = trim(whole.substr(equal + 1));
    if (key == "definition") macros[name].definition = std::string(value);
    if (key == "args") {
      for (const std::string_view one : split(value, ',')) {
        macros[name].arguments.emplace_back(trim(one));
      }
    }
    if (key == "iseval" && (value == "1" || value == "true")) {
      return Error{"bad-macros", "line " + std::to_string(number) +
                                     ": macros that are computed (`iseval`) are not offered"};
    }
    return {};
  };
  for (std::string_view one : split(text, '\n')) {
    ++number;
    if (one.ends_with('\r')) one.remove_suffix(1);
    if (one.ends_with('\\')) {  // goes on in the next line
      line += one.substr(0, one.size() - 1);
      line += ' ';
      continue;
    }
    line += one;
    TRY(take());
    line.clear();
  }
  TRY(take());
  return macros;
}

Result<Lookup> read_csv(std::string_view text, const std::string& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Lookup made;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false, any = false;
  const auto end_row = [&]() -> Result<void> {
    row.push_back(std::move(cell));
    cell.clear();
    if (made.columns.empty()) {
      made.columns = std::move(row);
    } else if (row.size() > 1 || !row[0].empty()) {
      if (row.size() > made.columns.size()) {
        return Error{"bad-lookup", "line " + std::to_string(made.rows.size() + 2) + " of `" + name +
                                       "` has more values than there are columns"};
      }
      row.resize(made.columns.size());
      made.rows.push_back(std::move(row));
    }
    row.clear();
    any = false;
    return {};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
        cell += '"';
        ++i;
      } else if (c == '"') {
        quoted = false;
      } else {
        cell += c;
      }
      continue;
    }
    if (c == '"' && cell.empty()) {
      quoted = true;
      any = true;
    } else if (c == ',') {
      row.push_back(std::move(cell));
      cell.clear();
      any = true;
    } else if (c == '\n') {
      TRY(end_row());
    } else if (c != '\r') {
      cell += c;
      any = true;
    }
  }
  if (quoted) return Error{"bad-lookup", "a quoted value of `" + name + "` does not end"};
  if (any) {
    TRY(end_row());
  }
  if (made.columns.empty()) return Error{"bad-lookup", "`" + name + "` has no line of names"};
  for (std::string& column : made.columns) column = std::string(trim(column));
  return made;
}

std::string write_csv(const Lookup& lookup) {
  std::string text;
  const auto line = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) text += ',';
      if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
        text += cells[i];
      } else {
        text += '"' + replace_all(cells[i], "\"", "\"\"") + '"';
      }
    }
    text += '\n';
  };
  line(lookup.columns);
  for (const auto& row : lookup.rows) line(row);
  return text;
}

}  // namespace trailhound::spl
