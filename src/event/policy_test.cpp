// SPDX-License-Identifier: Apache-2.0
#include "event/policy.hpp"

#include <gmock/gmock.h>

#include "base/check.hpp"

namespace trailhound::event {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Policy policy(std::string_view text) {
  auto found = parse_policy(text);
  CHECK(found.has_value(), text);
  return *found;
}

/// A policy of one statement, its members given.
Policy allow(const std::string& members) {
  return policy(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)" + members + "}]}");
}

const std::vector<std::string_view> kOwn{"111122223333"};

TEST(Policy, IsFoundWhereverItStands) {
  const char* const document = R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
  EXPECT_TRUE(policy(document).grants_admin());
  EXPECT_TRUE(policy(json_string(document)).grants_admin());
  EXPECT_TRUE(policy(json_string(json_string(document))).grants_admin());
  EXPECT_TRUE(policy("%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A"
                     "%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D")
                  .grants_admin());
  EXPECT_TRUE(policy(R"({"userName":"bob","policyDocument":)" + json_string(document) + "}")
                  .grants_admin());
  EXPECT_TRUE(
      policy(std::string(R"({"bucketPolicy":)") + document + R"(,"Host":"h"})").grants_admin());
  EXPECT_EQ(policy(" \n" + std::string(document)).text(), document);
}

TEST(Policy, IsNothingElse) {
  for (const char* text :
       {"", "null", "{}", "[]", "\"\"", "*", "%", "%7", "%7B", "{\"Statement\":\"x\"}", "{",
        "{\"Statement\":null}", "arn:aws:iam::aws:policy/AdministratorAccess", "{\"a\":{}}"}) {
    EXPECT_FALSE(parse_policy(text).has_value()) << text;
  }
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "{\"a\":";
  EXPECT_FALSE(parse_policy(deep).has_value());
  EXPECT_FALSE(parse_policy(std::string(3 << 20, ' ') + "{}").has_value());
  EXPECT_FALSE(parse_policy(std::string(200000, '%')).has_value());
  std::string wrapped = R"({"Statement":[]})";
  for (int i = 0; i < 12; ++i) wrapped = json_string(wrapped);
  EXPECT_FALSE(parse_policy(wrapped).has_value()) << "unwrapped so often, it is no document of AWS";
  EXPECT_TRUE(parse_policy(R"({"Statement":[]})").has_value());
}

