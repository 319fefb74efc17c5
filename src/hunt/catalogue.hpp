// SPDX-License-Identifier: Apache-2.0
//
// The hunt catalogue: questions worth asking of every account, one YAML file each.
//
//   TRY(auto catalogue, Catalogue::load({"hunts"}));
//   TRY(const Hunt* hunt, catalogue.find("iam-key-for-another"));    // or its number, "12"
//   TRY(std::string sql, statement_of(*hunt, {{"account", "111122223333"}}));
//
// A hunt lies in hunts/<service>/<id>.yml. Loading is strict: an unknown key, a missing reason, an
// example that finds nothing to say is an error that points at the place, because a hunt with a
// slip in it would look like a hunt that found nothing.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "findings/level.hpp"
#include "findings/stories.hpp"
#include "findings/tally.hpp"

namespace trailhound::hunt {

/// Whether a hunt asks a person to look, or only shows.
enum class HuntKind { Finding, View };

/// A value that a hunt asks for.
struct Parameter {
  std::string name;
  std::string words;
};

/// A number or text in a hunt's statement that may be set otherwise.
struct Tunable {
  std::string name;
  std::string value;
  std::string words;
};

/// Values that a statement looks for, found by a statement of their own: `in (:keys)`. Asked first,
/// they leave few events for the statement itself to look at.
struct ValueList {
  std::string name;
  std::string sql;  ///< One column of text
};

/// The values of lists, by name; never NULL.
using ListValues = std::map<std::string, std::vector<std::string>>;

/// Events that a hunt must find, or must not.
struct Example {
  std::vector<Json> events;
};

/// A question of the catalogue.
struct Hunt {
  std::string id;
  std::string service;  ///< The folder it lies in
  HuntKind kind = HuntKind::Finding;
  findings::Level level = findings::Level::Medium;
  std::string title, why, read, noise;
  std::vector<std::string> attack;   ///< ATT&CK ids of today
  std::vector<std::string> aliases;  ///< Former ids, other names
  std::vector<int> rhinosec;         ///< Numbers of published escalation methods
  std::vector<std::string> guardduty;
  std::vector<std::string> seed;  ///< Statements of the runbook that it stands for
  findings::Needs needs;
  std::vector<Parameter> params;
  std::vector<Tunable> tunables;
  std::vector<ValueList> lists;  ///< One may use those before it
  std::string sql;
  std::vector<std::pair<std::string, std::string>> columns;  ///< Finding's column, result's column
  std::vector<std::string> next;  ///< Commands; `{column}` stands for a value of the finding
  std::string undo;               ///< A command of the AWS CLI
  std::string word;               ///< One word for a line of a story: "NEW KEY"; may be empty
  std::string did;                ///< What the actor did, as a phrase: "made a key for {target}"
  std::vector<Example> finds, ignores;
  std::string path;  ///< The file
};

/// Which hunts a person asks for. Empty parts do not restrict.
struct Filter {
  std::vector<std::string> names = {};     ///< Ids, numbers, or patterns with `*`
  std::vector<std::string> services = {};  ///< "iam"
  std::vector<std::string> attack =
      {};                  ///< "T1098" (its sub-techniques too), "rhinosec:7", other names
  bool views_too = false;  ///< Without names: views as well
};

/// All hunts, in the order of service and id; a hunt's number is its place, from 1.
class Catalogue {
 public:
  /// Reads every *.yml below the folders. A hunt of a later folder replaces one of the same id.
  static Result<Catalogue> load(const std::vector<std::filesystem::path>& folders);

  const std::vector<Hunt>& hunts() const { return hunts_; }
  /// The hunt with this id or number. Error `unknown-hunt`, with the nearest.
  Result<const Hunt*> find(std::string_view name) const;
  /// Those asked for, in order. A name, service or technique that nothing has is an error.
  Result<std::vector<const Hunt*>> pick(const Filter& filter) const;
  std::size_t number_of(const Hunt& hunt) const;

 private:
  std::vector<Hunt> hunts_;
};

/// Reads one hunt. `name` is what errors call the text, `service` its folder.
Result<Hunt> parse_hunt(std::string_view text, std::string_view name, std::string_view service);

/// The folder of the catalogue that came with the program: beside it when installed, else in the
/// source tree that it was built from.
std::filesystem::path catalogue_folder();

/// The statement with its parameters and tunables filled in as literals. A list whose values are
/// not given stands there as the query that finds them: the answer is the same. Error
/// `hunt-needs-parameter` if a parameter has no value.
Result<std::string> statement_of(const Hunt& hunt,
                                 const std::map<std::string, std::string>& parameters,
                                 const ListValues& lists = {});
/// The statement that finds the values of one of the hunt's lists, likewise.
Result<std::string> statement_of(const Hunt& hunt, const ValueList& list,
                                 const std::map<std::string, std::string>& parameters,
                                 const ListValues& lists);

/// Whether a hunt carries this ATT&CK id (or a sub-technique of it), former id, GuardDuty name, or
/// `rhinosec:N`.
bool has_technique(const Hunt& hunt, std::string_view technique);

/// How stories speak of the findings of each hunt.
std::map<std::string, findings::Phrases> phrases_of(const Catalogue& catalogue);

}  // namespace trailhound::hunt
