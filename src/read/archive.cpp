// SPDX-License-Identifier: Apache-2.0
#include "read/archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <optional>

#include "base/text.hpp"

namespace trailhound::read {
namespace {
constexpr std::size_t kChunk = 128 << 10;
}

struct Archive::Inside {
  std::shared_ptr<void> keep;
  SourcePtr from;
  Buffer chunk;
  archive* handle = nullptr;
  std::optional<Failure> failure;

  static la_ssize_t read(archive*, void* self, const void** bytes) {
    auto* inside = static_cast<Inside*>(self);
    inside->chunk.clear();
    const std::size_t got = inside->from->read(inside->chunk.grow(kChunk), kChunk);
    *bytes = inside->chunk.data();
    return static_cast<la_ssize_t>(got);
  }
  void fail(const char* why) {
    if (failure) return;
    if (from->failure() != nullptr) {
      failure = *from->failure();
    } else {
      failure = Failure{"broken-compression",
                        "the archive is damaged: " + to_utf8(why == nullptr ? "" : why)};
    }
  }
};

namespace {

/// The bytes of the member that the archive stands at.
class MemberSource final : public ByteSource {
 public:
  explicit MemberSource(archive* handle) : handle_(handle) {}
  std::size_t read(char* room, std::size_t most) override {
    if (failure() != nullptr) return 0;
    const la_ssize_t got = archive_read_data(handle_, room, most);
    if (got >= 0) return static_cast<std::size_t>(got);
    const char* why = archive_error_string(handle_);
    fail("broken-compression",
         "the archive is damaged or encrypted: " + to_utf8(why == nullptr ? "" : why));
    return 0;
  }

 private:
  archive* handle_;
};

}  // namespace

Archive::Archive(SourcePtr from, std::shared_ptr<void> keep) : inside_(std::make_unique<Inside>()) {
  inside_->keep = std::move(keep);
  inside_->from = std::move(from);
  inside_->handle = archive_read_new();
  archive_read_support_filter_all(inside_->handle);
  archive_read_support_format_all(inside_->handle);
  archive_read_support_format_raw(inside_->handle);
  if (archive_read_open(inside_->handle, inside_.get(), nullptr, &Inside::read, nullptr) !=
      ARCHIVE_OK) {
    inside_->fail(archive_error_string(inside_->handle));
  }
}

Archive::~Archive() { archive_read_free(inside_->handle); }

std::optional<ArchiveMember> Archive::next() {
  while (!inside_->failure) {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(inside_->handle, &entry);
    if (result == ARCHIVE_EOF) return std::nullopt;
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
      inside_->fail(archive_error_string(inside_->handle));
      return std::nullopt;
    }
    if (archive_entry_filetype(entry) != AE_IFREG && archive_entry_filetype(entry) != 0) continue;
    const char* path = archive_entry_pathname(entry);
    return ArchiveMember{to_utf8(path == nullptr ? "" : path),
                         std::make_unique<MemberSource>(inside_->handle)};
  }
  return std::nullopt;
}

const Failure* Archive::failure() const { return inside_->failure ? &*inside_->failure : nullptr; }

}  // namespace trailhound::read
