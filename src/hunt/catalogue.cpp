// SPDX-License-Identifier: Apache-2.0
#include "hunt/catalogue.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <future>
#include <optional>
#include <set>
#include <span>
#include <sstream>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "base/yaml.hpp"
#include "event/attack.hpp"
#include "findings/pattern.hpp"

namespace trailhound::hunt {

using namespace findings;

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 24> kKeys = {
    "id",      "kind",     "level",     "title", "why",   "read",   "noise",    "attack",
    "aliases", "rhinosec", "guardduty", "seed",  "needs", "params", "tunables", "lists",
    "sql",     "columns",  "next",      "undo",  "word",  "did",    "finds",    "ignores"};
constexpr std::size_t kMostMeant = 5;  // hunts that a part of a name is said to mean
constexpr std::array<std::string_view, 3> kNeeds = {"category", "source", "region"};
constexpr std::array<std::string_view, 2> kTunable = {"value", "words"};
constexpr std::array<std::string_view, 3> kCategories = {"Management", "Data", "NetworkActivity"};

/// Reads the parts of one hunt, each from its node, with errors that point at it.
class HuntReader {
 public:
  HuntReader(const YamlNode& root, std::string_view name) : root_(root), name_(name) {}

  Result<Hunt> read(std::string_view service) {
    if (root_.kind != YamlNode::Kind::Map) return wrong(root_, "a hunt is a map of keys");
    TRY(known_keys(root_, kKeys, "a hunt"));
    Hunt hunt;
    hunt.service = service;
    hunt.path = name_;
    TRY(hunt.id, required("id"));
    if (!std::all_of(hunt.id.begin(), hunt.id.end(), is_id_letter)) {
      return wrong(*root_.find("id"), "an id is made of small letters, digits and `-`");
    }
    TRY(read_kind(hunt));
    TRY(read_words(hunt));
    TRY(read_names(hunt));
    TRY(read_needs(hunt));
    TRY(read_settings(hunt));
    TRY(read_columns(hunt));
    TRY(read_examples(hunt));
    return hunt;
  }

 private:
  static bool is_id_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  }

  Error wrong(const YamlNode& node, std::string message) const {
    return yaml_error(node, name_, std::move(message));
  }

  Result<void> known_keys(const YamlNode& map, std::span<const std::string_view> keys,
                          std::string_view what) const {
    std::set<std::string_view> met;
    for (const auto& [key, value] : map.entries) {
      if (!met.insert(key.scalar).second) {
        return wrong(key, "`" + key.scalar + "` stands here twice");
      }
      if (std::find(keys.begin(), keys.end(), key.scalar) != keys.end()) continue;
      Error error = wrong(key, std::string(what) + " has no key `" + key.scalar + "`");
      if (const auto near = nearest(key.scalar, keys)) {
        const Span span{key.span.begin,
                        key.span.begin + static_cast<std::uint32_t>(key.scalar.size())};
        error.fix = Fix{.title = "use `" + *near + "`", .edits = {{span, *near}}};
      }
      return error;
    }
    return {};
  }

  Result<std::string> required(std::string_view key) const {
    const YamlNode* node = root_.find(key);
    if (node == nullptr) return wrong(root_, "a hunt needs `" + std::string(key) + "`");
    return scalar(*node, key);
  }

  Result<std::string> scalar(const YamlNode& node, std::string_view key) const {
    const std::string_view text = trim(node.scalar);
    if (node.kind != YamlNode::Kind::Scalar || text.empty()) {
      return wrong(node, "`" + std::string(key) + "` is a text");
    }
    return std::string(text);
  }

  Result<std::string> optional(std::string_view key) const {
    const YamlNode* node = root_.find(key);
    if (node == nullptr || node->kind == YamlNode::Kind::Null) return std::string{};
    return scalar(*node, key);
  }

