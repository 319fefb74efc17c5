// SPDX-License-Identifier: Apache-2.0
//
// Functions over the rows around a row, in the order that they stand in.
//
//   rows->set("before", {over("lag", {x}, in_order(to, *rows)), Kind::Number});
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "spl/lowering.hpp"

namespace trailhound::spl {

inline sql::Expr over(std::string_view function, std::vector<sql::Expr> arguments,
                      sql::Window window, bool ignore_nulls = false) {
  sql::Call call;
  call.name = {sql::name(function)};
  call.arguments = std::move(arguments);
  if (ignore_nulls) call.nulls = sql::NullTreatment::Ignore;
  call.over = std::move(window);
  return sql::Expr{std::move(call), {}};
}

/// A window over the rows below `layer`, in their order.
inline sql::Window in_order(Lowering& to, Layer& layer,
                            std::optional<sql::Frame> rows = std::nullopt) {
  sql::Window made;
  made.order_by = to.table().order(*layer.below);
  made.frame = std::move(rows);
  return made;
}

/// From the first row to this one.
inline sql::Frame rows_so_far() {
  sql::Frame made;
  made.unit = sql::FrameUnit::Rows;
  made.start = {sql::BoundKind::UnboundedPreceding, {}};
  made.end = {sql::BoundKind::CurrentRow, {}};
  return made;
}

}  // namespace trailhound::spl
