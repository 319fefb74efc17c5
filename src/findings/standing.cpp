// SPDX-License-Identifier: Apache-2.0
#include "findings/standing.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "findings/cells.hpp"
#include "findings/finding.hpp"
#include "findings/words.hpp"

namespace trailhound::findings {
namespace {

struct Made {
  std::string_view kind, source, action, name, owner, condition, words, undo;
};
constexpr Made kMade[] = {
#define MADE(kind, source, action, name, owner, condition, words, undo) \
  {kind, source, action, name, owner, condition, words, undo},
#define GONE(kind, source, action, name, owner, condition)
#include "findings/made.def"
#undef MADE
#undef GONE
};
struct Gone {
  std::string_view kind, source, action, name, owner, condition;
};
constexpr Gone kGone[] = {
#define MADE(kind, source, action, name, owner, condition, words, undo)
#define GONE(kind, source, action, name, owner, condition) \
  {kind, source, action, name, owner, condition},
#include "findings/made.def"
#undef MADE
#undef GONE
};

void collect(const Json& value, std::span<const std::string_view> path,
             std::vector<std::string>& texts) {
  if (path.empty()) {
    if (const std::string* text = value.string()) texts.push_back(*text);
    if (value.number() != nullptr) texts.push_back(value.number()->text);
    return;
  }
  std::string_view key = path.front();
  const bool through = key.size() > 2 && key.substr(key.size() - 2) == "[]";
  if (through) key.remove_suffix(2);
  const Json* inner = value.find(key);
  if (inner == nullptr) return;
  if (!through) return collect(*inner, path.subspan(1), texts);
  if (inner->array() == nullptr) return;
  for (const Json& item : *inner->array()) collect(item, path.subspan(1), texts);
}

const Json& root_of(const Change& change, std::string_view path) {
  return path.substr(0, 2) == "rs" ? change.response : change.request;
}

/// The texts at a path of the table: "rs.instancesSet.items[].instanceId"
std::vector<std::string> texts_at(const Change& change, std::string_view path) {
  std::vector<std::string> texts;
  if (path.empty()) return texts;
  const auto parts = split(path, '.');
  collect(root_of(change, path), std::span(parts).subspan(1), texts);
  return texts;
}

bool is_there(const Change& change, std::string_view path) {
  if (path.empty()) return true;
  const auto parts = split(path, '.');
  const Json* at = &root_of(change, path);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if ((at = at->find(parts[i])) == nullptr) return false;
  }
  return !at->is_null();
}

std::string only(const std::vector<std::string>& texts) {
  return texts.empty() ? std::string{} : texts.front();
}

bool is_action(const Change& change, std::string_view source, std::string_view action) {
  return change.action.size() == source.size() + 1 + action.size() &&
         change.action.substr(0, source.size()) == source &&
         change.action.substr(source.size() + 1) == action;
}

std::string filled(std::string_view text, const std::string& name, const std::string& owner) {
  return replace_all(replace_all(std::string(text), "{name}", name), "{owner}", owner);
}

/// Names are given bare or as an ARN that ends in them.
bool same_thing(std::string_view one, std::string_view other) {
  const auto ends = [](std::string_view longer, std::string_view end) {
    return longer.size() > end.size() && longer.substr(longer.size() - end.size()) == end &&
           (longer[longer.size() - end.size() - 1] == '/' ||
            longer[longer.size() - end.size() - 1] == ':');
  };
  return !one.empty() && !other.empty() && (one == other || ends(one, other) || ends(other, one));
}

/// What lets somebody in or shuts the watchers' eyes is named first, then what was shared.
int weight_of(std::string_view kind) {
  static constexpr std::string_view kFirst[] = {"key",
                                                "password",
                                                "user",
                                                "user-policy",
                                                "user-attached",
                                                "trust",
                                                "anchor",
                                                "saml",
                                                "oidc",
                                                "member",
                                                "logging-off",
                                                "trail-gone",
                                                "port",
                                                "bucket-policy",
                                                "database-shared",
                                                "snapshot-shared",
                                                "image-shared",
                                                "function-url",
                                                "function-permission",
                                                "role-attached",
                                                "role-policy"};
  const auto found = std::find(std::begin(kFirst), std::end(kFirst), kind);
  return static_cast<int>(found - std::begin(kFirst));
}

void make(const Change& change, std::vector<Standing>& things) {
  for (const Made& row : kMade) {
    if (!is_action(change, row.source, row.action) || !is_there(change, row.condition)) continue;
    const std::string owner = only(texts_at(change, row.owner));
    for (const std::string& name : texts_at(change, row.name)) {
      Standing thing;
      thing.kind = row.kind;
      thing.weight = weight_of(row.kind);
      thing.name = name;
      thing.owner = owner;
      thing.words = filled(row.words, spoken_name(name), owner);
      if (is_shell_safe(name) && (owner.empty() || is_shell_safe(owner))) {
        thing.undo = filled(row.undo, name, owner);
        if (row.source != "iam") thing.undo += " --region " + change.region;
      }
      thing.action = change.action;
      thing.principal = change.principal;
      thing.key = change.key;
      thing.account = change.account;
      thing.region = change.region;
      thing.event_id = change.event_id;
      thing.made_at = change.at;
      things.push_back(std::move(thing));
    }
  }
}

/// Things made that have not ended yet, by kind: few undoings meet few things.
using Open = std::map<std::string, std::vector<std::size_t>, std::less<>>;

void undo(const Change& change, std::vector<Standing>& things, Open& open) {
  for (const Gone& row : kGone) {
    if (!is_action(change, row.source, row.action) || !is_there(change, row.condition)) continue;
    const auto of_kind = open.find(row.kind);
    if (of_kind == open.end()) continue;
    const auto names = texts_at(change, row.name);
    const std::string owner = only(texts_at(change, row.owner));
    std::erase_if(of_kind->second, [&](std::size_t place) {
      Standing& thing = things[place];
      if (thing.account != change.account || thing.event_id == change.event_id) return false;
      const bool named =
          row.name.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& name) {
            return same_thing(thing.name, name);
          });
      const bool owned = row.name.empty() ? !owner.empty() && thing.owner == owner
                                          : owner.empty() || thing.owner == owner;
      if (!named || !owned) return false;
      thing.gone_at = change.at;
      thing.gone_event = change.event_id;
      thing.gone_by = change.principal;
      return true;
    });
  }
}

