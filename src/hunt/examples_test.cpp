// SPDX-License-Identifier: Apache-2.0
//
// Every hunt of the catalogue finds the events that it says it finds, and ignores the others: each
// example is written to a file and asked like anybody's logs.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <fstream>

#include "findings/cells.hpp"
#include "hunt/run.hpp"

namespace trailhound::hunt {

using namespace findings;

namespace {

const Catalogue& catalogue() {
  static const Catalogue loaded = [] {
    auto result = Catalogue::load({catalogue_folder()});
    return result.ok() ? std::move(*result) : Catalogue{};
  }();
  return loaded;
}

/// The values that the examples of views are made for.
std::map<std::string, std::string> parameters() {
  return {{"instance", "i-0a1b2c3d4e5f60718"},
          {"key", "AKIAALICE00000000000"},
          {"source", "192.0.2.10"},
          {"agent", "aws-cli/2.15.30 Python/3.11"},
          {"principal", "arn:aws:iam::111122223333:user/alice"},
          {"account", "111122223333"},
          {"own_accounts", "111122223333"},
          {"own_networks", ""},
          {"allowed_regions", ""}};
}

void set_if_missing(Json::Object& event, const std::string& key, Json value) {
  for (const auto& [held, unused] : event) {
    if (held == key) return;
  }
  event.emplace_back(key, std::move(value));
}

/// The example as a delivered file; what every event has and the example leaves out is added.
std::string file_of(const Example& example) {
  Json::Array records;
  for (Json event : example.events) {
    const std::string number = std::to_string(records.size() + 1);
    Json::Object& object = *event.object();
    set_if_missing(object, "eventVersion", "1.08");
    set_if_missing(object, "eventID", "event-" + number);
    set_if_missing(object, "eventType", "AwsApiCall");
    set_if_missing(object, "awsRegion", "us-east-1");
    set_if_missing(object, "recipientAccountId", "111122223333");
    set_if_missing(object, "eventTime", "2024-05-14T09:00:00Z");
    records.push_back(std::move(event));
  }
  return Json(Json::Object{{"Records", std::move(records)}}).dump();
}

/// A file that goes away with its test.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("example-" + std::to_string(::getpid()) + ".json")) {
    std::ofstream(path_) << text;
  }
  ~ScratchFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

Result<std::size_t> rows_over(const Hunt& hunt, const Example& example) {
  const ScratchFile file(file_of(example));
  ask::Source source;
  source.logs = {file.path()};
  source.threads = 1;
  TRY(const auto desk, ask::Desk::open(std::move(source)));
  TRY(std::string sql, statement_of(hunt, parameters()));
  ask::Question question;
  question.text = std::move(sql);
  question.name = hunt.id;
  TRY(ask::Answer answer, desk->ask(question));
  if (hunt.kind == HuntKind::Finding) {
    TRY(const auto findings, findings_of(*answer.rows, hunt, nullptr));
    return findings.size();
  }
  std::size_t rows = 0;
  TRY(each_row(*answer.rows, [&](const Row&) { ++rows; }));
  return rows;
}

class Examples : public testing::TestWithParam<std::size_t> {
 protected:
  const Hunt& hunt() const { return catalogue().hunts()[GetParam()]; }
};

TEST_P(Examples, AreFoundAndIgnored) {
  for (std::size_t i = 0; i < hunt().finds.size(); ++i) {
    const auto rows = rows_over(hunt(), hunt().finds[i]);
    ASSERT_TRUE(rows.ok()) << rows.error().message;
    EXPECT_GT(*rows, 0u) << "the hunt does not find example " << i + 1;
  }
  for (std::size_t i = 0; i < hunt().ignores.size(); ++i) {
    const auto rows = rows_over(hunt(), hunt().ignores[i]);
    ASSERT_TRUE(rows.ok()) << rows.error().message;
    EXPECT_EQ(*rows, 0u) << "the hunt does not ignore example " << i + 1;
  }
}

std::string name_of_case(const testing::TestParamInfo<std::size_t>& param) {
  std::string name = catalogue().hunts()[param.param].id;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Examples,
                         testing::Range<std::size_t>(0, catalogue().hunts().size()), name_of_case);

}  // namespace
}  // namespace trailhound::hunt
