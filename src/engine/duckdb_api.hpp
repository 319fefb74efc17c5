// SPDX-License-Identifier: Apache-2.0
//
// DuckDB's C interface, loaded when the first question needs it: a program that only prints its
// version never maps the library.
//
//   TRY(const DuckDb* duck, load_duckdb());
//   duck->open_ext(nullptr, &database, config, &message);      // duckdb_open_ext
//
// The header is of an older release than the library. What it lacks is declared here, in one place,
// and may be absent (null).
#pragma once

#include <duckdb.h>

#include "base/result.hpp"

namespace trailhound::engine {

// Every call we make, once: CALL(name) is duckdb_<name>.
#define TRAILHOUND_DUCKDB_CALLS(CALL)                                                                                  \
  CALL(library_version)                                                                                                \
  CALL(create_config)                                                                                                  \
  CALL(set_config)                                                                                                     \
  CALL(destroy_config)                                                                                                 \
  CALL(open_ext)                                                                                                       \
  CALL(close)                                                                                                          \
  CALL(connect)                                                                                                        \
  CALL(disconnect)                                                                                                     \
  CALL(interrupt)                                                                                                      \
  CALL(query)                                                                                                          \
  CALL(destroy_result)                                                                                                 \
  CALL(result_error)                                                                                                   \
  CALL(prepare)                                                                                                        \
  CALL(prepare_error)                                                                                                  \
  CALL(destroy_prepare)                                                                                                \
  CALL(prepared_statement_type) CALL(bind_varchar_length) CALL(pending_prepared_streaming) CALL(                       \
      pending_error) CALL(execute_pending) CALL(destroy_pending) CALL(execute_prepared) CALL(fetch_chunk)              \
      CALL(column_count) CALL(column_name) CALL(column_logical_type) CALL(destroy_data_chunk) CALL(                    \
          data_chunk_get_size) CALL(data_chunk_get_vector) CALL(data_chunk_set_size) CALL(data_chunk_get_column_count) \
          CALL(vector_size) CALL(vector_get_data) CALL(vector_get_validity) CALL(                                      \
              vector_ensure_validity_writable) CALL(vector_assign_string_element_len) CALL(vector_get_column_type)     \
              CALL(list_vector_get_child) CALL(list_vector_get_size) CALL(list_vector_set_size) CALL(                  \
                  list_vector_reserve) CALL(struct_vector_get_child) CALL(array_vector_get_child)                      \
                  CALL(create_logical_type) CALL(create_list_type) CALL(create_map_type) CALL(                         \
                      create_struct_type) CALL(destroy_logical_type) CALL(get_type_id) CALL(logical_type_get_alias)    \
                      CALL(decimal_scale) CALL(decimal_internal_type) CALL(enum_internal_type) CALL(                   \
                          enum_dictionary_size) CALL(enum_dictionary_value) CALL(list_type_child_type)                 \
                          CALL(array_type_child_type) CALL(array_type_array_size) CALL(                                \
                              map_type_key_type) CALL(map_type_value_type) CALL(struct_type_child_count)               \
                              CALL(struct_type_child_name) CALL(struct_type_child_type) CALL(                          \
                                  free) CALL(destroy_value) CALL(get_int64) CALL(create_table_function)                \
                                  CALL(destroy_table_function) CALL(table_function_set_name) CALL(                     \
                                      table_function_add_parameter) CALL(table_function_set_extra_info)                \
                                      CALL(table_function_set_bind) CALL(table_function_set_init) CALL(                \
                                          table_function_set_local_init) CALL(table_function_set_function)             \
                                          CALL(table_function_supports_projection_pushdown) CALL(                      \
                                              register_table_function) CALL(bind_get_extra_info)                       \
                                              CALL(bind_get_parameter) CALL(bind_add_result_column) CALL(              \
                                                  bind_set_bind_data) CALL(bind_set_error)                             \
                                                  CALL(init_get_bind_data) CALL(init_get_column_count) CALL(           \
                                                      init_get_column_index) CALL(init_set_init_data)                  \
                                                      CALL(init_set_max_threads) CALL(init_set_error) CALL(            \
                                                          function_get_bind_data) CALL(function_get_init_data)         \
                                                          CALL(function_get_local_init_data) CALL(                     \
                                                              function_set_error) CALL(create_scalar_function)         \
                                                              CALL(destroy_scalar_function) CALL(                      \
                                                                  scalar_function_set_name)                            \
                                                                  CALL(scalar_function_add_parameter) CALL(            \
                                                                      scalar_function_set_return_type)                 \
                                                                      CALL(scalar_function_set_extra_info) CALL(       \
                                                                          scalar_function_set_function)                \
                                                                          CALL(                                        \
                                                                              scalar_function_set_special_handling)    \
                                                                              CALL(                                    \
                                                                                  register_scalar_function)            \
                                                                                  CALL(                                \
                                                                                      scalar_function_get_extra_info)  \
                                                                                      CALL(                            \
                                                                                          scalar_function_set_error)

/// The calls, under their names without `duckdb_`.
struct DuckDb {
#define TRAILHOUND_CALL(name) decltype(&::duckdb_##name) name = nullptr;
  TRAILHOUND_DUCKDB_CALLS(TRAILHOUND_CALL)
#undef TRAILHOUND_CALL
  /// As vector_assign_string_element_len, without proving UTF-8 again. Since 1.5; else the above.
  void (*assign_proved_text)(duckdb_vector vector, idx_t index, const char* text,
                             idx_t size) = nullptr;
};

/// The library: beside the program, in ../lib, or where it stood when we were built. Loaded once.
/// Error `engine-missing`.
Result<const DuckDb*> load_duckdb();

}  // namespace trailhound::engine
