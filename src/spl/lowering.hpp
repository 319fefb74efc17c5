// SPDX-License-Identifier: Apache-2.0
//
// What every command works with: the rows so far, what is known, what to say.
//
//   Layer& rows = to.push();                       // a layer over the rows so far
//   TRY(Value n, to.read("eventName", span));      // a column of the layer below it
//   rows.set("x", n);
//
// A command reads its words and changes the rows at once. Where it needs facts that only the events
// know (the fields below a wildcard, the values of a pivot, the rows of a subsearch) it asks
// `fact`: the first time the search is left with Need set, the facts are found, and the search is
// lowered again from its beginning with them at hand.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "spl/eval.hpp"
#include "spl/rows.hpp"
#include "spl/spl.hpp"

namespace trailhound::spl {

class Lowering {
 public:
  Lowering(const Settings& settings, const Facts& facts, std::vector<Error>& notices)
      : settings_(settings), facts_(facts), notices_(notices) {}

  const Settings& settings() const { return settings_; }
  Time now() const { return settings_.now; }

  /// The rows so far; there are none before the first command.
  Layer* rows() { return rows_; }
  void set_rows(Layer* rows) { rows_ = rows; }
  Table& table() { return table_; }
  /// An open layer over the rows so far, which becomes the rows.
  Result<Layer*> push();
  /// A field of the rows below the layer that was pushed last.
  Value read(Layer& layer, const std::string& field, Span span = {});
  /// The same for a field that is about to be set: that nobody has it yet is no slip.
  Value read_before(Layer& layer, const std::string& field);
  bool quiet() const { return quiet_; }
  /// A scope in which expressions over the layer below `layer` are lowered. Fields that `layer` set
  /// itself are not seen.
  Scope scope(Layer& layer);
  /// Makes the events the rows, if there are none so far.
  void begin_with_events();

  /// Names of the fields that `pattern` (with `*`) stands for; asks for facts where events can have
  /// any.
  Result<std::vector<std::string>> matching(Layer& layer, const std::string& pattern);
  /// Names of fields up to the end of `command`, each looked up as above; if there is none, all
  /// fields of the rows. Error `bad-search` where those are whole events.
  Result<std::vector<std::string>> named_fields(Reader& in, std::string_view command);
  /// The paths of all values inside the JSON that a field of the layer holds; `why` as for `fact`.
  Result<std::vector<std::string>> paths_inside(Layer& layer, const std::string& json,
                                                std::string_view why);
  /// The rows of a query as texts, in the order of its columns; lists joined by kBetween.
  Result<const Answer*> fact(sql::Query query, std::string_view why);

  void notice(Error error);
  /// A word about a thing that Splunk would cut off, once.
  void would_cut(std::string what);
  void say_once(Error error);
  /// What random() is drawn with, and a number for each of its calls.
  std::int64_t seed() const;
  std::int64_t next_draw() { return seed() * 1000 + ++draws_; }

  /// A pipeline of its own over the same table: of a subsearch, join or append. Gives its rows.
  Result<Layer*> nested(Reader& in);
  /// The same, over rows that are there: of appendpipe and foreach. They become the rows.
  Result<void> continued(Reader& in);
  std::vector<Write>& writes() { return writes_; }
  std::optional<Need>& need() { return need_; }
  int& nesting() { return nesting_; }

  std::optional<Time> earliest, latest;  ///< Of the search in whose brackets we are

 private:
  /// Every field that the events of the layer have, but those whose names begin with `_`.
  Result<std::vector<std::string>> every_field(Layer& layer);

  const Settings& settings_;
  const Facts& facts_;
  std::vector<Error>& notices_;
  Table table_;
  Layer* rows_ = nullptr;
  std::size_t asked_ = 0;
  std::optional<Need> need_;
  std::vector<Write> writes_;
  std::map<std::string, bool> said_;
  int nesting_ = 0;
  std::int64_t draws_ = 0;
  bool quiet_ = false;
};

/// In front of a field's name: how it is shown at the end of the search, if not as it is.
inline constexpr std::string_view kShownAs = "\x01shown as ";

/// Reads and lowers commands up to the end of the text or a `]`.
Result<void> lower_pipeline(Reader& in, Lowering& to, bool piped = false);
/// Whether a name with `*` fits another; what stands for each `*`.
bool fits(std::string_view pattern, std::string_view name,
          std::vector<std::string>* stars = nullptr);

}  // namespace trailhound::spl
