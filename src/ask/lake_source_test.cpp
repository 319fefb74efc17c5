// SPDX-License-Identifier: Apache-2.0
#include "ask/lake_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ask/ask.hpp"
#include "engine/cell_text.hpp"
#include "lake/scratch_lake.hpp"

namespace trailhound::ask {
namespace {

std::vector<std::string> rows(Source source, const std::string& text, Language language) {
  auto desk = Desk::open(std::move(source));
  EXPECT_TRUE(desk.ok());
  auto answer = (*desk)->ask({.text = text, .language = language});
  EXPECT_TRUE(answer.ok()) << text << ": " << answer.error().message;
  std::vector<std::string> all;
  while (answer.ok()) {
    const auto batch = answer->rows->next();
    EXPECT_TRUE(batch.ok()) << text << ": " << batch.error().message;
    if (!batch.ok() || *batch == nullptr) break;
    for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
      std::string cells;
      for (std::size_t i = 0; i < (*batch)->columns(); ++i) {
        const engine::Cell cell = (*batch)->cell(i, row);
        cells += (i > 0 ? "|" : "") + (cell.is_null() ? "-" : engine::cell_text(cell));
      }
      all.push_back(cells);
    }
  }
  return all;
}

/// An event whose caller is told of by `session`, the text of a sessionContext.
std::string event_of(const std::string& id, const std::string& session) {
  std::string event = lake::made_event({.id = id});
  const std::string who = R"("userName":"alice")";
  return event.replace(event.find(who), who.size(), who + R"(,"sessionContext":)" + session);
}

TEST(LakeSource, PutsStructsTogetherThatHaveAMapApart) {
  const lake::ScratchLake scratch;
  scratch.log(
      "a.json",
      {event_of("1",
                R"({"webIdFederationData":{"federatedProvider":"p","attributes":{"sub":"me"}}})"),
       event_of("2", R"({"webIdFederationData":{"attributes":{}}})"),
       event_of("3", R"({"webIdFederationData":{"federatedProvider":"p"}})"),
       event_of("4", R"({"attributes":{"mfaAuthenticated":"true"}})"), event_of("5", "null"),
       lake::made_event({.id = "6"})});
  scratch.ingest();
  Source of_logs, of_lake;
  of_logs.logs = {scratch.logs()};
  of_lake.lake = scratch.lake();
  const std::string data = "useridentity.sessioncontext.webidfederationdata";
  EXPECT_THAT(
      rows(of_lake,
           "select eventid, " + data + ".federatedprovider, " + data +
               ".attributes['sub'] from cloudtrail where " + data +
               ".attributes is not null and element_at(" + data + ".attributes, 'sub') is not null",
           Language::Athena),
      testing::ElementsAre("1|p|me"));
  for (const std::string& what : std::vector<std::string>{
           "useridentity", "useridentity.sessioncontext", data, data + ".attributes",
           "cardinality(" + data + ".attributes), " + data + " is null, eventjson",
           "(select max(element_at(b.useridentity.sessioncontext.webidfederationdata.attributes, "
           "'sub')) from cloudtrail b)"}) {
    const std::string text = "select eventid, " + what + " from cloudtrail order by eventid";
    const auto expected = rows(of_logs, text, Language::Athena);
    EXPECT_EQ(expected.size(), 6u);
    EXPECT_EQ(rows(of_lake, text, Language::Athena), expected) << text;
  }
  for (const auto& [text, language] :
       {std::pair{"select * from cloudtrail order by eventid", Language::Athena},
        std::pair{"with a as (select useridentity as who, eventid from cloudtrail) select "
                  "who.sessioncontext.webidfederationdata, eventid from a order by eventid",
                  Language::Athena},
        std::pair{"select useridentity.sessioncontext, eventid from cloudtrail order by 2",
                  Language::DuckDb},
        std::pair{"* | sort eventID | table userIdentity.sessionContext.webIdFederationData."
                  "attributes.sub eventID",
                  Language::Spl}}) {
    const auto expected = rows(of_logs, text, language);
    EXPECT_EQ(expected.size(), 6u);
    EXPECT_EQ(rows(of_lake, text, language), expected) << text;
  }
}

}  // namespace
}  // namespace trailhound::ask
