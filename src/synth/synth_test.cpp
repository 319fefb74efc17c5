// SPDX-License-Identifier: Apache-2.0
#include "synth/synth.hpp"

#include <gmock/gmock.h>
#include <libdeflate.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "base/json.hpp"
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

namespace fs = std::filesystem;

/// A folder that is gone when the test is.
struct Scratch {
  Scratch()
      : path(testing::TempDir() + "synth-" + std::to_string(getpid()) + "-" +
             std::to_string(++made)) {
    fs::remove_all(path);
  }
  ~Scratch() { fs::remove_all(path); }
  std::string path;
  static inline int made = 0;
};

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string inflate(const std::string& packed) {
  std::uint32_t size = 0;
  std::memcpy(&size, packed.data() + packed.size() - 4, 4);
  std::string text(size, '\0');
  libdeflate_decompressor* inflater = libdeflate_alloc_decompressor();
  EXPECT_EQ(libdeflate_gzip_decompress(inflater, packed.data(), packed.size(), text.data(), size,
                                       nullptr),
            LIBDEFLATE_SUCCESS);
  libdeflate_free_decompressor(inflater);
  return text;
}

/// Path below the folder, and bytes, of every file.
std::map<std::string, std::string> files_of(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), folder)] = read_file(entry.path());
  }
  return files;
}

/// eventID → how often it was delivered.
std::map<std::string, int> events_of(const std::map<std::string, std::string>& files) {
  std::map<std::string, int> ids;
  for (const auto& [path, bytes] : files) {
    if (!path.ends_with(".json.gz")) continue;
    const Result<Json> document = parse_json(inflate(bytes));
    EXPECT_TRUE(document.ok()) << path;
    for (const Json& record : *document->find("Records")->array())
      ++ids[std::string(record.text("eventID"))];
  }
  return ids;
}

Options small(const Scratch& scratch) {
  Options options;
  options.folder = scratch.path;
  options.events = 4'000;
  options.days = 10;
  return options;
}

TEST(Synth, MakesTheSameBytesAgain) {
  const Scratch one, other;
  ASSERT_TRUE(make(small(one)).ok());
  Options options = small(other);
  options.threads = 1;
  ASSERT_TRUE(make(options).ok());
  EXPECT_EQ(files_of(one.path), files_of(other.path));
}

TEST(Synth, DeliversWhatItSays) {
  const Scratch scratch;
  const Result<Made> made = make(small(scratch));
  ASSERT_TRUE(made.ok());
  const auto files = files_of(scratch.path);
  const auto ids = events_of(files);
  std::uint64_t delivered = 0, doubles = 0;
  for (const auto& [id, times] : ids) {
    delivered += static_cast<std::uint64_t>(times);
    doubles += static_cast<std::uint64_t>(times - 1);
    EXPECT_LE(times, 2);
  }
  EXPECT_EQ(made->events, delivered);
  EXPECT_EQ(made->doubles, doubles);
  EXPECT_GT(doubles, 0u);
  EXPECT_EQ(made->files, files.size() - 1);  // truth.jsonl is no log
}

TEST(Synth, SpreadsOverAsManyAccountsAsAreAskedFor) {
  const Scratch few, many;
  Options options = small(few);
  ASSERT_TRUE(make(options).ok());
  options.folder = many.path;
  options.accounts = 10;  // three companies
  const Result<Made> made = make(options);
  ASSERT_TRUE(made.ok());
  const auto accounts = [](const std::map<std::string, std::string>& files) {
    std::set<std::string> found;
    for (const auto& [path, bytes] : files) {
      if (const auto at = path.find("/CloudTrail/"); at != std::string::npos)
        found.insert(path.substr(at - 12, 12));
    }
    return found;
  };
  const auto files = files_of(many.path);
  EXPECT_EQ(accounts(files_of(few.path)).size(), 4u);
  EXPECT_EQ(accounts(files).size(), 12u);
  for (const auto& [id, times] : events_of(files)) EXPECT_LE(times, 2) << id;
  // The intrusion is the same, and in the first company.
  EXPECT_EQ(files.at("truth.jsonl"), files_of(few.path).at("truth.jsonl"));
}

TEST(Synth, ComesNearTheNumberAskedFor) {
  const Scratch scratch;
  Options options = small(scratch);
  options.events = 60'000;
  options.intrusions = {"none"};
  const Result<Made> made = make(options);
  ASSERT_TRUE(made.ok());
  EXPECT_NEAR(static_cast<double>(made->events), 60'000, 9'000);
  EXPECT_EQ(made->truth, 0u);
}

TEST(Synth, TheTruthNamesEveryEventOfEveryIntrusion) {
  const Scratch scratch;
  Options options = small(scratch);
  options.intrusions = {"all"};
  ASSERT_TRUE(make(options).ok());
  const auto files = files_of(scratch.path);
  const auto ids = events_of(files);
  std::map<std::string, std::set<std::string>> names;
  std::istringstream lines(files.at("truth.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const Result<Json> truth = parse_json(line);
    ASSERT_TRUE(truth.ok()) << line;
    EXPECT_TRUE(ids.contains(std::string(truth->text("id")))) << line;
    EXPECT_FALSE(truth->text("what").empty());
    names[std::string(truth->text("intrusion"))].insert(std::string(truth->text("name")));
  }
  EXPECT_GE(names.size(), 10u);
  EXPECT_EQ(names.size(), intrusions().size());
  for (const auto& [name, events] : names) EXPECT_GE(events.size(), 2u) << name << " is no chain";
}

TEST(Synth, RefusesAFolderInUseAndANameItDoesNotKnow) {
  const Scratch scratch;
  Options options = small(scratch);
  options.intrusions = {"leaked-keys"};
  const Result<Made> unknown = make(options);
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code(), "unknown-intrusion");
  EXPECT_THAT(unknown.error().notes, testing::Contains("the nearest is `leaked-key`"));
  fs::create_directories(scratch.path + "/in-use");
  options.intrusions = {"none"};
  EXPECT_EQ(make(options).error().code(), "output-failed");
}

}  // namespace
}  // namespace trailhound::synth
