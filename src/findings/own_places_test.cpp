// SPDX-License-Identifier: Apache-2.0
#include "findings/own_places.hpp"

#include <gtest/gtest.h>

namespace trailhound::findings {
namespace {

TEST(OwnPlaces, AreThoseOfTheSiteFileAndThoseAllotted) {
  const auto site = parse_site("networks: {office: [203.0.113.0/24]}", "trailhound.yml");
  ASSERT_TRUE(site.ok());
  OwnPlaces own{&*site, {{"198.51.100.7", "eipalloc-08a0"}, {"203.0.113.9", "eipalloc-1"}}};
  EXPECT_EQ(own.words("198.51.100.7"), "198.51.100.7 (yours: eipalloc-08a0)");
  EXPECT_EQ(own.words("203.0.113.9"), "203.0.113.9 (office, yours)") << "its name says more";
  EXPECT_EQ(own.words("198.51.100.8"), "198.51.100.8 (not known as yours)");
  EXPECT_EQ(own.words("10.0.0.1"), "10.0.0.1 (private)");
  EXPECT_EQ(own.words("lambda.amazonaws.com"), "lambda.amazonaws.com");
  EXPECT_EQ(own.note("198.51.100.8"), "");
  own.site = nullptr;
  EXPECT_EQ(own.words("203.0.113.9"), "203.0.113.9 (yours: eipalloc-1)");
  EXPECT_EQ(own.words("203.0.113.10"), "203.0.113.10 (not known as yours)");
}

}  // namespace
}  // namespace trailhound::findings
