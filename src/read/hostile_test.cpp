// SPDX-License-Identifier: Apache-2.0
//
// What damaged and hostile files must not do: crash, hang, eat memory, or vanish without a word;
// nor take an event of another file with them.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/json.hpp"
#include "read/scratch.hpp"

namespace trailhound::read {
namespace {
using event::Field;

std::string records(std::initializer_list<std::string> events) {
  std::string text = R"({"Records":[)";
  for (const std::string& event : events) {
    if (text.back() == '}') text += ',';
    text += event;
  }
  return text + "]}";
}

/// Reads the bytes as one file beside a sound one, whose two events must always be there.
Outcome beside_sound(std::string_view bytes, Options options = {}) {
  Scratch scratch;
  scratch.write("hostile.json.gz", bytes);
  scratch.write("sound.json.gz",
                gzip(records({small_event("Sound", "s1"), small_event("Sound", "s2")})));
  Outcome outcome = scratch.read(everything(), options);
  std::size_t sound = 0;
  for (const std::string& name : outcome.all(Field::EventName)) sound += name == "Sound" ? 1 : 0;
  EXPECT_EQ(sound, 2u);
  return outcome;
}

TEST(Hostile, TruncatedGzipGivesWhatInflates) {
  std::string text = R"({"Records":[)";
  for (int i = 0; i < 3000; ++i)
    text += (i == 0 ? "" : ",") + small_event("E", std::to_string(i * 7919));
  text += "]}";
  const std::string whole = gzip(text);
  const Outcome outcome = beside_sound(whole.substr(0, whole.size() / 2));
  EXPECT_GT(outcome.events.size(), 1000u);
  EXPECT_LT(outcome.events.size(), 2900u);
  ASSERT_NE(outcome.note("broken-compression"), nullptr);
  EXPECT_EQ(outcome.note("broken-compression")->kept, outcome.events.size() - 2);
  EXPECT_EQ(outcome.coverage.files_damaged, 1u);
  EXPECT_FALSE(outcome.coverage.complete());
}

TEST(Hostile, WrongChecksumIsNotedAndTheEventsKept) {
  std::string bytes = gzip(records({small_event("A", "1")}));
  bytes[bytes.size() - 6] = static_cast<char>(bytes[bytes.size() - 6] ^ 1);
  const Outcome outcome = beside_sound(bytes);
  EXPECT_EQ(outcome.events.size(), 3u);
  ASSERT_NE(outcome.note("broken-compression"), nullptr);
  EXPECT_EQ(outcome.note("broken-compression")->words, "the gzip checksum does not match");
}

TEST(Hostile, BytesBehindGzipAreNoted) {
  const Outcome outcome = beside_sound(gzip(records({small_event("A", "1")})) + "junk");
  EXPECT_EQ(outcome.events.size(), 3u);
  EXPECT_NE(outcome.note("trailing-bytes"), nullptr);
}

TEST(Hostile, ZerosBehindGzipAreNoTrouble) {
  const Outcome outcome =
      beside_sound(gzip(records({small_event("A", "1")})) + std::string(512, '\0'));
  EXPECT_EQ(outcome.events.size(), 3u);
  EXPECT_TRUE(outcome.coverage.complete());
}

TEST(Hostile, ManyGzipMembersAreOneText) {
  const std::string text = records({small_event("A", "1"), small_event("B", "2")});
  const Outcome outcome = beside_sound(gzip(text.substr(0, 100)) + gzip(text.substr(100)));
  EXPECT_EQ(outcome.events.size(), 4u);
  EXPECT_TRUE(outcome.coverage.complete());
}

TEST(Hostile, GzipBombStopsAtTheLimit) {
  Options options;
  options.limits.inflated = 1 << 20;
  const std::string bomb = gzip(R"({"Records":[{"eventName":")" + std::string(8 << 20, 'a'));
  const Outcome outcome = beside_sound(bomb, options);
  ASSERT_NE(outcome.note("too-large"), nullptr);
  EXPECT_EQ(outcome.coverage.files_failed, 1u);
  EXPECT_LT(outcome.coverage.bytes_inflated, 3u << 20);
}

TEST(Hostile, TenThousandLevelsCostOneEvent) {
  const std::string deep = R"({"eventName":"Deep","requestParameters":)" + std::string(10000, '[') +
                           std::string(10000, ']') + "}";
  const Outcome outcome =
      beside_sound(records({small_event("A", "1"), deep, small_event("B", "2")}));
  EXPECT_EQ(outcome.events.size(), 4u);
  EXPECT_EQ(outcome.coverage.events_broken, 1u);
  ASSERT_NE(outcome.note("too-deep"), nullptr);
  EXPECT_EQ(outcome.note("too-deep")->offset, 12 + small_event("A", "1").size() + 1);
}

TEST(Hostile, LongStringIsKeptWithinTheLimit) {
  const std::string value(50'000'000, 'x');
  const std::string longer =
      R"({"eventVersion":"1.08","eventName":"Long","eventID":"l","userAgent":")" + value + "\"}";
  const Outcome outcome =
      beside_sound(records({small_event("A", "1"), longer, small_event("B", "2")}));
  ASSERT_EQ(outcome.events.size(), 5u);
  EXPECT_EQ(outcome.all(Field::UserAgent), std::vector<std::string>{value});
  EXPECT_TRUE(outcome.coverage.complete());
}

TEST(Hostile, EventOverTheLimitIsLeftOutAndTheNextOnesRead) {
  Options options;
  options.limits.record = 1 << 20;
  const std::string longer =
      R"({"eventVersion":"1.08","eventName":"Long","eventID":"l","userAgent":")" +
      std::string(5 << 20, 'x') + "\"}";
  const Outcome outcome = beside_sound(
      records({small_event("A", "1"), longer, small_event("B", "2"), small_event("C", "3")}),
      options);
  EXPECT_EQ(outcome.events.size(), 5u);
  EXPECT_EQ(outcome.coverage.events_broken, 1u);
  EXPECT_NE(outcome.note("too-large"), nullptr);
}

