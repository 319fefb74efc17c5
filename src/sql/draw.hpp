// SPDX-License-Identifier: Apache-2.0
//
// The tree as indented text: for `explain --show tree`, and to compare two trees.
//
//   draw(query);
//   // query
//   //   select
//   //     item
//   //       column eventname
//   //   from
//   //     table cloudtrail
//
// A node a line, what it holds below it. Everything but spans is drawn, so trees that are drawn
// alike mean the same.
#pragma once

#include <string>

#include "sql/ast.hpp"

namespace trailhound::sql {

std::string draw(const Query& query);
std::string draw(const Expr& expression);

}  // namespace trailhound::sql
