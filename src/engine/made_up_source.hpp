// SPDX-License-Identifier: Apache-2.0
//
// Events out of nothing, for tests and measurements of an engine: every field of event n says what
// it is and n, so that a value that lands in the wrong place shows.
//
//   MadeUpSource source(10'000);
//   database.offer(source, {.fields = event::FieldSet::all()});
#pragma once

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "event/event_source.hpp"

namespace trailhound::engine {

/// Calls `put(sink, n)` between begin and end of event n.
class MadeUpSource final : public event::EventSource {
 public:
  using Put = std::function<void(event::ColumnSink&, const event::FieldSet&, std::uint64_t)>;

  explicit MadeUpSource(std::uint64_t events, Put put = put_all)
      : events_(events), put_(std::move(put)) {}

  /// Fills every field asked for: text "eventname 7" or, for long columns, longer.
  static void put_all(event::ColumnSink& sink, const event::FieldSet& fields,
                      std::uint64_t number) {
    for (const event::FieldInfo& info : event::schema()) {
      if (!fields.has(info.field)) continue;
      if (info.parent != event::Field::Record &&
          event::describe(info.parent).kind == event::Kind::List) {
        continue;
      }
      switch (info.kind) {
        case event::Kind::Text:
        case event::Kind::Json: {
          char text[64];
          const std::size_t name = info.sql_name.copy(text, 40);
          text[name] = ' ';
          const char* const end = std::to_chars(text + name + 1, text + sizeof text, number).ptr;
          sink.put(info.field, {text, static_cast<std::size_t>(end - text)});
          break;
        }
        case event::Kind::Time:
          sink.put_time(info.field, Time{static_cast<std::int64_t>(number) * kSecond});
          break;
        case event::Kind::Hash:
          sink.put_hash(info.field, number);
          break;
        case event::Kind::Struct:
          sink.present(info.field);
          break;
        case event::Kind::List:
          sink.present(info.field);
          for (std::uint64_t i = 0; i < number % 3; ++i) {
            sink.begin_element(info.field);
            if (fields.has(event::Field::ResourceArn)) {
              sink.put(event::Field::ResourceArn,
                       "arn:aws:s3:::bucket-" + std::to_string(number) + "-" + std::to_string(i));
            }
          }
          break;
        case event::Kind::Map:
          sink.put_entry(info.field, "key", std::to_string(number));
          break;
      }
    }
  }

  std::unique_ptr<event::EventScan> scan(const event::ScanPlan& plan) override {
    ++scans;
    asked = plan;
    return std::make_unique<Scan>(*this, plan.fields);
  }

  std::atomic<int> scans = 0;
  event::ScanPlan asked;                 ///< By the last scan
  std::chrono::microseconds delay{0};    ///< Before each event: for tests of stopping
  std::atomic<std::uint64_t> given = 0;  ///< Events of all scans

 private:
  struct Scan final : event::EventScan {
    Scan(MadeUpSource& of, const event::FieldSet& wanted) : source(of), fields(wanted) {}
    std::unique_ptr<event::EventReader> reader() override {
      return std::make_unique<Reader>(*this);
    }
    event::ScanProgress progress() const override {
      return {next.load(), source.events_, next.load()};
    }
    void stop() override { stopped = true; }

    MadeUpSource& source;
    event::FieldSet fields;
    std::atomic<std::uint64_t> next = 0;
    std::atomic<bool> stopped = false;
  };
  struct Reader final : event::EventReader {
    explicit Reader(Scan& of) : scan(of) {}
    std::size_t read(event::ColumnSink& sink, std::size_t most) override {
      const std::uint64_t begin = scan.next.fetch_add(most);
      const std::uint64_t end = std::min(begin + most, scan.source.events_);
      std::uint64_t number = begin;
      for (; number < end && !scan.stopped; ++number) {
        if (scan.source.delay.count() > 0) std::this_thread::sleep_for(scan.source.delay);
        sink.begin_event();
        scan.source.put_(sink, scan.fields, number);
        sink.end_event();
      }
      const std::size_t count = number > begin ? number - begin : 0;
      scan.source.given += count;
      return scan.stopped ? 0 : count;
    }
    Scan& scan;
  };

  std::uint64_t events_;
  Put put_;
};

}  // namespace trailhound::engine
