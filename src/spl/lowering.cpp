// SPDX-License-Identifier: Apache-2.0
#include "spl/lowering.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "event/schema.hpp"
#include "spl/command.hpp"
#include "spl/events.hpp"
#include "spl/source.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

constexpr std::size_t kMostLayers = 600;
constexpr int kDeepestSearch = 10;
constexpr std::size_t kMostCommands = 150;
constexpr std::size_t kMostFields = 400;
constexpr std::string_view kEveryField = "the fields that `*` stands for";

Error unknown_command(const Argument& word) {
  for (const RefusedCommand& refused : refused_commands()) {
    if (!equal_without_case(refused.name, word.text)) continue;
    Error error = Error{"not-in-spl", "`" + std::string(refused.name) +
                                          "` is not offered: " + std::string(refused.why)}
                      .at(word.span, "a command of Splunk that is refused");
    if (!refused.instead.empty()) error.notes.push_back("instead: " + std::string(refused.instead));
    return error;
  }
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    names.insert(names.end(), command.names.begin(), command.names.end());
  }
  Error error = Error{"unknown-search-command", "no command is called `" + word.text + "`"}.at(
      word.span, "not a command");
  if (const auto near = nearest(word.text, names)) {
    return std::move(error).mend({.title = "use `" + *near + "`", .edits = {{word.span, *near}}});
  }
  return std::move(error).note("`trailhound help spl` names the commands");
}

}  // namespace

const Command* find_command(std::string_view name) {
  for (const Command& command : commands()) {
    for (const std::string_view one : command.names) {
      if (equal_without_case(one, name)) return &command;
    }
  }
  return nullptr;
}

bool fits(std::string_view pattern, std::string_view name, std::vector<std::string>* stars) {
  const std::vector<std::string_view> pieces = split(pattern, '*');
  if (pieces.size() == 1) return pattern == name;
  if (!name.starts_with(pieces.front())) return false;
  // Each piece as far left as it stands: what lies further right only leaves less for the rest.
  std::vector<std::string> held;
  std::size_t at = pieces.front().size();
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    const std::size_t found = name.find(pieces[i], at);
    if (found == std::string_view::npos) return false;
    held.emplace_back(name.substr(at, found - at));
    at = found + pieces[i].size();
  }
  const std::string_view rest = name.substr(at);
  if (!rest.ends_with(pieces.back())) return false;
  held.emplace_back(rest.substr(0, rest.size() - pieces.back().size()));
  if (stars != nullptr) stars->insert(stars->end(), held.begin(), held.end());
  return true;
}

Result<Layer*> Lowering::push() {
  if (table_.size() > kMostLayers) {
    return Error{"search-too-large", "the search has too many steps"};
  }
  begin_with_events();
  rows_ = &table_.push(rows_);
  return rows_;
}

void Lowering::begin_with_events() {
  if (rows_ != nullptr) return;
  Layer& events = table_.push(nullptr);
  make_events(events, *this);
  rows_ = &events;
}

Value Lowering::read(Layer& layer, const std::string& field, Span) {
  return layer.below == nullptr ? null_value() : table_.read(*layer.below, field);
}

Value Lowering::read_before(Layer& layer, const std::string& field) {
  quiet_ = true;
  Value value = read(layer, field);
  quiet_ = false;
  return value;
}

Scope Lowering::scope(Layer& layer) {
  Layer* at = &layer;
  return Scope{*this, [this, at](const std::string& field, Span span) -> Result<Value> {
                 return read(*at, field, span);
               }};
}

void Lowering::notice(Error error) { notices_.push_back(std::move(error)); }

void Lowering::say_once(Error error) {
  if (said_.emplace(error.message, true).second) notices_.push_back(std::move(error));
}

void Lowering::would_cut(std::string what) {
  say_once(
      Error{"splunk-would-cut", "Splunk would cut off " + std::move(what) + "; here all is kept"});
}

std::int64_t Lowering::seed() const {
  const auto given = settings_.parameters.find("seed");
  if (given == settings_.parameters.end()) return 1;
  return static_cast<std::int64_t>(
      std::clamp(sql::spl_number(given->second).value_or(1), 0.0, 1e12));
}

Result<const Answer*> Lowering::fact(sql::Query query, std::string_view why) {
  if (asked_ < facts_.answers.size()) return &facts_.answers[asked_++];
  need_ = Need{std::move(query), std::string(why)};
  return Error{"search-needs-facts", "facts are to be found first: " + std::string(why)};
}

