// SPDX-License-Identifier: Apache-2.0
#include "findings/site.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "event/geo.hpp"

namespace trailhound::findings {
namespace {

constexpr const char* kSite = R"(
accounts: {"111122223333": production}
networks: {office: [203.0.113.0/24], vpn: 198.51.100.7}
scanners: ["*:role/scanner"]
expect:
  - {hunt: iam-*, principal: "*:role/deploy", source: office, because: it makes users, until: 2024-03-31}
)";

Finding deploy_finding() {
  Finding finding;
  finding.hunts = {"iam-user-made"};
  finding.principal = "arn:aws:iam::111122223333:role/deploy";
  finding.source = "203.0.113.9";
  finding.ts = finding.last = *parse_event_time("2024-03-31T23:00:00Z");
  return finding;
}

TEST(Site, NamesAccountsAndNetworks) {
  const auto site = parse_site(kSite, "trailhound.yml");
  ASSERT_TRUE(site.ok()) << site.error().message;
  EXPECT_EQ(site->account_words("111122223333"), "production (111122223333)");
  EXPECT_EQ(site->account_words("444455556666"), "444455556666");
  EXPECT_EQ(site->network_of("203.0.113.77"), "office");
  EXPECT_EQ(site->network_of("198.51.100.8"), "");
  EXPECT_TRUE(site->is_scanner("arn:aws:iam::1:role/scanner"));
}

TEST(Site, ExpectsAFindingOnlyWhereEveryPartMatchesAndOnlyUntilItsDayEnds) {
  const auto site = parse_site(kSite, "trailhound.yml");
  ASSERT_TRUE(site.ok());
  Finding finding = deploy_finding();
  EXPECT_NE(site->expected(finding), nullptr);
  finding.source = "192.0.2.1";
  EXPECT_EQ(site->expected(finding), nullptr);
  finding = deploy_finding();
  finding.last = *parse_event_time("2024-04-01T00:00:00Z");
  EXPECT_EQ(site->expected(finding), nullptr);
  finding = deploy_finding();
  finding.hunts.push_back("trail-blinded");  // the entry does not cover this one
  EXPECT_EQ(site->expected(finding), nullptr);
}

TEST(Site, RefusesSlipsWithTheirPlace) {
  const auto typo = parse_site("acounts: {}", "trailhound.yml");
  ASSERT_FALSE(typo.ok());
  EXPECT_EQ(typo.error().fix->title, "use `accounts`");
  EXPECT_FALSE(parse_site("accounts: [1111]", "s").ok());
  EXPECT_FALSE(parse_site("networks: {office: [10.0.0.0/99]}", "s").ok());
  EXPECT_FALSE(parse_site("expect: [{hunt: x}]", "s").ok());  // no because
}

TEST(Site, IsEmptyWhereNoFileIs) {
  const auto site = Site::find("", {"/nonexistent-folder/logs"});
  ASSERT_TRUE(site.ok());
  EXPECT_TRUE(site->path.empty());
  EXPECT_FALSE(Site::find("/nonexistent-folder/site.yml", {}).ok());
}

TEST(Site, HandsItsNetworksAndRangesToTheAtlas) {
  const std::string folder = testing::TempDir() + "site-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/ranges.json") << R"({"prefixes": [{"ip_prefix": "192.0.2.0/25",
    "region": "us-east-1", "service": "EC2"}], "ipv6_prefixes": []})";
  std::ofstream(folder + "/trailhound.yml")
      << "networks: {office: 203.0.113.0/24}\nip_ranges: ranges.json\n";
  const auto site = Site::load(folder + "/trailhound.yml");
  ASSERT_TRUE(site.ok()) << site.error().message;
  auto atlas = site->atlas();
  ASSERT_TRUE(atlas.ok()) << atlas.error().message;
  event::use_atlas(std::move(*atlas));
  EXPECT_EQ(event::place_of("203.0.113.9"), "office");
  EXPECT_EQ(event::place_of("192.0.2.9"), "AWS EC2 us-east-1");
  EXPECT_EQ(event::place_of("192.0.2.200"), event::network_kind("192.0.2.200"));
  event::use_atlas({});
  std::filesystem::remove_all(folder);
}

TEST(Site, FailsWhereAFileThatItNamesCannotBeUsed) {
  auto site = parse_site("mmdb: no-such-file.mmdb", "trailhound.yml");
  ASSERT_TRUE(site.ok());
  EXPECT_EQ(site->atlas().error().code(), "bad-mmdb");
  site = parse_site("ip_ranges: no-such-file.json", "trailhound.yml");
  ASSERT_TRUE(site.ok());
  EXPECT_FALSE(site->atlas().ok());
}

}  // namespace
}  // namespace trailhound::findings