TEST(Hostile, BadUtf8IsMendedAndCounted) {
  const Outcome outcome = beside_sound(records(
      {small_event("A\xFF\xC3", "1"), small_event("B", "2"), small_event("\xED\xA0\x80", "3")}));
  EXPECT_EQ(outcome.events.size(), 5u);
  EXPECT_EQ(outcome.coverage.events_mended, 2u);
  const auto names = outcome.all(Field::EventName);
  EXPECT_EQ(names[0], "A\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_NE(outcome.note("mended-bytes"), nullptr);
  EXPECT_TRUE(outcome.coverage.complete());
}

TEST(Hostile, LoneSurrogatesAndOddEscapesAreMended) {
  const Outcome outcome =
      beside_sound(records({small_event(R"(A\ud800)", "1"), small_event(R"(B\x)", "2"),
                            small_event(R"(C\ud83d\ude00)", "3")}));
  ASSERT_EQ(outcome.events.size(), 5u);
  EXPECT_EQ(outcome.coverage.events_mended, 2u);
  const auto names = outcome.all(Field::EventName);
  EXPECT_EQ(names[0], "A\xEF\xBF\xBD");
  EXPECT_EQ(names[1], "B\xEF\xBF\xBDx");
  EXPECT_EQ(names[2], "C\xF0\x9F\x98\x80");
}

TEST(Hostile, ZeroBytesInAStringAreKeptAsEscapes) {
  std::string text = records({small_event("A0B", "1"), small_event("C", "2")});
  text[text.find("A0B") + 1] = '\0';
  const Outcome outcome = beside_sound(text);
  EXPECT_EQ(outcome.events.size(), 4u);
  EXPECT_EQ(outcome.all(Field::EventName)[0], std::string("A\0B", 3));
  EXPECT_EQ(outcome.coverage.events_mended, 1u);
}

TEST(Hostile, ZeroBytesBetweenEventsAreNoted) {
  std::string text =
      small_event("A", "1") + "\n" + std::string(10, '\0') + "\n" + small_event("B", "2") + "\n";
  const Outcome outcome = beside_sound(text);
  EXPECT_EQ(outcome.events.size(), 4u);
  ASSERT_NE(outcome.note("trailing-bytes"), nullptr);
  EXPECT_EQ(outcome.note("trailing-bytes")->offset, small_event("A", "1").size() + 1);
}

TEST(Hostile, EventsRightBehindZeroBytesAreRead) {
  const Outcome outcome =
      beside_sound(small_event("A", "1") + std::string(10, '\0') + small_event("B", "2") +
                   small_event("C", "3") + std::string(3, '\0'));
  EXPECT_EQ(outcome.all(Field::EventName),
            (std::vector<std::string>{"A", "B", "C", "Sound", "Sound"}));
  ASSERT_NE(outcome.note("trailing-bytes"), nullptr);
  EXPECT_EQ(outcome.note("trailing-bytes")->offset, small_event("A", "1").size());
}

TEST(Hostile, OfTwoEqualKeysTheLastHolds) {
  const Outcome outcome = beside_sound(
      R"([{"eventVersion":"1.08","eventName":"First","eventID":"1","x":1,"x":2,"eventName":"Last",)"
      R"("userIdentity":{"type":"Root","type":"IAMUser","sessionContext":{"assumedRoot":"true"},"sessionContext":{}}}])");
  ASSERT_EQ(outcome.events.size(), 3u);
  const RecordedEvent* event = nullptr;
  for (const auto& one : outcome.events) {
    if (one.text(Field::EventId) == "1") event = &one;
  }
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->text(Field::EventName), "Last");
  EXPECT_EQ(event->text(Field::IdentityType), "IAMUser");
  EXPECT_EQ(event->text(Field::AssumedRoot), std::nullopt);
  EXPECT_EQ(event->text(Field::Extra), R"({"x":2})");
  EXPECT_EQ(outcome.coverage.keys_twice, 1u);
  ASSERT_NE(outcome.note("key-twice"), nullptr);
  EXPECT_TRUE(outcome.coverage.complete());
}

