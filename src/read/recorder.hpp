// SPDX-License-Identifier: Apache-2.0
//
// A sink that keeps events, for tests: what was put, and the event written again from it.
//
//   Recorder recorder;
//   while (reader.read(recorder, 100) > 0) {}
//   recorder.events[0].texts.at(Field::EventName);
//   rebuild(*recorder.events[0].text(Field::Shape), recorder.events[0]);
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/column_sink.hpp"
#include "event/shape.hpp"

namespace trailhound::read {

/// What was put of one event.
struct RecordedEvent final : event::Columns {
  using Texts = std::map<event::Field, std::string>;
  Texts texts;
  std::map<event::Field, std::int64_t> times;
  std::map<event::Field, std::uint64_t> hashes;
  std::map<event::Field, bool> present;
  std::map<event::Field, std::vector<Texts>> lists;
  std::map<event::Field, std::vector<std::pair<std::string, std::string>>> maps;

  static std::optional<std::string_view> in(const Texts& texts, event::Field field) {
    const auto found = texts.find(field);
    if (found == texts.end()) return std::nullopt;
    return found->second;
  }
  std::optional<std::string_view> text(event::Field field) const override {
    return in(texts, field);
  }
  std::size_t size(event::Field field) const override {
    if (const auto list = lists.find(field); list != lists.end()) return list->second.size();
    if (const auto map = maps.find(field); map != maps.end()) return map->second.size();
    return 0;
  }
  std::optional<std::string_view> text(event::Field member, std::size_t element) const override {
    return in(lists.at(event::describe(member).parent).at(element), member);
  }
  std::string_view key(event::Field map, std::size_t entry) const override {
    return maps.at(map).at(entry).first;
  }
  std::optional<std::string_view> value(event::Field map, std::size_t entry) const override {
    return maps.at(map).at(entry).second;
  }
  /// All of it but where it came from.
  friend bool operator==(const RecordedEvent& one, const RecordedEvent& other) {
    return one.texts == other.texts && one.times == other.times && one.hashes == other.hashes &&
           one.present == other.present && one.lists == other.lists && one.maps == other.maps;
  }
};

/// Keeps every event.
class Recorder final : public event::ColumnSink {
 public:
  std::vector<RecordedEvent> events;

  void begin_event() override { now_ = {}; }
  void put(event::Field field, std::string_view text) override {
    const event::Field parent = event::describe(field).parent;
    if (parent != event::Field::Record && event::describe(parent).kind == event::Kind::List) {
      now_.lists[parent].back()[field] = text;
    } else {
      now_.texts[field] = text;
    }
  }
  void put_time(event::Field field, Time time) override { now_.times[field] = time.micros; }
  void put_hash(event::Field field, std::uint64_t hash) override { now_.hashes[field] = hash; }
  void present(event::Field field) override { now_.present[field] = true; }
  void clear(event::Field field) override {
    now_.present.erase(field);
    now_.texts.erase(field);
    now_.lists.erase(field);
    now_.maps.erase(field);
  }
  void begin_element(event::Field list) override { now_.lists[list].emplace_back(); }
  void put_entry(event::Field map, std::string_view key, std::string_view value) override {
    now_.maps[map].emplace_back(key, value);
  }
  void end_event() override { events.push_back(now_); }
  void drop_event() override {}

 private:
  RecordedEvent now_;
};

}  // namespace trailhound::read
