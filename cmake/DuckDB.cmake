# SPDX-License-Identifier: Apache-2.0
#
# Target `duckdb`: libduckdb and its C header. DUCKDB_ROOT names a folder that holds both (an official
# release, unpacked, will do), also in the environment; by default it is what scripts/setup put into .deps/duckdb.
set(DUCKDB_DEFAULT ${CMAKE_SOURCE_DIR}/.deps/duckdb)
if(NOT "$ENV{DUCKDB_ROOT}" STREQUAL "")
  set(DUCKDB_DEFAULT $ENV{DUCKDB_ROOT})
endif()
set(DUCKDB_ROOT ${DUCKDB_DEFAULT} CACHE PATH "Folder with duckdb.h and libduckdb.so")
find_library(DUCKDB_LIBRARY duckdb PATHS ${DUCKDB_ROOT} ${DUCKDB_ROOT}/lib NO_DEFAULT_PATH)
find_path(DUCKDB_INCLUDE duckdb.h PATHS ${DUCKDB_ROOT} ${DUCKDB_ROOT}/include NO_DEFAULT_PATH)
if(NOT DUCKDB_LIBRARY OR NOT DUCKDB_INCLUDE)
  message(FATAL_ERROR "DuckDB is not in ${DUCKDB_ROOT}: run scripts/setup, or set DUCKDB_ROOT")
endif()
add_library(duckdb SHARED IMPORTED GLOBAL)
set_target_properties(duckdb PROPERTIES IMPORTED_LOCATION ${DUCKDB_LIBRARY} IMPORTED_NO_SONAME OFF
                      INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_INCLUDE})

# What the program loads, and what is installed: a copy whose own names are settled (settle_library.cpp says why).
# It lies where an installed tree has it, seen from the program: ../lib.
set(DUCKDB_SETTLED ${CMAKE_BINARY_DIR}/lib/libduckdb.so)
add_executable(settle_library ${CMAKE_CURRENT_LIST_DIR}/settle_library.cpp)
add_custom_command(OUTPUT ${DUCKDB_SETTLED} COMMAND settle_library ${DUCKDB_LIBRARY} ${DUCKDB_SETTLED}
                   DEPENDS settle_library ${DUCKDB_LIBRARY} VERBATIM)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
add_custom_target(duckdb_settled DEPENDS ${DUCKDB_SETTLED})
