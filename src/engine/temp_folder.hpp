// SPDX-License-Identifier: Apache-2.0
//
// A folder of our own for what does not fit into memory, gone when we are.
//
//   TRY(auto folder, TempFolder::make(""));
//   use(folder.path());                          // removed, with all in it, by the destructor
//
// Nobody else may look into it (0700). A lock on it says that its maker lives; `make` removes those
// of ours that a crash left behind.
#pragma once

#include <string>

#include "base/result.hpp"

namespace trailhound::engine {

/// A folder that lives as long as this.
class TempFolder {
 public:
  /// Below `parent`; if that is empty, $TMPDIR, else /tmp. Error `no-temp-folder`.
  static Result<TempFolder> make(std::string parent);
  TempFolder(TempFolder&& other) noexcept;
  TempFolder& operator=(TempFolder&&) = delete;
  ~TempFolder();

  const std::string& path() const { return path_; }

  /// Removes all that this process made and still holds: for whoever ends it in the midst of work.
  /// From any thread.
  static void remove_those_made();

 private:
  TempFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;
};

}  // namespace trailhound::engine
