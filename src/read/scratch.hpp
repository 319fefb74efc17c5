// SPDX-License-Identifier: Apache-2.0
//
// A folder for a test, gone at its end, and logs read out of it.
//
//   Scratch scratch;
//   scratch.write("a.json", text);
//   Outcome outcome = scratch.read();                 // all fields, one thread
//   EXPECT_EQ(outcome.events.size(), 2);
#pragma once

#include <gtest/gtest.h>
#include <isa-l.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "read/logs.hpp"
#include "read/recorder.hpp"

namespace trailhound::read {

/// What a scan gave.
struct Outcome {
  std::vector<RecordedEvent> events;
  Coverage coverage;

  /// The field of every event that has it, sorted.
  std::vector<std::string> all(event::Field field) const {
    std::vector<std::string> texts;
    for (const RecordedEvent& event : events) {
      if (const auto text = event.text(field)) texts.emplace_back(*text);
    }
    std::sort(texts.begin(), texts.end());
    return texts;
  }
  const Note* note(std::string_view code) const {
    for (const Note& note : coverage.notes) {
      if (note.code == code) return &note;
    }
    return nullptr;
  }
};

inline event::ScanPlan everything() {
  event::ScanPlan plan;
  plan.fields = event::FieldSet::all();
  return plan;
}

/// Drains a scan with so many threads.
inline Outcome drain(Logs& logs, const event::ScanPlan& plan, unsigned threads = 1) {
  Outcome outcome;
  auto scan = logs.scan(plan);
  std::vector<Recorder> recorders(threads);
  std::vector<std::thread> pool;
  for (Recorder& recorder : recorders) {
    pool.emplace_back([&scan, &recorder] {
      auto reader = scan->reader();
      while (reader->read(recorder, 7) > 0) {
      }
    });
  }
  for (std::thread& thread : pool) thread.join();
  for (Recorder& recorder : recorders) {
    outcome.events.insert(outcome.events.end(), recorder.events.begin(), recorder.events.end());
  }
  outcome.coverage = logs.coverage();
  return outcome;
}

inline Outcome read_paths(const std::vector<std::string>& paths,
                          const event::ScanPlan& plan = everything(), Options options = {},
                          unsigned threads = 1) {
  auto logs = Logs::open(paths, options);
  EXPECT_TRUE(logs.ok()) << (logs.ok() ? "" : logs.error().message);
  if (!logs.ok()) return {};
  return drain(**logs, plan, threads);
}

/// The bytes as a gzip member.
inline std::string gzip(std::string_view text) {
  std::string out(text.size() + text.size() / 8 + 4096, '\0');
  isal_zstream stream;
  isal_deflate_stateless_init(&stream);
  std::vector<std::uint8_t> level(ISAL_DEF_LVL1_DEFAULT);
  stream.level = 1;
  stream.level_buf = level.data();
  stream.level_buf_size = static_cast<std::uint32_t>(level.size());
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<std::uint32_t>(text.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
  stream.avail_out = static_cast<std::uint32_t>(out.size());
  EXPECT_EQ(isal_deflate_stateless(&stream), COMP_OK);
  out.resize(stream.total_out);
  return out;
}

/// An event with a few keys.
inline std::string small_event(const std::string& name, const std::string& id,
                               const std::string& time = "2024-03-01T10:00:00Z") {
  return R"({"eventVersion":"1.08","userIdentity":{"type":"Root","accountId":"111122223333"},)"
         R"("eventTime":")" +
         time + R"(","eventSource":"s3.amazonaws.com","eventName":")" + name +
         R"(","awsRegion":"us-east-1","eventID":")" + id +
         R"(","recipientAccountId":"111122223333"})";
}

/// A folder that lives as long as the object.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "trailhound-test-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string path(const std::string& name = "") const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }
  void write(const std::string& name, std::string_view bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }
  Outcome read(const event::ScanPlan& plan = everything(), Options options = {},
               unsigned threads = 1) const {
    return read_paths({path_.string()}, plan, options, threads);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace trailhound::read
