// SPDX-License-Identifier: Apache-2.0
//
// Real logs, where they are at hand ($TRAILHOUND_CORPORA, else ../shared/corpora beside the
// source): both readers give the same, every event can be written again, and counts are what jq
// says.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/json.hpp"
#include "read/careful.hpp"
#include "read/inflate.hpp"
#include "read/record.hpp"
#include "read/scratch.hpp"

namespace trailhound::read {
namespace {
using event::Field;
namespace fs = std::filesystem;

std::optional<fs::path> corpora() {
  if (const char* set = std::getenv("TRAILHOUND_CORPORA")) {
    if (fs::exists(set)) return fs::path(set);
  }
  const fs::path beside = TRAILHOUND_SOURCE "/../shared/corpora";
  return fs::exists(beside) ? std::optional(beside) : std::nullopt;
}

#define NEED_CORPORA()                                       \
  const auto corpora_path = corpora();                       \
  if (!corpora_path) GTEST_SKIP() << "no real logs at hand"; \
  const fs::path logs = *corpora_path / "logs"

std::string unpacked(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (packing_of(bytes) != Packing::Gzip) return bytes;
  const SourcePtr source = unpack_gzip(read_memory(bytes));
  std::string out;
  std::vector<char> room(1 << 20);
  while (const std::size_t got = source->read(room.data(), room.size()))
    out.append(room.data(), got);
  return out;
}

std::vector<RecordedEvent> put_all(const Tokens& tokens, const Items& items) {
  Recorder recorder;
  RecordWriter writer(event::FieldSet::all());
  for (const Item& item : items.all) {
    if (!item.object) continue;
    const auto slots = items.slots_of(item);
    writer.put(tokens, item, slots, writer.facts(tokens, slots), "", recorder);
  }
  return recorder.events;
}

TEST(Corpora, BothReadersPutTheSame) {
  NEED_CORPORA();
  RecordWriter writer(event::FieldSet::all());
  Walk walk({"Records"}, 512);
  walk.want(writer.members(), true);
  std::size_t events = 0;
  for (const auto& entry : fs::recursive_directory_iterator(logs)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".zip") continue;
    const std::string text = unpacked(entry.path());
    Buffer buffer;
    buffer.append(text);
    buffer.seal();
    TokenFinder finder;
    const auto tokens = finder.find(buffer);
    if (!tokens) continue;
    Position position;
    Items items;
    if (walk.go(*tokens, position, items).flaw != Flaw::None) continue;

    Position careful_position;
    Mended mended;
    std::string first_key;
    Careful careful(walk, 512, first_key);
    EXPECT_EQ(careful.take(text, true, false, careful_position, mended), text.size());
    mended.text.seal();
    EXPECT_TRUE(mended.troubles.empty()) << entry.path();
    const auto fast = put_all(*tokens, items);
    EXPECT_TRUE(fast == put_all(mended.tokens(), mended.items)) << entry.path();
    events += fast.size();
  }
  EXPECT_GT(events, 33000u);
}

TEST(Corpora, EveryEventCanBeWrittenAgain) {
  NEED_CORPORA();
  event::ScanPlan plan = everything();
  std::set<std::string> shapes;
  std::size_t events = 0;
  for (const char* set : {"sans-ransomware", "invictus", "stratus", "forms"}) {
    const Outcome outcome = read_paths({(logs / set).string()}, plan, {}, 2);
    for (const RecordedEvent& recorded : outcome.events) {
      const auto shape = recorded.text(Field::Shape);
      ASSERT_TRUE(shape);
      const auto again = event::rebuild(*shape, recorded);
      ASSERT_TRUE(again.ok()) << again.error().message << *shape;
      // The same value, and as the text is compared, the same order of keys; only escapes may be
      // spelt another way.
      const auto original = parse_json(*recorded.text(Field::EventJson));
      const auto rebuilt = parse_json(*again);
      ASSERT_TRUE(original.ok() && rebuilt.ok());
      ASSERT_EQ(original->dump(), rebuilt->dump());
      shapes.insert(std::string(*shape));
      ++events;
    }
  }
  EXPECT_GT(events, 34000u);
  EXPECT_LT(shapes.size(), 1000u);
}

TEST(Corpora, CountsAreThoseOfJq) {
  NEED_CORPORA();
  event::ScanPlan plan;
  plan.fields.add(Field::EventName);
  const Outcome sans = read_paths({(logs / "sans-ransomware").string()}, plan, {}, 2);
  EXPECT_EQ(sans.events.size(), 30477u);
  EXPECT_EQ(sans.coverage.doubles, 6496u);
  EXPECT_EQ(sans.coverage.files_read, 3872u);
  EXPECT_TRUE(sans.coverage.complete());
  plan.once = true;
  const Outcome once = read_paths({(logs / "sans-ransomware").string()}, plan, {}, 2);
  EXPECT_EQ(once.events.size(), 23981u);
  EXPECT_EQ(once.coverage.doubles, 6496u);
  EXPECT_EQ(once.coverage.conflicts, 0u);
  EXPECT_EQ(read_paths({(logs / "invictus").string()}, plan).events.size(), 2900u);
}

TEST(Corpora, NewestIsFoundFromTheNewestFilesBackwards) {
  NEED_CORPORA();
  for (const char* set : {"sans-ransomware", "invictus"}) {
    auto found = Logs::open({(logs / set).string()});
    ASSERT_TRUE(found.ok());
    const auto newest = (*found)->newest();
    ASSERT_TRUE(newest);
    event::ScanPlan plan;
    EXPECT_EQ(drain(**found, plan, 2).coverage.last, newest);
  }
}

TEST(Corpora, FormsAreTold) {
  NEED_CORPORA();
  const Outcome outcome = read_paths({(logs / "forms").string()}, everything());
  EXPECT_EQ(outcome.coverage.forms.at("lookup-events"), 1u);
  EXPECT_EQ(outcome.coverage.forms.at("eventbridge"), 7u);
  EXPECT_FALSE(outcome.coverage.complete());
  EXPECT_NE(outcome.note("cut-short"), nullptr);
  EXPECT_NE(outcome.note("broken-event"), nullptr);
  const Outcome wrapped = read_paths({(logs / "forms/wrapped/samples-large.json").string()});
  EXPECT_EQ(wrapped.events.size() + wrapped.coverage.events_broken, 840u);
  EXPECT_EQ(wrapped.coverage.events_broken, 1u);
}

}  // namespace
}  // namespace trailhound::read
