# SPDX-License-Identifier: Apache-2.0
#
# layer(<name> [NEEDS <layers and libraries>] [TEST_NEEDS <more for its tests>] [LABEL <of its tests>])
#
# A layer is a folder of src/: all its .cpp become the library trailhound_<name>, all its *_test.cpp
# the test program <name>_test. A shelf (a folder below it) is added by registry(). Which layer may
# see which is said once, in src/LAYERS, and checked by scripts/layers. Tests labelled
# `threads` run under the thread sanitizer, too; the target `threads` builds them.
function(layer name)
  cmake_parse_arguments(ARG "" "LABEL" "NEEDS;TEST_NEEDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  add_library(trailhound_${name} STATIC ${sources})
  target_include_directories(trailhound_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(trailhound_${name} PUBLIC ${ARG_NEEDS})

  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*_test.cpp)
  if(TRAILHOUND_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE trailhound_${name} ${ARG_TEST_NEEDS} GTest::gmock GTest::gtest_main)
    if(NOT ARG_LABEL)
      set(ARG_LABEL layer)
    endif()
    if(ARG_LABEL STREQUAL "threads")
      add_dependencies(threads ${name}_test)
    endif()
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 120
                         PROPERTIES LABELS "${ARG_LABEL}")
  endif()
endfunction()
