// SPDX-License-Identifier: Apache-2.0
#include "hunt/usual.hpp"

#include <gtest/gtest.h>

namespace trailhound::hunt {
namespace {

constexpr const char* kBob = "arn:aws:iam::111122223333:user/bob";

Time march(int day, int hour = 0) {
  return from_civil({.year = 2024, .month = 3, .day = day, .hour = hour});
}

Deed deed(const char* principal, const char* source, int day) {
  return {"111122223333", principal, "iam:CreateAccessKey", source,
          static_cast<std::int32_t>(march(day).micros / kDay)};
}

findings::Finding made_key(int day, const char* source) {
  findings::Finding finding;
  finding.principal = kBob;
  finding.account = "111122223333";
  finding.action = "iam:CreateAccessKey";
  finding.source = source;
  finding.ts = march(day, 12);
  return finding;
}

TEST(Usual, SaysOnHowManyDaysBeforeTheSameWasDone) {
  const Usual usual({deed(kBob, "198.51.100.7", 3), deed(kBob, "198.51.100.7", 4),
                     deed(kBob, "198.51.100.9", 9), deed(kBob, "198.51.100.9", 15)},
                    march(1));
  const Judgement known = usual.of(made_key(15, "198.51.100.20"));
  EXPECT_TRUE(known.is_usual());
  EXPECT_EQ(known.words, "by bob on 3 of 14 days before it");  // its own day is not before it
  const Judgement elsewhere = usual.of(made_key(15, "203.0.113.5"));
  EXPECT_FALSE(elsewhere.is_known());
  EXPECT_EQ(elsewhere.words, "by bob on 3 of 14 days before it, never from this place");
}

TEST(Usual, CallsNewWhatOthersDo) {
  const Usual usual({deed("arn:aws:iam::111122223333:role/rotation", "192.0.2.1", 4)}, march(1));
  const Judgement judgement = usual.of(made_key(15, "198.51.100.7"));
  EXPECT_FALSE(judgement.is_known());
  EXPECT_EQ(judgement.words, "never by bob in 14 days before it; others in the account did on 1");
}

TEST(Usual, CallsNothingUsualOrNewInTheFirstWeek) {
  const Usual usual({deed(kBob, "198.51.100.7", 3)}, march(1));
  const Judgement judgement = usual.of(made_key(5, "198.51.100.7"));
  EXPECT_FALSE(judgement.enough);
  EXPECT_FALSE(judgement.is_known());
  EXPECT_EQ(judgement.words, "only 4 d 12 h lie before it: too little to call it usual or new");
}

TEST(Usual, JudgesSeveralActionsByTheOneThatWasDoneLeast) {
  std::vector<Deed> deeds = {deed(kBob, "198.51.100.7", 3)};
  findings::Finding finding = made_key(15, "198.51.100.7");
  finding.action = "iam:CreateAccessKey, iam:CreateUser";
  EXPECT_EQ(Usual(deeds, march(1)).of(finding).days, 0u);
}

TEST(UsualStatement, FindsActionsWhoseNamesCarryAVersion) {
  const std::string text = usual_statement({"iam:CreateUser", "lambda:UpdateFunctionCode"});
  EXPECT_NE(text.find("eventname in ('CreateUser', 'UpdateFunctionCode')"), std::string::npos);
  EXPECT_NE(text.find("eventname like 'UpdateFunctionCode%'"), std::string::npos);
}

}  // namespace
}  // namespace trailhound::hunt
