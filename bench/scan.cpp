// SPDX-License-Identifier: Apache-2.0
//
// What the reader alone costs, without an engine: events into a sink that counts.
//
//   scan FOLDER [threads] [none|three|all|once]      prints the best of five passes
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "read/logs.hpp"

namespace {
using namespace trailhound;
using event::Field;

class Counter final : public event::DeafSink {
 public:
  std::size_t events = 0, bytes = 0;
  void put(Field, std::string_view text) override { bytes += text.size(); }
  void end_event() override { ++events; }
};

event::ScanPlan plan_called(const std::string& name) {
  event::ScanPlan plan;
  if (name == "three") {
    for (Field field : {Field::EventSource, Field::EventName, Field::ErrorCode}) {
      plan.fields.add(field);
    }
  }
  if (name == "all") {
    for (const event::FieldInfo& info : event::schema()) {
      if (info.star) plan.fields.add_with_members(info.field);
    }
  }
  plan.once = name == "once";
  return plan;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2)
    return std::fprintf(stderr, "usage: scan FOLDER [threads] [none|three|all|once]\n"), 2;
  const unsigned threads =
      argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : std::thread::hardware_concurrency();
  const std::string what = argc > 3 ? argv[3] : "three";
  auto logs = read::Logs::open({argv[1]});
  if (!logs.ok()) return std::fprintf(stderr, "%s\n", logs.error().message.c_str()), 2;
  double best = 1e9;
  std::size_t events = 0;
  for (int pass = 0; pass < 5; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    auto scan = (*logs)->scan(plan_called(what));
    std::vector<Counter> counters(threads);
    std::vector<std::thread> pool;
    for (Counter& counter : counters) {
      pool.emplace_back([&scan, &counter] {
        auto reader = scan->reader();
        while (reader->read(counter, 2048) > 0) {
        }
      });
    }
    for (std::thread& thread : pool) thread.join();
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    events = 0;
    for (const Counter& counter : counters) events += counter.events;
  }
  const read::Coverage coverage = (*logs)->coverage();
  std::printf(
      "scan_s %.4f threads %u what %s files %llu events %zu inflated_MB %.1f events_per_s %.0f\n",
      best, threads, what.c_str(), static_cast<unsigned long long>(coverage.files_read), events,
      static_cast<double>(coverage.bytes_inflated) / 1e6, static_cast<double>(events) / best);
}
