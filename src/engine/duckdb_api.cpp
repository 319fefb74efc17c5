// SPDX-License-Identifier: Apache-2.0
#include "engine/duckdb_api.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <climits>
#include <mutex>
#include <string>
#include <vector>

namespace trailhound::engine {
namespace {

/// Names are looked for in the library itself before our two dozen libraries: the few that are left
/// in a settled one (cmake/settle_library.cpp), the tens of thousands of any other. Sanitizers,
/// which stand in for the allocator, refuse it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kOwnNamesFirst = 0;
#else
constexpr int kOwnNamesFirst = RTLD_DEEPBIND;
#endif

std::string folder_of_program() {
  char path[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
  if (size <= 0) return ".";
  const std::string program(path, static_cast<std::size_t>(size));
  return program.substr(0, program.rfind('/'));
}

Result<void*> open_library() {
  const std::string here = folder_of_program();
  std::string reason;
  for (const std::string& path :
       {here + "/libduckdb.so", here + "/../lib/libduckdb.so",
        here + "/../lib/trailhound/libduckdb.so", std::string(TRAILHOUND_DUCKDB_LIBRARY)}) {
    if (access(path.c_str(), R_OK) != 0) continue;
    if (void* library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL | kOwnNamesFirst)) {
      return library;
    }
    if (const char* words = dlerror()) reason = words;
  }
  Error error("engine-missing", "libduckdb.so is not beside the program and not in `../lib`");
  return reason.empty() ? std::move(error) : std::move(error).note(reason);
}

template <class Call>
bool find(void* library, const char* name, Call& call) {
  call = reinterpret_cast<Call>(dlsym(library, name));
  return call != nullptr;
}

Result<DuckDb> load() {
  TRY(void* const library, open_library());
  DuckDb duck;
#define CALL(name)                                                           \
  if (!find(library, "duckdb_" #name, duck.name)) {                          \
    return Error("engine-missing", "this libduckdb.so has no `duckdb_" #name \
                                   "`: 1.4 or later "                        \
                                   "is needed");                             \
  }
#include "engine/duckdb_calls.def"
#undef CALL
  if (!find(library, "duckdb_unsafe_vector_assign_string_element_len", duck.assign_proved_text)) {
    duck.assign_proved_text = duck.vector_assign_string_element_len;
  }
  return duck;
}

}  // namespace

Result<const DuckDb*> load_duckdb() {
  static const Result<DuckDb> loaded = load();
  if (!loaded.ok()) return loaded.error();
  return &*loaded;
}

}  // namespace trailhound::engine