/// The names that an action has in events: Lambda's carry the version of their API.
void add_names(std::set<std::string>& names, std::string_view source, std::string_view action) {
  const std::string name(action);
  names.insert(name);
  if (source != "lambda") return;
  for (const char* version : {"20150331", "20150331v2", "20141111"}) names.insert(name + version);
}

std::string name_list(const std::set<std::string>& actions) {
  std::string list;
  for (const std::string& action : actions) {
    if (!list.empty()) list += ", ";
    list += "'" + action + "'";
  }
  return list;
}

Json parsed_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  auto parsed = parse_json(text);
  return parsed.ok() ? std::move(*parsed) : Json(nullptr);
}

}  // namespace

std::string changes_statement(const std::vector<std::string>& principals) {
  std::set<std::string> made, gone;
  for (const Made& row : kMade) add_names(made, row.source, row.action);
  for (const Gone& row : kGone) add_names(gone, row.source, row.action);
  const std::string makes = "eventname in (" + name_list(made) + ")";
  const std::string undoes = "eventname in (" + name_list(gone) + ")";
  const std::string who =
      principals.empty() ? "" : " and principal in (" + sql_list(principals) + ")";
  return "select ts, eventid, eventname as name, action, principal, useridentity.accesskeyid as "
         "key,\n"
         "  account, awsregion as region, requestparameters as request, responseelements as "
         "response\n"
         "from cloudtrail\nwhere errorcode is null and ((" +
         makes + who + ") or " + undoes + ")\norder by ts, eventid";
}

std::vector<std::string> change_names() {
  std::set<std::string> names;
  for (const Made& row : kMade) add_names(names, row.source, row.action);
  for (const Gone& row : kGone) add_names(names, row.source, row.action);
  return {names.begin(), names.end()};
}

namespace {

Result<std::vector<Change>> read_wanted(engine::Rows& rows,
                                        const std::function<bool(const Row&)>& wanted) {
  std::vector<Change> changes;
  TRY(each_row(rows, [&](const Row& row) {
    if (!wanted(row)) return;
    Change change;
    change.at = row.time("ts");
    change.event_id = row.text("eventid");
    change.action = row.text("action");
    change.principal = row.text("principal");
    change.key = row.text("key");
    change.account = row.text("account");
    change.region = row.text("region");
    change.request = parsed_or_null(row.text("request"));
    change.response = parsed_or_null(row.text("response"));
    changes.push_back(std::move(change));
  }));
  return changes;
}

}  // namespace

Result<std::vector<Change>> read_changes(engine::Rows& rows) {
  return read_wanted(rows, [](const Row&) { return true; });
}

Result<std::vector<Change>> read_changes_of(engine::Rows& rows,
                                            const std::set<std::string>& principals) {
  std::set<std::string> gone;
  for (const Gone& row : kGone) add_names(gone, row.source, row.action);
  return read_wanted(rows, [&](const Row& row) {
    return principals.contains(row.text("principal")) || gone.contains(row.text("name"));
  });
}

std::vector<Standing> standing(const std::vector<Change>& changes) {
  std::vector<Standing> things;
  Open open;
  for (const Change& change : changes) {
    undo(change, things, open);
    const std::size_t before = things.size();
    make(change, things);
    for (std::size_t place = before; place < things.size(); ++place) {
      open[things[place].kind].push_back(place);
    }
  }
  return things;
}

}  // namespace trailhound::findings
