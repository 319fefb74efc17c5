// SPDX-License-Identifier: Apache-2.0
//
// A condition on who called, with what, from where, and on what was called: as SQL on events, and
// on rows of answers that a lake keeps, which have the same fields.
//
//   const Condition bob = all({is(Told::Type, "IAMUser"), is(Told::UserName, "bob")});
//   "select count(*) from cloudtrail where " + bob.sql()
//   const ToldPlaces places(rows);
//   TRY(each_row(rows, [&](const Row& row) { if (bob.is_met(row, places)) … }));
//
// Nothing is denied within one, so that what is NULL meets it in neither form.
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/rows.hpp"
#include "event/network.hpp"
#include "findings/cells.hpp"

namespace trailhound::triage {

/// What an event tells of its call, in a column of this name.
enum class Told {
  Type,
  UserName,
  Arn,
  Issuer,  ///< The ARN of whoever's session it is
  Principal,
  Role,
  Session,
  Workload,
  Key,
  Account,
  CallerAccount,
  Source,
  Agent,
  AgentFamily,
  UserAgent,
  UserAgentSmall,  ///< In small letters
  Service,         ///< A host name
  InvokedBy,
  EventName,
  Bucket,
  ContextBucket,  ///< For whose objects a key of KMS was asked, by the encryption context
  Target,
  SessionMade,     ///< The name of the session that a role was taken with
  SessionMadeArn,  ///< Its ARN, as the answer says it
  RoleTaken,       ///< The ARN of the role
  RoleTakenId,     ///< Its id, as the answer says it
};
constexpr std::size_t kTolds = static_cast<std::size_t>(Told::RoleTakenId) + 1;

/// The name of its column in answers, and what it is in a statement.
std::string_view column_of(Told field);
std::string_view sql_of(Told field);
/// "useridentity.type as type, …", and the same without names, to group by.
std::string told_columns(std::span<const Told> fields);
std::string told_groups(std::span<const Told> fields);

/// Where the rows of an answer have which of these fields.
class ToldPlaces {
 public:
  explicit ToldPlaces(const engine::Rows& rows);
  /// The same, as if there were no columns of these.
  ToldPlaces without(std::span<const Told> fields) const;
  /// The text; empty where it is NULL or there is no such column.
  std::string_view text(const findings::Row& row, Told field) const;

 private:
  std::array<std::optional<std::size_t>, kTolds> places_;
};

class Condition {
 public:
  std::string sql() const;
  bool is_met(const findings::Row& row, const ToldPlaces& places) const;
  /// Whether it asks of nothing but these; of any of these.
  bool is_of(std::span<const Told> fields) const;
  bool asks_of(std::span<const Told> fields) const;

 private:
  enum class Kind { Is, EndsWith, Holds, LiesIn, All, Any };
  Condition(Kind kind, Told field, std::string text)
      : kind_(kind), field_(field), text_(std::move(text)) {}
  Condition(Kind kind, std::vector<Condition> parts) : kind_(kind), parts_(std::move(parts)) {}

  Kind kind_;
  Told field_ = Told::Type;
  std::string text_;
  std::optional<event::Network> network_;
  std::vector<Condition> parts_;

  friend Condition is(Told field, std::string text);
  friend Condition ends_with(Told field, std::string end);
  friend Condition holds(Told field, std::string part);
  friend Condition lies_in(Told field, std::string network);
  friend Condition all(std::vector<Condition> parts);
  friend Condition any(std::vector<Condition> parts);
};

Condition is(Told field, std::string text);
Condition ends_with(Told field, std::string end);
Condition holds(Told field, std::string part);
/// An address in a network, as CIDR writes it; of what is none, nothing.
Condition lies_in(Told field, std::string network);
/// Of one condition at least.
Condition all(std::vector<Condition> parts);
Condition any(std::vector<Condition> parts);

}  // namespace trailhound::triage
