// SPDX-License-Identifier: Apache-2.0
//
// A border is where the next event most probably begins after a broken one: `},{"` or a line's `{"`
// followed by a key that events have, or beginning a sound object with an event inside. Such bytes
// cannot stand inside a string of sound JSON, as the quote would end it. If the guess is wrong the
// item there is broken, too, and the search goes on.
//
// An item is copied while its tokens are noted: bytes that are not UTF-8 become U+FFFD, control
// bytes in strings become escapes, escapes that name no character become U+FFFD. A line feed within
// a string means that its end is missing: nothing is mended then.
#include "read/careful.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace trailhound::read {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::size_t kLongestKey = 64;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Length of the well-formed UTF-8 sequence at `i`; 0 if it is none; -1 if the text ends in it.
int sequence(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(i);
  int length = 0;
  unsigned char low = 0x80, high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  for (int k = 1; k < length; ++k) {
    if (i + static_cast<std::size_t>(k) >= text.size()) return -1;
    const unsigned char next = byte(i + static_cast<std::size_t>(k));
    if (next < low || next > high) return 0;
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

}  // namespace

std::size_t Careful::skip_space(std::size_t i) const {
  while (i < text_.size() && is_space(text_[i])) ++i;
  return i;
}

std::size_t Careful::take(std::string_view text, bool last, bool too_long, Position& position,
                          Mended& out) {
  using Place = Position::Place;
  text_ = text;
  last_ = last;
  out_ = &out;
  if (out.at.empty()) out.at.push_back(0);
  std::size_t i = 0;
  bool junk_noted = false;
  const auto lose_the_rest = [&]() -> std::size_t {
    // No border: all that follows belongs to what is broken. Unless the text ends here, its last
    // few bytes, where a border may begin, are looked at again together with the next ones.
    position.lost = !last;
    if (last) {
      position.place = Place::Between;
      return text_.size();
    }
    return text_.size() - std::min(text_.size(), kLongestKey);
  };
  if (position.lost) {
    i = border(0, position.place == Place::Between);
    if (i == std::string_view::npos) return lose_the_rest();
    position.lost = false;
  }
  for (;;) {
    i = skip_space(i);
    if (i >= text_.size()) {
      if (last && position.place != Place::Between) {
        trouble(i, "cut-short", "the text ends before its list does", false, true);
        position.place = Place::Between;
      }
      return text_.size();
    }
    const char c = text_[i];
    const bool in_list = position.place == Place::ListOpen || position.place == Place::ListComma ||
                         position.place == Place::ListItem;
    if (c == ',') {
      if (position.place == Place::ListItem) position.place = Place::ListComma;
      ++i;
      continue;
    }
    if (in_list && c == '}') {
      if (!junk_noted) {
        trouble(i, "trailing-bytes", "brackets that close nothing stand between events", false,
                false);
      }
      junk_noted = true;
      ++i;
      continue;
    }
    if (in_list && c == ']') {
      position.place = position.in_object ? Place::Tail : Place::Between;
      ++i;
      continue;
    }
    if (position.place == Place::Tail || position.place == Place::TailComma) {
      // What follows the list in its object is of no interest; its end is.
      std::size_t end = i;
      bool changed = false, open = false;
      int depth = 0;
      while (end < text_.size()) {
        const char d = text_[end];
        if (d == '"') {
          const std::size_t mark = out.text.size();
          const Verdict verdict = string(end, changed);
          out.text.shrink_to(mark);
          if (verdict == Verdict::More) open = true;
          if (verdict != Verdict::Good) break;
          continue;
        }
        if (d == '{' || d == '[') ++depth;
        if ((d == '}' || d == ']') && depth-- == 0) break;
        ++end;
      }
      if (end >= text_.size() || open) {
        if (!last) return i;
        trouble(i, "cut-short", "the text ends before its document does", false, true);
        return text_.size();
      }
      position.place = Place::Between;
      i = text_[end] == '}' ? end + 1 : end;
      continue;
    }
    if (!in_list && c == '[') {
      position = {Place::ListOpen, false, {}, position.documents + 1, true};
      ++i;
      continue;
    }
    if (!in_list && c == '{') {
      std::size_t behind = 0;
      std::string_view list;
      bool more = false;
      if (prefix(i, behind, list, more)) {
        position = {Place::ListOpen, true, list, position.documents + 1};
        i = behind;
        continue;
      }
      if (more && !last && !too_long) return i;
    }
    if (c == '{' || in_list) {
      const std::size_t text_mark = out.text.size(), token_mark = out.at.size() - 1;
      std::size_t end = i;
      Verdict verdict = too_long && i == 0 ? Verdict::More : item(i, end);
      if (verdict == Verdict::More && !last && !too_long) {
        out.text.shrink_to(text_mark);
        out.at.resize(token_mark);
        out.at.push_back(static_cast<std::uint32_t>(text_mark));
        return i;
      }
      if (verdict == Verdict::Good) {
        if (in_list) {
          position.place = Place::ListItem;
        } else {
          ++position.documents;
        }
        i = end;
        continue;
      }
      out.text.shrink_to(text_mark);
      out.at.resize(token_mark);
      out.at.push_back(static_cast<std::uint32_t>(text_mark));
      if (verdict == Verdict::Deep) {
        trouble(i, "too-deep", "an event nests deeper than the limit", true, true);
      } else if (verdict == Verdict::More && too_long && !last) {
        trouble(i, "too-large", "an event is longer than the limit", true, true);
      } else if (verdict == Verdict::More) {
        trouble(i, "cut-short", "the text ends within an event", true, true);
      } else {
        trouble(i, "broken-event", "an event is not valid JSON", true, true);
      }
      too_long = false;
      i = border(i + 1, !in_list);
      if (in_list) position.place = Place::ListComma;
      if (i == std::string_view::npos) return lose_the_rest();
      continue;
    }
    // Bytes between documents that begin none.
    if (!junk_noted) {
      trouble(i, "trailing-bytes", "bytes between or behind the documents are no JSON", false,
              true);
    }
    junk_noted = true;
    const std::size_t next = border(i + 1, true);
    if (next == std::string_view::npos) return lose_the_rest();
    i = next;
  }
}

/// Whether the document at `from` opens a list of items: `{"key":[`, members with plain values
/// before it allowed.
bool Careful::prefix(std::size_t from, std::size_t& behind, std::string_view& list,
                     bool& more) const {
  std::size_t i = from + 1;
  for (;;) {
    i = skip_space(i);
    if (i >= text_.size()) {
      more = true;
      return false;
    }
    if (text_[i] != '"') return false;
    const std::size_t key = i + 1;
    std::size_t end = key;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    i = skip_space(end + 1);
    if (i >= text_.size()) {
      more = true;
      return false;
    }
    if (text_[i] != ':') return false;
    i = skip_space(i + 1);
    if (i >= text_.size()) {
      more = true;
      return false;
    }
    const std::string_view name = text_.substr(key, end - key);
    if (text_[i] == '[') {
      list = walk_.list_called(name);
      behind = i + 1;
      const std::size_t first = skip_space(behind);
      if (first >= text_.size()) more = !list.empty();
      return !list.empty() && first < text_.size() &&
             (text_[first] == '{' || text_[first] == '[' || text_[first] == ']');
    }
    if (keys_of(event::Field::Record).find(name.data(), name.size()) >= 0) return false;
    if (text_[i] == '{') return false;
    if (text_[i] == '"') {
      ++i;
      while (i < text_.size() && text_[i] != '"') i += text_[i] == '\\' ? 2 : 1;
      ++i;
    } else {
      while (i < text_.size() && text_[i] != ',' && text_[i] != '}') ++i;
    }
    i = skip_space(i);
    if (i >= text_.size()) {
      more = true;
      return false;
    }
    if (text_[i] != ',') return false;
    ++i;
  }
}

std::size_t Careful::border(std::size_t from, bool documents) {
  for (std::size_t i = from; i < text_.size(); ++i) {
    i = text_.find('{', i);
    if (i == std::string_view::npos) break;
    std::size_t before = i;
    bool line = false;
    while (before > 0 && is_space(text_[before - 1])) line |= text_[--before] == '\n';
    const bool comma = before > 0 && text_[before - 1] == ',';
    // No sound text holds a control byte: where a disk left a run of zeros, events may follow it.
    const bool zeros = before > 0 && static_cast<unsigned char>(text_[before - 1]) < ' ';
    if (!line && !comma && !zeros && before != 0) continue;
    const std::size_t quote = skip_space(i + 1);
    if (quote >= text_.size() || text_[quote] != '"') continue;
    const std::size_t end = text_.find('"', quote + 1);
    if (end == std::string_view::npos || end - quote > kLongestKey) continue;
    if (skip_space(end + 1) >= text_.size() || text_[skip_space(end + 1)] != ':') continue;
    const std::string_view key = text_.substr(quote + 1, end - quote - 1);
    if (key == first_key_ || keys_of(event::Field::Record).find(key.data(), key.size()) >= 0 ||
        (documents && line && !comma) || !walk_.list_called(key).empty() || holds_event(i)) {
      return i;
    }
  }
  return std::string_view::npos;
}

/// Whether a sound object at `from` speaks of an event somewhere inside.
bool Careful::holds_event(std::size_t from) {
  Mended& out = *out_;
  const std::size_t text = out.text.size(), tokens = out.at.size(), items = out.items.all.size(),
                    slots = out.items.slots.size(), changed = out.changed.size();
  const std::uint32_t end_token = out.at.back();
  std::string first_key = first_key_;
  std::size_t end = from;
  const bool sound = item(from, end) == Verdict::Good;
  out.text.shrink_to(text);
  out.at.resize(tokens);
  out.at.back() = end_token;
  out.items.all.resize(items);
  out.items.slots.resize(slots);
  out.changed.resize(changed);
  first_key_ = std::move(first_key);
  return sound && text_.substr(from, end - from).find("\"eventName") != std::string_view::npos;
}

/// Copies the string whose opening quote is at `i`, which moves behind it.
Careful::Verdict Careful::string(std::size_t& i, bool& changed) {
  Buffer& out = out_->text;
  out.append('"');
  ++i;
  while (i < text_.size()) {
    const char c = text_[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"') {
      out.append('"');
      ++i;
      return Verdict::Good;
    }
    if (c == '\\') {
      if (i + 1 >= text_.size()) return Verdict::More;
      std::size_t length = text_[i + 1] == 'u' ? 6 : 2;
      if (i + length > text_.size()) {
        if (!last_) return Verdict::More;
        length = 2;
      }
      if (length == 6 && i + 12 <= text_.size() && has_sound_escapes(text_.substr(i, 12)) &&
          !has_sound_escapes(text_.substr(i, 6))) {
        length = 12;
      }
      if (has_sound_escapes(text_.substr(i, length))) {
        out.append(text_.substr(i, length));
        i += length;
        continue;
      }
      changed = true;
      out.append(kReplacement);
      // A surrogate alone is one character; of any other escape only the backslash is bad.
      const bool unit = length == 6 &&
                        std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(i) + 2,
                                    text_.begin() + static_cast<std::ptrdiff_t>(i) + 6, [](char h) {
                                      return (h >= '0' && h <= '9') || (h >= 'a' && h <= 'f') ||
                                             (h >= 'A' && h <= 'F');
                                    });
      i += unit ? 6 : 1;
      continue;
    }
    if (byte < 0x20) {
      if (c == '\n') return Verdict::Broken;
      constexpr char kHex[] = "0123456789abcdef";
      changed = true;
      const char escape[] = {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
      out.append({escape, 6});
      ++i;
      continue;
    }
    if (byte < 0x80) {
      out.append(c);
      ++i;
      continue;
    }
    const int length = sequence(text_, i);
    if (length > 0) {
      out.append(text_.substr(i, static_cast<std::size_t>(length)));
      i += static_cast<std::size_t>(length);
    } else {
      changed = true;
      out.append(kReplacement);
      ++i;
    }
  }
  return Verdict::More;
}

/// Copies the item at `from` and proves it; `end` is set behind it.
Careful::Verdict Careful::item(std::size_t from, std::size_t& end) {
  Buffer& out = out_->text;
  std::vector<std::uint32_t>& at = out_->at;
  const auto first = static_cast<Token>(at.size() - 1);
  at.pop_back();
  const auto leave = [&](Verdict verdict) {
    at.resize(first);
    at.push_back(0);
    return verdict;
  };
  bool changed = false;
  bool comma = false;
  std::uint32_t depth = 0;
  open_.clear();
  std::size_t i = from;
  do {
    i = skip_space(i);
    if (i >= text_.size()) return leave(Verdict::More);
    const char c = text_[i];
    at.push_back(static_cast<std::uint32_t>(out.size()));
    // A comma in an object is followed by a key, or the object's end is missing: no need to look
    // for it through the rest of the text.
    if (comma && c != '"' && open_.back() == '{') return leave(Verdict::Broken);
    comma = c == ',';
    switch (c) {
      case '{':
      case '[':
        if (++depth > depth_) return leave(Verdict::Deep);
        open_ += c;
        out.append(c);
        ++i;
        break;
      case '}':
      case ']':
        if (depth == 0 || open_.back() != (c == '}' ? '{' : '[')) return leave(Verdict::Broken);
        --depth;
        open_.pop_back();
        out.append(c);
        ++i;
        break;
      case ':':
      case ',':
        if (depth == 0) return leave(Verdict::Broken);
        out.append(c);
        ++i;
        break;
      case '"':
        if (const Verdict verdict = string(i, changed); verdict != Verdict::Good) {
          return leave(verdict);
        }
        break;
      default: {
        const std::size_t begin = i;
        while (i < text_.size() && !is_space(text_[i]) &&
               std::string_view(",:{}[]\"").find(text_[i]) == std::string_view::npos) {
          ++i;
        }
        if (i >= text_.size() && !last_) return leave(Verdict::More);
        out.append(text_.substr(begin, i - begin));
      }
    }
  } while (depth != 0);
  end = i;
  out.append('\n');
  at.push_back(static_cast<std::uint32_t>(out.size()));
  out.seal();
  const std::size_t items = out_->items.all.size();
  const Tokens tokens{out.data(), static_cast<std::uint32_t>(out.size()), at.data(),
                      static_cast<Token>(at.size() - 1)};
  const Token behind = walk_.one(tokens, first, out_->items);
  if (behind != static_cast<Token>(at.size() - 1)) {
    out_->items.all.resize(items);
    return leave(walk_.flaw() == Flaw::TooDeep ? Verdict::Deep : Verdict::Broken);
  }
  out_->changed.push_back(changed);
  if (tokens.head(first) == '{' && tokens.head(first + 1) == '"') {
    first_key_ = tokens.string(first + 1);
  }
  return Verdict::Good;
}

}  // namespace trailhound::read
