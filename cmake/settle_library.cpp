// SPDX-License-Identifier: Apache-2.0
//
// Copies a shared library with its own names settled: what it refers to within itself is written
// down as a place instead of a name.
//
//   settle_library FROM/libduckdb.so TO/libduckdb.so
//
// libduckdb exports a hundred thousand names and refers to its own by name 61,631 times. Looking
// these up anew in every process took 15 ms of the 40 ms that a question of a lake takes. Each
// such reference (R_X86_64_64, GLOB_DAT, JUMP_SLOT to a name that the library defines itself) is
// turned into R_X86_64_RELATIVE, which costs an addition; that is what RTLD_DEEPBIND would have
// found. The few thousand references to other libraries stay names and are bound when the library
// is loaded. Names that must be one in the whole process (STB_GNU_UNIQUE), indirect functions and
// thread-local places stay as they are.
//
// A library of another machine, or of a shape that is not known here, is copied as it is.
#include <elf.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

/// The bytes of a library, read by address as the loader sees them.
class Library {
 public:
  explicit Library(std::vector<char> bytes) : bytes_(std::move(bytes)) {}

  /// Why it cannot be settled; empty: it is settled.
  std::string settle();
  const std::vector<char>& bytes() const { return bytes_; }

 private:
  template <class T>
  std::optional<T> read(std::uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }
  template <class T>
  void write(std::uint64_t offset, const T& value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
  }
  /// Where in the file an address lies.
  std::optional<std::uint64_t> offset_of(std::uint64_t address) const {
    for (const Elf64_Phdr& load : loads_) {
      if (address >= load.p_vaddr && address - load.p_vaddr < load.p_filesz) {
        return address - load.p_vaddr + load.p_offset;
      }
    }
    return std::nullopt;
  }
  bool read_headers();
  std::optional<std::uint64_t> dynamic(std::int64_t tag) const {
    const auto found = dynamic_.find(tag);
    if (found == dynamic_.end()) return std::nullopt;
    return read<Elf64_Dyn>(found->second)->d_un.d_val;
  }
  void set_dynamic(std::int64_t tag, std::uint64_t value) {
    const std::uint64_t offset = dynamic_.at(tag);
    Elf64_Dyn entry = *read<Elf64_Dyn>(offset);
    entry.d_un.d_val = value;
    write(offset, entry);
  }
  /// The address behind a reference to a name of the library's own; nothing for other references.
  std::optional<std::uint64_t> own_address(const Elf64_Rela& reference,
                                           std::uint64_t symbols) const;

  std::vector<char> bytes_;
  std::vector<Elf64_Phdr> loads_;
  std::map<std::int64_t, std::uint64_t> dynamic_;  ///< Where in the file each entry lies
};

bool Library::read_headers() {
  const auto header = read<Elf64_Ehdr>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
      header->e_machine != EM_X86_64 || header->e_phentsize != sizeof(Elf64_Phdr)) {
    return false;
  }
  for (unsigned i = 0; i < header->e_phnum; ++i) {
    const auto part = read<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
    if (!part) return false;
    if (part->p_type == PT_LOAD) loads_.push_back(*part);
    if (part->p_type != PT_DYNAMIC) continue;
    for (std::uint64_t at = part->p_offset;; at += sizeof(Elf64_Dyn)) {
      const auto entry = read<Elf64_Dyn>(at);
      if (!entry) return false;
      if (entry->d_tag == DT_NULL) break;
      dynamic_.emplace(entry->d_tag, at);
    }
  }
  return !dynamic_.empty();
}

