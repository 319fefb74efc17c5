// SPDX-License-Identifier: Apache-2.0
//
// One question to DuckDB alone, to measure against: no reader of ours, no front end of ours.
//
//   duckdb_question 'select ... from read_json(...)'
#include <duckdb.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  duckdb_database database;
  duckdb_connection connection;
  duckdb_result result;
  if (duckdb_open(nullptr, &database) == DuckDBError ||
      duckdb_connect(database, &connection) == DuckDBError)
    return 1;
  if (duckdb_query(connection, argv[1], &result) == DuckDBError) {
    std::fprintf(stderr, "%s\n", duckdb_result_error(&result));
    return 1;
  }
  std::printf("%llu rows\n", static_cast<unsigned long long>(duckdb_row_count(&result)));
  duckdb_destroy_result(&result);
  duckdb_disconnect(&connection);
  duckdb_close(&database);
}