Result<std::vector<std::string>> Lowering::paths_inside(Layer& layer, const std::string& json,
                                                        std::string_view why) {
  const Value value = table_.read(layer, json);
  if (value.null) return std::vector<std::string>{};
  Layer& paths = table_.push(&layer);
  const sql::Expr path = table_.spread(paths, {spl("paths", {text_of(value)})})[0];
  paths.open = false;
  paths.fields["path"] = {path, Kind::Text};
  paths.group_by = {path};
  paths.order = {{"path", false}};
  const Value read_path = table_.read(paths, "path");
  TRY(const Answer* answer, fact(table_.query(paths, {read_path}, true), why));
  std::vector<std::string> found;
  for (const auto& row : *answer) {
    if (row[0]) found.push_back(*row[0]);
  }
  return found;
}

Result<std::vector<std::string>> Lowering::every_field(Layer& layer) {
  // The paths of the records, then of the add-on's fields those that have a value.
  TRY(const std::vector<std::string> found, paths_inside(layer, "_raw", kEveryField));
  std::set<std::string> names(layer.columns.names.begin(), layer.columns.names.end());
  names.insert(found.begin(), found.end());
  std::vector<std::string> others;
  Layer& counts = table_.push(&layer);
  counts.open = false;
  counts.order.clear();
  std::vector<Value> items;
  for (const AddonField& field : addon_fields()) {
    const std::string name(field.name);
    if (names.contains(name) || !table_.has(layer, name)) continue;
    const Value value = read(counts, name);
    if (value.null) continue;
    counts.fields[name] = {sql::call("count", {value.expr}), Kind::Integer};
    if (std::find(others.begin(), others.end(), name) == others.end()) others.push_back(name);
  }
  for (const std::string& name : others) items.push_back(table_.read(counts, name));
  TRY(const Answer* counted, fact(table_.query(counts, items, true), kEveryField));
  for (std::size_t i = 0; i < others.size() && !counted->empty(); ++i) {
    if (counted->front()[i] != "0") names.insert(others[i]);
  }
  std::erase_if(names, [](const std::string& name) { return name.empty() || name[0] == '_'; });
  if (names.size() > kMostFields) {
    return Error{"search-too-large",
                 "`*` stands for " + std::to_string(names.size()) + " fields of these events"}
        .note("name the fields, or narrow them first: `| fields eventName, request*`");
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::vector<std::string>> Lowering::matching(Layer& layer, const std::string& pattern) {
  std::vector<std::string> found;
  const auto add = [&](const std::string& name) {
    if (fits(pattern, name) && std::find(found.begin(), found.end(), name) == found.end()) {
      found.push_back(name);
    }
  };
  if (!layer.columns.events) {
    for (const std::string& name : layer.columns.names) {
      if (!name.empty() && name.front() == '_' && pattern.front() != '_') continue;
      add(name);
    }
    return found;
  }
  if (pattern == "*") return every_field(layer);
  for (const std::string& name : layer.columns.names) add(name);
  const std::string front = pattern.substr(0, pattern.find('*'));
  const std::size_t dot = front.find('.');
  const std::string key = front.substr(0, dot);
  const auto field = event::find_key(event::Field::Record, key);
  const bool json = field && event::describe(*field).kind == event::Kind::Json;
  if (!json || dot == std::string::npos) {
    for (const std::string& name : event_field_names()) {
      if (name.front() == '_' && pattern.front() != '_') continue;
      if (table_.has(layer, name)) add(name);
    }
    return found;
  }
  TRY(const std::vector<std::string> inside,
      paths_inside(
          layer, std::string(1, kHidden) + "json:" + std::string(event::describe(*field).sql_name),
          "the fields that `" + pattern + "` stands for"));
  for (const std::string& path : inside) add(key + "." + path);
  return found;
}

Result<std::vector<std::string>> Lowering::named_fields(Reader& in, std::string_view command) {
  TRY(const std::vector<Argument> named, in.fields());
  begin_with_events();
  if (named.empty()) {
    if (rows_->columns.events) {
      return in.problem("of whole events, `" + std::string(command) + "` is told the fields",
                        {in.at(), in.at()});
    }
    return rows_->columns.names;
  }
  std::vector<std::string> fields;
  for (const Argument& one : named) {
    std::vector<std::string> found = {one.text};
    if (one.text.find('*') != std::string::npos) {
      TRY(found, matching(*rows_, one.text));
    }
    fields.insert(fields.end(), found.begin(), found.end());
  }
  return fields;
}

namespace {

/// In brackets a search begins with a command, `|` or not: `[inputlookup users]`.
bool begins_with_command(const Reader& in) {
  Reader ahead = in;
  const Argument word = ahead.word();
  if (equal_without_case(word.text, "search")) return false;  // Its words may be none
  const bool known = find_command(word.text) != nullptr ||
                     std::any_of(refused_commands().begin(), refused_commands().end(),
                                 [&](const RefusedCommand& one) {
                                   return equal_without_case(one.name, word.text);
                                 });
  const char next = ahead.peek();
  return known &&
         std::string_view("=<>!").find(next == '\0' ? '=' : next) == std::string_view::npos;
}

}  // namespace

Result<Layer*> Lowering::nested(Reader& in) {
  if (++nesting_ > kDeepestSearch) {
    return in.problem("searches are nested more than ten deep", {in.at(), in.at() + 1});
  }
  Layer* outer = rows_;
  const auto outer_earliest = earliest, outer_latest = latest;
  rows_ = nullptr;
  Result<void> done = lower_pipeline(in, *this, begins_with_command(in));
  Layer* made = rows_;
  rows_ = outer;
  earliest = outer_earliest;
  latest = outer_latest;
  --nesting_;
  TRY(done);
  return made;
}

Result<void> Lowering::continued(Reader& in) {
  if (++nesting_ > kDeepestSearch) {
    return in.problem("searches are nested more than ten deep", {in.at(), in.at() + 1});
  }
  Result<void> done = lower_pipeline(in, *this, true);
  --nesting_;
  return done;
}

namespace {

/// `stats count by user` looks for events that hold these words, in Splunk as here.
void hint_at_pipe(Reader& in, Lowering& to) {
  Reader ahead = in;
  ahead.blanks();
  const std::uint32_t begin = ahead.at();
  const Argument word = ahead.word();
  const Command* const command = find_command(word.text);
  if (command == nullptr || ahead.at_end()) return;
  if (std::string_view("=<>!").find(ahead.peek()) != std::string_view::npos) return;
  to.notice(Error("search-for-words",
                  "`" + word.text + "` is looked for as a word, as are those behind it")
                .at({begin, begin + static_cast<std::uint32_t>(word.text.size())},
                    "there is no `|` before it")
                .note("for the command write `| " + word.text + " …`"));
}

/// The last command's name among the words that stand before what was not understood, and behind
/// the command that they were read as part of.
std::optional<Argument> lost_command(const Reader& in, std::uint32_t begin) {
  Reader words = in;
  words.go_to(begin);
  std::optional<Argument> found;
  for (bool first = true; words.at() <= in.at(); first = false) {
    words.blanks();
    const Argument word = words.word();
    if (word.text.empty()) {
      if (words.here() == '\0') break;
      words.go_to(words.at() + 1);
      continue;
    }
    if (!first && word.span.begin <= in.at() && find_command(word.text) != nullptr) found = word;
  }
  return found;
}

}  // namespace

Result<void> lower_pipeline(Reader& in, Lowering& to, bool piped) {
  piped = in.take('|') || piped;
  bool first = true;
  std::size_t count = 0;
  for (;;) {
    if (++count > kMostCommands) {
      return in.problem("a search has at most " + std::to_string(kMostCommands) + " commands",
                        {in.at(), in.at() + 1});
    }
    const std::uint32_t begin = in.at();
    if (first && !piped) {
      // What stands before the first pipe is a search, whether it says so or not.
      if (in.keyword("search")) {
        if (in.peek() == '=') return in.expected("a search");
      } else {
        hint_at_pipe(in, to);
      }
      TRY(find_command("search")->lower(in, to));
    } else {
      if (in.at_end()) return in.expected("a command");
      const Argument word = in.word();
      const Command* command = find_command(word.text);
      if (command == nullptr) return unknown_command(word);
      if (first && !command->begins && command->names[0] != "search") to.begin_with_events();
      TRY(command->lower(in, to));
    }
    first = false;
    if (!in.at_end()) {
      Error error = in.problem("this does not belong to the command before it",
                               {in.at(), in.at() + 1}, "not understood");
      for (const auto& [sign, word] : {std::pair("&&", "AND"), std::pair("||", "OR")}) {
        if (in.here() != sign[0] || in.here(1) != sign[1]) continue;
        return std::move(error).mend({.title = std::string("write `") + word + "`",
                                      .edits = {{{in.at(), in.at() + 2}, word}}});
      }
      const auto lost = lost_command(in, begin);
      if (!lost) return error;
      return std::move(error).mend({.title = "put a `|` before `" + lost->text + "`",
                                    .edits = {{{lost->span.begin, lost->span.begin}, "| "}}});
    }
    if (in.peek() != '|') return {};
    in.take('|');
    piped = true;
  }
}

namespace {

Value shown_value(Value value, const std::string& name, Shown& shown) {
  if (name == "_time" && is_number(value.kind) && !value.null) {
    shown = Shown::Time;
    if (value.literal) value.expr = number_of(value);
    return {sql::call("from_unixtime", {number_of(value)}), Kind::Text};
  }
  switch (value.kind) {
    case Kind::Integer:
      shown = Shown::Number;
      return value;
    case Kind::List:
      shown = Shown::List;
      return value;
    default:
      shown = Shown::Text;
      return {text_of(value), Kind::Text};
  }
}

void relocate(Error& error, const Source& source) {
  for (Label& label : error.labels) label.span = source.original(label.span);
  if (error.fix) {
    for (Edit& edit : error.fix->edits) edit.span = source.original(edit.span);
  }
}

}  // namespace

Result<Search> lower(std::string_view text, const Settings& settings, const Facts& facts,
                     std::vector<Error>& notices) {
  TRY(const Source source, prepare(text, settings, notices));
  const std::size_t before = notices.size();
  Lowering to(settings, facts, notices);
  Reader in(source.text);
  Search search;
  search.text = source.text;
  Result<void> done = lower_pipeline(in, to);
  for (std::size_t i = before; i < notices.size(); ++i) relocate(notices[i], source);
  if (!done.ok()) {
    if (to.need()) {
      search.need = std::move(to.need());
      return search;
    }
    Error error = std::move(done).error();
    relocate(error, source);
    return error;
  }
  if (in.peek() != '\0') {
    Error error = in.problem("a `]` without its `[`", {in.at(), in.at() + 1});
    relocate(error, source);
    return error;
  }
  Layer& last = *to.rows();
  std::vector<std::string> names = last.columns.names;
  if (last.columns.events) {
    std::vector<std::string> shown;
    for (const std::string& name : shown_fields()) {
      if (to.table().has(last, name)) shown.push_back(name);
    }
    for (const std::string& name : names) {
      if (std::find(shown.begin(), shown.end(), name) == shown.end()) shown.push_back(name);
    }
    names = shown;
  }
  std::vector<Value> items;
  for (const std::string& name : names) {
    Column column{name, Shown::Text};
    const Value formatted = to.table().read(last, std::string(kShownAs) + name);
    items.push_back(formatted.null ? shown_value(to.table().read(last, name), name, column.shown)
                                   : shown_value(formatted, "", column.shown));
    search.columns.push_back(std::move(column));
  }
  search.query = to.table().query(last, items, true);
  search.writes = std::move(to.writes());
  return search;
}

bool counts_from_now(std::string_view text) {
  const std::string lower = to_lower(text);
  for (const std::string_view word :
       {"earliest", "latest", "now", "time()", "ago", "starttime", "endtime", "makeresults", "`"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

Result<std::string> draw_commands(std::string_view text, const Settings& settings) {
  std::vector<Error> ignored;
  TRY(const Source source, prepare(text, settings, ignored));
  std::string drawn;
  int depth = 0;
  char quote = 0;
  bool fresh = true;
  for (std::size_t i = 0; i < source.text.size(); ++i) {
    const char c = source.text[i];
    if (quote != 0) {
      if (c == '\\' && i + 1 < source.text.size()) {
        drawn += c;
        drawn += source.text[++i];
        continue;
      }
      if (c == quote) quote = 0;
      drawn += c;
      continue;
    }
    if (c == '"') quote = c;
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if (c == '|' && depth == 0) {
      drawn = std::string(trim(drawn));
      drawn += drawn.empty() ? "| " : "\n| ";
      fresh = true;
      continue;
    }
    if (fresh && (c == ' ' || c == '\n')) continue;
    fresh = false;
    drawn += c;
  }
  return std::string(trim(drawn)) + "\n";
}

}  // namespace trailhound::spl