  Result<std::vector<std::string>> list(const YamlNode* node, std::string_view key) const {
    std::vector<std::string> all;
    if (node == nullptr || node->kind == YamlNode::Kind::Null) return all;
    if (node->kind == YamlNode::Kind::Scalar) return std::vector<std::string>{node->scalar};
    if (node->kind != YamlNode::Kind::Sequence) {
      return wrong(*node, "`" + std::string(key) + "` is a list of texts");
    }
    for (const YamlNode& item : node->items) {
      TRY(std::string text, scalar(item, key));
      all.push_back(std::move(text));
    }
    return all;
  }

  Result<void> read_kind(Hunt& hunt) const {
    TRY(const std::string kind, required("kind"));
    if (kind != "finding" && kind != "view") {
      return wrong(*root_.find("kind"), "`kind` is `finding` or `view`");
    }
    hunt.kind = kind == "finding" ? HuntKind::Finding : HuntKind::View;
    const YamlNode* level = root_.find("level");
    if (level == nullptr) {
      if (hunt.kind == HuntKind::View) return {};
      return wrong(root_, "a hunt of kind `finding` needs `level`");
    }
    const auto found = find_level(level->scalar);
    if (!found) return wrong(*level, "`level` is critical, high, medium or low");
    hunt.level = *found;
    return {};
  }

  Result<void> read_words(Hunt& hunt) const {
    TRY(hunt.title, required("title"));
    TRY(hunt.sql, required("sql"));
    TRY(hunt.why, required("why"));
    TRY(hunt.read, optional("read"));
    TRY(hunt.noise, optional("noise"));
    TRY(hunt.undo, optional("undo"));
    TRY(hunt.word, optional("word"));
    TRY(hunt.did, optional("did"));
    TRY(hunt.next, list(root_.find("next"), "next"));
    return {};
  }

  Result<void> read_names(Hunt& hunt) const {
    TRY(hunt.attack, list(root_.find("attack"), "attack"));
    for (const std::string& id : hunt.attack) TRY(known_technique(id));
    TRY(hunt.aliases, list(root_.find("aliases"), "aliases"));
    TRY(hunt.guardduty, list(root_.find("guardduty"), "guardduty"));
    TRY(hunt.seed, list(root_.find("seed"), "seed"));
    TRY(const auto methods, list(root_.find("rhinosec"), "rhinosec"));
    for (const std::string& method : methods) {
      int number = 0;
      const auto end = method.data() + method.size();
      const auto parsed = std::from_chars(method.data(), end, number);
      if (parsed.ec != std::errc{} || parsed.ptr != end || number < 1) {
        return wrong(*root_.find("rhinosec"), "`" + method + "` is no number of a method");
      }
      hunt.rhinosec.push_back(number);
    }
    return {};
  }

  Result<void> known_technique(const std::string& id) const {
    const YamlNode& node = *root_.find("attack");
    const std::string current = event::attack_current(id);
    if (event::find_technique(id) == nullptr) {
      return wrong(node, "`" + id + "` is no ATT&CK id that is known: T1098, T1098.003");
    }
    if (current == id) return {};
    return wrong(node, "`" + id + "` is `" + current + "` today; former ids belong in `aliases`");
  }

  Result<void> read_needs(Hunt& hunt) const {
    const YamlNode* needs = root_.find("needs");
    if (needs == nullptr || needs->kind == YamlNode::Kind::Null) return {};
    if (needs->kind != YamlNode::Kind::Map) return wrong(*needs, "`needs` is a map");
    TRY(known_keys(*needs, kNeeds, "`needs`"));
    TRY(hunt.needs.categories, list(needs->find("category"), "category"));
    TRY(hunt.needs.sources, list(needs->find("source"), "source"));
    TRY(hunt.needs.regions, list(needs->find("region"), "region"));
    for (const std::string& category : hunt.needs.categories) {
      if (std::find(kCategories.begin(), kCategories.end(), category) == kCategories.end()) {
        return wrong(*needs->find("category"), "`category` is Management, Data or NetworkActivity");
      }
    }
    return {};
  }

