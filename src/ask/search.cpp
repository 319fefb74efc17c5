// SPDX-License-Identifier: Apache-2.0
#include "ask/search.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "athena/athena.hpp"
#include "base/text.hpp"
#include "spl/athena_forms.hpp"
#include "sql/print_trino.hpp"

namespace trailhound::ask {
namespace {

constexpr std::uintmax_t kLargestLookup = 64u << 20;

bool is_plain(std::string_view name) {
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

std::filesystem::path path_of(const Question& question, const std::string& name) {
  return std::filesystem::path(question.search.lookups) /
         (name.ends_with(".csv") ? name : name + ".csv");
}

Result<std::string> content(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::file_size(path, error) > kLargestLookup || error) {
    return Error("no-such-path", "`" + path.string() + "` cannot be read, or is over 64 MB");
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return Error("no-such-path", "`" + path.string() + "` cannot be read");
  return to_utf8(text.str());
}

Result<spl::Settings> settings_of(const Question& question, const Known& known) {
  spl::Settings settings;
  settings.now = known.now;
  settings.now_is_newest = !known.now_given;
  settings.parameters = question.parameters;
  settings.old_addon = question.search.addon == "4.6";
  settings.earliest = question.search.earliest;
  settings.latest = question.search.latest;
  settings.may_write = !question.search.lookups.empty();
  if (!question.search.macros.empty()) {
    TRY(const std::string text, content(question.search.macros));
    TRY(settings.macros, spl::read_macros(text));
  }
  settings.lookup = [&question](const std::string& name) -> Result<std::optional<spl::Lookup>> {
    if (question.search.lookups.empty() || !is_plain(name)) return std::optional<spl::Lookup>();
    const std::filesystem::path path = path_of(question, name);
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return std::optional<spl::Lookup>();
    TRY(const std::string text, content(path));
    TRY(spl::Lookup lookup, spl::read_csv(text, path.string()));
    return std::optional<spl::Lookup>(std::move(lookup));
  };
  return settings;
}

Result<Understood> bound(sql::Query tree, const Known& known, const Question& question) {
  sql::BindOptions binding;
  binding.now = known.now;
  binding.parse = athena::parse_expression;
  std::vector<Error> ignored;  // they speak of SQL that nobody wrote
  Result<sql::Bound> made = sql::bind(tree, binding, ignored);
  if (!made.ok()) {
    Error error = std::move(made).error();
    error.labels.clear();
    error.fix.reset();
    return std::move(error).in(question.name);
  }
  return Understood{std::move(tree), std::move(*made), {}};
}

}  // namespace

Result<Searched> understand_search(const Question& question, const Known& known,
                                   const spl::Facts& facts) {
  TRY(const spl::Settings settings, settings_of(question, known));
  Searched made;
  Result<spl::Search> search = spl::lower(question.text, settings, facts, made.notices);
  if (!search.ok()) return std::move(search.error()).in(question.name);
  for (Error& notice : made.notices) notice = std::move(notice).in(question.name);
  if (search->need) {
    TRY(Understood need, bound(std::move(search->need->query), known, question));
    made.need = std::move(need);
    made.why = search->need->why;
    return made;
  }
  TRY(Understood meant, bound(std::move(search->query), known, question));
  made.meant = std::move(meant);
  made.columns = std::move(search->columns);
  for (spl::Write& write : search->writes) {
    TRY(Understood rows, bound(write.query, known, question));
    made.writes.push_back({std::move(write), std::move(rows)});
  }
  return made;
}

std::string with_names(const std::string& select, const std::vector<spl::Column>& columns) {
  std::string names;
  std::size_t place = 0;
  for (const spl::Column& column : columns) {
    names += (names.empty() ? "" : ", ") + ("p" + std::to_string(++place)) + " AS \"" +
             replace_all(column.name, "\"", "\"\"") + "\"";
  }
  std::string places;
  for (std::size_t i = 1; i <= std::max<std::size_t>(columns.size(), 1); ++i) {
    places += (i > 1 ? ", p" : "p") + std::to_string(i);
  }
  if (names.empty()) return select;
  return "SELECT " + names + " FROM (" + select + ") AS named(" + places + ")";
}

Result<std::string> draw_search(const Question& question, const Known& known) {
  TRY(const spl::Settings settings, settings_of(question, known));
  return spl::draw_commands(question.text, settings);
}

Result<std::string> search_for_athena(Searched& searched) {
  TRY(const sql::Query query, spl::for_athena(searched.meant->tree, searched.columns));
  for (Error& notice : spl::athena_notices(searched.meant->tree)) {
    searched.notices.push_back(std::move(notice));
  }
  return sql::print_trino(query) + "\n";
}

Result<void> write_lookup(const Question& question, const spl::Write& write,
                          const spl::Answer& rows) {
  if (!is_plain(write.lookup)) {
    return Error("output-failed", "`" + write.lookup + "` is no plain name for a file");
  }
  const std::filesystem::path path = path_of(question, write.lookup);
  spl::Lookup made;
  std::error_code error;
  if (rows.empty() && write.keep_if_empty) return {};
  if (write.append && std::filesystem::is_regular_file(path, error)) {
    TRY(const std::string text, content(path));
    TRY(made, spl::read_csv(text, path.string()));
  }
  std::vector<std::size_t> places;
  for (const std::string& column : write.columns) {
    auto place = std::find(made.columns.begin(), made.columns.end(), column);
    if (place == made.columns.end()) place = made.columns.insert(place, column);
    places.push_back(static_cast<std::size_t>(place - made.columns.begin()));
  }
  for (auto& row : made.rows) row.resize(made.columns.size());
  for (const auto& row : rows) {
    std::vector<std::string> line(made.columns.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      line[places[i]] = replace_all(row[i].value_or(""), std::string(1, spl::kBetween), "\n");
    }
    made.rows.push_back(std::move(line));
  }
  // Whole, or not at all: beside its place first, then moved there.
  const std::filesystem::path beside =
      path.string() + ".part" + std::to_string(static_cast<long>(::getpid()));
  {
    std::ofstream file(beside, std::ios::binary);
    file << spl::write_csv(made);
    file.flush();
    if (!file) {
      std::filesystem::remove(beside, error);
      return Error("output-failed", "`" + path.string() + "` cannot be written");
    }
  }
  std::filesystem::rename(beside, path, error);
  if (error) return Error("output-failed", "`" + path.string() + "` cannot be written");
  return {};
}

}  // namespace trailhound::ask
