// SPDX-License-Identifier: Apache-2.0
//
// The one who changes a lake. A commit is whole or nothing, whatever happens in between.
//
//   TRY(auto writer, Writer::open(root, {.verb = "ingest", .make = true}));
//   Change change;
//   change.add.push_back({part, staged_path});
//   TRY(writer->commit(std::move(change)));
//
// In this order: parts are made to last and put in their days; the ledger writes its page; the
// manifest that names them replaces the former one; parts that it names no more are removed. Up to
// the rename of the manifest nothing has happened; after it, all has. Parts that are replaced go
// while nobody reads the lake, at once with those that take their place, so that other engines,
// which see files and no manifest, meet both for a moment only. Whoever reads on for longer than
// `patience` is not waited for: then `gone_stay` counts what is still there. What a crash leaves
// (parts that no manifest names, pages without a manifest, files in `_staging`) is removed by the
// next `open`.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "lake/ledger.hpp"
#include "lake/lock.hpp"
#include "lake/manifest.hpp"

namespace trailhound::lake {

/// A part that waits in `_staging`.
struct StagedPart {
  Part part;                ///< Without a name; no rows: only `copies` counts
  std::string path;         ///< Where it lies
  std::string copies_path;  ///< A file of further sources that goes along; may be empty
};

/// What a commit changes.
struct Change {
  std::vector<StagedPart> add;
  std::vector<Part> remove;
  LedgerPage page;  ///< Its generation is set by the commit
  Totals totals;    ///< Added to those that stand
  std::vector<Unread> unread;
  std::set<std::string, std::less<>> names;  ///< Of actions
};

class Writer {
 public:
  struct Options {
    std::string_view verb;  ///< For whoever has to wait
    bool make = false;      ///< Make the lake if there is none
    Waiting waiting{};
    std::chrono::milliseconds patience = kPatience;  ///< With readers of parts that are to go
  };
  /// Errors: `no-lake`, `lake-busy`, `lake-read-only`, `lake-remote`, `lake-not-empty`, ...
  static Result<std::unique_ptr<Writer>> open(const std::string& root, const Options& options);

  const std::string& root() const { return root_; }  ///< Without links and dots
  const Manifest& manifest() const { return manifest_; }
  Ledger& ledger() { return ledger_; }
  Result<void> commit(Change change);
  /// Tries once more to remove the parts that were still read when they were replaced.
  Result<void> remove_gone();
  /// Parts that the manifest names no more and that are still there: the next writer removes them.
  std::size_t gone_stay() const { return gone_.size(); }

 private:
  Writer(std::string root, Lock lock, Manifest manifest, Ledger ledger, const Options& options);
  Result<void> clean_up();
  Result<void> place(StagedPart& staged, std::uint64_t generation, std::size_t number,
                     std::vector<std::string>& touched);
  Lock wait_for_readers();  ///< Nobody reads while it is held; none if somebody reads on
  Result<void> remove_files();
  Result<void> remove_sources();

  std::string root_;
  Lock lock_;
  Manifest manifest_;
  Ledger ledger_;
  std::vector<std::string> gone_;       ///< Parts that are named no more, and still there
  std::chrono::milliseconds patience_;  ///< None once readers were waited for in vain
};

}  // namespace trailhound::lake
