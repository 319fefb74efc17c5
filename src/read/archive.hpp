// SPDX-License-Identifier: Apache-2.0
//
// The members of an archive (zip, tar, 7z, ...), one after another, from a stream.
//
//   Archive archive(std::move(source));
//   while (auto member = archive.next()) read(member->path, member->source);
//   if (archive.failure()) ...                       // damaged or encrypted: what came before
//   counts
//
// A member's source is good until `next` is called again.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "read/inflate.hpp"

namespace trailhound::read {

/// A file in an archive.
struct ArchiveMember {
  std::string path;
  SourcePtr source;
};

/// Reads an archive once.
class Archive {
 public:
  /// `keep` lives as long as the archive: what `from` reads from.
  explicit Archive(SourcePtr from, std::shared_ptr<void> keep = nullptr);
  ~Archive();
  /// The next regular file.
  std::optional<ArchiveMember> next();
  const Failure* failure() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace trailhound::read