std::optional<std::uint64_t> Library::own_address(const Elf64_Rela& reference,
                                                  std::uint64_t symbols) const {
  const std::uint64_t type = ELF64_R_TYPE(reference.r_info);
  if (type != R_X86_64_64 && type != R_X86_64_GLOB_DAT && type != R_X86_64_JUMP_SLOT) {
    return std::nullopt;
  }
  const auto symbol = read<Elf64_Sym>(symbols + ELF64_R_SYM(reference.r_info) * sizeof(Elf64_Sym));
  if (!symbol || symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= SHN_LORESERVE) {
    return std::nullopt;
  }
  const unsigned binding = ELF64_ST_BIND(symbol->st_info);
  const unsigned kind = ELF64_ST_TYPE(symbol->st_info);
  if ((binding != STB_GLOBAL && binding != STB_WEAK) || (kind != STT_OBJECT && kind != STT_FUNC)) {
    return std::nullopt;
  }
  // Only R_X86_64_64 counts its addend.
  const auto addend = type == R_X86_64_64 ? static_cast<std::uint64_t>(reference.r_addend) : 0;
  return symbol->st_value + addend;
}

std::string Library::settle() {
  if (!read_headers()) return "it is no library for x86-64";
  const auto table = dynamic(DT_RELA), table_size = dynamic(DT_RELASZ), lazy = dynamic(DT_JMPREL),
             lazy_size = dynamic(DT_PLTRELSZ), symbol_table = dynamic(DT_SYMTAB);
  if (!table || !table_size || !lazy || !lazy_size || !symbol_table || !dynamic(DT_RELACOUNT)) {
    return "it has no tables of references";
  }
  // The two tables become one, in their place: what was to be bound at its first use, too.
  if (*table + *table_size != *lazy) return "its tables of references lie apart";
  const auto offset = offset_of(*table), symbols = offset_of(*symbol_table);
  const std::uint64_t size = *table_size + *lazy_size;
  if (!offset || !symbols || *offset + size > bytes_.size()) return "its tables lie outside of it";

  std::vector<Elf64_Rela> settled, named;
  for (std::uint64_t at = *offset; at < *offset + size; at += sizeof(Elf64_Rela)) {
    Elf64_Rela reference = *read<Elf64_Rela>(at);
    if (const auto address = own_address(reference, *symbols)) {
      reference.r_info = ELF64_R_INFO(0, R_X86_64_RELATIVE);
      reference.r_addend = static_cast<std::int64_t>(*address);
    } else if (ELF64_R_TYPE(reference.r_info) == R_X86_64_JUMP_SLOT) {
      reference.r_info = ELF64_R_INFO(ELF64_R_SYM(reference.r_info), R_X86_64_GLOB_DAT);
    }
    const bool is_settled = ELF64_R_TYPE(reference.r_info) == R_X86_64_RELATIVE;
    (is_settled ? settled : named).push_back(reference);
  }
  // In the order of memory: each page is touched once.
  std::sort(settled.begin(), settled.end(),
            [](const Elf64_Rela& a, const Elf64_Rela& b) { return a.r_offset < b.r_offset; });
  std::uint64_t at = *offset;
  for (const std::vector<Elf64_Rela>* references : {&settled, &named}) {
    for (const Elf64_Rela& reference : *references) {
      write(at, reference);
      at += sizeof reference;
    }
  }
  set_dynamic(DT_RELASZ, size);
  set_dynamic(DT_RELACOUNT, settled.size());
  set_dynamic(DT_PLTRELSZ, 0);
  return {};
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "settle_library FROM TO\n");
    return 2;
  }
  std::ifstream in(words[1], std::ios::binary);
  Library library(std::vector<char>(std::istreambuf_iterator<char>(in), {}));
  if (!in) {
    std::fprintf(stderr, "%s cannot be read\n", words[1]);
    return 1;
  }
  const std::string reason = library.settle();
  if (!reason.empty())
    std::fprintf(stderr, "%s is copied as it is: %s\n", words[1], reason.c_str());
  std::ofstream out(words[2], std::ios::binary | std::ios::trunc);
  out.write(library.bytes().data(), static_cast<std::streamsize>(library.bytes().size()));
  out.close();
  if (!out) {
    std::fprintf(stderr, "%s cannot be written\n", words[2]);
    return 1;
  }
  return 0;
}
