// SPDX-License-Identifier: Apache-2.0
//
// Where a reader puts the values of events; an engine implements it over its own vectors.
//
//   sink.begin_event();
//   sink.put(Field::EventName, "ListBuckets");
//   sink.present(Field::UserIdentity);         // it is there, even if nothing in it is asked for
//   sink.begin_element(Field::Resources);
//   sink.put(Field::ResourceArn, "arn:aws:s3:::logs");
//   sink.end_event();
//
// A field that is not put is NULL. Only fields of the plan are put. Text is copied before the call
// returns, unless it is said to last. A second put of one field in one event replaces the first
// (the last of two equal keys wins, as in every JSON reader that keeps one). One sink belongs to
// one thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.hpp"
#include "event/schema.hpp"

namespace trailhound::event {

/// Takes events, field by field.
class ColumnSink {
 public:
  virtual ~ColumnSink() = default;

  /// Starts an event: all its fields are NULL, its lists and maps NULL too.
  virtual void begin_event() = 0;
  /// A value of kind Text or Json. Valid UTF-8.
  virtual void put(Field field, std::string_view text) = 0;
  /// The same for text that stays where it is until the sink has gone.
  virtual void put_lasting(Field field, std::string_view text) { put(field, text); }
  /// A value of kind Time.
  virtual void put_time(Field field, Time time) = 0;
  /// A value of kind Hash.
  virtual void put_hash(Field field, std::uint64_t hash) = 0;
  /// A struct, list or map that is there (not NULL), empty so far.
  virtual void present(Field field) = 0;
  /// Takes back: the field (with all its members, elements or entries) is NULL again.
  virtual void clear(Field field) = 0;
  /// Opens the next element of a list; puts of its members go there until the next one.
  virtual void begin_element(Field list) = 0;
  /// An entry of a map.
  virtual void put_entry(Field map, std::string_view key, std::string_view value) = 0;
  /// Ends the event: it counts.
  virtual void end_event() = 0;
  /// Forgets the event begun: it does not count.
  virtual void drop_event() = 0;
};

/// Takes nothing: for sinks that want one thing of an event, or only that it is read.
class DeafSink : public ColumnSink {
 public:
  void begin_event() override {}
  void put(Field, std::string_view) override {}
  void put_time(Field, Time) override {}
  void put_hash(Field, std::uint64_t) override {}
  void present(Field) override {}
  void clear(Field) override {}
  void begin_element(Field) override {}
  void put_entry(Field, std::string_view, std::string_view) override {}
  void end_event() override {}
  void drop_event() override {}
};

}  // namespace trailhound::event
