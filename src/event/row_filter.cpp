// SPDX-License-Identifier: Apache-2.0
#include "event/row_filter.hpp"

#include <algorithm>
#include <utility>

namespace trailhound::event {
namespace {

/// Bytes of the character that begins here; 1 where it is none.
std::size_t character_size(std::string_view text, std::size_t at) {
  std::size_t size = 1;
  while (at + size < text.size() && (static_cast<unsigned char>(text[at + size]) & 0xC0) == 0x80) {
    ++size;
  }
  return size;
}

/// Of a pattern `%text%`: the text, which is looked for as a whole.
std::optional<std::string_view> inside_of(const LikePattern& like) {
  const std::string_view pattern = like.pattern;
  if (like.escape != 0 || pattern.size() < 3 || pattern.front() != '%' || pattern.back() != '%') {
    return std::nullopt;
  }
  const std::string_view inside = pattern.substr(1, pattern.size() - 2);
  if (inside.find_first_of("%_") != std::string_view::npos) return std::nullopt;
  return inside;
}

}  // namespace

RowFilter RowFilter::text(Field field, TextTest test) {
  RowFilter made;
  made.kind = Kind::Text;
  made.field = field;
  std::sort(test.any_of.begin(), test.any_of.end());
  made.test = std::move(test);
  return made;
}

RowFilter RowFilter::time(Field field, Time from, Time to) {
  RowFilter made;
  made.kind = Kind::Time;
  made.field = field;
  made.from = from;
  made.to = to;
  return made;
}

RowFilter RowFilter::all(std::vector<RowFilter> parts) {
  std::erase_if(parts, [](const RowFilter& part) { return part.is_everything(); });
  if (parts.empty()) return {};
  if (parts.size() == 1) return std::move(parts.front());
  RowFilter made;
  made.kind = Kind::All;
  made.parts = std::move(parts);
  return made;
}

RowFilter RowFilter::any(std::vector<RowFilter> parts) {
  if (std::any_of(parts.begin(), parts.end(),
                  [](const RowFilter& part) { return part.is_everything(); })) {
    return {};
  }
  if (parts.size() == 1) return std::move(parts.front());
  RowFilter made;
  made.kind = Kind::Any;
  made.parts = std::move(parts);
  return made;
}

bool RowFilter::passes_text(std::optional<std::string_view> value) const {
  if (!value) return test.null;
  const bool met = std::binary_search(test.any_of.begin(), test.any_of.end(), *value) ||
                   std::any_of(test.like.begin(), test.like.end(), [&](const LikePattern& pattern) {
                     return is_like(*value, pattern);
                   });
  return met != test.negated;
}

void RowFilter::add_fields(FieldSet& fields) const {
  if (kind == Kind::Text || kind == Kind::Time) fields.add_with_members(field);
  for (const RowFilter& part : parts) part.add_fields(fields);
}

bool is_like(std::string_view text, const LikePattern& like) {
  const std::string_view pattern = like.pattern;
  if (const auto inside = inside_of(like)) return text.find(*inside) != std::string_view::npos;
  std::size_t at = 0, of = 0;
  // Where to go on after a mismatch: behind the last `%`, one character later.
  std::size_t again_at = 0, again_of = std::string_view::npos;
  while (true) {
    if (of == pattern.size()) {
      if (at == text.size()) return true;
    } else if (pattern[of] == '%' && pattern[of] != like.escape) {
      again_of = ++of;
      again_at = at;
      continue;
    } else if (at < text.size()) {
      const bool escaped =
          like.escape != 0 && pattern[of] == like.escape && of + 1 < pattern.size();
      if (!escaped && pattern[of] == '_') {
        at += character_size(text, at);
        ++of;
        continue;
      }
      const std::size_t literal = escaped ? of + 1 : of;
      if (pattern[literal] == text[at]) {
        ++at;
        of = literal + 1;
        continue;
      }
    }
    if (again_of == std::string_view::npos || again_at >= text.size()) return false;
    again_at += character_size(text, again_at);
    at = again_at;
    of = again_of;
  }
}

}  // namespace trailhound::event
