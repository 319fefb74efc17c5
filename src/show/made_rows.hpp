// SPDX-License-Identifier: Apache-2.0
//
// Rows for tests, written down as JSON instead of asked of an engine.
//
//   MadeRows rows({{"eventname", {Kind::Text}}, {"n", {Kind::Integer}}});
//   rows.row(R"(["ListBuckets", 12])").row(R"([null, 0])");
//
// Moments and days are written as their integer; whatever lies in a TextSlot as a string.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/json.hpp"
#include "engine/rows.hpp"

namespace trailhound::show {

/// An answer made of literal values.
class MadeRows final : public engine::Rows {
 public:
  explicit MadeRows(std::vector<engine::Column> columns, std::size_t rows_a_batch = 2)
      : columns_(std::move(columns)), rows_a_batch_(rows_a_batch) {}

  /// Adds a row: a JSON array with a value for each column.
  MadeRows& row(std::string_view json) {
    Result<Json> parsed = parse_json(json);
    CHECK(parsed.ok() && parsed->array() != nullptr && parsed->array()->size() == columns_.size(),
          json);
    rows_.push_back(*parsed->array());
    return *this;
  }

  /// The error that ends the rows instead of their end.
  void fail_with(Error error) { failure_ = std::move(error); }

  const std::vector<engine::Column>& columns() const override { return columns_; }

  Result<const engine::Batch*> next() override {
    const std::size_t count = std::min(rows_a_batch_, rows_.size() - at_);
    if (count == 0 && failure_) return *failure_;
    if (count == 0) return nullptr;
    std::vector<engine::Vector> vectors;
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      std::vector<const Json*> values;
      for (std::size_t i = 0; i < count; ++i) values.push_back(&rows_[at_ + i][column]);
      vectors.push_back(build(columns_[column].type, values));
    }
    at_ += count;
    batch_.reset(count, std::move(vectors));
    return &batch_;
  }

 private:
  using Values = std::vector<const Json*>;

  static std::int64_t integer(const Json* value) {
    return value->number() == nullptr ? 0 : std::stoll(value->number()->text);
  }

  engine::Vector build(const engine::Type& type, const Values& values) {
    engine::Vector vector;
    vector.type = &type;
    auto& validity = kept_integers_.emplace_back(values.size() / 64 + 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!values[i]->is_null()) validity[i / 64] |= std::int64_t{1} << (i % 64);
    }
    vector.validity = reinterpret_cast<const std::uint64_t*>(validity.data());
    switch (type.kind) {
      case engine::Kind::Null:
        break;
      case engine::Kind::Boolean: {
        auto& kept = kept_booleans_.emplace_back();
        for (const Json* value : values) {
          kept.push_back(value->boolean() != nullptr && *value->boolean() ? 1 : 0);
        }
        vector.booleans = kept.data();
        break;
      }
      case engine::Kind::Integer:
      case engine::Kind::Date:
      case engine::Kind::TimeOfDay:
      case engine::Kind::Timestamp:
      case engine::Kind::TimestampZone: {
        auto& kept = kept_integers_.emplace_back();
        for (const Json* value : values) kept.push_back(integer(value));
        vector.integers = kept.data();
        break;
      }
      case engine::Kind::Double: {
        auto& kept = kept_doubles_.emplace_back();
        for (const Json* value : values) {
          const Json::Number* number = value->number();
          const std::string* word = value->string();
          kept.push_back(number != nullptr ? std::stod(number->text)
                         : word != nullptr ? std::stod(*word)
                                           : 0);
        }
        vector.doubles = kept.data();
        break;
      }
      case engine::Kind::Decimal:
      case engine::Kind::Text:
      case engine::Kind::Json:
      case engine::Kind::Bytes:
      case engine::Kind::Interval: {
        auto& kept = kept_texts_.emplace_back();
        for (const Json* value : values) kept.push_back(slot(value->string()));
        vector.texts = kept.data();
        break;
      }
      case engine::Kind::Struct:
        for (const engine::Type::Member& member : type.members) {
          Values inside;
          for (const Json* value : values) inside.push_back(found(value->find(member.name)));
          vector.children.push_back(build(member.type, inside));
        }
        break;
      case engine::Kind::List:
        build_list(vector, type, values);
        break;
      case engine::Kind::Map:
        build_map(vector, type, values);
        break;
    }
    return vector;
  }

  void build_list(engine::Vector& vector, const engine::Type& type, const Values& values) {
    auto& slots = kept_lists_.emplace_back();
    Values inside;
    for (const Json* value : values) {
      const Json::Array* elements = value->array();
      const std::size_t size = elements == nullptr ? 0 : elements->size();
      slots.push_back({inside.size(), size});
      for (std::size_t i = 0; i < size; ++i) inside.push_back(&(*elements)[i]);
    }
    vector.lists = slots.data();
    vector.children.push_back(build(type.members[0].type, inside));
  }

  void build_map(engine::Vector& vector, const engine::Type& type, const Values& values) {
    auto& slots = kept_lists_.emplace_back();
    Values keys, inside;
    for (const Json* value : values) {
      const Json::Object* entries = value->object();
      const std::size_t size = entries == nullptr ? 0 : entries->size();
      slots.push_back({inside.size(), size});
      for (std::size_t i = 0; i < size; ++i) {
        keys.push_back(&kept_json_.emplace_back((*entries)[i].first));
        inside.push_back(&(*entries)[i].second);
      }
    }
    vector.lists = slots.data();
    vector.children.push_back(build(type.members[0].type, keys));
    vector.children.push_back(build(type.members[1].type, inside));
  }

  const Json* found(const Json* value) { return value == nullptr ? &null_ : value; }

  static engine::TextSlot slot(const std::string* text) {
    engine::TextSlot slot{};
    if (text == nullptr) return slot;
    slot.size = static_cast<std::uint32_t>(text->size());
    if (text->size() > 12) {
      text->copy(slot.head, 4);
      slot.data = text->data();
    } else {
      // The text goes over both parts of the slot.
      text->copy(reinterpret_cast<char*>(&slot) + sizeof(std::uint32_t), 12);
    }
    return slot;
  }

  std::vector<engine::Column> columns_;
  std::size_t rows_a_batch_;
  std::deque<Json::Array> rows_;
  std::size_t at_ = 0;
  std::optional<Error> failure_;
  engine::Batch batch_;
  Json null_;
  std::deque<std::vector<std::int64_t>> kept_integers_;
  std::deque<std::vector<std::uint8_t>> kept_booleans_;
  std::deque<std::vector<double>> kept_doubles_;
  std::deque<std::vector<engine::TextSlot>> kept_texts_;
  std::deque<std::vector<engine::ListSlot>> kept_lists_;
  std::deque<Json> kept_json_;
};

}  // namespace trailhound::show
