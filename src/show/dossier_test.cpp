// SPDX-License-Identifier: Apache-2.0
#include "show/dossier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/json.hpp"
#include "show/html.hpp"
#include "triage/made_events.hpp"

namespace trailhound::show {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using triage::Dossier;
using triage::MadeEvent;
using triage::MadeLogs;

constexpr const char* kKey = "AKIAMALLORY000000000";
// Markup, quotes, a terminal's escape, a mark that turns the direction of writing.
constexpr const char* kHostile =
    "<script>alert('1')</script>\" onload=\"x&amp; \x1b[2J \xe2\x80\xae fdp.exe ]]> --> `|x|`";

Dossier hostile_case(MadeLogs& logs, std::unique_ptr<ask::Desk>& desk) {
  logs.add(MadeEvent("sts", "GetCallerIdentity", 0)
               .by_user("mallory", kKey)
               .with_agent(kHostile)
               .from(kHostile));
  logs.add(MadeEvent("iam", "CreateUser", 60)
               .by_user("mallory", kKey)
               .with_agent(kHostile)
               .asks({{"userName", kHostile}})
               .gets({{"user", Json::Object{{"userName", kHostile}, {"userId", "AIDAX"}}}}));
  logs.add(MadeEvent("s3", kHostile, 120).by_user("mallory", kKey).fails(kHostile));
  desk = logs.desk();
  auto dossier = triage::open_dossier(*desk, {kKey}, {});
  EXPECT_TRUE(dossier.ok()) << dossier.error().message;
  return dossier.ok() ? std::move(*dossier) : Dossier{};
}

TEST(DossierPage, ShowsMarkupOfTheLogsAsText) {
  MadeLogs logs;
  std::unique_ptr<ask::Desk> desk;
  const std::string text = dossier_page(hostile_case(logs, desk));
  EXPECT_THAT(text, Not(HasSubstr("<script")));
  EXPECT_THAT(text, Not(HasSubstr("onload=\"")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(text, HasSubstr("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
  EXPECT_THAT(text, HasSubstr("<span class=\"odd\">\\x1b</span>"));
  EXPECT_THAT(text, HasSubstr("<span class=\"odd\">\\u{202e}</span>"));
  EXPECT_THAT(text, HasSubstr("its name is not fit for a command line"));
  EXPECT_THAT(text, HasSubstr("x&amp;amp;")) << "an entity of the logs is text, too";
}

TEST(DossierPage, CountsWhatALakeHoldsAlsoWhereItsAnswersAreKept) {
  MadeLogs logs;
  logs.add(MadeEvent("s3", "ListBuckets", 0).by_user("mallory", kKey));
  logs.add(MadeEvent("s3", "ListBuckets", 60).by_user("mallory", kKey));
  for (int again = 0; again < 2; ++again) {
    const auto desk = logs.lake_desk();
    const auto dossier = triage::open_dossier(*desk, {kKey}, {});
    ASSERT_TRUE(dossier.ok()) << dossier.error().message;
    EXPECT_EQ(dossier->read.events, 2u);
    EXPECT_EQ(dossier->about->read.events, 2u);
  }
}

TEST(DossierPage, LoadsAndRunsNothing) {
  MadeLogs logs;
  std::unique_ptr<ask::Desk> desk;
  const std::string text = dossier_page(hostile_case(logs, desk));
  for (const char* loader : {"src=", "url(", "@import", "javascript:", "<link", "<iframe",
                             "<object", "<embed", "<form", " style=", "http-equiv=\"refresh"}) {
    EXPECT_THAT(text, Not(HasSubstr(loader))) << loader;
  }
  EXPECT_THAT(text, HasSubstr("default-src 'none'; style-src 'sha256-"));
  EXPECT_THAT(text, Not(HasSubstr("unsafe")));
}

TEST(DossierPage, HoldsTheSectionsOfACase) {
  MadeLogs logs;
  std::unique_ptr<ask::Desk> desk;
  const std::string text = dossier_page(hostile_case(logs, desk));
  for (const char* id : {"stands", "timeline", "trail", "coverage", "questions"}) {
    EXPECT_THAT(text, HasSubstr("<h2 id=\"" + std::string(id) + "\">")) << id;
  }
  EXPECT_THAT(text, HasSubstr("<b>3</b><span>events</span>"));
}

TEST(DossierPage, SaysHowManyRowsATableHasNoRoomFor) {
  const auto page_of = [](int calls) {
    MadeLogs logs;
    // No two say the same, so that none are folded.
    for (int call = 0; call < calls; ++call) {
      logs.add(MadeEvent("iam", "Create" + std::to_string(call), call * 60)
                   .by_user("mallory", kKey)
                   .fails("AccessDenied"));
    }
    const auto desk = logs.desk();
    auto dossier = triage::open_dossier(*desk, {kKey}, {});
    EXPECT_TRUE(dossier.ok());
    return dossier.ok() ? dossier_page(*dossier) : std::string();
  };
  EXPECT_THAT(page_of(1'003), HasSubstr("3 more rows: trailhound triage -t csv has them"));
  EXPECT_THAT(page_of(1'000), Not(HasSubstr("more rows")));
}

TEST(DossierPage, SaysWhereWhatItsTreeFoldsIsToBeFound) {
  MadeLogs logs;
  for (int user = 0; user < 50; ++user) {
    const std::string name = "user-" + std::to_string(user);
    logs.add(MadeEvent("iam", "CreateUser", user * 60)
                 .by_user("mallory", kKey)
                 .asks({{"userName", name}})
                 .gets({{"user", Json::Object{{"userName", name}, {"userId", "AIDA" + name}}}}));
  }
  const auto desk = logs.desk();
  auto dossier = triage::open_dossier(*desk, {kKey}, {});
  ASSERT_TRUE(dossier.ok());
  EXPECT_THAT(dossier_page(*dossier), HasSubstr("10 more: trailhound trail --all has them"));
}

TEST(DossierMarkdown, ShowsMarkupOfTheLogsAsText) {
  MadeLogs logs;
  std::unique_ptr<ask::Desk> desk;
  const std::string text = dossier_markdown(hostile_case(logs, desk));
  EXPECT_THAT(text, Not(HasSubstr("<script")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(text, HasSubstr("\\|x\\|"));
}

TEST(DossierNavigator, NamesTechniquesByTheirIdsOfToday) {
  Dossier dossier;
  findings::Finding finding;
  finding.hunts = {"trail-blinded"};
  finding.level = findings::Level::High;
  finding.attack = {"T1562.008"};  // T1685.002 since version 19
  finding.event_ids = {"e1"};
  dossier.report.findings = {finding, finding};
  finding.attack = {"T1098.001"};
  finding.level = findings::Level::Low;
  dossier.report.findings.push_back(finding);
  const auto layer = parse_json(dossier_navigator(dossier));
  ASSERT_TRUE(layer.ok());
  EXPECT_EQ(layer->find("versions")->text("attack"), "19");
  EXPECT_EQ(layer->text("domain"), "enterprise-attack");
  std::vector<std::string> ids;
  for (const Json& one : *layer->find("techniques")->array()) {
    ids.emplace_back(one.text("techniqueID"));
  }
  EXPECT_THAT(ids, ElementsAre("T1098.001", "T1685.002"));
  const Json& worst = layer->find("techniques")->array()->back();
  EXPECT_EQ(worst.find("score")->number()->text, "3");
  EXPECT_THAT(std::string(worst.text("comment")), HasSubstr("2 findings of trail-blinded"));
}

TEST(Sums, AreThoseOfTheFiles) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("sums-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "below");
  std::ofstream(folder / "below" / "a") << "abc";
  const auto sums = triage::sums_of_sources({folder.string()});
  std::filesystem::remove_all(folder);
  ASSERT_EQ(sums.size(), 1u);
  EXPECT_EQ(sums[0].bytes, 3u);
  EXPECT_EQ(sums[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Base64, IsThatOfTheStandard) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe"), "//4=");
}

}  // namespace
}  // namespace trailhound::show
