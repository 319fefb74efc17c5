// SPDX-License-Identifier: Apache-2.0
//
// The lists of names in verbs.def are cut once, into a map from "service:Name" for whole names and
// a short list for those that end in a star, both kept in the order of the file: a question may ask
// this of millions of events.
#include "event/verbs.hpp"

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.hpp"

namespace trailhound::event {

namespace {

struct ActionRow {
  std::string_view service;
  std::string_view names;
  Verb verb;
};

constexpr ActionRow kActions[] = {
#define ACTION(service, names, verb) {service, names, Verb::verb},
#define VERB(name, verb)
#include "event/verbs.def"
#undef ACTION
#undef VERB
};

struct VerbRow {
  std::string_view name;
  Verb verb;
};

constexpr VerbRow kVerbs[] = {
#define ACTION(service, names, verb)
#define VERB(name, verb) {name, Verb::verb},
#include "event/verbs.def"
#undef ACTION
#undef VERB
};

struct Ranked {
  std::size_t rank;  ///< Place in verbs.def: the lower one wins.
  Verb verb;
};

/// A name with a star in it: what stands before and behind the star.
struct Starred {
  std::string_view service;
  std::string_view front;
  std::string_view back;
  Ranked meaning;
};

struct Names {
  std::unordered_map<std::string, Ranked> whole;  ///< "iam:CreateUser", "*:StopLogging"
  std::vector<Starred> starred;
};

const Names& names() {
  static const Names all = [] {
    Names made;
    std::size_t rank = 0;
    for (const ActionRow& row : kActions) {
      for (const std::string_view name : split(row.names, ' ')) {
        const Ranked meaning{rank++, row.verb};
        const std::size_t star = name.find('*');
        if (star == std::string_view::npos) {
          made.whole.emplace(std::string(row.service) + ':' + std::string(name), meaning);
        } else {
          made.starred.push_back(
              {row.service, name.substr(0, star), name.substr(star + 1), meaning});
        }
      }
    }
    return made;
  }();
  return all;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Drops an eight-digit date (underscores allowed between its parts) from the end of `name`.
std::string_view without_date(std::string_view name) {
  std::size_t end = name.size();
  for (const int digits : {2, 2, 4}) {
    for (int i = 0; i < digits; ++i) {
      if (end == 0 || !is_digit(name[end - 1])) return name;
      --end;
    }
    if (digits == 2 && end > 0 && name[end - 1] == '_') --end;
  }
  const std::string_view century = name.substr(end, 2);
  if (end == 0 || (century != "19" && century != "20")) return name;
  return name.substr(0, end);
}

}  // namespace

std::string_view without_version(std::string_view event_name) {
  std::string_view name = event_name;
  std::size_t end = name.size();
  while (end > 0 && is_digit(name[end - 1])) --end;
  if (end < name.size() && end > 0 && name[end - 1] == 'v') {
    const std::string_view cut = without_date(name.substr(0, end - 1));
    if (cut.size() < end - 1) return cut;
  }
  return without_date(name);
}

Verb verb_class(std::string_view event_source, std::string_view event_name) {
  const std::string_view service = event_source.substr(0, event_source.find('.'));
  const std::string_view name = without_version(event_name);
  const Names& known = names();
  const Ranked* best = nullptr;
  std::string key;
  for (const std::string_view owner : {service, std::string_view("*")}) {
    key.assign(owner.substr(0, 64)).append(":").append(name.substr(0, 128));
    const auto found = known.whole.find(key);
    if (found != known.whole.end() && (best == nullptr || found->second.rank < best->rank)) {
      best = &found->second;
    }
  }
  for (const Starred& starred : known.starred) {
    if (best != nullptr && best->rank < starred.meaning.rank) break;
    if ((starred.service == "*" || starred.service == service) &&
        name.size() >= starred.front.size() + starred.back.size() &&
        name.starts_with(starred.front) && name.ends_with(starred.back)) {
      best = &starred.meaning;
      break;
    }
  }
  if (best != nullptr) return best->verb;
  // BatchGetItem is a Get, TransactWriteItems a Write.
  std::string_view rest = name;
  for (const std::string_view lead : {"Batch", "Transact", "Admin", "Bulk"}) {
    if (rest.starts_with(lead) && rest.size() > lead.size()) rest.remove_prefix(lead.size());
  }
  for (const VerbRow& row : kVerbs) {
    if (!rest.starts_with(row.name)) continue;
    const bool word_ends = rest.size() == row.name.size() ||
                           !(rest[row.name.size()] >= 'a' && rest[row.name.size()] <= 'z');
    if (word_ends) return row.verb;
  }
  return Verb::Change;
}

std::string_view word(Verb verb) {
  constexpr std::array<std::string_view, 12> kWords{"read",   "list", "secret", "data",
                                                    "grant",  "hide", "delete", "create",
                                                    "change", "run",  "assume", "sign-in"};
  return kWords[static_cast<std::size_t>(verb)];
}

}  // namespace trailhound::event