  Result<void> read_settings(Hunt& hunt) const {
    if (const YamlNode* params = root_.find("params"); params != nullptr) {
      if (params->kind != YamlNode::Kind::Map) return wrong(*params, "`params` is a map");
      for (const auto& [key, value] : params->entries) {
        TRY(std::string words, scalar(value, key.scalar));
        hunt.params.push_back({key.scalar, std::move(words)});
      }
    }
    if (const YamlNode* tunables = root_.find("tunables"); tunables != nullptr) {
      if (tunables->kind != YamlNode::Kind::Map) return wrong(*tunables, "`tunables` is a map");
      for (const auto& [key, value] : tunables->entries) {
        TRY(known_keys(value, kTunable, "a tunable"));
        const YamlNode* held = value.find("value");
        if (held == nullptr || held->kind != YamlNode::Kind::Scalar) {
          return wrong(value, "a tunable needs `value`");
        }
        hunt.tunables.push_back({key.scalar, held->scalar, value.text("words")});
      }
    }
    if (const YamlNode* lists = root_.find("lists"); lists != nullptr) {
      if (lists->kind != YamlNode::Kind::Map) return wrong(*lists, "`lists` is a map");
      for (const auto& [key, value] : lists->entries) {
        TRY(std::string sql, scalar(value, key.scalar));
        hunt.lists.push_back({key.scalar, std::move(sql)});
      }
    }
    if (!hunt.params.empty() && hunt.kind == HuntKind::Finding) {
      return wrong(*root_.find("params"), "a finding runs unasked, so it cannot ask for `params`");
    }
    return {};
  }

  Result<void> read_columns(Hunt& hunt) const {
    const YamlNode* columns = root_.find("columns");
    if (columns == nullptr || columns->kind == YamlNode::Kind::Null) return {};
    if (columns->kind != YamlNode::Kind::Map) return wrong(*columns, "`columns` is a map");
    for (const auto& [key, value] : columns->entries) {
      TRY(std::string column, scalar(value, key.scalar));
      hunt.columns.emplace_back(key.scalar, std::move(column));
    }
    return {};
  }

  Result<std::vector<Example>> examples(std::string_view key) const {
    std::vector<Example> all;
    const YamlNode* node = root_.find(key);
    if (node == nullptr || node->kind == YamlNode::Kind::Null) return all;
    if (node->kind != YamlNode::Kind::Sequence) {
      return wrong(*node, "`" + std::string(key) + "` is a list of events");
    }
    for (const YamlNode& item : node->items) {
      if (item.kind != YamlNode::Kind::Map) return wrong(item, "an event is a map");
      Example example;
      if (const YamlNode* events = item.find("events"); events != nullptr) {
        if (item.entries.size() != 1 || events->items.empty()) {
          return wrong(item, "`events` is a list, and stands alone");
        }
        for (const YamlNode& event : events->items) example.events.push_back(event.to_json());
      } else {
        example.events.push_back(item.to_json());
      }
      all.push_back(std::move(example));
    }
    return all;
  }

  Result<void> read_examples(Hunt& hunt) const {
    TRY(hunt.finds, examples("finds"));
    TRY(hunt.ignores, examples("ignores"));
    if (hunt.kind == HuntKind::View) return {};
    if (hunt.finds.empty()) return wrong(root_, "a finding needs `finds`: events that it finds");
    if (hunt.ignores.empty()) {
      return wrong(root_, "a finding needs `ignores`: events that it does not find");
    }
    return {};
  }

  const YamlNode& root_;
  std::string name_;
};

Result<std::string> text_of_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.good()) {
    return Error("no-such-path", "the hunt `" + path.string() + "` cannot be read");
  }
  return text.str();
}

