// SPDX-License-Identifier: Apache-2.0
//
// A value as plain text, for tests: NULL, true, 12, [1,2], {name:value}, {key=value}.
//
//   EXPECT_EQ(cell_text(batch->cell(0, row)), "[1,NULL]");
#pragma once

#include <fmt/format.h>

#include <string>

#include "engine/rows.hpp"

namespace trailhound::engine {

inline std::string cell_text(const Cell& cell) {
  if (cell.is_null()) return "NULL";
  std::string text;
  switch (cell.kind()) {
    case Kind::Null:
      return "NULL";
    case Kind::Boolean:
      return cell.boolean() ? "true" : "false";
    case Kind::Double:
      return fmt::format("{}", cell.real());
    case Kind::Text:
    case Kind::Json:
    case Kind::Bytes:
    case Kind::Decimal:
    case Kind::Interval:
      return std::string(cell.text());
    case Kind::List:
      for (std::size_t i = 0; i < cell.size(); ++i) {
        text += (i > 0 ? "," : "") + cell_text(cell.child(i));
      }
      return "[" + text + "]";
    case Kind::Struct:
      for (std::size_t i = 0; i < cell.size(); ++i) {
        text += (i > 0 ? "," : "") + cell.type().members[i].name + ":" + cell_text(cell.child(i));
      }
      return "{" + text + "}";
    case Kind::Map:
      for (std::size_t i = 0; i < cell.size(); ++i) {
        text += (i > 0 ? "," : "") + cell_text(cell.key(i)) + "=" + cell_text(cell.child(i));
      }
      return "{" + text + "}";
    default:
      return fmt::format("{}", cell.integer());
  }
}

}  // namespace trailhound::engine
