// SPDX-License-Identifier: Apache-2.0
#include "engine/duckdb_handing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include "engine/duckdb_turn.hpp"

namespace trailhound::engine {
namespace {

constexpr std::string_view kEnough = "no more rows are wanted";

const DuckDb& duck() {
  static const DuckDb* const loaded = *load_duckdb();
  return *loaded;
}

/// What no text can name by chance or design, should one ever get at the function.
std::uint32_t unguessable() {
  static std::random_device device;
  return device();
}

}  // namespace

std::unique_ptr<Handing::Hand> Handing::take_hand() {
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      std::unique_ptr<Hand> hand = std::move(free_.back());
      free_.pop_back();
      return hand;
    }
  }
  auto hand = std::make_unique<Hand>(duck_);
  hand->taker = make_taker_();
  return hand;
}

void Handing::lay_down(std::unique_ptr<Hand> hand) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(hand));
}

bool Handing::give(duckdb_data_chunk chunk) {
  if (enough_) return false;
  std::unique_ptr<Hand> hand = take_hand();
  hand->decoder.decode(chunk, columns_, hand->batch, 1);
  if (!hand->taker->take(hand->batch)) enough_ = true;
  lay_down(std::move(hand));
  return !enough_;
}

Result<std::string> Handings::around(const std::string& select, Handing& handing,
                                     duckdb_connection connection) {
  const std::lock_guard lock(mutex_);
  if (!registered_) TRY(register_with(connection));
  registered_ = true;
  const std::int64_t number = (std::int64_t{unguessable() >> 1} << 32) + unguessable();
  open_[number] = &handing;
  std::string names;
  for (std::size_t i = 0; i < handing.columns(); ++i) names += fmt::format(", c{}", i);
  return fmt::format("SELECT sum(th_hand({}::BIGINT{})) FROM (\n{}\n) AS answer({})", number, names,
                     select, names.substr(2));
}

void Handings::close(const Handing& handing) {
  const std::lock_guard lock(mutex_);
  std::erase_if(open_, [&](const auto& one) { return one.second == &handing; });
}

Handing* Handings::find(std::int64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(number);
  return found == open_.end() ? nullptr : found->second;
}

void Handings::hand(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector made) {
  const std::uint64_t rows = duck().data_chunk_get_size(chunk);
  if (rows == 0) return;
  const Turn turn;
  // No exception may pass through DuckDB's frames.
  std::string failure;
  try {
    auto* const handings = static_cast<Handings*>(duck().scalar_function_get_extra_info(info));
    const duckdb_vector numbers = duck().data_chunk_get_vector(chunk, 0);
    Handing* const handing =
        handings->find(*static_cast<const std::int64_t*>(duck().vector_get_data(numbers)));
    if (handing == nullptr || !handing->give(chunk)) failure = kEnough;
  } catch (const std::exception& trouble) {
    failure = trouble.what();
  }
  if (!failure.empty()) return duck().scalar_function_set_error(info, failure.c_str());
  auto* const ones = static_cast<std::int64_t*>(duck().vector_get_data(made));
  std::fill(ones, ones + rows, 1);
}

Result<void> Handings::register_with(duckdb_connection connection) {
  duckdb_scalar_function function = duck_.create_scalar_function();
  duck_.scalar_function_set_name(function, "th_hand");
  duckdb_logical_type number = duck_.create_logical_type(DUCKDB_TYPE_BIGINT);
  duckdb_logical_type any = duck_.create_logical_type(DUCKDB_TYPE_ANY);
  duck_.scalar_function_set_varargs(function, any);
  duck_.scalar_function_set_return_type(function, number);
  duck_.destroy_logical_type(&number);
  duck_.destroy_logical_type(&any);
  duck_.scalar_function_set_special_handling(function);  // rows of nothing but NULL count, too
  duck_.scalar_function_set_volatile(function);
  duck_.scalar_function_set_extra_info(function, this, nullptr);
  duck_.scalar_function_set_function(function, hand);
  const duckdb_state state = duck_.register_scalar_function(connection, function);
  duck_.destroy_scalar_function(&function);
  if (state == DuckDBSuccess) return {};
  return Error("engine-failed", "rows cannot be handed out");
}

}  // namespace trailhound::engine
