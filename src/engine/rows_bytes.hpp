// SPDX-License-Identifier: Apache-2.0
//
// The rows of an answer as bytes, and bytes as rows again: for answers that are kept.
//
//   TRY(std::optional<std::string> bytes, bytes_of(*rows));     // nothing: such rows are not kept
//   auto again = rows_of({*bytes, bytes_of_other_days});        // one after the other
//
// By columns, each distinct text once: some tens of bytes a row. Bytes that are none of these, or
// were cut or changed, give no rows or the error `lake-damaged`, and do no harm.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/rows.hpp"

namespace trailhound::engine {

/// Takes all rows. Nothing, if they have columns of structs or maps, or their texts take over
/// `most` bytes.
Result<std::optional<std::string>> bytes_of(Rows& rows, std::size_t most = std::size_t{64} << 20);

/// The rows of several answers with the same columns, a batch a piece; null if any of it does not
/// begin as such bytes do, or they do not go together.
std::unique_ptr<Rows> rows_of(std::vector<std::string> pieces);

}  // namespace trailhound::engine
