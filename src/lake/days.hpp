// SPDX-License-Identifier: Apache-2.0
//
// What an ingest knows of the account-days it writes: which events are there, and events that were
// met in files of another day, waiting to be written with their own.
//
//   Days days(staging_folder(root));
//   auto day = days.of({"111122223333", "2024-03-01"});
//   day->seen.meet(identity, content);
//   days.put_aside(where, text, content, source);       // an event of another day
//   Aside aside = days.take_aside(where);               // its files, when its day is written
//
// All members may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "lake/layout.hpp"
#include "read/once.hpp"

namespace trailhound::lake {

/// Names of sources, numbered.
class SourceNames {
 public:
  std::uint32_t number_of(std::string_view name);
  std::string name_of(std::uint32_t number) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  std::vector<const std::string*> names_;
};

/// An account-day that is being written.
struct Day {
  Day() : seen(UINT64_MAX) {}
  read::Once seen;  ///< The events that are kept, or about to be
  std::mutex loading;
  bool loaded = false;  ///< Those of the lake's parts are among `seen`
};

/// Events put aside for a day: JSON, a line each.
struct Aside {
  std::vector<std::string> files;
  std::uint64_t bytes = 0;
  /// Where each came from, by the hash of its content.
  std::unordered_multimap<std::uint64_t, std::uint32_t> sources;
  bool empty() const { return files.empty(); }
};

class Days {
 public:
  explicit Days(std::string staging) : staging_(std::move(staging)) {}

  std::shared_ptr<Day> of(const AccountDay& where);
  /// Forgets which events a day has; they are read again if it is asked for again.
  void release(const AccountDay& where);

  Result<void> put_aside(const AccountDay& where, std::string_view json, std::uint64_t hash,
                         std::uint32_t source);
  /// Hands over all, or nothing where there is nothing.
  Result<Aside> take_aside(const AccountDay& where);
  bool has_aside(const AccountDay& where) const;
  /// Account-days for which something waits.
  std::vector<AccountDay> waiting() const;

 private:
  struct Spool {
    std::string buffer;  ///< Not in a file yet
    Aside aside;
    std::uint64_t in_file = 0;
  };
  Result<void> flush(Spool& spool);

  std::string staging_;
  mutable std::mutex mutex_;
  std::map<AccountDay, std::shared_ptr<Day>> days_;
  std::map<AccountDay, Spool> spools_;
  std::uint64_t files_ = 0;
};

}  // namespace trailhound::lake
