// SPDX-License-Identifier: Apache-2.0
//
// A shape mirrors the event with the values cut out:
//
//   {eventVersion:s,userIdentity:{type:s},responseElements:n,resources:[{ARN:s,type:s}*],@version:x}
//
//   s  a string, in the column        r  a number or a truth value, its spelling in the column
//   j  JSON text, in the column       n  null
//   x  the value stands in `extra` at this path
//   {} a struct   []  a list, `*`: one skeleton for all elements    <> a map, a letter an entry
//
// Keys of other bytes than letters, digits, `_`, `-` and `.` stand in quotes, as in the event.
#include "event/shape.hpp"

#include "base/json.hpp"

namespace trailhound::event {
namespace {

constexpr int kMostNested = 16;  ///< The schema's own structs nest four deep.

Error bad(std::string_view why) {
  return Error{"bad-shape", "the shape of an event does not belong to it: " + std::string(why)};
}

bool is_word(std::string_view text) {
  if (text == "true" || text == "false") return true;
  return !text.empty() && text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

/// Writes one event.
class Rebuilder {
 public:
  Rebuilder(std::string_view shape, const Columns& columns) : rest_(shape), columns_(columns) {}

  Result<std::string> run() {
    Json extra;
    if (const auto text = columns_.text(Field::Extra)) {
      TRY(extra, parse_json(*text));
    }
    TRY(object(Field::Record, -1, &extra, 0));
    if (!rest_.empty()) return bad("bytes behind its end");
    return std::move(out_);
  }

 private:
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// The next key: as in the event (quotes not included), and without escapes.
  Result<std::string> key(std::string_view& raw) {
    if (!take('"')) {
      const std::size_t end = rest_.find(':');
      if (end == std::string_view::npos) return bad("a key without a value");
      raw = rest_.substr(0, end);
      rest_.remove_prefix(end);
      return std::string(raw);
    }
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) return bad("a key without an end");
    raw = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    TRY(Json name, parse_json("\"" + std::string(raw) + "\""));
    return *name.string();
  }

  static std::optional<Field> field_of(Field parent, std::string_view key) {
    if (auto field = find_key(parent, key)) return field;
    if (parent == Field::Resources && key == "arn") return Field::ResourceArn;
    return std::nullopt;
  }

  std::optional<std::string_view> text(Field field, std::ptrdiff_t element) const {
    return element < 0 ? columns_.text(field)
                       : columns_.text(field, static_cast<std::size_t>(element));
  }

  Result<void> object(Field parent, std::ptrdiff_t element, const Json* extra, int depth) {
    if (depth > kMostNested) return bad("too deep");
    if (!take('{')) return bad("an object is missing");
    out_ += '{';
    for (bool first = true; !take('}'); first = false) {
      if (!first) {
        if (!take(',')) return bad("a comma is missing");
        out_ += ',';
      }
      std::string_view raw;
      TRY(const std::string name, key(raw));
      if (!take(':')) return bad("a key without a value");
      ((out_ += '"') += raw) += "\":";
      TRY(value(field_of(parent, raw), element, extra == nullptr ? nullptr : extra->find(name),
                depth));
    }
    out_ += '}';
    return {};
  }

  Result<void> value(std::optional<Field> field, std::ptrdiff_t element, const Json* extra,
                     int depth) {
    if (take('n')) {
      out_ += "null";
      return {};
    }
    if (take('x')) {
      if (extra == nullptr) return bad("a value is not in extra");
      extra->append_to(out_);
      return {};
    }
    if (!field) return bad("a value for which there is no column");
    if (rest_.empty()) return bad("it ends early");
    switch (rest_.front()) {
      case '{':
        return object(*field, element, extra, depth + 1);
      case '[':
        return list(*field, extra, depth + 1);
      case '<':
        return map(*field, extra);
      default:
        break;
    }
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    const auto held = text(*field, element);
    if (!held) return bad("a column is NULL");
    return scalar(letter, *held);
  }

  Result<void> scalar(char letter, std::string_view held) {
    switch (letter) {
      case 's':
        append_json_string(out_, held);
        return {};
      case 'r':
        if (!is_word(held)) return bad("a column holds no number");
        out_ += held;
        return {};
      case 'j':
        out_ += held;
        return {};
      default:
        return bad("an unknown letter");
    }
  }

  Result<void> list(Field field, const Json* extra, int depth) {
    take('[');
    out_ += '[';
    const Json::Array* extras = extra == nullptr ? nullptr : extra->array();
    const auto extra_at = [&](std::size_t i) -> const Json* {
      return extras != nullptr && i < extras->size() ? &(*extras)[i] : nullptr;
    };
    std::size_t place = 0, element = 0;
    const std::string_view begin = rest_;
    while (!take(']')) {
      if (place != 0) {
        if (!take(',')) return bad("a comma is missing");
        out_ += ',';
      }
      if (take('x')) {
        const Json* json = extra_at(place++);
        if (json == nullptr) return bad("an element is not in extra");
        json->append_to(out_);
        continue;
      }
      TRY(object(field, static_cast<std::ptrdiff_t>(element++), extra_at(place++), depth));
      if (place == 1 && take('*')) {
        for (; element < columns_.size(field); ++element, ++place) {
          const std::string_view end = rest_;
          rest_ = begin;
          out_ += ',';
          TRY(object(field, static_cast<std::ptrdiff_t>(element), extra_at(place), depth));
          rest_ = end;
        }
      }
    }
    out_ += ']';
    return {};
  }

  Result<void> map(Field field, const Json* extra) {
    take('<');
    out_ += '{';
    const Json::Object* extras = extra == nullptr ? nullptr : extra->object();
    std::size_t entry = 0, other = 0;
    for (bool first = true; !take('>'); first = false) {
      if (!first) out_ += ',';
      if (take('x')) {
        if (extras == nullptr || other >= extras->size()) return bad("an entry is not in extra");
        const Json::Member& member = (*extras)[other++];
        append_json_string(out_, member.first);
        out_ += ':';
        member.second.append_to(out_);
        continue;
      }
      if (rest_.empty() || entry >= columns_.size(field)) return bad("an entry is missing");
      const char letter = rest_.front();
      rest_.remove_prefix(1);
      append_json_string(out_, columns_.key(field, entry));
      out_ += ':';
      const auto held = columns_.value(field, entry++);
      if (!held) return bad("an entry is NULL");
      TRY(scalar(letter, *held));
    }
    out_ += '}';
    return {};
  }

  std::string_view rest_;
  const Columns& columns_;
  std::string out_;
};

}  // namespace

Result<std::string> rebuild(std::string_view shape, const Columns& columns) {
  return Rebuilder(shape, columns).run();
}

}  // namespace trailhound::event
