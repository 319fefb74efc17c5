// SPDX-License-Identifier: Apache-2.0
//
// The library that is loaded is a copy whose references to its own names were settled when it was
// built (cmake/settle_library.cpp). The loader itself says what each of them should have become.
#include <dlfcn.h>
#include <elf.h>
#include <gtest/gtest.h>
#include <link.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#if defined(__x86_64__)  // elsewhere it is copied as it is
namespace {

/// A library as the loader has made it ready: every reference bound. It stays loaded: the thread
/// sanitizer ends a program that closes a library it was told of.
class Loaded {
 public:
  explicit Loaded(const std::string& path)
      : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | kOwnNamesFirst)) {
    if (handle_ == nullptr) return;
    dlinfo(handle_, RTLD_DI_LINKMAP, &map_);
    for (const ElfW(Dyn)* entry = map_->l_ld; entry->d_tag != DT_NULL; ++entry) {
      if (entry->d_tag == DT_RELA) table_ = entry->d_un.d_ptr;
      if (entry->d_tag == DT_RELASZ) size_ = entry->d_un.d_val;
      if (entry->d_tag == DT_JMPREL) lazy_ = entry->d_un.d_ptr;
      if (entry->d_tag == DT_PLTRELSZ) lazy_size_ = entry->d_un.d_val;
    }
    const auto header = read<ElfW(Ehdr)>(0);
    for (unsigned i = 0; i < header.e_phnum; ++i) {
      const auto part = read<ElfW(Phdr)>(header.e_phoff + i * sizeof(ElfW(Phdr)));
      if (part.p_type == PT_LOAD) end_ = part.p_vaddr + part.p_memsz;
      if (part.p_type == PT_GNU_RELRO) constant_ = part;
    }
  }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  bool ok() const { return handle_ != nullptr; }
  std::vector<ElfW(Rela)> references() const {
    std::vector<ElfW(Rela)> all;
    for (const auto& [table, size] : {std::pair(table_, size_), std::pair(lazy_, lazy_size_)}) {
      for (std::uint64_t at = 0; at < size; at += sizeof(ElfW(Rela))) {
        ElfW(Rela) reference;
        std::memcpy(&reference, reinterpret_cast<const void*>(table + at), sizeof reference);
        all.push_back(reference);
      }
    }
    return all;
  }
  template <class T>
  T read(std::uint64_t address) const {
    T value;
    std::memcpy(&value, reinterpret_cast<const void*>(map_->l_addr + address), sizeof value);
    return value;
  }
  /// Whether nothing writes there once the library is loaded.
  bool is_constant(std::uint64_t address) const {
    return address >= constant_.p_vaddr && address < constant_.p_vaddr + constant_.p_memsz;
  }
  bool is_inside(std::uint64_t pointer) const {
    return pointer >= map_->l_addr && pointer < map_->l_addr + end_;
  }
  std::uint64_t base() const { return map_->l_addr; }
  static constexpr bool own_names_first() { return kOwnNamesFirst != 0; }

 private:
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static constexpr int kOwnNamesFirst = 0;
#else
  static constexpr int kOwnNamesFirst = RTLD_DEEPBIND;
#endif

  void* handle_;
  link_map* map_ = nullptr;
  std::uint64_t table_ = 0, size_ = 0, lazy_ = 0, lazy_size_ = 0, end_ = 0;
  ElfW(Phdr) constant_{};
};

TEST(SettledLibrary, RefersToTheSamePlacesAsTheOneItWasMadeOf) {
  const Loaded original(TRAILHOUND_DUCKDB_LIBRARY);
  ASSERT_TRUE(original.ok()) << dlerror();
  const Loaded settled(TRAILHOUND_DUCKDB_SETTLED);
  ASSERT_TRUE(settled.ok()) << dlerror();
  std::size_t seen = 0, wrong = 0;
  for (const ElfW(Rela) & reference : original.references()) {
    const std::uint64_t type = ELF64_R_TYPE(reference.r_info);
    if (type == R_X86_64_DTPMOD64 || type == R_X86_64_DTPOFF64) continue;
    if (!original.is_constant(reference.r_offset) && type != R_X86_64_JUMP_SLOT) continue;
    const auto one = original.read<std::uint64_t>(reference.r_offset);
    const auto other = settled.read<std::uint64_t>(reference.r_offset);
    // What is one in the whole process, and what lies elsewhere, is the same place for both.
    // A sanitizer has the process's names come first: what that led away to says nothing.
    const bool inside = original.is_inside(one);
    const bool same = one == other || (inside && one - original.base() == other - settled.base()) ||
                      (!inside && !Loaded::own_names_first());
    ++seen;
    wrong += same ? 0 : 1;
  }
  EXPECT_GT(seen, 50'000u);
  EXPECT_EQ(wrong, 0u);
}

TEST(SettledLibrary, HasFewNamesLeftToLookUp) {
  const Loaded settled(TRAILHOUND_DUCKDB_SETTLED);
  ASSERT_TRUE(settled.ok()) << dlerror();
  std::size_t names = 0;
  for (const ElfW(Rela) & reference : settled.references()) {
    names += ELF64_R_TYPE(reference.r_info) == R_X86_64_RELATIVE ? 0 : 1;
  }
  EXPECT_LT(names, 10'000u) << "the library was copied as it is";
}

}  // namespace
#endif
