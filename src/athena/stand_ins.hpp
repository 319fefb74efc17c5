// SPDX-License-Identifier: Apache-2.0
//
// Which texts are evidently not meant as they stand.
//
//   StandIn found = recognise("%:i-xxxxxxxxxxxxxxxxx", Place::Pattern);
//   found.open;   // one part: "i-xxxxxxxxxxxxxxxxx", called "instance"; `%:` stays
//
// Pure text, no tree: tables of the forms that published questions use. Whoever means such a text
// literally gives it as the value of its own parameter.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace trailhound::athena {

/// Where a text stands.
enum class Place {
  Value,     ///< Compared as a whole
  Pattern,   ///< Behind LIKE: `%` at either end is no part of the stand-in
  Argument,  ///< Of a function with several: `yyyy-MM-dd` is a format there
};

/// A part of a text that is to be replaced.
struct OpenPart {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string name;  ///< "instance", "date_filter"; empty: named after the column
};

/// The open parts of a text, from left to right; none if the text is meant as it stands.
std::vector<OpenPart> recognise(std::string_view text, Place place);

/// The name of a parameter as it is shown: "Principal ID" is "principal_id", and known names for
/// one thing are one name ("accountId" is "account").
std::string parameter_name(std::string_view written);
/// Whether a value given as `given` is meant for the parameter `asked`: case, `_` and `-` do not
/// matter, and neither does which of the names for one thing is used.
bool is_meant(std::string_view given, std::string_view asked);

/// Whether the last part of a table's name only stands for one: "<EDS ID>", "$table", "your_table".
bool is_table_stand_in(std::string_view schema, std::string_view table);
/// Whether a table is one of an account still to be named: "cloudtrail_000000000000".
bool is_account_stand_in(std::string_view table);
/// Whether the text has the form of an event data store id.
bool is_event_data_store_id(std::string_view text);

}  // namespace trailhound::athena
