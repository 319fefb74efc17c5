// SPDX-License-Identifier: Apache-2.0
#include "read/record.hpp"

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "event/content_hash.hpp"
#include "read/scratch.hpp"

namespace trailhound::read {
namespace {
using event::Field;

RecordedEvent read_one(const std::string& text) {
  Scratch scratch;
  scratch.write("a.json", text);
  const Outcome outcome = scratch.read();
  EXPECT_EQ(outcome.events.size(), 1u) << text;
  return outcome.events.empty() ? RecordedEvent{} : outcome.events[0];
}

/// An event with these further members.
RecordedEvent with(const std::string& members) {
  return read_one(R"({"eventVersion":"1.11","eventName":"X","eventSource":"s3.amazonaws.com",)" +
                  members + "}");
}

RecordedEvent identity(const std::string& members) {
  return with("\"userIdentity\":{" + members + "}");
}

/// The event again, from the columns.
std::string again(const RecordedEvent& event) {
  const auto text = event::rebuild(*event.text(Field::Shape), event);
  EXPECT_TRUE(text.ok());
  return text.ok() ? *text : std::string();
}

TEST(Record, ScalarsBecomeText) {
  const RecordedEvent event = with(
      R"("readOnly":true,"apiVersion":20150331,"errorCode":null,"errorMessage":"","userAgent":"a\"b\u00e9\n")");
  EXPECT_EQ(event.text(Field::ReadOnly), "true");
  EXPECT_EQ(event.text(Field::ApiVersion), "20150331");
  EXPECT_EQ(event.text(Field::ErrorCode), std::nullopt);
  EXPECT_EQ(event.text(Field::ErrorMessage), "");
  EXPECT_EQ(event.text(Field::UserAgent), "a\"b\xC3\xA9\n");
  EXPECT_EQ(event.text(Field::Extra), std::nullopt);
}

TEST(Record, ContainersInTextBecomeCompactJson) {
  const RecordedEvent event = with(R"("userAgent":{ "a" : [ 1 , "x y" ] })");
  EXPECT_EQ(event.text(Field::UserAgent), R"({"a":[1,"x y"]})");
}

TEST(Record, JsonColumnsAreCompactAndKeepTheirSpelling) {
  const RecordedEvent event = with(
      "\"requestParameters\": {\n \"b\" : 1.50, \"a\":\"\\u0041 \\/\" , \"n\" : null, \"e\" : { } "
      ", \"l\" : [ ] },\n"
      "\"responseElements\":null,\"additionalEventData\":\"text\",\"serviceEventDetails\":7");
  EXPECT_EQ(event.text(Field::RequestParameters),
            R"({"b":1.50,"a":"\u0041 \/","n":null,"e":{},"l":[]})");
  EXPECT_EQ(event.text(Field::ResponseElements), std::nullopt);
  EXPECT_EQ(event.text(Field::AdditionalEventData), "\"text\"");
  EXPECT_EQ(event.text(Field::ServiceEventDetails), "7");
}

TEST(Record, UnknownKeysGoToExtraAtTheirPath) {
  const RecordedEvent event = with(
      R"("new":{"a":1},"userIdentity":{"type":"Root","odd":[1, 2],"sessionContext":{"x":null}},"tlsDetails":{"tlsVersion":"TLSv1.3"},"resources":[{"ARN":"a"},{"ARN":"b","more":true}],"EventName":"Y")");
  EXPECT_EQ(
      event.text(Field::Extra),
      R"({"new":{"a":1},"userIdentity":{"odd":[1,2],"sessionContext":{"x":null}},"resources":[{},{"more":true}],"EventName":"Y"})");
}

TEST(Record, WhatIsNoStructGoesToExtra) {
  const RecordedEvent event =
      with(R"("userIdentity":"root","resources":{"ARN":"a"},"addendum":null)");
  EXPECT_EQ(event.text(Field::Extra), R"({"userIdentity":"root","resources":{"ARN":"a"}})");
  EXPECT_FALSE(event.present.contains(Field::UserIdentity));
  EXPECT_FALSE(event.present.contains(Field::Resources));
  EXPECT_FALSE(event.present.contains(Field::Addendum));
}

TEST(Record, EmptyStructsArePresent) {
  const RecordedEvent event =
      identity(R"("sessionContext":{"sessionIssuer":{},"webIdFederationData":{}})");
  EXPECT_TRUE(event.present.contains(Field::UserIdentity));
  EXPECT_TRUE(event.present.contains(Field::SessionContext));
  EXPECT_TRUE(event.present.contains(Field::SessionIssuer));
  EXPECT_TRUE(event.present.contains(Field::WebIdFederationData));
  EXPECT_FALSE(event.present.contains(Field::SessionAttributes));
}

TEST(Record, ResourcesHaveElements) {
  const RecordedEvent event = with(
      R"("resources":[{"ARN":"arn:1","accountId":"111122223333","type":"AWS::S3::Object"},{"arn":"arn:2"},{"ARNPrefix":"arn:3"},{}])");
  ASSERT_EQ(event.lists.at(Field::Resources).size(), 4u);
  EXPECT_EQ(event.text(Field::ResourceArn, 0), "arn:1");
  EXPECT_EQ(event.text(Field::ResourceType, 0), "AWS::S3::Object");
  EXPECT_EQ(event.text(Field::ResourceArn, 1), "arn:2");
  EXPECT_EQ(event.text(Field::ResourceArnPrefix, 2), "arn:3");
  EXPECT_NE(again(event).find(R"({"arn":"arn:2"})"), std::string::npos);
}

TEST(Record, TimesAndPartitions) {
  const RecordedEvent event = with(R"("eventTime":"2023-07-10T11:54:33Z")");
  EXPECT_EQ(event.times.at(Field::Ts), 1688990073000000);
  EXPECT_EQ(event.text(Field::Year), "2023");
  EXPECT_EQ(event.text(Field::Month), "07");
  EXPECT_EQ(event.text(Field::Day), "10");
  const RecordedEvent offset = with(R"("eventTime":"2023-07-11T01:54:33+02:00")");
  EXPECT_EQ(offset.text(Field::Day), "10");
  const RecordedEvent odd = with(R"("eventTime":"yesterday")");
  EXPECT_FALSE(odd.times.contains(Field::Ts));
  EXPECT_EQ(odd.text(Field::Year), std::nullopt);
  EXPECT_EQ(odd.text(Field::EventTime), "yesterday");
}

TEST(Record, AccountIsTheRecipientElseTheCallerElseItsIssuer) {
  EXPECT_EQ(
      with(R"("recipientAccountId":"1","userIdentity":{"accountId":"2"})").text(Field::Account),
      "1");
  EXPECT_EQ(
      with(
          R"("userIdentity":{"accountId":"2","sessionContext":{"sessionIssuer":{"accountId":"3"}}})")
          .text(Field::Account),
      "2");
  EXPECT_EQ(with(R"("userIdentity":{"sessionContext":{"sessionIssuer":{"accountId":"3"}}})")
                .text(Field::Account),
            "3");
  EXPECT_EQ(with(R"("userIdentity":{})").text(Field::Account), std::nullopt);
}

TEST(Record, EveryKindOfIdentity) {
  EXPECT_EQ(
      identity(
          R"("type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333","accessKeyId":"")")
          .text(Field::IdentityAccessKeyId),
      "");
  EXPECT_EQ(identity(R"("type":"IAMUser","userName":"alice")").text(Field::IdentityUserName),
            "alice");
  const RecordedEvent role = identity(
      R"("type":"AssumedRole","principalId":"AROA:i-1","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA","arn":"arn:aws:iam::111122223333:role/r","accountId":"111122223333","userName":"r"},"webIdFederationData":{"federatedProvider":"arn:p","attributes":{"aud":"a","sub":"s"}},"attributes":{"creationDate":"20131102T010628Z","mfaAuthenticated":"false"},"sourceIdentity":"bob","ec2RoleDelivery":"2.0","assumedRoot":true,"signInSessionArn":"arn:s","ec2IssuedInVpc":"vpc-1"})");
  EXPECT_EQ(role.text(Field::IssuerArn), "arn:aws:iam::111122223333:role/r");
  EXPECT_EQ(role.text(Field::SessionMfaAuthenticated), "false");
  EXPECT_EQ(role.text(Field::AssumedRoot), "true");
  EXPECT_EQ(role.text(Field::SourceIdentity), "bob");
  EXPECT_EQ(role.text(Field::Ec2RoleDelivery), "2.0");
  EXPECT_EQ(role.text(Field::Ec2IssuedInVpc), "vpc-1");
  ASSERT_EQ(role.maps.at(Field::FederationAttributes).size(), 2u);
  EXPECT_EQ(role.maps.at(Field::FederationAttributes)[1],
            (std::pair<std::string, std::string>{"sub", "s"}));
  EXPECT_EQ(identity(R"("type":"AWSService","invokedBy":"ec2.amazonaws.com")")
                .text(Field::IdentityInvokedBy),
            "ec2.amazonaws.com");
  EXPECT_EQ(
      identity(
          R"("type":"IdentityCenterUser","onBehalfOf":{"userId":"u","identityStoreArn":"arn:i"},"credentialId":"c")")
          .text(Field::OnBehalfOfUserId),
      "u");
  EXPECT_EQ(identity(R"("type":"WebIdentityUser","identityProvider":"accounts.google.com")")
                .text(Field::IdentityProvider),
            "accounts.google.com");
  EXPECT_EQ(
      identity(
          R"("type":"AssumedRole","inScopeOf":{"sourceArn":"arn:l","sourceAccount":"1","issuerType":"AWS::Lambda","credentialsIssuedTo":"arn:m"})")
          .text(Field::InScopeOfSourceArn),
      "arn:l");
  EXPECT_EQ(identity(R"("type":"AssumedRole","invokedByDelegate":{"accountId":"444455556666"})")
                .text(Field::InvokedByDelegateAccountId),
            "444455556666");
}

TEST(Record, EveryVersionIsAnEvent) {
  for (int minor = 0; minor <= 11; ++minor) {
    const std::string version = minor == 0   ? "1.0"
                                : minor < 10 ? "1.0" + std::to_string(minor)
                                             : "1." + std::to_string(minor);
    const RecordedEvent event =
        read_one(R"({"eventVersion":")" + version +
                 R"(","eventName":"X","eventTime":"2024-03-01T10:00:00Z"})");
    EXPECT_EQ(event.text(Field::EventVersion), version);
  }
}

