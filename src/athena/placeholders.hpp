// SPDX-License-Identifier: Apache-2.0
//
// Puts values where a published question leaves them open.
//
//   TRY(fill(query, {.parameters = {{"accesskeyid", "AKIA..."}}}, notices));
//   // ... where useridentity.accesskeyid = 'AKIAxxxxxxxxxxxxxxxx'   becomes   = 'AKIA...'
//
// A place is open where a text is evidently a stand-in ('####', 'AKIAxxxx', '<region>', 'seeAbove')
// or where a parameter stands (`:key`, `${date_filter}`, `?`). A stand-in that has a name goes by
// it; any other goes by the column that it is compared with: `year`, `accesskeyid`. Tables:
// `cloudtrail_000000000000` asks for `account`; `<event_data_store_id>`, `DATABASE.TABLE` and the
// like are `cloudtrail`. All that misses is listed in one error.
#pragma once

#include <vector>

#include "athena/athena.hpp"
#include "base/result.hpp"
#include "sql/ast.hpp"

namespace trailhound::athena {

Result<void> fill(sql::Query& query, const Options& options, std::vector<Error>& notices);

}  // namespace trailhound::athena
