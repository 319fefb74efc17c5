// SPDX-License-Identifier: Apache-2.0
#include "event/network.hpp"

#include <gmock/gmock.h>

namespace trailhound::event {
namespace {

std::string shown(std::string_view text) {
  const auto address = parse_address(text);
  return address ? format(*address) : "none";
}

bool lies_in(std::string_view address, std::string_view network) {
  return parse_network(network)->holds(*parse_address(address));
}

TEST(Address, IsShownInItsShortestSpelling) {
  EXPECT_EQ(shown("10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(shown("2001:0DB8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(shown("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
  EXPECT_EQ(shown("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");
  EXPECT_EQ(shown("::"), "::");
  EXPECT_EQ(shown("::1"), "::1");
  EXPECT_EQ(shown("1::"), "1::");
  EXPECT_EQ(shown("1:2:3:4:5:6:7::"), "1:2:3:4:5:6:7:0");
  EXPECT_EQ(shown("::ffff:10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(shown("64:ff9b::192.0.2.33"), "64:ff9b::c000:221");
}

TEST(Address, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "256.1.1.1",
                           "01.2.3.4",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "1..2.3",
                           "1.2.3.-4",
                           "a.b.c.d",
                           ":",
                           ":::",
                           "1::2::3",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::",
                           "12345::",
                           "g::",
                           "fe80::1%eth0",
                           "1.2.3.4::",
                           "::1.2.3",
                           "[::1]",
                           ":1:2:3:4:5:6:7",
                           "cloudtrail.amazonaws.com"}) {
    EXPECT_EQ(shown(text), "none") << text;
  }
  EXPECT_EQ(shown(std::string(100000, ':')), "none");
}

TEST(Network, HoldsExactlyItsAddresses) {
  EXPECT_TRUE(lies_in("10.255.255.255", "10.0.0.0/8"));
  EXPECT_FALSE(lies_in("11.0.0.0", "10.0.0.0/8"));
  EXPECT_TRUE(lies_in("172.31.255.255", "172.16.0.0/12"));
  EXPECT_FALSE(lies_in("172.32.0.0", "172.16.0.0/12"));
  EXPECT_TRUE(lies_in("198.51.100.7", "198.51.100.7"));
  EXPECT_FALSE(lies_in("198.51.100.8", "198.51.100.7/32"));
  EXPECT_TRUE(lies_in("8.8.8.8", "0.0.0.0/0"));
  EXPECT_FALSE(lies_in("2001:db8::1", "0.0.0.0/0"));
  EXPECT_TRUE(lies_in("2001:db8:ffff::1", "2001:db8::/32"));
  EXPECT_FALSE(lies_in("2001:db9::", "2001:db8::/32"));
  EXPECT_TRUE(lies_in("10.9.9.9", "10.1.2.3/8")) << "bits behind the prefix count as zero";
}

TEST(Network, IsShownWithItsBitsCutAndKnowsItsEnd) {
  EXPECT_EQ(format(*parse_network("10.1.2.3/8")), "10.0.0.0/8");
  EXPECT_EQ(format(parse_network("10.1.2.3/8")->last()), "10.255.255.255");
  EXPECT_EQ(format(*parse_network("2001:db8::1/33")), "2001:db8::/33");
  for (const char* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129",
                           "/8", "10.0.0/8", "10.0.0.0/08"}) {
    EXPECT_FALSE(parse_network(text).has_value()) << text;
  }
}

TEST(NetworkKind, TellsPlacesApart) {
  EXPECT_EQ(network_kind("192.168.10.20"), "private");
  EXPECT_EQ(network_kind("100.64.0.1"), "private");
  EXPECT_EQ(network_kind("fd00::1"), "private");
  EXPECT_EQ(network_kind("127.0.0.1"), "loopback");
  EXPECT_EQ(network_kind("::1"), "loopback");
  EXPECT_EQ(network_kind("169.254.169.254"), "link-local");
  EXPECT_EQ(network_kind("203.0.113.9"), "documentation");
  EXPECT_EQ(network_kind("2001:db8::9"), "documentation");
  EXPECT_EQ(network_kind("255.255.255.255"), "reserved");
  EXPECT_EQ(network_kind("8.8.8.8"), "public");
  EXPECT_EQ(network_kind("2606:4700::1111"), "public");
  EXPECT_EQ(network_kind("CloudTrail.amazonaws.com"), "cloudtrail.amazonaws.com");
  EXPECT_EQ(network_kind("AWS Internal"), "AWS Internal");
  EXPECT_EQ(network_kind("AWS Internal/3"), "AWS Internal");
  EXPECT_EQ(network_kind("AWS Internals"), "other");
  EXPECT_EQ(network_kind("evil.example"), "other");
  EXPECT_EQ(network_kind("<b>.amazonaws.com"), "other");
  EXPECT_EQ(network_kind(""), "");
}

}  // namespace
}  // namespace trailhound::event