TEST(Record, TextIsTheWholeEventWithItsHash) {
  const std::string compact = R"({"eventName":"X","eventVersion":"1.0","a":[1,{"b":" "}]})";
  const RecordedEvent event = read_one(
      "{ \"eventName\":\"X\",\r\n\t\"eventVersion\" :\"1.0\" , \"a\":[ 1,{\"b\" : \" \" } ] }");
  EXPECT_EQ(event.text(Field::EventJson), compact);
  EXPECT_EQ(event.hashes.at(Field::ContentHash), event::content_hash(compact));
  EXPECT_EQ(read_one(compact).hashes.at(Field::ContentHash), event.hashes.at(Field::ContentHash));
}

TEST(Record, ShapeNamesKeysInTheirOrderWithTheirKinds) {
  const RecordedEvent event = read_one(
      R"({"eventName":"X","readOnly":true,"eventVersion":"1.0","userAgent":null,"userIdentity":{"type":"Root","k":1},"requestParameters":{"a":1},"resources":[{"ARN":"a"},{"ARN":"b"}],"@v":"1","a b":2})");
  EXPECT_EQ(
      event.text(Field::Shape),
      R"({eventName:s,readOnly:r,eventVersion:s,userAgent:n,userIdentity:{type:s,k:x},requestParameters:j,resources:[{ARN:s}*],"@v":x,"a b":x})");
}

