// SPDX-License-Identifier: Apache-2.0
#include "base/build_id.hpp"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <string_view>

namespace trailhound {
namespace {

constexpr std::size_t kAligned = 4;

std::size_t padded(std::size_t size) { return (size + kAligned - 1) / kAligned * kAligned; }

std::string hex_of(const unsigned char* bytes, std::size_t count) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (std::size_t i = 0; i < count; ++i) {
    hex += kDigits[bytes[i] >> 4];
    hex += kDigits[bytes[i] & 15];
  }
  return hex;
}

/// Looks through the notes of one segment.
std::string id_in(const unsigned char* at, std::size_t size) {
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    std::memcpy(&note, at, sizeof note);
    const std::size_t name = sizeof note, value = name + padded(note.n_namesz);
    const std::size_t whole = value + padded(note.n_descsz);
    if (whole > size) return {};
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof ELF_NOTE_GNU &&
        std::memcmp(at + name, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) == 0) {
      return hex_of(at + value, note.n_descsz);
    }
    at += whole;
    size -= whole;
  }
  return {};
}

/// The first object that is told of is the program itself.
int look_at_program(dl_phdr_info* object, std::size_t, void* result) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    std::string id =
        id_in(reinterpret_cast<const unsigned char*>(object->dlpi_addr + segment.p_vaddr),
              segment.p_memsz);
    if (id.empty()) continue;
    *static_cast<std::string*>(result) = std::move(id);
    break;
  }
  return 1;
}

}  // namespace

const std::string& build_id() {
  static const std::string id = [] {
    std::string found;
    dl_iterate_phdr(look_at_program, &found);
    return found;
  }();
  return id;
}

}  // namespace trailhound
