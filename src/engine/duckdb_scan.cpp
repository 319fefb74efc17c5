// SPDX-License-Identifier: Apache-2.0
#include "engine/duckdb_scan.hpp"

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "engine/duckdb_sink.hpp"
#include "engine/duckdb_turn.hpp"

namespace trailhound::engine {
namespace {

using event::Field;

constexpr std::int64_t kBetweenTellings = 100;  // milliseconds

/// What `bind` finds out: which offer is scanned.
struct Bound {
  Scans& scans;
  std::shared_ptr<const Scans::Offer> offer;
};

/// One scan of one question, shared by its threads.
struct Running {
  Scans& scans;
  std::shared_ptr<event::EventScan> scan;
  std::vector<Field> columns;
  event::FieldSet fields;

  Running(Scans& of, std::shared_ptr<event::EventScan> begun, std::vector<Field> which,
          event::FieldSet wanted)
      : scans(of), scan(std::move(begun)), columns(std::move(which)), fields(wanted) {
    scans.begin(scan);
  }
  ~Running() { scans.end(scan); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
};

/// One thread's share. It is begun by its first chunk: only then the scan is known.
struct Worker {
  std::shared_ptr<event::EventScan> scan;  ///< Outlives the reader
  std::unique_ptr<event::EventReader> reader;
  std::unique_ptr<VectorSink> sink;
  bool done = false;
};

template <class T>
void destroy(void* held) {
  const Turn turn;
  delete static_cast<T*>(held);
}

/// No exception may pass through DuckDB's frames.
template <class Step, class Fail>
void guarded(Step step, Fail fail) {
  const Turn turn;
  try {
    step();
  } catch (const std::exception& trouble) {
    fail(trouble.what());
  } catch (...) {
    fail("an unknown failure");
  }
}

/// The library that calls us: it is loaded.
const DuckDb& duck() {
  static const DuckDb* const loaded = *load_duckdb();
  return *loaded;
}

/// The columns of a table of events: those of the schema, then what the plan asks for besides.
std::vector<Field> columns_of(const event::FieldSet& planned) {
  const std::span<const Field> top = event::members(Field::Record);
  std::vector<Field> columns(top.begin(), top.end());
  for (const event::FieldInfo& field : event::worked_out()) {
    if (planned.has(field.field)) columns.push_back(field.field);
  }
  return columns;
}

void bind(duckdb_bind_info info) {
  guarded(
      [&] {
        Scans& scans = *static_cast<Scans*>(duck().bind_get_extra_info(info));
        duckdb_value value = duck().bind_get_parameter(info, 0);
        const std::int64_t handle = duck().get_int64(value);
        duck().destroy_value(&value);
        auto offer = scans.find(static_cast<std::uint64_t>(handle));
        if (offer == nullptr) {
          duck().bind_set_error(info, "no events are offered under this number");
          return;
        }
        for (const Field field : columns_of(offer->plan.fields)) {
          duckdb_logical_type type = type_of_field(duck(), field, offer->plan.fields);
          duck().bind_add_result_column(info, std::string(event::describe(field).sql_name).c_str(),
                                        type);
          duck().destroy_logical_type(&type);
        }
        duck().bind_set_bind_data(info, new Bound{scans, std::move(offer)}, destroy<Bound>);
      },
      [&](const char* words) { duck().bind_set_error(info, words); });
}

/// The plan's fields inside the columns that DuckDB wants.
event::FieldSet fields_within(const event::FieldSet& planned, const std::vector<Field>& columns) {
  event::FieldSet within;
  for (const Field column : columns) {
    event::FieldSet of_column;
    of_column.add_with_members(column);
    for (const event::FieldInfo& field : event::schema()) {
      if (of_column.has(field.field) && planned.has(field.field)) within.add(field.field);
    }
    for (const event::FieldInfo& field : event::worked_out()) {
      if (of_column.has(field.field) && planned.has(field.field)) within.add(field.field);
    }
  }
  return within;
}

void init(duckdb_init_info info) {
  guarded(
      [&] {
        Bound& bound = *static_cast<Bound*>(duck().init_get_bind_data(info));
        event::ScanPlan plan = bound.offer->plan;
        const std::vector<Field> all = columns_of(plan.fields);
        std::vector<Field> columns;
        for (idx_t i = 0; i < duck().init_get_column_count(info); ++i) {
          columns.push_back(all.at(duck().init_get_column_index(info, i)));
        }
        plan.fields = fields_within(plan.fields, columns);
        std::shared_ptr<event::EventScan> scan = bound.offer->source.scan(plan);
        duck().init_set_max_threads(info, bound.scans.threads);
        duck().init_set_init_data(
            info, new Running(bound.scans, std::move(scan), std::move(columns), plan.fields),
            destroy<Running>);
      },
      [&](const char* words) { duck().init_set_error(info, words); });
}

void init_worker(duckdb_init_info info) {
  guarded([&] { duck().init_set_init_data(info, new Worker, destroy<Worker>); },
          [&](const char* words) { duck().init_set_error(info, words); });
}

void read_chunk(duckdb_function_info info, duckdb_data_chunk chunk) {
  guarded(
      [&] {
        Running& running = *static_cast<Running*>(duck().function_get_init_data(info));
        Worker& worker = *static_cast<Worker*>(duck().function_get_local_init_data(info));
        if (worker.reader == nullptr) {
          worker.scan = running.scan;
          worker.sink = std::make_unique<VectorSink>(duck(), running.columns, running.fields);
          worker.reader = running.scan->reader();
        }
        // Small files give small readings: a chunk is filled from several.
        const std::uint64_t room = duck().vector_size();
        worker.sink->open(chunk);
        while (!worker.done && worker.sink->rows() < room / 2) {
          worker.done = worker.reader->read(*worker.sink, room - worker.sink->rows()) == 0;
        }
        worker.sink->close();
        CHECK(worker.sink->rows() <= room, "a reader gave more events than were asked for");
        duck().data_chunk_set_size(chunk, worker.sink->rows());
        running.scans.tell();
      },
      [&](const char* words) { duck().function_set_error(info, words); });
}

}  // namespace

Result<void> Scans::register_with(duckdb_connection connection) {
  duckdb_table_function function = duck.create_table_function();
  duckdb_logical_type number = duck.create_logical_type(DUCKDB_TYPE_BIGINT);
  duck.table_function_set_name(function, "th_scan");
  duck.table_function_add_parameter(function, number);
  duck.table_function_set_extra_info(function, this, nullptr);
  duck.table_function_set_bind(function, bind);
  duck.table_function_set_init(function, init);
  duck.table_function_set_local_init(function, init_worker);
  duck.table_function_set_function(function, read_chunk);
  duck.table_function_supports_projection_pushdown(function, true);
  const duckdb_state state = duck.register_table_function(connection, function);
  duck.destroy_logical_type(&number);
  duck.destroy_table_function(&function);
  if (state != DuckDBSuccess) return Error("engine-failed", "`th_scan` could not be registered");
  return {};
}

std::uint64_t Scans::offer(event::EventSource& source, event::ScanPlan plan) {
  const std::lock_guard lock(mutex_);
  offers_.emplace(++last_, std::make_shared<const Offer>(Offer{source, std::move(plan)}));
  return last_;
}

void Scans::withdraw(const event::EventSource& source) {
  const std::lock_guard lock(mutex_);
  std::erase_if(offers_, [&](const auto& offer) { return &offer.second->source == &source; });
}

std::shared_ptr<const Scans::Offer> Scans::find(std::uint64_t handle) const {
  const std::lock_guard lock(mutex_);
  const auto found = offers_.find(handle);
  return found == offers_.end() ? nullptr : found->second;
}

void Scans::begin(const std::shared_ptr<event::EventScan>& scan) {
  const std::lock_guard lock(mutex_);
  running_.insert(scan);
}

void Scans::end(const std::shared_ptr<event::EventScan>& scan) {
  const std::lock_guard lock(mutex_);
  running_.erase(scan);
}

void Scans::stop() {
  const std::lock_guard lock(mutex_);
  for (const auto& scan : running_) scan->stop();
}

void Scans::tell() {
  if (!progress_) return;
  const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count();
  if (now - told_.load(std::memory_order_relaxed) < kBetweenTellings) return;
  const std::unique_lock telling(telling_, std::try_to_lock);
  if (!telling.owns_lock()) return;
  told_.store(now, std::memory_order_relaxed);
  event::ScanProgress sum;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& scan : running_) {
      const event::ScanProgress one = scan->progress();
      sum.bytes_done += one.bytes_done;
      sum.bytes_total += one.bytes_total;
      sum.events += one.events;
    }
  }
  progress_(sum);
}

}  // namespace trailhound::engine
