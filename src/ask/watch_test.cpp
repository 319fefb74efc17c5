// SPDX-License-Identifier: Apache-2.0
#include "ask/watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trailhound::ask {
namespace {

using event::Field;

/// Two events, to whoever reads first.
class TwoEvents final : public event::EventSource {
 public:
  std::unique_ptr<event::EventScan> scan(const event::ScanPlan&) override {
    return std::make_unique<Scan>();
  }

 private:
  class Reader final : public event::EventReader {
    std::size_t read(event::ColumnSink& sink, std::size_t) override {
      if (done_) return 0;
      for (const char* name : {"GetObject", "ListBuckets"}) {
        sink.begin_event();
        sink.put(Field::EventName, name);
        sink.end_event();
      }
      done_ = true;
      return 2;
    }
    bool done_ = false;
  };
  class Scan final : public event::EventScan {
    std::unique_ptr<event::EventReader> reader() override { return std::make_unique<Reader>(); }
    event::ScanProgress progress() const override { return {}; }
    void stop() override {}
  };
};

TEST(Watch, HasSeenAllOnceTheReadersSayThatThereIsNoMore) {
  TwoEvents events;
  Watch watch(events, Field::EventName);
  const auto scan = watch.scan({});
  const auto reader = scan->reader();
  event::DeafSink sink;
  while (reader->read(sink, 2048) > 0) {
  }
  EXPECT_THAT(watch.seen(), testing::ElementsAre("GetObject", "ListBuckets"))
      << "the reader is still there";
}

TEST(Watch, HasSeenWhatWasReadBeforeAReaderWasLeft) {
  TwoEvents events;
  Watch watch(events, Field::EventName);
  event::DeafSink sink;
  watch.scan({})->reader()->read(sink, 2048);
  EXPECT_EQ(watch.seen().size(), 2u);
}

}  // namespace
}  // namespace trailhound::ask
