// SPDX-License-Identifier: Apache-2.0
#include "event/sha256.hpp"

#include <gtest/gtest.h>

namespace trailhound::event {
namespace {

// The examples of FIPS 180-2.
TEST(Sha256, GivesTheSumsOfTheStandard) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 sum;
  sum.add("abcdbcdecdefdefgefghfghighijhi");
  sum.add("jkijkljklmklmnlmnomnopnopq");
  EXPECT_EQ(sum.hex(), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace trailhound::event
