// SPDX-License-Identifier: Apache-2.0
//
// One proved event into a sink: the fields of the plan, and no work for the others.
//
//   RecordWriter writer(plan.fields);
//   walk.want(writer.members(), writer.wants_unknown());
//   Facts facts = writer.facts(tokens, slots);           // time, account, id: always
//   writer.put(tokens, item, slots, facts, path, sink);
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "event/column_sink.hpp"
#include "event/schema.hpp"
#include "read/items.hpp"
#include "read/members.hpp"
#include "read/record_shape.hpp"

namespace trailhound::read {

/// What every event is asked, whatever the columns. The views live until the next call.
struct Facts {
  std::optional<Time> time;
  std::string_view time_text;
  std::string_view account;  ///< Recipient's, else the caller's, else its issuer's; or ""
  std::string_view id;
};

/// Puts events into sinks. One for each thread.
class RecordWriter {
 public:
  explicit RecordWriter(const event::FieldSet& fields);
  /// The members of the record whose slots are needed: a bit each.
  std::uint64_t members() const { return members_; }
  bool wants_unknown() const { return wants_unknown_; }

  Facts facts(const Tokens& tokens, std::span<const Slot> slots);
  /// begin_event, the fields, end_event.
  void put(const Tokens& tokens, const Item& item, std::span<const Slot> slots, const Facts& facts,
           std::string_view path, event::ColumnSink& sink);
  /// The hash of the item's compact text.
  std::uint64_t content_hash(const Tokens& tokens, const Item& item);
  /// The string value of a member of the record, if it is among the slots; else "".
  std::string_view text_of(const Tokens& tokens, std::span<const Slot> slots, event::Field field);

 private:
  bool wants(event::Field field) const { return wanted_[static_cast<std::size_t>(field)] != 0; }
  /// It, or something inside it.
  bool looks_into(event::Field field) const {
    return inside_[static_cast<std::size_t>(field)] != 0;
  }
  std::string_view scalar_text(const Tokens& tokens, Token value, std::string& scratch);
  void put_value(const Tokens& tokens, event::Field field, event::Kind kind, Token value,
                 event::ColumnSink& sink);
  void put_struct(const Tokens& tokens, event::Field field, Token value, event::ColumnSink& sink);
  void put_list(const Tokens& tokens, event::Field field, Token value, event::ColumnSink& sink);
  void put_map(const Tokens& tokens, event::Field field, Token value, event::ColumnSink& sink);
  void put_members(const Tokens& tokens, event::Field parent, Token object,
                   event::ColumnSink& sink);
  void put_computed(const Tokens& tokens, const Item& item, std::span<const Slot> slots,
                    const Facts& facts, std::string_view path, event::ColumnSink& sink);
  void put_shape(const Tokens& tokens, const Item& item, std::span<const Slot> slots,
                 event::ColumnSink& sink);

  std::vector<std::uint8_t> wanted_, inside_;
  std::uint64_t members_ = 0;
  bool wants_unknown_ = false;
  bool wants_computed_ = false;
  struct TopLevel {
    event::Field field;
    event::Kind kind;
    bool wanted;
  };
  std::vector<TopLevel> top_;
  int time_member_, account_member_, id_member_, identity_member_;
  MemberList list_;
  ShapesMet shapes_;
  std::string scratch_, account_scratch_, time_scratch_, id_scratch_, compact_, shape_, extra_;
};

}  // namespace trailhound::read
