// SPDX-License-Identifier: Apache-2.0
#include "read/record.hpp"

#include <cstring>

#include "event/content_hash.hpp"
#include "read/record_shape.hpp"

namespace trailhound::read {
namespace {
using event::ColumnSink;
using event::Field;
using event::Kind;

int member_called(Field field) {
  const KeyTable& table = keys_of(Field::Record);
  for (int i = 0; i < static_cast<int>(table.size()); ++i) {
    if (table.field(i) == field) return i;
  }
  CHECK(false, "no such member of the record");
}

bool has_escape(std::string_view inside) {
  return std::memchr(inside.data(), '\\', inside.size()) != nullptr;
}

}  // namespace

RecordWriter::RecordWriter(const event::FieldSet& fields)
    : wanted_(event::kFields + 1, 0),
      inside_(event::kFields + 1, 0),
      time_member_(member_called(Field::EventTime)),
      account_member_(member_called(Field::RecipientAccountId)),
      id_member_(member_called(Field::EventId)),
      identity_member_(member_called(Field::UserIdentity)) {
  for (const event::FieldInfo& info : event::schema()) {
    if (!fields.has(info.field)) continue;
    wanted_[static_cast<std::size_t>(info.field)] = 1;
    for (Field f = info.field;; f = event::describe(f).parent) {
      inside_[static_cast<std::size_t>(f)] = 1;
      if (f == Field::Record) break;
    }
  }
  wants_unknown_ = wants(Field::Extra) || wants(Field::Shape);
  for (Field f : {Field::Ts, Field::Account, Field::Year, Field::Month, Field::Day, Field::Extra,
                  Field::Shape, Field::EventJson, Field::ContentHash, Field::Path}) {
    wants_computed_ |= wants(f);
  }
  const KeyTable& table = keys_of(Field::Record);
  for (int i = 0; i < static_cast<int>(table.size()); ++i) {
    const Field field = table.field(i);
    top_.push_back({field, event::describe(field).kind, looks_into(field)});
    const bool always =
        i == time_member_ || i == account_member_ || i == id_member_ || i == identity_member_;
    if (looks_into(field) || always || wants_unknown_) members_ |= std::uint64_t{1} << i;
  }
  // What tells other records from events.
  for (Field f : {Field::EventSource, Field::EventType, Field::InsightDetails}) {
    members_ |= std::uint64_t{1} << member_called(f);
  }
}

std::string_view RecordWriter::scalar_text(const Tokens& tokens, Token value,
                                           std::string& scratch) {
  switch (tokens.head(value)) {
    case '"': {
      const std::string_view inside = tokens.string(value);
      if (!has_escape(inside)) return inside;
      scratch.clear();
      unescape(inside, scratch);
      return scratch;
    }
    case '{':
    case '[':
      scratch.clear();
      append_compact(tokens, value, tokens.behind(value), scratch);
      return scratch;
    default:
      return tokens.atom(value);
  }
}

std::string_view RecordWriter::text_of(const Tokens& tokens, std::span<const Slot> slots,
                                       Field field) {
  for (const Slot& slot : slots) {
    if (slot.member >= 0 && top_[static_cast<std::size_t>(slot.member)].field == field) {
      return tokens.head(slot.key + 2) == '"' ? tokens.string(slot.key + 2) : std::string_view();
    }
  }
  return {};
}

Facts RecordWriter::facts(const Tokens& tokens, std::span<const Slot> slots) {
  Facts facts;
  Token identity = 0;
  for (const Slot& slot : slots) {
    const Token value = slot.key + 2;
    if (slot.member == time_member_) {
      facts.time_text = scalar_text(tokens, value, time_scratch_);
      facts.time = parse_event_time(facts.time_text);
    } else if (slot.member == account_member_) {
      if (tokens.head(value) != 'n') facts.account = scalar_text(tokens, value, account_scratch_);
    } else if (slot.member == id_member_) {
      if (tokens.head(value) != 'n') facts.id = scalar_text(tokens, value, id_scratch_);
    } else if (slot.member == identity_member_) {
      identity = value;
    }
  }
  if (!facts.account.empty() || identity == 0 || tokens.head(identity) != '{') return facts;
  Token account = 0, issuer = 0;
  const auto look = [&](Token object, const auto& take) {
    for (Token i = object + 1; tokens.head(i) != '}';) {
      take(tokens.string(i), i + 2);
      i = tokens.behind(i + 2);
      if (tokens.head(i) == ',') ++i;
    }
  };
  const auto filled = [&](Token value) {
    const char c = tokens.head(value);
    return c == '"' ? !tokens.string(value).empty() : c != 'n' && c != '{' && c != '[';
  };
  look(identity, [&](std::string_view key, Token value) {
    if (key == "accountId" && filled(value)) account = value;
    if (key == "sessionContext" && tokens.head(value) == '{') issuer = value;
  });
  if (account == 0 && issuer != 0) {
    const Token context = issuer;
    issuer = 0;
    look(context, [&](std::string_view key, Token value) {
      if (key == "sessionIssuer" && tokens.head(value) == '{') issuer = value;
    });
    if (issuer != 0) {
      look(issuer, [&](std::string_view key, Token value) {
        if (key == "accountId" && filled(value)) account = value;
      });
    }
  }
  if (account != 0) facts.account = scalar_text(tokens, account, account_scratch_);
  return facts;
}

void RecordWriter::put(const Tokens& tokens, const Item& item, std::span<const Slot> slots,
                       const Facts& facts, std::string_view path, ColumnSink& sink) {
  sink.begin_event();
  for (const Slot& slot : slots) {
    if (slot.member < 0) continue;
    const TopLevel& top = top_[static_cast<std::size_t>(slot.member)];
    if (top.wanted) put_value(tokens, top.field, top.kind, slot.key + 2, sink);
  }
  if (wants_computed_) put_computed(tokens, item, slots, facts, path, sink);
  sink.end_event();
}

void RecordWriter::put_value(const Tokens& tokens, Field field, Kind kind, Token value,
                             ColumnSink& sink) {
  const char c = tokens.head(value);
  if (c == 'n') return;
  switch (kind) {
    case Kind::Text:
      sink.put(field, scalar_text(tokens, value, scratch_));
      return;
    case Kind::Json: {
      const Token end = tokens.behind(value);
      if (is_compact(tokens, value, end)) {
        sink.put(field, tokens.slice(value, end));
      } else {
        scratch_.clear();
        append_compact(tokens, value, end, scratch_);
        sink.put(field, scratch_);
      }
      return;
    }
    case Kind::Struct:
      if (c == '{') put_struct(tokens, field, value, sink);
      return;
    case Kind::List:
      if (c == '[') put_list(tokens, field, value, sink);
      return;
    case Kind::Map:
      if (c == '{') put_map(tokens, field, value, sink);
      return;
    case Kind::Time:
    case Kind::Hash:
      return;  // computed, never in the record
  }
}

void RecordWriter::put_struct(const Tokens& tokens, Field field, Token value, ColumnSink& sink) {
  if (wants(field)) sink.present(field);
  put_members(tokens, field, value, sink);
}

void RecordWriter::put_members(const Tokens& tokens, Field parent, Token object, ColumnSink& sink) {
  const KeyTable& table = keys_of(parent);
  const std::size_t base = members_of(tokens, object, table, list_);
  const std::size_t end = list_.size();
  for (std::size_t i = base; i < end; ++i) {
    const Member member = list_[i];
    if (member.member < 0) continue;
    const Field field = table.field(member.member);
    if (looks_into(field)) {
      put_value(tokens, field, event::describe(field).kind, member.key + 2, sink);
    }
  }
  list_.resize(base);
}

void RecordWriter::put_list(const Tokens& tokens, Field field, Token value, ColumnSink& sink) {
  if (wants(field)) sink.present(field);
  for (Token i = value + 1; tokens.head(i) != ']';) {
    if (tokens.head(i) == '{') {
      sink.begin_element(field);
      put_members(tokens, field, i, sink);
    }
    i = tokens.behind(i);
    if (tokens.head(i) == ',') ++i;
  }
}

void RecordWriter::put_map(const Tokens& tokens, Field field, Token value, ColumnSink& sink) {
  sink.present(field);
  const std::size_t base = members_of(tokens, value, keys_of(field), list_);
  std::string key_scratch;
  for (std::size_t i = base; i < list_.size(); ++i) {
    const Token key = list_[i].key;
    if (tokens.head(key + 2) == 'n') continue;
    const std::string_view name = scalar_text(tokens, key, key_scratch);
    sink.put_entry(field, name, scalar_text(tokens, key + 2, scratch_));
  }
  list_.resize(base);
}

std::uint64_t RecordWriter::content_hash(const Tokens& tokens, const Item& item) {
  if (is_compact(tokens, item.begin, item.end)) {
    return event::content_hash(tokens.slice(item.begin, item.end));
  }
  compact_.clear();
  append_compact(tokens, item.begin, item.end, compact_);
  return event::content_hash(compact_);
}

void RecordWriter::put_computed(const Tokens& tokens, const Item& item, std::span<const Slot> slots,
                                const Facts& facts, std::string_view path, ColumnSink& sink) {
  if (facts.time) {
    if (wants(Field::Ts)) sink.put_time(Field::Ts, *facts.time);
    if (wants(Field::Year) || wants(Field::Month) || wants(Field::Day)) {
      // What CloudTrail writes is cut; anything else is spelt like it first.
      std::string_view text = facts.time_text;
      std::string spelt;
      if (text.size() != 20 || text[4] != '-' || text.back() != 'Z') {
        spelt = format_iso(*facts.time);
        text = spelt;
      }
      if (wants(Field::Year)) sink.put(Field::Year, text.substr(0, 4));
      if (wants(Field::Month)) sink.put(Field::Month, text.substr(5, 2));
      if (wants(Field::Day)) sink.put(Field::Day, text.substr(8, 2));
    }
  }
  if (wants(Field::Account) && !facts.account.empty()) sink.put(Field::Account, facts.account);
  if (wants(Field::Path)) sink.put(Field::Path, path);
  if (wants(Field::EventJson) || wants(Field::ContentHash)) {
    std::string_view text;
    if (is_compact(tokens, item.begin, item.end)) {
      text = tokens.slice(item.begin, item.end);
    } else {
      compact_.clear();
      append_compact(tokens, item.begin, item.end, compact_);
      text = compact_;
    }
    if (wants(Field::EventJson)) sink.put(Field::EventJson, text);
    if (wants(Field::ContentHash)) sink.put_hash(Field::ContentHash, event::content_hash(text));
  }
  if (wants_unknown_) put_shape(tokens, item, slots, sink);
}

void RecordWriter::put_shape(const Tokens& tokens, const Item& item, std::span<const Slot> slots,
                             ColumnSink& sink) {
  const bool plain = !item.twice && !item.unknown;
  if (plain) {
    if (const std::string* const met = shapes_.find(tokens, slots)) {
      if (wants(Field::Shape)) sink.put(Field::Shape, *met);
      return;
    }
  }
  shape_.clear();
  extra_.clear();
  const bool any = append_shape(tokens, item.begin, list_, shape_, extra_);
  if (plain && !any) shapes_.keep(shape_);
  if (wants(Field::Shape)) sink.put(Field::Shape, shape_);
  if (wants(Field::Extra) && any) sink.put(Field::Extra, extra_);
}

}  // namespace trailhound::read
