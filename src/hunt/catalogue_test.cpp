// SPDX-License-Identifier: Apache-2.0
#include "hunt/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace trailhound::hunt {

using namespace findings;

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kKeyForAnother = R"(id: key-for-another
kind: finding
level: high
title: Key for somebody else
why: A key on another user's name outlives the session.
attack: [T1098.001]
aliases: [T1108]
rhinosec: [4]
needs: {category: Management, source: iam.amazonaws.com}
tunables: {most: {value: 3, words: how many are usual}}
sql: |
  select ts, principal, eventid as event_ids from cloudtrail
  where eventname = 'CreateAccessKey' and 1 < :most and 'x:most' <> ''
columns: {target: made_for}
next: ["trailhound triage {target}"]
finds: [{eventName: CreateAccessKey, userIdentity: {userName: alice}}]
ignores: [{events: [{eventName: ListUsers}, {eventName: GetUser}]}]
)";

Result<Hunt> parsed(std::string text) { return parse_hunt(text, "iam/x.yml", "iam"); }

std::string without(std::string text, std::string_view line) {
  const std::size_t at = text.find(line);
  const std::size_t end = text.find('\n', at);
  return text.erase(at, end - at + 1);
}

TEST(ParseHunt, ReadsEveryPart) {
  const auto hunt = parsed(kKeyForAnother);
  ASSERT_TRUE(hunt.ok()) << hunt.error().message;
  EXPECT_EQ(hunt->service, "iam");
  EXPECT_EQ(hunt->level, Level::High);
  EXPECT_THAT(hunt->attack, ElementsAre("T1098.001"));
  EXPECT_THAT(hunt->needs.sources, ElementsAre("iam.amazonaws.com"));
  EXPECT_EQ(hunt->columns.front().second, "made_for");
  ASSERT_EQ(hunt->ignores.size(), 1u);
  EXPECT_EQ(hunt->ignores.front().events.size(), 2u);
  EXPECT_EQ(hunt->finds.front().events.front().at({"userIdentity", "userName"})->dump(),
            "\"alice\"");
}

TEST(Statement, HoldsTheValuesOfAListOrTheQueryThatFindsThem) {
  std::string text = kKeyForAnother;
  text.replace(text.find("sql: |"), 6, R"(lists:
  users: select name from cloudtrail where 2 < :most
  keys: |
    select key from cloudtrail
    where name in (:users)
sql: |)");
  const std::string_view before = "eventname = 'CreateAccessKey'";
  text.replace(text.find(before), before.size(), "key in (:keys)");
  const auto hunt = parsed(text);
  ASSERT_TRUE(hunt.ok()) << hunt.error().message;
  ASSERT_EQ(hunt->lists.size(), 2u);
  EXPECT_THAT(*statement_of(*hunt, {}),
              HasSubstr("key in (\nselect key from cloudtrail\nwhere name in (\nselect name from "
                        "cloudtrail where 2 < 3\n)\n)"));
  EXPECT_THAT(*statement_of(*hunt, {}, {{"keys", {"a", "b'c"}}}),
              HasSubstr("key in ('a', 'b''c')"));
  EXPECT_THAT(*statement_of(*hunt, {}, {{"keys", {}}}),
              HasSubstr("key in (cast(null as varchar))"));
  EXPECT_THAT(*statement_of(*hunt, hunt->lists[1], {}, {{"users", {"u"}}}),
              HasSubstr("where name in ('u')"));
  // A list cannot speak of itself or of later ones.
  text.replace(text.find("where 2 < :most"), 15, "where k in (:keys)");
  EXPECT_FALSE(statement_of(*parsed(text), {}).ok());
}

TEST(ParseHunt, RefusesAnUnknownKeyAndNamesTheNearest) {
  std::string text = kKeyForAnother;
  const auto at = text.find("attack:");
  const auto hunt = parsed(text.replace(at, 7, "atack:"));
  ASSERT_FALSE(hunt.ok());
  EXPECT_EQ(hunt.error().code(), "bad-yaml");
  EXPECT_EQ(hunt.error().labels.front().span.begin, at);
  ASSERT_TRUE(hunt.error().fix.has_value());
  EXPECT_EQ(hunt.error().fix->edits.front().text, "attack");
}

TEST(ParseHunt, AsksOfAFindingForItsReasonAndItsExamples) {
  for (const char* key : {"why:", "finds:", "ignores:", "level:", "title:", "sql:"}) {
    const auto hunt = parsed(without(kKeyForAnother, key));
    EXPECT_FALSE(hunt.ok()) << key;
  }
}