TEST(Hostile, TrailingJunkIsNoted) {
  const Outcome outcome = beside_sound(records({small_event("A", "1")}) + "\n<html>");
  EXPECT_EQ(outcome.events.size(), 3u);
  ASSERT_NE(outcome.note("trailing-bytes"), nullptr);
  EXPECT_EQ(outcome.note("trailing-bytes")->offset, records({small_event("A", "1")}).size() + 1);
}

TEST(Hostile, SecondDocumentIsReadToo) {
  const Outcome outcome =
      beside_sound(records({small_event("A", "1")}) + records({small_event("B", "2")}));
  EXPECT_EQ(outcome.events.size(), 4u);
  EXPECT_TRUE(outcome.coverage.complete());
}

TEST(Hostile, BrokenEventIsCountedWithItsOffsetAndTheRestKept) {
  const std::string first = small_event("A", "1");
  const Outcome outcome = beside_sound(records({first, R"({"eventVersion":"1.08","eventName":})",
                                                small_event("B", "2"), small_event("C", "3")}));
  EXPECT_EQ(outcome.events.size(), 5u);
  EXPECT_EQ(outcome.coverage.events_broken, 1u);
  ASSERT_NE(outcome.note("broken-event"), nullptr);
  EXPECT_EQ(outcome.note("broken-event")->offset, 12 + first.size() + 1);
  EXPECT_EQ(outcome.note("broken-event")->kept, 3u);
}

TEST(Hostile, MissingQuoteCostsOneEvent) {
  std::string middle = small_event("Middle", "2");
  middle.erase(middle.find("Middle") + 6, 1);
  const Outcome outcome = beside_sound(
      records({small_event("A", "1"), middle, small_event("B", "3"), small_event("C", "4")}));
  EXPECT_EQ(outcome.events.size(), 5u);
  EXPECT_EQ(outcome.coverage.events_broken, 1u);
}

TEST(Hostile, CutTextGivesAllBeforeTheCut) {
  const std::string text =
      records({small_event("A", "1"), small_event("B", "2"), small_event("C", "3")});
  const Outcome outcome = beside_sound(text.substr(0, text.size() - 20));
  EXPECT_EQ(outcome.events.size(), 4u);
  EXPECT_EQ(outcome.coverage.events_broken, 1u);
  EXPECT_NE(outcome.note("cut-short"), nullptr);
}

TEST(Hostile, BadWordsAndNumbersAreBroken) {
  for (const char* value : {"tru", "nulll", "01", "1.", "-", "1e", "+1", "NaN", "'a'", "1 2"}) {
    const Outcome outcome = beside_sound(records(
        {small_event("A", "1"),
         std::string(R"({"eventVersion":"1.08","eventName":"X","requestParameters":{"a":[)") +
             value + "]}}"}));
    EXPECT_EQ(outcome.events.size(), 3u) << value;
    EXPECT_EQ(outcome.coverage.events_broken, 1u) << value;
  }
}

TEST(Hostile, EmptyFilesAreNamed) {
  for (const std::string& bytes : {std::string(), gzip(""), std::string(" \n")}) {
    const Outcome outcome = beside_sound(bytes);
    EXPECT_EQ(outcome.events.size(), 2u);
    EXPECT_EQ(outcome.coverage.forms.at("empty"), 1u);
    EXPECT_EQ(outcome.coverage.notes.size(), 1u);
    EXPECT_TRUE(outcome.coverage.complete());
  }
}

TEST(Hostile, FolderWithTheNameOfAFileIsWalked) {
  Scratch scratch;
  scratch.write("x.json.gz/a.json", records({small_event("A", "1")}));
  EXPECT_EQ(scratch.read().events.size(), 1u);
}

