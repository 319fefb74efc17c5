# SPDX-License-Identifier: Apache-2.0
#
# registry(<target> <shelf> NAMESPACE <ns> TYPE <type> HEADER <header> LIST <function>)
#
# A shelf is a folder of like things, one to a file. Every <shelf>/<name>.cpp defines
# `<type> describe_<name>();` in <ns>. All of them join <target>, and a generated source gives
# `std::span<const <type>> <function>()`: each one's description, in the order of the file names.
# Nothing registers itself: a file without its function fails at link time, by name.
function(registry target shelf)
  cmake_parse_arguments(ARG "" "NAMESPACE;TYPE;HEADER;LIST" "" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/${shelf} ${shelf}/*.cpp)
  list(FILTER files EXCLUDE REGEX "_test\\.cpp$")
  list(SORT files)
  set(declarations "")
  set(calls "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    string(APPEND declarations "${ARG_TYPE} describe_${name}();\n")
    string(APPEND calls "      describe_${name}(),\n")
    target_sources(${target} PRIVATE ${shelf}/${file})
  endforeach()
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${shelf}_registry.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT "// Generated from the files of ${shelf}/. Do not edit.
#include \"${ARG_HEADER}\"

#include <span>

namespace ${ARG_NAMESPACE} {
${declarations}
std::span<const ${ARG_TYPE}> ${ARG_LIST}() {
  static const ${ARG_TYPE} all[] = {
${calls}  };
  return all;
}
}  // namespace ${ARG_NAMESPACE}
")
  target_sources(${target} PRIVATE ${generated})
endfunction()
