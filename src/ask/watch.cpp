// SPDX-License-Identifier: Apache-2.0
#include "ask/watch.hpp"

#include <utility>

namespace trailhound::ask {
namespace {

/// Hands everything on; keeps the distinct values of one field.
class WatchedSink final : public event::ColumnSink {
 public:
  WatchedSink(event::Field field, std::set<std::string, std::less<>>& seen)
      : field_(field), seen_(seen) {}

  void direct(event::ColumnSink& sink) { sink_ = &sink; }

  void begin_event() override { sink_->begin_event(); }
  void put(event::Field field, std::string_view text) override {
    if (field == field_ && text != last_) remember(text);
    sink_->put(field, text);
  }
  void put_time(event::Field field, Time time) override { sink_->put_time(field, time); }
  void put_hash(event::Field field, std::uint64_t hash) override { sink_->put_hash(field, hash); }
  void present(event::Field field) override { sink_->present(field); }
  void clear(event::Field field) override { sink_->clear(field); }
  void begin_element(event::Field list) override { sink_->begin_element(list); }
  void put_entry(event::Field map, std::string_view key, std::string_view value) override {
    sink_->put_entry(map, key, value);
  }
  void end_event() override { sink_->end_event(); }
  void drop_event() override { sink_->drop_event(); }

 private:
  void remember(std::string_view text) {
    last_ = text;
    if (seen_.size() < Watch::kMost && !seen_.contains(text)) seen_.emplace(text);
  }

  event::Field field_;
  std::set<std::string, std::less<>>& seen_;
  std::string last_;
  event::ColumnSink* sink_ = nullptr;
};

}  // namespace

class WatchedReader final : public event::EventReader {
 public:
  WatchedReader(Watch& watch, std::unique_ptr<event::EventReader> reader)
      : watch_(watch), reader_(std::move(reader)), sink_(watch.field_, seen_) {}
  ~WatchedReader() override { watch_.add(seen_); }

  std::size_t read(event::ColumnSink& sink, std::size_t most) override {
    sink_.direct(sink);
    const std::size_t put = reader_->read(sink_, most);
    // Whoever has all rows may ask what was seen before the readers have gone.
    if (put == 0) watch_.add(seen_);
    return put;
  }

 private:
  Watch& watch_;
  std::unique_ptr<event::EventReader> reader_;
  std::set<std::string, std::less<>> seen_;
  WatchedSink sink_;
};

namespace {

class WatchedScan final : public event::EventScan {
 public:
  WatchedScan(Watch& watch, std::unique_ptr<event::EventScan> scan)
      : watch_(watch), scan_(std::move(scan)) {}

  std::unique_ptr<event::EventReader> reader() override {
    return std::make_unique<WatchedReader>(watch_, scan_->reader());
  }
  event::ScanProgress progress() const override { return scan_->progress(); }
  void stop() override { scan_->stop(); }

 private:
  Watch& watch_;
  std::unique_ptr<event::EventScan> scan_;
};

}  // namespace

std::unique_ptr<event::EventScan> Watch::scan(const event::ScanPlan& plan) {
  return std::make_unique<WatchedScan>(*this, source_.scan(plan));
}

std::set<std::string, std::less<>> Watch::seen() const {
  const std::lock_guard lock(guard_);
  return seen_;
}

void Watch::add(const std::set<std::string, std::less<>>& values) {
  const std::lock_guard lock(guard_);
  seen_.insert(values.begin(), values.end());
}

}  // namespace trailhound::ask
