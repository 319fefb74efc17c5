// SPDX-License-Identifier: Apache-2.0
//
// Rows handed out in the threads that find them, by a function of ours that stands around a SELECT:
//
//   Handing handing(duck, columns, make_taker);
//   const std::string text = handings.around(select, handing);   // SELECT sum(th_hand(…, c0)) FROM
//   ... run it to its end ...
//   handings.close(handing);
//
// A streamed answer brings its rows to one thread instead, and DuckDB 1.5 lets hardly more than one
// other thread work on it: each chunk that is taken makes room for one, which whoever fetches fills
// himself.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/duckdb_api.hpp"
#include "engine/duckdb_rows.hpp"

namespace trailhound::engine {

/// One answer on its way to its takers.
class Handing {
 public:
  Handing(const DuckDb& duck, const std::vector<Column>& columns,
          const std::function<std::unique_ptr<Taker>()>& make_taker)
      : duck_(duck), columns_(columns), make_taker_(make_taker) {}

  /// Hands over the rows of a chunk, but for its first column; false if they are wanted no more.
  /// From any thread.
  bool give(duckdb_data_chunk chunk);
  /// Whether a taker wanted no more.
  bool enough() const { return enough_; }
  std::size_t columns() const { return columns_.size(); }

 private:
  /// A taker, and what a thread needs to give to it.
  struct Hand {
    explicit Hand(const DuckDb& duck) : decoder(duck) {}
    ChunkDecoder decoder;
    Batch batch;
    std::unique_ptr<Taker> taker;
  };
  std::unique_ptr<Hand> take_hand();
  void lay_down(std::unique_ptr<Hand> hand);

  const DuckDb& duck_;
  const std::vector<Column>& columns_;
  const std::function<std::unique_ptr<Taker>()>& make_taker_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Hand>> free_;
  std::atomic<bool> enough_ = false;
};

/// The answers of a database that are being handed out.
class Handings {
 public:
  explicit Handings(const DuckDb& duck) : duck_(duck) {}

  /// A statement that hands out the rows of a SELECT as it runs. The handing must live until
  /// `close`.
  Result<std::string> around(const std::string& select, Handing& handing,
                             duckdb_connection connection);
  void close(const Handing& handing);

 private:
  static void hand(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector made);
  Result<void> register_with(duckdb_connection connection);
  Handing* find(std::int64_t number);

  const DuckDb& duck_;
  std::mutex mutex_;
  bool registered_ = false;
  std::map<std::int64_t, Handing*> open_;
};

}  // namespace trailhound::engine