TEST(Hostile, PipesAndDanglingLinksAreNamedNotOpened) {
  Scratch scratch;
  scratch.write("a.json", records({small_event("A", "1")}));
  ASSERT_EQ(::mkfifo(scratch.path("pipe.json").c_str(), 0600), 0);
  std::filesystem::create_symlink("nowhere", scratch.path("link.json"));
  const Outcome outcome = scratch.read();
  EXPECT_EQ(outcome.events.size(), 1u);
  EXPECT_EQ(outcome.coverage.files_failed, 2u);
  ASSERT_EQ(outcome.coverage.notes.size(), 2u);
  EXPECT_EQ(outcome.coverage.notes[0].words, "a link to nothing");
  EXPECT_EQ(outcome.coverage.notes[1].words, "not a file but a pipe");
  EXPECT_FALSE(outcome.coverage.complete());
}

TEST(Hostile, UnreadableFilesAreNamed) {
  Scratch scratch;
  scratch.write("a.json", records({small_event("A", "1")}));
  scratch.write("b.json", records({small_event("B", "2")}));
  scratch.write("closed/c.json", records({small_event("C", "3")}));
  std::filesystem::create_symlink("/proc/self/mem", scratch.path("d.json"));
  ::chmod(scratch.path("").c_str(), 0755);
  ::chmod(scratch.path("b.json").c_str(), 0);
  ::chmod(scratch.path("closed").c_str(), 0);
  constexpr uid_t kNobody = 65534;  // root may read everything
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const Outcome outcome = scratch.read();
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  ::chmod(scratch.path("closed").c_str(), 0700);
  EXPECT_EQ(outcome.all(Field::EventName), std::vector<std::string>{"A"});
  EXPECT_NE(outcome.note("unreadable-file"), nullptr);
  EXPECT_EQ(outcome.coverage.files_failed, 3u);
  EXPECT_FALSE(outcome.coverage.complete());
}

TEST(Hostile, LinkLoopsEnd) {
  Scratch scratch;
  scratch.write("in/a.json", records({small_event("A", "1")}));
  std::filesystem::create_directory_symlink("..", scratch.path("in/up"));
  std::filesystem::create_symlink("a.json", scratch.path("in/same.json"));
  const Outcome outcome = scratch.read();
  EXPECT_EQ(outcome.events.size(), 1u);
  EXPECT_NE(outcome.note("link-loop"), nullptr);
  EXPECT_TRUE(outcome.coverage.complete());
}

TEST(Hostile, TextThatNeverSpokeOfEventsIsNoLoss) {
  const Outcome outcome = beside_sound("[default]\nregion = eu-west-1\n");
  EXPECT_TRUE(outcome.coverage.complete());
  EXPECT_EQ(outcome.coverage.not_logs[static_cast<std::size_t>(NotLog::Other)], 1u);
}

TEST(Hostile, CutPlacesWithinAnEventDoNoHarm) {
  // Borders that look like those between events, inside of events, longer than a piece.
  std::string nested;
  for (int i = 0; i < 9000; ++i)
    nested += (i == 0 ? "" : ",") + small_event("Nested", std::to_string(i));
  std::vector<std::string> events;
  std::string text = R"({"Records":[)";
  for (int i = 0; i < 6; ++i) {
    std::string event = small_event("Outer", "o" + std::to_string(i));
    event.pop_back();
    text += (i == 0 ? "" : ",") + event + R"(,"requestParameters":{"list":[)" + nested + "]}}";
  }
  text += "]}";
  for (unsigned threads : {1u, 4u}) {
    Scratch scratch;
    scratch.write("a.json", text);
    const Outcome outcome = scratch.read(everything(), {}, threads);
    EXPECT_EQ(outcome.all(Field::EventName), std::vector<std::string>(6, "Outer"));
    EXPECT_TRUE(outcome.coverage.complete());
  }
}

TEST(Hostile, SharedFileGivesEachEventOnce) {
  std::string text = R"({"Records":[)";
  for (int i = 0; i < 20000; ++i)
    text += (i == 0 ? "" : ",\n ") + small_event("E", std::to_string(i));
  text += "],\"NextToken\":[1,{\"a\":null}]}";
  Scratch scratch;
  scratch.write("a.json.gz", gzip(text));
  const Outcome outcome = scratch.read(everything(), {}, 4);
  EXPECT_EQ(outcome.events.size(), 20000u);
  EXPECT_EQ(outcome.coverage.doubles, 0u);
  EXPECT_EQ(outcome.coverage.files_read, 1u);
  EXPECT_TRUE(outcome.coverage.complete());
}

}  // namespace
}  // namespace trailhound::read