TEST(Record, OddEventsCanBeWrittenAgain) {
  for (
      const std::string& text :
      {std::string(
           R"({"eventName":"X","eventVersion":"1.0","resources":[{"ARN":"a"},"s",null,{"ARN":null,"z":{"y":[]}},{}],"userIdentity":[1]})"),
       std::string(
           R"({"eventVersion":1.10,"eventName":"X","readOnly":"true","userIdentity":{"sessionContext":{"webIdFederationData":{"attributes":{"a":"b","c":null,"d":1,"e":{"f":[true]}}}}}})"),
       std::string(
           R"({"eventVersion":{"a":"b"},"eventName":"X","eventTime":["x"],"é\"ö":1,"":2,"tlsDetails":{},"resources":[]})"),
       std::string(
           R"({"eventVersion":"1","eventName":"X","resources":[{"arn":"a","ARN":"b"},{"ARN":"c","arn":"d"}]})"),
       std::string(
           R"({"eventVersion":"1","eventName":"X","resources":[{"x":1},{"x":2}],"insightDetails":null})")}) {
    EXPECT_EQ(again(read_one(text)), text);
  }
}

TEST(Record, OnlyFieldsOfThePlanArePut) {
  Scratch scratch;
  scratch.write(
      "a.json",
      R"({"eventName":"X","eventVersion":"1.0","userIdentity":{"type":"Root","arn":"a"},"k":1})");
  event::ScanPlan plan;
  plan.fields.add(Field::IdentityArn);
  const Outcome outcome = scratch.read(plan);
  ASSERT_EQ(outcome.events.size(), 1u);
  EXPECT_EQ(outcome.events[0].texts, (RecordedEvent::Texts{{Field::IdentityArn, "a"}}));
  EXPECT_TRUE(outcome.events[0].present.empty());
}

}  // namespace
}  // namespace trailhound::read
