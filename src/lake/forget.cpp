// SPDX-License-Identifier: Apache-2.0
#include "lake/forget.hpp"

#include <algorithm>

#include "lake/answers.hpp"
#include "lake/disk.hpp"
#include "lake/layout.hpp"
#include "lake/writer.hpp"

namespace trailhound::lake {

std::vector<Part> what_to_forget(const Manifest& manifest, const Forgetting& which) {
  std::vector<Part> parts;
  if (which.before.empty() && which.accounts.empty()) return parts;
  for (const Part& part : manifest.parts) {
    // An event without a time has no age.
    if (!which.before.empty() && (part.where.day.empty() || part.where.day >= which.before))
      continue;
    if (!which.accounts.empty() &&
        std::none_of(which.accounts.begin(), which.accounts.end(), [&](const std::string& account) {
          return account_of(account) == part.where.account && part.where.account != kOtherAccount;
        })) {
      continue;
    }
    parts.push_back(part);
  }
  return parts;
}

Result<Forgotten> forget(const std::string& root, const Forgetting& which, const Waiting& waiting) {
  TRY(const std::unique_ptr<Writer> writer,
      Writer::open(root, {.verb = "lake forget", .waiting = waiting}));
  Forgotten gone{what_to_forget(writer->manifest(), which)};
  if (gone.parts.empty()) return gone;
  Change change;
  change.remove = gone.parts;
  TRY(writer->commit(std::move(change)));
  gone.left = writer->gone_stay();
  for (const Part& part : gone.parts) {  // what was counted of them goes with them
    if (!part.where.day.empty()) TRY(remove_file(baseline_path(root, part.where.day)));
  }
  TRY(drop_answers(root));
  return gone;
}

}  // namespace trailhound::lake
