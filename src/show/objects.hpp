// SPDX-License-Identifier: Apache-2.0
//
// Rows as JSON objects, a column a member.
//
//   Objects objects(columns, offset);
//   objects.append(out, batch, row);     // {"eventname":"ListBuckets","n":12}
//
// Columns of one name get distinct ones (`n`, `n_2`): readers of JSON keep only the last of two.
#pragma once

#include <string>
#include <vector>

#include "engine/rows.hpp"
#include "show/buffer.hpp"
#include "show/value.hpp"

namespace trailhound::show {

/// Writes rows of certain columns as objects.
class Objects {
 public:
  Objects() = default;
  Objects(const std::vector<engine::Column>& columns, Offset offset);
  /// Rows of a batch in their order, its first one first.
  void append(Buffer& out, const engine::Batch& batch, std::size_t row);

 private:
  void expect(std::size_t row) const;

  std::vector<const engine::TextSlot*> texts_;  ///< Of the batch: columns and members of structs
  std::size_t rows_ = 0;                        ///< Of the batch
  std::vector<std::string> heads_;              ///< `{"eventname":`, `,"n":`
  Offset offset_;
};

}  // namespace trailhound::show
