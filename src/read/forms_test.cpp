// SPDX-License-Identifier: Apache-2.0
#include "read/forms.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include "base/json.hpp"
#include "read/scratch.hpp"

namespace trailhound::read {
namespace {
using event::Field;

const std::string kOne = small_event("One", "11111111-1111-1111-1111-111111111111");
const std::string kTwo = small_event("Two", "22222222-2222-2222-2222-222222222222");
const std::vector<std::string> kBoth = {"One", "Two"};

Outcome read_text(std::string_view bytes, unsigned threads = 1) {
  Scratch scratch;
  scratch.write("file", bytes);
  return scratch.read(everything(), {}, threads);
}

/// Both events come out whole, and the form is called so.
void expect_both(std::string_view bytes, const std::string& form) {
  const Outcome outcome = read_text(bytes);
  EXPECT_EQ(outcome.all(Field::EventName), kBoth) << form;
  EXPECT_EQ(outcome.all(Field::EventJson), (std::vector<std::string>{kOne, kTwo})) << form;
  EXPECT_EQ(outcome.coverage.forms.count(form), 1u)
      << form << " but " << outcome.coverage.forms.begin()->first;
  EXPECT_TRUE(outcome.coverage.complete()) << form;
}

std::string base64(std::string_view bytes) {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += i + k > bytes.size() ? '=' : kLetters[bits >> (18 - 6 * k) & 63];
    }
  }
  return out;
}

