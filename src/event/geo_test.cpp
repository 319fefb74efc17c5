// SPDX-License-Identifier: Apache-2.0
#include "event/geo.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace trailhound::event {
namespace {

// A MaxMind database of one network, put together by hand after the format's specification, version
// 2.0: a tree of two 24-bit records a node, sixteen zero bytes, data, and metadata behind a marker.

std::string coded_size(int type, std::size_t size) {
  if (size >= 29) {
    return std::string(1, static_cast<char>(type << 5 | 29)) + static_cast<char>(size - 29);
  }
  return std::string(1, static_cast<char>(type << 5 | static_cast<int>(size)));
}
std::string coded(const std::string& text) { return coded_size(2, text.size()) + text; }
std::string coded_map(std::size_t entries) { return coded_size(7, entries); }
std::string coded_u16(unsigned value) {
  return coded_size(5, 2) + static_cast<char>(value >> 8) + static_cast<char>(value & 0xff);
}
std::string coded_u32(std::uint32_t value) {
  std::string bytes = coded_size(6, 4);
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

std::string database_of(const Network& v4, const std::string& data) {
  const auto nodes = static_cast<std::uint32_t>(v4.bits - 96);
  std::string tree;
  for (std::uint32_t node = 0; node < nodes; ++node) {
    const std::size_t bit = 96 + node;
    const bool right = (v4.first.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;
    // A record of the number of nodes says "nothing"; above it, with 16 added, an offset of data.
    const std::uint32_t onward = node + 1 < nodes ? node + 1 : nodes + 16;
    for (const std::uint32_t record : {right ? nodes : onward, right ? onward : nodes}) {
      for (int shift = 16; shift >= 0; shift -= 8)
        tree += static_cast<char>(record >> shift & 0xff);
    }
  }
  const std::string metadata =
      coded_map(9) + coded("binary_format_major_version") + coded_u16(2) +
      coded("binary_format_minor_version") + coded_u16(0) + coded("build_epoch") +
      coded_size(0, 1) + '\x02' + '\x01' + coded("database_type") + coded("Test") +
      coded("description") + coded_map(0) + coded("ip_version") + coded_u16(4) +
      coded("languages") + coded_size(0, 0) + '\x04' + coded("node_count") + coded_u32(nodes) +
      coded("record_size") + coded_u16(24);
  return tree + std::string(16, '\0') + data + "\xab\xcd\xefMaxMind.com" + metadata;
}

class Geo : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ =
        (std::filesystem::path(::testing::TempDir()) /
         (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".mmdb"))
            .string();
  }
  void TearDown() override {
    use_atlas({});
    std::filesystem::remove(path_);
  }
  void write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

  std::string path_;
};

constexpr std::string_view kRanges = R"({"syncToken":"1","createDate":"x","prefixes":[
  {"ip_prefix":"198.51.0.0/16","region":"us-east-1","service":"AMAZON","network_border_group":"x"},
  {"ip_prefix":"198.51.100.0/24","region":"us-east-1","service":"AMAZON"},
  {"ip_prefix":"198.51.100.0/24","region":"us-east-1","service":"EC2"}],
  "ipv6_prefixes":[{"ipv6_prefix":"2001:db8::/32","region":"GLOBAL","service":"CLOUDFRONT"}]})";

TEST_F(Geo, NamesOwnNetworksFirstThenThoseOfAws) {
  Atlas atlas;
  atlas.own = {{"everything", *parse_network("198.51.100.0/25")},
               {"vpn", *parse_network("198.51.100.7")}};
  auto ranges = AwsRanges::parse(kRanges, "ranges");
  ASSERT_TRUE(ranges.ok());
  EXPECT_EQ(ranges->size(), 3u);
  atlas.aws = std::move(*ranges);
  use_atlas(std::move(atlas));
  EXPECT_EQ(place_of("198.51.100.7"), "vpn");
  EXPECT_EQ(place_of("198.51.100.8"), "everything");
  EXPECT_EQ(place_of("198.51.100.200"), "AWS EC2 us-east-1");
  EXPECT_EQ(place_of("198.51.7.7"), "AWS us-east-1");
  EXPECT_EQ(place_of("2001:db8::1"), "AWS CLOUDFRONT GLOBAL");
  EXPECT_EQ(place_of("10.0.0.1"), "private");
  EXPECT_EQ(place_of("AWS Internal"), "AWS Internal");
  EXPECT_EQ(place_of(""), "");
}

TEST_F(Geo, ReadsAMaxMindDatabase) {
  const std::string data = coded_map(3) + coded("autonomous_system_number") + coded_u32(64500) +
                           coded("autonomous_system_organization") + coded("Example Net") +
                           coded("country") + coded_map(1) + coded("iso_code") + coded("DE");
  write(database_of(*parse_network("203.0.113.0/24"), data));
  auto database = GeoDatabase::open(path_);
  ASSERT_TRUE(database.ok()) << database.error().message;
  Atlas atlas;
  atlas.geo = std::move(*database);
  use_atlas(std::move(atlas));
  EXPECT_EQ(place_of("203.0.113.9"), "AS64500 Example Net, DE");
  EXPECT_EQ(geo_of("203.0.113.9")->asn, 64500u);
  EXPECT_EQ(geo_of("203.0.113.9")->country, "DE");
  EXPECT_EQ(place_of("203.0.114.9"), "public");
  EXPECT_FALSE(geo_of("203.0.114.9").has_value());
  EXPECT_FALSE(geo_of("2001:db8::1").has_value()) << "the database holds IPv4 only";
  EXPECT_FALSE(geo_of("AWS Internal").has_value());
}

TEST_F(Geo, RefusesWhatIsNoDatabase) {
  write("not a database");
  EXPECT_EQ(GeoDatabase::open(path_).error().code(), "bad-mmdb");
  EXPECT_EQ(GeoDatabase::open(path_ + ".none").error().code(), "bad-mmdb");
  const std::string whole = database_of(*parse_network("203.0.113.0/24"), coded_map(0));
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    write(whole.substr(0, size));
    auto database = GeoDatabase::open(path_);
    if (database.ok()) database->find(*parse_address("203.0.113.9"));
  }
}

TEST_F(Geo, RefusesWhatAreNoRanges) {
  for (const char* text : {"", "[]", "{}", R"({"prefixes":[],"ipv6_prefixes":1})",
                           R"({"prefixes":[{"ip_prefix":"1.2.3/8"}],"ipv6_prefixes":[]})",
                           R"({"prefixes":[7],"ipv6_prefixes":[]})"}) {
    const auto ranges = AwsRanges::parse(text, "ranges");
    ASSERT_FALSE(ranges.ok()) << text;
    EXPECT_EQ(ranges.error().code(), "bad-ip-ranges");
  }
  EXPECT_EQ(AwsRanges::load(path_ + ".none").error().code(), "no-such-path");
}

}  // namespace
}  // namespace trailhound::event