TEST(ParseHunt, RefusesWhatIsNoTechniqueAndWhatIsNoLevel) {
  std::string text = kKeyForAnother;
  EXPECT_FALSE(parsed(text.replace(text.find("T1098.001"), 9, "T109.0011")).ok());
  text = kKeyForAnother;
  EXPECT_FALSE(parsed(text.replace(text.find("high"), 4, "huge")).ok());
}

TEST(StatementOf, FillsTunablesAndParametersButNotInsideTexts) {
  const auto hunt = parsed(kKeyForAnother);
  ASSERT_TRUE(hunt.ok());
  const auto sql = statement_of(*hunt, {});
  ASSERT_TRUE(sql.ok());
  EXPECT_THAT(*sql, HasSubstr("1 < 3 and 'x:most' <> ''"));
  EXPECT_THAT(*statement_of(*hunt, {{"most", "5"}}), HasSubstr("1 < 5"));
  EXPECT_THAT(*statement_of(*hunt, {{"most", "a'b"}}), HasSubstr("1 < 'a''b'"));
}

TEST(StatementOf, AsksForAParameterByName) {
  Hunt view;
  view.id = "of-one-key";
  view.params = {{"accesskeyid", "the key"}};
  view.sql = "select 1 from cloudtrail where useridentity.accesskeyid = :accesskeyid";
  const auto sql = statement_of(view, {});
  ASSERT_FALSE(sql.ok());
  EXPECT_EQ(sql.error().code(), "hunt-needs-parameter");
  EXPECT_THAT(*statement_of(view, {{"accesskeyid", "AKIA1"}}), HasSubstr("= 'AKIA1'"));
}

TEST(HasTechnique, KnowsParentsFormerIdsAndMethods) {
  const auto hunt = parsed(kKeyForAnother);
  ASSERT_TRUE(hunt.ok());
  EXPECT_TRUE(has_technique(*hunt, "T1098"));
  EXPECT_TRUE(has_technique(*hunt, "t1108"));
  EXPECT_TRUE(has_technique(*hunt, "rhinosec:4"));
  EXPECT_FALSE(has_technique(*hunt, "rhinosec:44"));
  EXPECT_FALSE(has_technique(*hunt, "T109"));
}

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hunts-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(Catalogue, FindsByIdAndNumberAndHintsAtTheNearest) {
  ScratchFolder folder;
  folder.write("iam/key-for-another.yml", kKeyForAnother);
  const auto catalogue = Catalogue::load({folder.path()});
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().message;
  EXPECT_EQ((*catalogue->find("1"))->id, "key-for-another");
  EXPECT_EQ((*catalogue->find("key-for-another"))->service, "iam");
  const auto missed = catalogue->find("key-for-anther");
  ASSERT_FALSE(missed.ok());
  EXPECT_EQ(missed.error().fix->title, "use `key-for-another`");
  const auto half = catalogue->find("Another");  // too far for a slip, yet part of the name
  ASSERT_FALSE(half.ok());
  EXPECT_FALSE(half.error().fix);
  ASSERT_EQ(half.error().notes.size(), 1u);
  EXPECT_EQ(half.error().notes.front(), "perhaps `key-for-another`");
  const auto strange = catalogue->find("bucket-ransom");
  ASSERT_FALSE(strange.ok());
  ASSERT_EQ(strange.error().notes.size(), 1u);
  EXPECT_EQ(strange.error().notes.front(), "`trailhound hunt --list` lists them");
  EXPECT_FALSE(catalogue->pick({.attack = {"T1485"}}).ok());
  EXPECT_EQ(catalogue->pick({.attack = {"T1108"}})->size(), 1u);
}

TEST(Catalogue, LetsALaterFolderReplaceAHuntAndRefusesAWrongFileName) {
  ScratchFolder first, second;
  first.write("iam/key-for-another.yml", kKeyForAnother);
  std::string other = kKeyForAnother;
  second.write("mine/key-for-another.yml", other.replace(other.find("high"), 4, "low"));
  const auto catalogue = Catalogue::load({first.path(), second.path()});
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().message;
  ASSERT_EQ(catalogue->hunts().size(), 1u);
  EXPECT_EQ(catalogue->hunts().front().level, Level::Low);
  second.write("mine/of-another-name.yml", kKeyForAnother);
  EXPECT_FALSE(Catalogue::load({second.path()}).ok());
}

TEST(Catalogue, ThatCameWithTheProgramLoads) {
  const auto catalogue = Catalogue::load({catalogue_folder()});
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().source << ": " << catalogue.error().message;
  EXPECT_GT(catalogue->hunts().size(), 40u);
}

}  // namespace
}  // namespace trailhound::hunt