std::string archived(bool zip, const std::vector<std::pair<std::string, std::string>>& files) {
  std::string out(1 << 20, '\0');
  std::size_t used = 0;
  archive* handle = archive_write_new();
  if (zip) {
    archive_write_set_format_zip(handle);
  } else {
    archive_write_set_format_pax_restricted(handle);
  }
  archive_write_open_memory(handle, out.data(), out.size(), &used);
  for (const auto& [name, bytes] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(handle, entry);
    archive_write_data(handle, bytes.data(), bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(handle);
  archive_write_free(handle);
  out.resize(used);
  return out;
}

TEST(Forms, EachHasANameAndWords) {
  for (const Form& form : forms()) {
    EXPECT_FALSE(form.name.empty());
    EXPECT_GT(form.words.size(), 10u) << form.name;
  }
}

TEST(Forms, Records) {
  expect_both("{\"Records\":[" + kOne + "," + kTwo + "]}", "records");
  expect_both(" {\n \"Records\" : [\n" + kOne + " ,\r\n" + kTwo + "\n]\n}\n", "records");
  expect_both("\xEF\xBB\xBF{\"Records\":[" + kOne + "," + kTwo + "]}", "records");
}

TEST(Forms, RecordsWithoutEventsAreRead) {
  const Outcome outcome = read_text("{\"Records\":[]}");
  EXPECT_EQ(outcome.coverage.files_read, 1u);
  EXPECT_EQ(outcome.coverage.forms.at("records"), 1u);
}

TEST(Forms, Packings) {
  const std::string text = "{\"Records\":[" + kOne + "," + kTwo + "]}";
  expect_both(gzip(text), "records");
  expect_both(gzip(gzip(text)), "records");
  std::string zstd(ZSTD_compressBound(text.size()), '\0');
  zstd.resize(ZSTD_compress(zstd.data(), zstd.size(), text.data(), text.size(), 1));
  expect_both(zstd, "records");
}

TEST(Forms, ArraysLinesAndSingles) {
  expect_both("[" + kOne + "," + kTwo + "]", "array");
  expect_both(kOne + "\n" + kTwo + "\n", "lines");
  expect_both(kOne + kTwo, "lines");
  EXPECT_EQ(read_text(kOne).coverage.forms.at("lines"), 1u);
}

TEST(Forms, LookupEvents) {
  const auto entry = [](const std::string& event) {
    return R"({"EventId":"x","EventName":"One","ReadOnly":"true","EventTime":1638395484.0,"Resources":[{"ResourceType":"a","ResourceName":"b"}],"CloudTrailEvent":)" +
           json_string(event) + "}";
  };
  expect_both("{\"Events\":[" + entry(kOne) + "," + entry(kTwo) + "],\"NextToken\":\"abc\"}",
              "lookup-events");
  expect_both(entry(kOne) + "\n" + entry(kTwo) + "\n", "lookup-events");
}

TEST(Forms, EventBridge) {
  const auto entry = [](const std::string& event) {
    return R"({"version":"0","id":"i","detail-type":"AWS API Call via CloudTrail","source":"aws.s3","account":"111122223333","time":"2024-03-01T10:00:00Z","region":"us-east-1","resources":[],"detail":)" +
           event + "}";
  };
  expect_both(entry(kOne) + "\n" + entry(kTwo), "eventbridge");
  expect_both("[" + entry(kOne) + "," + entry(kTwo) + "]", "eventbridge");
}

TEST(Forms, EventBridgeOfOtherServicesIsNoEvent) {
  const Outcome outcome = read_text(
      R"({"version":"0","detail-type":"AWS Health Event","source":"aws.health","detail":{"service":"EC2","eventTypeCode":"x"}})");
  EXPECT_TRUE(outcome.events.empty());
  EXPECT_EQ(outcome.coverage.not_logs[static_cast<std::size_t>(NotLog::Config)], 1u);
}

TEST(Forms, Subscriptions) {
  const std::string message =
      R"({"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"g","logStream":"111122223333_CloudTrail_us-east-1","subscriptionFilters":["f"],"logEvents":[{"id":"1","timestamp":1709287200000,"message":)" +
      json_string(kOne) + R"(},{"id":"2","timestamp":1709287200000,"message":)" +
      json_string(kTwo) + "}]}";
  expect_both(message, "subscription");
  expect_both(gzip(message), "subscription");
  expect_both(base64(gzip(message)) + "\n", "base64");
  expect_both("{\"awslogs\":{\"data\":\"" + base64(gzip(message)) + "\"}}", "subscription");
}

TEST(Forms, ControlMessagesAreNoEvents) {
  const Outcome outcome = read_text(
      R"({"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1709287200000,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]})");
  EXPECT_TRUE(outcome.events.empty());
  EXPECT_TRUE(outcome.coverage.complete());
  EXPECT_EQ(outcome.coverage.not_logs[static_cast<std::size_t>(NotLog::Notification)], 1u);
}

TEST(Forms, FilterLogEvents) {
  const auto entry = [](const std::string& event) {
    return R"({"logStreamName":"s","timestamp":1709287200000,"message":)" + json_string(event) +
           R"(,"ingestionTime":1,"eventId":"e"})";
  };
  const Outcome outcome =
      read_text("{\"events\":[" + entry(kOne) + "," + entry(kTwo) + "],\"searchedLogStreams\":[]}");
  EXPECT_EQ(outcome.all(Field::EventJson), (std::vector<std::string>{kOne, kTwo}));
}

TEST(Forms, ExportLines) {
  expect_both("2024-03-01T10:00:00.000Z " + kOne + "\n2024-03-01T10:00:01.000Z " + kTwo + "\n",
              "export-lines");
}

TEST(Forms, LakeResults) {
  const auto row = [](const std::string& event) {
    return R"([{"eventName":"x"},{"eventJson":)" + json_string(event) + "}]";
  };
  expect_both(
      R"({"QueryStatus":"FINISHED","QueryStatistics":{"ResultsCount":2},"QueryResultRows":[)" +
          row(kOne) + "," + row(kTwo) + "]}",
      "lake-results");
  const Outcome columns = read_text(
      R"({"QueryStatus":"FINISHED","QueryResultRows":[[{"eventTime":"2024-03-01 10:00:00.000"},{"eventName":"One"},{"eventSource":"s3.amazonaws.com"},{"userIdentity":"{type=Root}"}]]})");
  ASSERT_EQ(columns.events.size(), 1u);
  EXPECT_EQ(columns.events[0].text(Field::EventTime), "2024-03-01T10:00:00Z");
  EXPECT_EQ(columns.events[0].text(Field::Extra), R"({"userIdentity":"{type=Root}"})");
}

TEST(Forms, SplunkExports) {
  const auto line = [](const std::string& event, bool preview) {
    return std::string(R"({"preview":)") + (preview ? "true" : "false") +
           R"(,"offset":0,"result":{"_raw":)" + json_string(event) + R"(,"host":"h"}})" + "\n";
  };
  expect_both(line(kOne, true) + line(kOne, false) + line(kTwo, false) +
                  R"({"preview":false,"lastrow":true})" + "\n",
              "splunk");
  expect_both("{\"_raw\":" + json_string(kOne) + "}\n{\"_raw\":" + json_string(kTwo) + "}\n",
              "splunk");
}

TEST(Forms, Elastic) {
  expect_both(R"({"hits":{"hits":[{"_index":"i","_source":{"event":{"original":)" +
                  json_string(kOne) + R"(}}},{"_source":{"event":{"original":)" +
                  json_string(kTwo) + "}}}]}}",
              "wrapped");
  expect_both(R"({"_source":{"event":{"original":)" + json_string(kOne) + R"(,"action":"x"}}})" +
                  "\n" + R"({"event.original":)" + json_string(kTwo) + "}",
              "elastic");
}

TEST(Forms, Wrapped) {
  expect_both(R"({"data":{"result":[{"log":)" + kOne + R"(},{"log":)" + kTwo + "}]}}", "wrapped");
  expect_both(R"({"Type":"Notification","TopicArn":"t","Message":)" + json_string(kOne) + "}\n" +
                  R"({"Message":)" + json_string(kTwo) + "}",
              "wrapped");
}

TEST(Forms, TablesWithTheEventInAColumn) {
  const auto cell = [](std::string text) {
    std::string out = "\"";
    for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
  };
  expect_both("_time,\"_raw\",host\n1," + cell(kOne) + ",h\r\n2," + cell(kTwo) + ",h\n", "csv");
}

TEST(Forms, Archives) {
  const std::string text = "{\"Records\":[" + kOne + "]}";
  for (bool zip : {true, false}) {
    const std::string bytes =
        archived(zip, {{"a/one.json", text}, {"two.json.gz", gzip(kTwo)}, {"read.me", "hello"}});
    const Outcome outcome = read_text(zip ? bytes : gzip(bytes));
    EXPECT_EQ(outcome.all(Field::EventName), kBoth) << zip;
    EXPECT_EQ(outcome.coverage.files_seen, 3u);
    EXPECT_EQ(outcome.coverage.files_read, 2u);
    EXPECT_EQ(outcome.coverage.not_logs[static_cast<std::size_t>(NotLog::Other)], 1u);
    EXPECT_NE(outcome.all(Field::Path)[0].find("file/a/one.json"), std::string::npos);
    const Outcome nested = read_text(archived(true, {{"inner", bytes}}), 2);
    EXPECT_EQ(nested.all(Field::EventName), kBoth);
  }
}

TEST(Forms, DamagedArchivesAreNamed) {
  const std::string bytes = archived(true, {{"one.json", kOne}, {"two.json", kTwo}});
  const Outcome outcome = read_text(bytes.substr(0, bytes.size() / 3));
  EXPECT_FALSE(outcome.coverage.complete());
}

TEST(Forms, OtherRecordsAreToldApart) {
  const auto kind = [](const std::string& text) {
    const Outcome outcome = read_text(text);
    EXPECT_TRUE(outcome.events.empty()) << text;
    EXPECT_TRUE(outcome.coverage.complete()) << text;
    for (std::size_t i = 0; i < kNotLogs; ++i) {
      if (outcome.coverage.not_logs[i] > 0) return static_cast<NotLog>(i);
    }
    ADD_FAILURE() << text;
    return NotLog::Other;
  };
  EXPECT_EQ(
      kind(
          R"({"awsAccountId":"1","digestStartTime":"2024-03-01T10:00:00Z","digestS3Object":"o","logFiles":[{"s3Bucket":"b","s3Object":"o"}]})"),
      NotLog::Digest);
  EXPECT_EQ(
      kind(
          R"({"Records":[{"eventVersion":"1.08","eventTime":"2024-03-01T10:00:00Z","awsRegion":"us-east-1","eventID":"e","eventType":"AwsCloudTrailInsight","recipientAccountId":"1","insightDetails":{"state":"Start","eventSource":"s3.amazonaws.com","eventName":"x"},"eventCategory":"Insight"}]})"),
      NotLog::Insight);
  EXPECT_EQ(
      kind(
          R"([{"eventVersion":"1.0","accountId":"1","eventId":"e","eventCategory":"Aggregated","eventType":"AwsAggregatedEvent","awsRegion":"us-east-1","eventSource":"s3.amazonaws.com","timeWindow":{"windowSize":"PT5M"},"summary":{}}])"),
      NotLog::Aggregated);
  EXPECT_EQ(
      kind(
          R"({"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2024-03-01T10:00:00Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"p"},"s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]})"),
      NotLog::Notification);
  EXPECT_EQ(kind(R"({"s3Bucket":"b","s3ObjectKey":["k"]})"), NotLog::Notification);
  EXPECT_EQ(kind(R"({"configRuleName":"r","invokingEvent":"{}"})"), NotLog::Config);
  EXPECT_EQ(kind(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]})"), NotLog::Other);
  EXPECT_EQ(kind("just words\n"), NotLog::Other);
}

TEST(Forms, LinesThatAreNoEventsAreCounted) {
  const Outcome outcome = read_text(kOne + "\n{\"level\":\"info\"}\n" + kTwo + "\n");
  EXPECT_EQ(outcome.all(Field::EventName), kBoth);
  EXPECT_EQ(outcome.coverage.not_logs[static_cast<std::size_t>(NotLog::Other)], 1u);
  EXPECT_TRUE(outcome.coverage.complete());
}

}  // namespace
}  // namespace trailhound::read
