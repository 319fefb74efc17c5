// SPDX-License-Identifier: Apache-2.0
//
// The fields of sql/derived.def, as answers: each line of tests/fields/cases.jsonl is an event and
// what some of its fields are (null: NULL), worked out by hand.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "ask/ask.hpp"
#include "base/json.hpp"

namespace trailhound::ask {
namespace {

struct Case {
  std::string name;
  std::map<std::string, std::optional<std::string>> expected;
};

TEST(DerivedFields, AreWhatAnExpertWouldWriteByHand) {
  const std::filesystem::path path =
      std::filesystem::path(TRAILHOUND_SOURCE) / "tests/fields/cases.jsonl";
  std::ifstream file(path);
  ASSERT_TRUE(file.is_open()) << path;

  std::map<std::string, Case> cases;  // by eventID
  std::set<std::string> fields;
  Json::Array events;
  for (std::string line; std::getline(file, line);) {
    const auto parsed = parse_json(line);
    ASSERT_TRUE(parsed.ok()) << line;
    Case one{std::string(parsed->text("case")), {}};
    for (const auto& [field, value] : *parsed->find("expect")->object()) {
      fields.insert(field);
      one.expected[field] = value.is_null() ? std::nullopt : std::optional(*value.string());
    }
    const std::string id = "case-" + std::to_string(cases.size());
    Json event = *parsed->find("event");
    event.object()->push_back({"eventID", Json(id)});
    events.push_back(std::move(event));
    cases[id] = std::move(one);
  }
  ASSERT_GT(cases.size(), 50u);

  const auto folder = std::filesystem::path(::testing::TempDir()) /
                      ("derived-fields-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "events.json")
      << Json(Json::Object{{"Records", Json(std::move(events))}}).dump();

  std::string text = "select eventid";
  for (const std::string& field : fields) text += ", cast(" + field + " as varchar)";
  Source source;
  source.logs = {folder.string()};
  auto desk = Desk::open(source);
  ASSERT_TRUE(desk.ok()) << desk.error().message;
  Question question;
  question.text = text + " from cloudtrail";
  auto answer = (*desk)->ask(question);
  ASSERT_TRUE(answer.ok()) << answer.error().message;

  std::size_t rows = 0;
  for (;;) {
    auto batch = answer->rows->next();
    ASSERT_TRUE(batch.ok()) << batch.error().message;
    if (*batch == nullptr) break;
    for (std::size_t row = 0; row < (*batch)->rows(); ++row, ++rows) {
      const Case& one = cases.at(std::string((*batch)->cell(0, row).text()));
      std::size_t column = 0;
      for (const std::string& field : fields) {
        const engine::Cell cell = (*batch)->cell(++column, row);
        const auto expected = one.expected.find(field);
        if (expected == one.expected.end()) continue;
        const auto got = cell.is_null() ? std::nullopt : std::optional(std::string(cell.text()));
        EXPECT_EQ(got, expected->second) << field << " of " << one.name;
      }
    }
  }
  EXPECT_EQ(rows, cases.size());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace trailhound::ask
