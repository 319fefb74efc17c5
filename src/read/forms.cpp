// SPDX-License-Identifier: Apache-2.0
#include "read/forms.hpp"

#include <bit>

#include "read/keys.hpp"

namespace trailhound::read {
namespace {
using event::Field;

std::uint64_t bits_of(std::initializer_list<Field> fields) {
  const KeyTable& table = keys_of(Field::Record);
  std::uint64_t bits = 0;
  for (int i = 0; i < static_cast<int>(table.size()); ++i) {
    for (Field field : fields) {
      if (table.field(i) == field) bits |= std::uint64_t{1} << i;
    }
  }
  return bits;
}

bool starts_with(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

}  // namespace

std::uint64_t event_marks() {
  static const std::uint64_t bits =
      bits_of({Field::EventVersion, Field::EventId, Field::EventName, Field::EventSource,
               Field::EventTime, Field::UserIdentity, Field::AwsRegion, Field::EventType});
  return bits;
}

std::uint64_t action_mark() {
  static const std::uint64_t bits = bits_of({Field::EventName});
  return bits;
}

std::uint64_t insight_mark() {
  static const std::uint64_t bits = bits_of({Field::InsightDetails});
  return bits;
}

bool is_event(const View& item) {
  if (!item.is_object()) return false;
  std::uint64_t marks = 0;
  bool other = false;
  item.each_member([&](std::string_view key, const View& value) {
    const int member = keys_of(Field::Record).find(key.data(), key.size());
    if (member >= 0) marks |= std::uint64_t{1} << member;
    if (key == "eventSource" && starts_with(value.raw(), "aws:")) other = true;
    if (key == "insightDetails" && value.is_object()) other = true;
  });
  return !other && (marks & action_mark()) != 0 && std::popcount(marks & event_marks()) >= 3;
}

NotLog kind_of(const View& item) {
  if (!item.is_object()) return NotLog::Other;
  bool insight = false, aggregated = false, window = false, summary = false, notification = false,
       config = false, digest = false, message = false, topic = false, bucket = false, key_ = false,
       detail = false, source = false;
  item.each_member([&](std::string_view key, const View& value) {
    const std::string_view text = value.raw();
    if (key == "insightDetails" || text == "AwsCloudTrailInsight") insight = true;
    if (text == "AwsAggregatedEvent") aggregated = true;
    if (key == "timeWindow") window = true;
    if (key == "summary") summary = true;
    if (key == "eventSource" && starts_with(text, "aws:")) notification = true;
    if (key == "s3" && value.is_object()) notification = true;
    if (key == "Message") message = true;
    if (key == "TopicArn") topic = true;
    if (key == "s3Bucket") bucket = true;
    if (key == "s3ObjectKey") key_ = true;
    if (key == "digestS3Object" || key == "digestStartTime") digest = true;
    if (key == "configurationItem" || key == "configurationItems" || key == "invokingEvent" ||
        key == "configRuleName" || key == "configSnapshotId") {
      config = true;
    }
    if (key == "detail" || key == "detail-type") detail = true;
    if (key == "source" && starts_with(text, "aws.")) source = true;
  });
  if (digest) return NotLog::Digest;
  if (insight) return NotLog::Insight;
  if (aggregated || (window && summary)) return NotLog::Aggregated;
  if (notification || (message && topic) || (bucket && key_)) return NotLog::Notification;
  if (config || (detail && source)) return NotLog::Config;
  return NotLog::Other;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  std::size_t padding = 0;
  for (char c : text) {
    int value = -1;
    if (c >= 'A' && c <= 'Z') value = c - 'A';
    if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
    if (c >= '0' && c <= '9') value = c - '0' + 52;
    if (c == '+' || c == '-') value = 62;
    if (c == '/' || c == '_') value = 63;
    if (c == '\n' || c == '\r' || c == ' ') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    if (value < 0 || padding != 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>((bits >> held) & 0xFF);
    }
  }
  if (padding > 2) return std::nullopt;
  return out;
}

}  // namespace trailhound::read