Result<std::vector<fs::path>> files_below(const fs::path& folder) {
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) {
    return Error("no-such-path", "there is no folder of hunts `" + folder.string() + "`");
  }
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    const std::string extension = at->path().extension().string();
    if (at->is_regular_file() && (extension == ".yml" || extension == ".yaml")) {
      files.push_back(at->path());
    }
  }
  if (failed) {
    return Error("no-such-path", "the folder `" + folder.string() + "`: " + failed.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<Hunt> read_hunt(const fs::path& file) {
  TRY(const std::string text, text_of_file(file));
  TRY(Hunt hunt, parse_hunt(text, file.string(), file.parent_path().filename().string()));
  if (hunt.id != file.stem().string()) {
    return Error("bad-yaml", "the hunt `" + hunt.id + "` lies in a file of another name")
        .in(file.string());
  }
  return hunt;
}

/// The hunts in these files, one after the other. Every command that hunts waits for this before it
/// looks at a log: two threads share it.
std::vector<Result<Hunt>> read_hunts(std::span<const fs::path> files) {
  const auto read = [](std::span<const fs::path> some) {
    std::vector<Result<Hunt>> hunts;
    for (const fs::path& file : some) hunts.push_back(read_hunt(file));
    return hunts;
  };
  auto later = std::async(std::launch::async, read, files.subspan(files.size() / 2));
  std::vector<Result<Hunt>> hunts = read(files.first(files.size() / 2));
  for (Result<Hunt>& hunt : later.get()) hunts.push_back(std::move(hunt));
  return hunts;
}

bool is_number(std::string_view text) {
  double value = 0;
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  return parsed.ec == std::errc{} && parsed.ptr == end && text.size() < 18;
}

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Where the text or comment that begins at `at` ends, or `at` itself if none begins there.
std::size_t skip_text(std::string_view sql, std::size_t at) {
  if (sql[at] == '\'' || sql[at] == '"') {
    const std::size_t end = sql.find(sql[at], at + 1);
    return end == std::string_view::npos ? sql.size() : end + 1;
  }
  if (sql.substr(at, 2) == "--") return std::min(sql.find('\n', at), sql.size());
  if (sql.substr(at, 2) == "/*") {
    const std::size_t end = sql.find("*/", at + 2);
    return end == std::string_view::npos ? sql.size() : end + 2;
  }
  return at;
}

}  // namespace

Result<Hunt> parse_hunt(std::string_view text, std::string_view name, std::string_view service) {
  TRY(const YamlNode root, parse_yaml(text, name));
  return HuntReader(root, name).read(service);
}

Result<Catalogue> Catalogue::load(const std::vector<fs::path>& folders) {
  Catalogue catalogue;
  std::map<std::string, std::size_t> places;
  for (const fs::path& folder : folders) {
    TRY(const std::vector<fs::path> files, files_below(folder));
    std::set<std::string> met;
    for (Result<Hunt>& read : read_hunts(files)) {
      TRY(Hunt hunt, std::move(read));
      if (!met.insert(hunt.id).second) {
        return Error("bad-yaml", "two hunts are called `" + hunt.id + "`").in(hunt.path);
      }
      const auto [place, fresh] = places.emplace(hunt.id, catalogue.hunts_.size());
      if (fresh) {
        catalogue.hunts_.push_back(std::move(hunt));
      } else {
        catalogue.hunts_[place->second] = std::move(hunt);
      }
    }
  }
  std::sort(catalogue.hunts_.begin(), catalogue.hunts_.end(), [](const Hunt& a, const Hunt& b) {
    return std::tie(a.service, a.id) < std::tie(b.service, b.id);
  });
  return catalogue;
}

Result<const Hunt*> Catalogue::find(std::string_view name) const {
  std::size_t number = 0;
  const auto end = name.data() + name.size();
  if (const auto parsed = std::from_chars(name.data(), end, number);
      parsed.ec == std::errc{} && parsed.ptr == end && number >= 1 && number <= hunts_.size()) {
    return &hunts_[number - 1];
  }
  std::vector<std::string> ids;
  for (const Hunt& hunt : hunts_) {
    if (equal_without_case(hunt.id, name)) return &hunt;
    ids.push_back(hunt.id);
  }
  Error error("unknown-hunt", "no hunt is called `" + std::string(name) + "`");
  if (const auto near = nearest(name, ids)) {
    error.fix = Fix{.title = "use `" + *near + "`", .edits = {}};
    return error;
  }
  const std::string word = to_lower(name);
  std::erase_if(ids, [&](const std::string& id) { return id.find(word) == std::string::npos; });
  if (!word.empty() && !ids.empty() && ids.size() <= kMostMeant) {
    return std::move(error).note("perhaps `" + join(ids, "`, `") + "`");
  }
  return std::move(error).note("`trailhound hunt --list` lists them");
}

Result<std::vector<const Hunt*>> Catalogue::pick(const Filter& filter) const {
  std::set<const Hunt*> named;
  for (const std::string& name : filter.names) {
    if (name.find('*') == std::string::npos) {
      TRY(const Hunt* hunt, find(name));
      named.insert(hunt);
      continue;
    }
    const std::size_t before = named.size();
    for (const Hunt& hunt : hunts_) {
      if (matches(name, hunt.id)) named.insert(&hunt);
    }
    if (named.size() == before) {
      return Error("unknown-hunt", "no hunt matches `" + name + "`")
          .note("`trailhound hunt --list` lists them");
    }
  }
  std::vector<std::string> services;
  for (const Hunt& hunt : hunts_) services.push_back(hunt.service);
  for (const std::string& service : filter.services) {
    if (std::find(services.begin(), services.end(), service) != services.end()) continue;
    Error error("unknown-hunt", "no hunt is about the service `" + service + "`");
    if (const auto near = nearest(service, services)) {
      error.fix = Fix{.title = "use `" + *near + "`", .edits = {}};
    }
    return error;
  }
  for (const std::string& technique : filter.attack) {
    const bool any = std::any_of(hunts_.begin(), hunts_.end(),
                                 [&](const Hunt& hunt) { return has_technique(hunt, technique); });
    if (!any) return Error("unknown-hunt", "no hunt carries `" + technique + "`");
  }
  const auto holds = [](const std::vector<std::string>& all, const auto& test) {
    return all.empty() || std::any_of(all.begin(), all.end(), test);
  };
  std::vector<const Hunt*> picked;
  for (const Hunt& hunt : hunts_) {
    const bool asked = filter.names.empty() ? hunt.kind == HuntKind::Finding || filter.views_too
                                            : named.count(&hunt) != 0;
    if (asked && holds(filter.services, [&](const std::string& s) { return s == hunt.service; }) &&
        holds(filter.attack, [&](const std::string& t) { return has_technique(hunt, t); })) {
      picked.push_back(&hunt);
    }
  }
  return picked;
}

std::size_t Catalogue::number_of(const Hunt& hunt) const {
  return static_cast<std::size_t>(&hunt - hunts_.data()) + 1;
}

fs::path catalogue_folder() {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (!failed) {
    fs::path installed = program.parent_path().parent_path() / "share" / "trailhound" / "hunts";
    if (fs::is_directory(installed, failed)) return installed;
  }
  return TRAILHOUND_SOURCE_HUNTS;
}

namespace {

/// As it stands between the brackets of IN. NULL is in no list, so that none at all is one NULL.
std::string values_text(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + sql_literal(value);
  return text.empty() ? "cast(null as varchar)" : text;
}

/// A statement of the hunt with all its names filled in. `known`: how many of its lists it may use.
Result<std::string> filled_in(const Hunt& hunt, std::string_view text, std::size_t known,
                              const std::map<std::string, std::string>& parameters,
                              const ListValues& lists) {
  std::string sql;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t end = skip_text(text, at); end != at) {
      sql += text.substr(at, end - at);
      at = end;
      continue;
    }
    const bool starts = text[at] == ':' && at + 1 < text.size() && is_name_letter(text[at + 1]) &&
                        (at == 0 || text[at - 1] != ':');
    if (!starts) {
      sql += text[at++];
      continue;
    }
    std::size_t end = at + 1;
    while (end < text.size() && is_name_letter(text[end])) ++end;
    const std::string name(text.substr(at + 1, end - at - 1));
    at = end;
    const auto given = parameters.find(name);
    const auto tunable = std::find_if(hunt.tunables.begin(), hunt.tunables.end(),
                                      [&](const Tunable& t) { return t.name == name; });
    const auto lists_end = hunt.lists.begin() + static_cast<std::ptrdiff_t>(known);
    const auto list = std::find_if(hunt.lists.begin(), lists_end,
                                   [&](const ValueList& one) { return one.name == name; });
    if (list != lists_end) {
      if (const auto values = lists.find(name); values != lists.end()) {
        sql += values_text(values->second);
        continue;
      }
      const auto before = static_cast<std::size_t>(list - hunt.lists.begin());
      TRY(const std::string inner, filled_in(hunt, list->sql, before, parameters, lists));
      sql += "\n" + inner + "\n";
    } else if (tunable != hunt.tunables.end()) {
      const std::string& value = given != parameters.end() ? given->second : tunable->value;
      sql += is_number(value) ? value : sql_literal(value);
    } else if (given != parameters.end()) {
      sql += sql_literal(given->second);
    } else {
      Error error("hunt-needs-parameter", "the hunt `" + hunt.id + "` asks for `" + name + "`");
      for (const Parameter& parameter : hunt.params) {
        if (parameter.name == name) error.notes.push_back(name + ": " + parameter.words);
      }
      return std::move(error).note("give it with --param " + name + "=VALUE");
    }
  }
  return sql;
}

}  // namespace

