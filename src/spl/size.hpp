// SPDX-License-Identifier: Apache-2.0
//
// How large a tree is: functions that are written out with their argument twice double all below.
//
//   if (is_larger(value.expr, kMostNodes)) return Error{"search-too-large", ...};
#pragma once

#include "sql/walk.hpp"

namespace trailhound::spl {

/// Nodes of one expression that a search may need.
inline constexpr std::size_t kMostNodes = 50'000;

/// Whether an expression has more nodes than so many; looks at no more than those.
inline bool is_larger(const sql::Expr& expr, std::size_t most) {
  struct Counting {
    std::size_t left;
    void operator()(const sql::Expr& one) {
      if (left == 0) return;
      --left;
      sql::each_child(one, *this);
    }
    void operator()(const sql::Query&) {}
    void operator()(const sql::Relation&) {}
  };
  Counting counting{most + 1};
  counting(expr);
  return counting.left == 0;
}

}  // namespace trailhound::spl
