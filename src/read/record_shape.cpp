// SPDX-License-Identifier: Apache-2.0
//
// Both are written in one walk, as they mirror each other: where the shape says `x`, extra holds
// the value at the same path. The letters are explained in event/shape.cpp.
#include "read/record_shape.hpp"

#include <algorithm>

#include "event/schema.hpp"

namespace trailhound::read {
namespace {
using event::Field;
using event::Kind;

bool is_plain(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

/// Writes shape and extra of one event.
class Writer {
 public:
  Writer(const Tokens& tokens, MemberList& list, std::string& shape, std::string& extra)
      : tokens_(tokens), list_(list), shape_(shape), extra_(extra) {}

  /// An object whose members are those of `parent`: `{key:kind,...}`.
  bool object(Field parent, Token at) {
    const KeyTable& table = keys_of(parent);
    const std::size_t base = members_of(tokens_, at, table, list_);
    const std::size_t end = list_.size();
    bool any = false;
    shape_ += '{';
    extra_ += '{';
    for (std::size_t i = base; i < end; ++i) {
      const Member member = list_[i];
      if (i != base) shape_ += ',';
      const std::string_view key = tokens_.string(member.key);
      if (is_plain(key)) {
        shape_ += key;
      } else {
        ((shape_ += '"') += key) += '"';
      }
      shape_ += ':';
      const std::size_t mark = extra_.size();
      if (any) extra_ += ',';
      ((extra_ += '"') += key) += "\":";
      if (value(member.member < 0 ? Field::Record : table.field(member.member), member.key + 2)) {
        any = true;
      } else {
        extra_.resize(mark);
      }
    }
    list_.resize(base);
    shape_ += '}';
    extra_ += '}';
    return any;
  }

 private:
  /// The value of `field` (`Record`: no column): its letter; whether extra got something.
  bool value(Field field, Token at) {
    const char c = tokens_.head(at);
    if (field == Field::Record) return extra_value(at);
    if (c == 'n') return letter('n');
    switch (event::describe(field).kind) {
      case Kind::Text:
        return letter(c == '"' ? 's' : c == '{' || c == '[' ? 'j' : 'r');
      case Kind::Json:
        return letter('j');
      case Kind::Struct:
        return c == '{' ? object(field, at) : extra_value(at);
      case Kind::List:
        return c == '[' ? list(field, at) : extra_value(at);
      case Kind::Map:
        return c == '{' ? map(at) : extra_value(at);
      case Kind::Time:
      case Kind::Hash:
        break;
    }
    return extra_value(at);
  }

  bool letter(char c) {
    shape_ += c;
    return false;
  }

  bool extra_value(Token at) {
    shape_ += 'x';
    append_compact(tokens_, at, tokens_.behind(at), extra_);
    return true;
  }

  /// `[{...}*]` where all elements are alike, else `[{...},{...}]`.
  bool list(Field field, Token at) {
    shape_ += '[';
    extra_ += '[';
    bool any = false;
    bool alike = true;
    std::string first;
    const std::size_t begin = shape_.size();
    std::size_t elements = 0;
    for (Token i = at + 1; tokens_.head(i) != ']'; ++elements) {
      if (elements != 0) {
        shape_ += ',';
        extra_ += ',';
      }
      const std::size_t mark = shape_.size();
      any |= tokens_.head(i) == '{' ? object(field, i) : extra_value(i);
      const std::string_view written = std::string_view(shape_).substr(mark);
      if (elements == 0) first = written;
      alike = alike && first == written && first != "x";
      i = tokens_.behind(i);
      if (tokens_.head(i) == ',') ++i;
    }
    if (elements > 0 && alike) {
      shape_.resize(begin);
      (shape_ += first) += '*';
    }
    shape_ += ']';
    extra_ += ']';
    return any;
  }

  /// `<sssx>`: a letter an entry; keys and values stand in the column.
  bool map(Token at) {
    const std::size_t base = members_of(tokens_, at, keys_of(Field::FederationAttributes), list_);
    bool any = false;
    shape_ += '<';
    extra_ += '{';
    for (std::size_t i = base; i < list_.size(); ++i) {
      const Token key = list_[i].key;
      const char c = tokens_.head(key + 2);
      if (c == 'n') {
        // The column cannot hold it: key and null stand in extra, in order.
        if (any) extra_ += ',';
        ((extra_ += '"') += tokens_.string(key)) += "\":null";
        shape_ += 'x';
        any = true;
      } else {
        shape_ += c == '"' ? 's' : c == '{' || c == '[' ? 'j' : 'r';
      }
    }
    list_.resize(base);
    shape_ += '>';
    extra_ += '}';
    return any;
  }

  const Tokens& tokens_;
  MemberList& list_;
  std::string& shape_;
  std::string& extra_;
};

constexpr std::size_t kMostOutlines = 4 << 20;  ///< Bytes kept

/// What a shape may depend on of a scalar: its kind.
char kind_letter(char head) {
  return head == '"' || head == 'n' || head == '{' || head == '[' ? head : 'r';
}

/// The value at `at` with its scalars cut out.
void append_outline(const Tokens& tokens, Token at, std::string& out) {
  int depth = 0;
  for (Token i = at;; ++i) {
    const char c = tokens.head(i);
    if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    } else if (c == '"' && tokens.head(i + 1) == ':') {
      ((out += '"') += tokens.string(i)) += '"';
      ++i;  // the colon
      continue;
    }
    out += c == '}' || c == ']' || c == ',' ? c : kind_letter(c);
    if (depth == 0) return;
  }
}

}  // namespace

ShapesMet::ShapesMet() {
  const KeyTable& table = keys_of(Field::Record);
  for (int i = 0; i < static_cast<int>(table.size()); ++i) {
    kinds_.push_back(event::describe(table.field(i)).kind);
  }
}

const std::string* ShapesMet::find(const Tokens& tokens, std::span<const Slot> slots) {
  outline_.clear();
  for (const Slot& slot : slots) {
    const Kind kind = kinds_[static_cast<std::size_t>(slot.member)];
    const char head = tokens.head(slot.key + 2);
    outline_ += static_cast<char>(slot.member);
    if ((head == '{' || head == '[') && kind != Kind::Text && kind != Kind::Json) {
      append_outline(tokens, slot.key + 2, outline_);
    } else {
      outline_ += kind_letter(head);
    }
  }
  const auto found = met_.find(outline_);
  return found == met_.end() ? nullptr : &found->second;
}

void ShapesMet::keep(std::string_view shape) {
  const std::size_t size = outline_.size() + shape.size();
  if (bytes_ + size > kMostOutlines) return;
  bytes_ += size;
  met_.emplace(outline_, shape);
}

bool append_shape(const Tokens& tokens, Token object, MemberList& list, std::string& shape,
                  std::string& extra) {
  return Writer(tokens, list, shape, extra).object(Field::Record, object);
}

}  // namespace trailhound::read