Result<std::string> statement_of(const Hunt& hunt,
                                 const std::map<std::string, std::string>& parameters,
                                 const ListValues& lists) {
  return filled_in(hunt, hunt.sql, hunt.lists.size(), parameters, lists);
}

Result<std::string> statement_of(const Hunt& hunt, const ValueList& list,
                                 const std::map<std::string, std::string>& parameters,
                                 const ListValues& lists) {
  const auto before = static_cast<std::size_t>(&list - hunt.lists.data());
  return filled_in(hunt, list.sql, before, parameters, lists);
}

bool has_technique(const Hunt& hunt, std::string_view technique) {
  constexpr std::string_view kRhinosec = "rhinosec:";
  if (technique.size() > kRhinosec.size() &&
      equal_without_case(technique.substr(0, kRhinosec.size()), kRhinosec)) {
    const std::string number(technique.substr(kRhinosec.size()));
    return std::any_of(hunt.rhinosec.begin(), hunt.rhinosec.end(),
                       [&](int method) { return std::to_string(method) == number; });
  }
  const std::string current = event::attack_current(technique);
  if (current != technique && has_technique(hunt, current)) return true;
  const auto same = [&](const std::string& held) {
    if (equal_without_case(held, technique)) return true;
    return held.size() > technique.size() && held[technique.size()] == '.' &&
           equal_without_case(std::string_view(held).substr(0, technique.size()), technique);
  };
  return std::any_of(hunt.attack.begin(), hunt.attack.end(), same) ||
         std::any_of(hunt.aliases.begin(), hunt.aliases.end(), same) ||
         std::any_of(hunt.guardduty.begin(), hunt.guardduty.end(), same);
}

std::map<std::string, Phrases> phrases_of(const Catalogue& catalogue) {
  std::map<std::string, Phrases> phrases;
  for (const Hunt& hunt : catalogue.hunts()) {
    phrases.emplace(hunt.id, Phrases{hunt.title, hunt.word, hunt.did, hunt.next});
  }
  return phrases;
}

}  // namespace trailhound::hunt
