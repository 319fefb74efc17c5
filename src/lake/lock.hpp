// SPDX-License-Identifier: Apache-2.0
//
// Who may do what in a lake: one writer at a time; files are deleted only while nobody reads.
//
//   TRY(Lock writer, lock_for_writing(root, "ingest"));     // or the error that names the holder
//   Lock reading = lock_for_reading(root);                  // held while parts are read
//   if (Lock alone = lock_against_readers(root)) remove(old_part);
//
// Locks are the kernel's (flock): those of a process that dies are gone with it.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace trailhound::lake {

/// A lock that is held until this ends.
class Lock {
 public:
  explicit Lock(int descriptor = -1) : descriptor_(descriptor) {}
  Lock(Lock&& other) noexcept;
  Lock& operator=(Lock&& other) noexcept;
  ~Lock();
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

/// Told who holds the lock; says whether to wait.
using Waiting = std::function<bool(const std::string& holder)>;
/// Waits as long as it takes if `waiting`, asked once, says so; else the error is `lake-busy`.
/// Error `lake-read-only` where nothing can be written.
Result<Lock> lock_for_writing(const std::string& root, std::string_view verb,
                              const Waiting& waiting);
/// Empty where the lake has no place for a lock, as on a disk that is read-only and was made so
/// before: nothing is deleted there.
Lock lock_for_reading(const std::string& root);
/// How long a writer waits for readers.
constexpr std::chrono::milliseconds kPatience{5000};
/// Waits for readers as long as that; empty if there still are some.
Lock lock_against_readers(const std::string& root, std::chrono::milliseconds patience);

}  // namespace trailhound::lake
