// SPDX-License-Identifier: Apache-2.0
#include "read/items.hpp"

namespace trailhound::read {
namespace {
constexpr std::size_t kMostCompared = 16;  ///< Unknown keys of an item compared with each other
}

Walk::Walk(std::vector<std::string_view> lists, std::uint32_t depth)
    : lists_(std::move(lists)), grammar_({}, depth), keys_(keys_of(event::Field::Record)) {}

std::string_view Walk::list_called(std::string_view name) const {
  for (std::string_view list : lists_) {
    if (list == name) return list;
  }
  return {};
}

Stop Walk::go(const Tokens& tokens, Position& position, Items& items, Token from) {
  using Place = Position::Place;
  grammar_.look_at(tokens);
  Token i = from;
  while (i < tokens.count) {
    const char c = tokens.head(i);
    Token behind = 0;
    switch (position.place) {
      case Place::Between:
        if (c == '[') {
          position = {Place::ListOpen, false, {}, position.documents + 1, true};
          ++i;
          continue;
        }
        if (c != '{') return {Flaw::Syntax, i};
        behind = object(i, items, &position);
        if (behind == 0) return {grammar_.flaw(), i};
        if (!entered_list_) ++position.documents;
        i = behind;
        continue;
      case Place::ListOpen:
      case Place::ListComma:
        if (c == ']' && position.place == Place::ListOpen) {
          position.place = position.in_object ? Place::Tail : Place::Between;
          ++i;
          continue;
        }
        behind = value(i, items);
        if (behind == 0) return {grammar_.flaw(), i};
        position.place = Place::ListItem;
        i = behind;
        continue;
      case Place::ListItem:
        if (c == ',') {
          position.place = Place::ListComma;
        } else if (c == ']') {
          position.place = position.in_object ? Place::Tail : Place::Between;
        } else {
          return {Flaw::Syntax, i};
        }
        ++i;
        continue;
      case Place::Tail:
        if (c == ',') {
          position.place = Place::TailComma;
        } else if (c == '}') {
          position.place = Place::Between;
        } else {
          return {Flaw::Syntax, i};
        }
        ++i;
        continue;
      case Place::TailComma:
        if (c != '"') return {Flaw::Syntax, i};
        if (i + 2 >= tokens.count) return {Flaw::End, i};
        if (tokens.head(i + 1) != ':') return {Flaw::Syntax, i};
        if (tokens.head(i + 2) == '[') {
          if (std::string_view list = list_called(tokens.string(i)); !list.empty()) {
            position.place = Place::ListOpen;
            position.list = list;
            i += 3;
            continue;
          }
        }
        behind = grammar_.value(i + 2);
        if (behind == 0) return {grammar_.flaw(), i};
        position.place = Place::Tail;
        i = behind;
        continue;
    }
  }
  return {Flaw::None, tokens.count};
}

Token Walk::one(const Tokens& tokens, Token i, Items& items) {
  grammar_.look_at(tokens);
  return value(i, items);
}

Token Walk::value(Token i, Items& items) {
  if (grammar_.tokens().head(i) == '{') return object(i, items, nullptr);
  const Token behind = grammar_.value(i);
  if (behind != 0) {
    const auto slots = static_cast<std::uint32_t>(items.slots.size());
    items.all.push_back({i, behind, slots, slots, 0, false, false, false});
  }
  return behind;
}

bool Walk::stands_twice(Token key) const {
  const Tokens& tokens = grammar_.tokens();
  const std::string_view name = tokens.string(key);
  for (std::size_t i = 0; i < unknown_.size() && i < kMostCompared; ++i) {
    if (tokens.string(unknown_[i]) == name) return true;
  }
  return false;
}

Token Walk::object(Token i, Items& items, Position* root) {
  const Tokens& tokens = grammar_.tokens();
  const char* const text = tokens.text;
  const std::uint32_t* const at = tokens.at;
  const Token begin = i;
  const auto slots = static_cast<std::uint32_t>(items.slots.size());
  std::uint64_t marks = 0;
  bool twice = false;
  std::uint32_t others = 0;
  entered_list_ = false;
  keys_.begin();
  unknown_.clear();

  const auto give_up = [&](Token place) {
    items.slots.resize(slots);
    if (place != 0) grammar_.fail(place);
    return Token{0};
  };

  ++i;
  if (text[at[i]] == '}') {
    ++i;
  } else {
    for (;;) {
      if (text[at[i]] != '"') return give_up(i);
      if (text[at[i + 1]] != ':') return give_up(i + 1);
      const char* const key = text + at[i] + 1;
      const char* key_end = text + at[i + 1] - 1;
      while (*key_end != '"') --key_end;
      const auto size = static_cast<std::size_t>(key_end - key);
      const int member = keys_.find(key, size);
      const Token value = i + 2;
      const char c = text[at[value]];
      if (member >= 0) {
        const std::uint64_t bit = std::uint64_t{1} << member;
        if ((marks & bit) != 0) {  // the last of two equal keys holds
          twice = true;
          for (std::size_t s = slots; s < items.slots.size(); ++s) {
            if (items.slots[s].member == member) {
              items.slots.erase(items.slots.begin() + static_cast<std::ptrdiff_t>(s));
              break;
            }
          }
        }
        marks |= bit;
        if ((wanted_ & bit) != 0) items.slots.push_back({member, i});
      } else {
        if (root != nullptr && c == '[' && marks == 0) {
          const std::string_view list = list_called({key, size});
          const char first = list.empty() ? '\0' : text[at[value + 1]];
          if (first == '{' || first == '[' || first == ']') {
            items.slots.resize(slots);
            *root = {Position::Place::ListOpen, true, list, root->documents + 1};
            entered_list_ = true;
            return value + 1;
          }
        }
        if (others > 0 && !twice) twice = stands_twice(i);
        ++others;
        unknown_.push_back(i);
        if (want_others_) items.slots.push_back({Slot::kUnknown, i});
      }
      if (c == '"') {
        i = value + 1;
      } else if (c == '{' || c == '[') {
        i = grammar_.container(value);
        if (i == 0) return give_up(0);
      } else {
        if (!grammar_.atom(value)) return give_up(value);
        i = value + 1;
      }
      const char next = text[at[i]];
      if (next == ',') {
        ++i;
        continue;
      }
      if (next != '}') return give_up(i);
      ++i;
      break;
    }
  }
  items.all.push_back({begin, i, slots, static_cast<std::uint32_t>(items.slots.size()), marks, true,
                       twice, others != 0});
  return i;
}

}  // namespace trailhound::read