TEST(PolicyAdmin, NeedsAllOfIamOnEveryIdentity) {
  EXPECT_TRUE(allow(R"("Action":"*","Resource":"*")").grants_admin());
  EXPECT_TRUE(allow(R"("Action":["s3:Get*","iam:*"],"Resource":["*"])").grants_admin());
  EXPECT_TRUE(allow(R"("Action":"*:*","Resource":"*")").grants_admin());
  EXPECT_TRUE(allow(R"("Action":"IAM:*","Resource":"*")").grants_admin());
  EXPECT_TRUE(allow(R"("Action":"iam:*","Resource":"arn:aws:iam::111122223333:*")").grants_admin());
  EXPECT_TRUE(allow(R"("action":"**","resource":"arn:aws:iam::*:*")").grants_admin());
  EXPECT_FALSE(allow(R"("Action":"iam:Get*","Resource":"*")").grants_admin());
  EXPECT_FALSE(allow(R"("Action":"iam:?","Resource":"*")").grants_admin());
  EXPECT_FALSE(allow(R"("Action":"s3:*","Resource":"*")").grants_admin());
  EXPECT_FALSE(allow(R"("Action":"*","Resource":"arn:aws:s3:::logs/*")").grants_admin());
  EXPECT_FALSE(
      allow(R"("Action":"iam:*","Resource":"arn:aws:iam::111122223333:user/*")").grants_admin());
  EXPECT_FALSE(
      policy(R"({"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]})").grants_admin());
  EXPECT_FALSE(allow(R"("Action":"*")").grants_admin()) << "a trust policy names no resource";
}

TEST(PolicyAdmin, SeesThroughNotActionAndNotResource) {
  EXPECT_TRUE(allow(R"("NotAction":"s3:*","Resource":"*")").grants_admin());
  EXPECT_TRUE(allow(R"("NotAction":["iam:DeleteUser"],"Resource":"*")").grants_admin());
  EXPECT_FALSE(allow(R"("NotAction":["iam:*","organizations:*"],"Resource":"*")").grants_admin())
      << "what PowerUserAccess says";
  EXPECT_FALSE(allow(R"("NotAction":"*","Resource":"*")").grants_admin());
  EXPECT_TRUE(allow(R"("Action":"*","NotResource":"arn:aws:s3:::logs")").grants_admin());
  EXPECT_FALSE(allow(R"("Action":"*","NotResource":"*")").grants_admin());
}

TEST(PolicyAdmin, DoesNotWeighConditions) {
  const Policy guarded = allow(
      R"("Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}})");
  EXPECT_TRUE(guarded.grants_admin());
  EXPECT_EQ(guarded.conditions(), "Bool aws:MultiFactorAuthPresent = true");
}

TEST(PolicyPublic, IsYesNoOrCannotBeTold) {
  EXPECT_EQ(allow(R"("Principal":"*","Action":"s3:GetObject")").is_public(), true);
  EXPECT_EQ(allow(R"("Principal":{"AWS":["*"]},"Action":"s3:GetObject")").is_public(), true);
  EXPECT_EQ(allow(R"("NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*")").is_public(), true);
  EXPECT_EQ(allow(R"("Principal":{"AWS":"111122223333"},"Action":"s3:*")").is_public(), false);
  EXPECT_EQ(
      allow(
          R"("Principal":"*","Action":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}})")
          .is_public(),
      std::nullopt);
  EXPECT_EQ(policy(R"({"Statement":[{"Effect":"Deny","Principal":"*","Action":"*"}]})").is_public(),
            false);
}

TEST(PolicyPrincipals, AreSpeltOneWay) {
  EXPECT_THAT(
      allow(R"("Principal":{"AWS":["111122223333","arn:aws:iam::444455556666:role/r",
                    "AROAEXAMPLE","arn:aws:iam::111122223333:root"],"Service":"ec2.amazonaws.com",
                    "Federated":"accounts.google.com","CanonicalUser":"79a5"})")
          .principals(),
      ElementsAre("arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:role/r",
                  "AROAEXAMPLE", "ec2.amazonaws.com", "accounts.google.com", "canonical:79a5"));
  EXPECT_THAT(allow(R"("NotPrincipal":{"AWS":["111122223333"]})").principals(),
              ElementsAre("* except arn:aws:iam::111122223333:root"));
  EXPECT_THAT(allow(R"("Action":"*")").principals(), IsEmpty());
}

TEST(PolicyOutside, LeavesOutServicesAndOwnAccounts) {
  EXPECT_THAT(allow(R"("Principal":{"AWS":["111122223333","444455556666","AROAEXAMPLE"],
                    "Service":["ec2.amazonaws.com","ecs-tasks.amazonaws.com"],
                    "Federated":["arn:aws:iam::111122223333:saml-provider/corp",
                                 "cognito-identity.amazonaws.com"]})")
                  .outside(kOwn),
              ElementsAre("arn:aws:iam::444455556666:root", "AROAEXAMPLE",
                          "cognito-identity.amazonaws.com"));
  EXPECT_THAT(allow(R"("Principal":"*")").outside(kOwn), ElementsAre("*"));
  EXPECT_THAT(allow(R"("Principal":{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin E1"})")
                  .outside(kOwn),
              IsEmpty());
  EXPECT_THAT(allow(R"("Principal":{"AWS":"111122223333"})").outside({}),
              ElementsAre("arn:aws:iam::111122223333:root"));
}

TEST(PolicyParts, AreShownAsTheyStand) {
  const Policy mixed = policy(R"({"Statement":[
      {"Effect":"Allow","Action":["s3:Get*","s3:Get*"],"Resource":"arn:aws:s3:::a/*"},
      {"Effect":"Allow","NotAction":["iam:*","sts:*"],"NotResource":["arn:aws:s3:::b"],
       "Condition":{"StringEquals":{"sts:ExternalId":["x","y"]},"Bool":{"aws:SecureTransport":true}}},
      {"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::c"}]})");
  EXPECT_THAT(mixed.actions(), ElementsAre("s3:Get*", "* except iam:*, sts:*", "deny s3:*"));
  EXPECT_THAT(mixed.resources(), ElementsAre("arn:aws:s3:::a/*", "* except arn:aws:s3:::b"));
  EXPECT_EQ(mixed.conditions(),
            "StringEquals sts:ExternalId = x, y; Bool aws:SecureTransport = true");
}

TEST(PolicyParts, StandElementsOfTheWrongKind) {
  const Policy odd = policy(
      R"({"Statement":[1,null,"x",[],{},{"Effect":1},{"Effect":"Allow","Action":{"a":1},
      "Resource":7,"Principal":[1,{"AWS":"*"}],"Condition":{"Bool":"x"}}]})");
  EXPECT_FALSE(odd.grants_admin());
  EXPECT_EQ(odd.is_public(), false);
  EXPECT_THAT(odd.actions(), IsEmpty());
  EXPECT_THAT(odd.resources(), ElementsAre("7"));
  EXPECT_EQ(odd.conditions(), "");
}

TEST(Pattern, HoldsAsIamCompares) {
  EXPECT_TRUE(pattern_holds("s3:Get*", "s3:getobject"));
  EXPECT_TRUE(pattern_holds("*a*b", "xxaxxb"));
  EXPECT_FALSE(pattern_holds("a?", "a"));
  EXPECT_TRUE(pattern_holds("***", ""));
  EXPECT_FALSE(pattern_holds("", "a"));
  EXPECT_FALSE(pattern_holds(std::string(1000, '*') + "b", std::string(1000, 'a')));
}

}  // namespace
}  // namespace trailhound::event
