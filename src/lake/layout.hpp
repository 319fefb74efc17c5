// SPDX-License-Identifier: Apache-2.0
//
// Where things lie in a lake, and which columns a part has.
//
//   LAKE/events/account=111122223333/year=2024/month=03/day=01/00000012-0003.parquet
//   LAKE/_manifest/manifest        what is visible (manifest.hpp)
//   LAKE/_manifest/writer.lock, readers.lock
//   LAKE/_sources/account=.../00000012-0003.parquet        further sources of its events
//   LAKE/_staging/                 parts being written
//   LAKE/_baseline/2024-03-01      what is usual on that day (baseline/learn.hpp); may be missing
//   LAKE/_answers/                 answers that are kept (answers.hpp); may be missing
//   LAKE/ledger.sqlite             the writer's notebook (ledger.hpp)
//
// Any engine that knows Hive's partitions reads `events` as it stands; names that begin with `_`
// are skipped by all of them. A part holds the columns of event/schema.def but those that stand in
// its path, and `source`: the file that its event came from first.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/schema.hpp"

namespace trailhound::lake {

/// Raised whenever columns are added to the schema; a test holds the two together.
constexpr int kSchema = 2;

/// A map that lies inside of userIdentity but has a column of its own in a part: engines take up to
/// three times as long to read any member of a struct that has a map somewhere within.
constexpr event::Field kApart = event::Field::FederationAttributes;
constexpr std::string_view kApartColumn = "federationattributes";
/// Whether a struct has it somewhere within.
bool holds_apart(event::Field field);
/// The members that a part has where the schema has them: all but the map.
std::vector<event::Field> members_in_place(event::Field field);
/// What to select of events as the schema has them, to have them as parts do: "* REPLACE (...)".
std::string with_map_apart();

/// The unit that is written, compared and swapped: an account's events of one day, UTC.
struct AccountDay {
  std::string account;  ///< As in `account_of`; empty: events that name none
  std::string day;      ///< "2024-03-01"; empty: events without a time
  friend auto operator<=>(const AccountDay&, const AccountDay&) = default;
};

/// The account as a partition: itself, or `kOtherAccount` where no folder can be called so. The
/// events of those know their account by their own columns.
std::string_view account_of(std::string_view account);
constexpr std::string_view kOtherAccount = "other";
/// SQL for an event's account, from its own columns: the recipient, else the caller's, else its
/// issuer's.
std::string_view account_sql();

/// "account=111122223333/year=2024/month=03/day=01"
std::string folder_of(const AccountDay& where);
/// A text as part of a folder's name, and back.
std::string encoded(std::string_view text);
std::string decoded(std::string_view text);

/// The places in the lake at `root`.
std::string events_folder(const std::string& root);
std::string staging_folder(const std::string& root);
std::string manifest_folder(const std::string& root);
std::string sources_folder(const std::string& root);
std::string baseline_folder(const std::string& root);
std::string baseline_path(const std::string& root, const std::string& day);
std::string answers_folder(const std::string& root);
std::string manifest_path(const std::string& root);
std::string ledger_path(const std::string& root);
/// "00000012-0003.parquet"
std::string part_name(std::uint64_t generation, std::size_t number);
/// The generation that a part's name tells; 0 if it is no such name.
std::uint64_t generation_of(std::string_view name);

/// Top-level fields that a part holds as columns.
const std::vector<event::Field>& stored_fields();
/// A part's columns in SQL over a table of parts (parts_sql.hpp): "ts, eventversion, ..., "$path"
/// AS source".
std::string stored_columns();
/// The columns of a part in words, with their types: what `kSchema` stands for.
std::string schema_words();

}  // namespace trailhound::lake
