// SPDX-License-Identifier: Apache-2.0
//
// memchr for the rarest byte, then a compare: memchr runs at memory speed, and in log text a letter
// such as X or Q stands once in some thousand bytes.
#include "read/needle.hpp"

#include <cstring>

namespace trailhound::read {
namespace {

/// Printable bytes from the most to the least frequent in CloudTrail text.
constexpr std::string_view kByFrequency =
    "\"etansior:cd,0l1m2p-u5346798Ehfvygb.wATIwRkzSD/PCN{}UMxHLOjqGBFVWKXJYZQ_[]*@ "
    "()=+;%&!?$<>'#|~`^\\";

std::size_t rank(char c) {
  const std::size_t at = kByFrequency.find(c);
  return at == std::string_view::npos ? kByFrequency.size() : at;
}

}  // namespace

Literal::Literal(std::string text) : text_(std::move(text)) {
  for (std::size_t i = 1; i < text_.size(); ++i) {
    if (rank(text_[i]) > rank(text_[rare_])) rare_ = i;
  }
}

std::size_t Literal::find(std::string_view text, std::size_t from) const {
  if (text_.empty()) return from <= text.size() ? from : std::string_view::npos;
  if (text.size() < text_.size()) return std::string_view::npos;
  const char* p = text.data() + from + rare_;
  const char* const end = text.data() + text.size() - (text_.size() - rare_ - 1);
  while (p < end) {
    p = static_cast<const char*>(std::memchr(p, text_[rare_], static_cast<std::size_t>(end - p)));
    if (p == nullptr) break;
    if (std::memcmp(p - rare_, text_.data(), text_.size()) == 0) {
      return static_cast<std::size_t>(p - rare_ - text.data());
    }
    ++p;
  }
  return std::string_view::npos;
}

NeedleSearch::NeedleSearch(const std::vector<event::Needle>& needles) {
  for (const event::Needle& needle : needles) {
    std::vector<Literal> literals;
    for (const std::string& text : needle.any_of) literals.emplace_back(text);
    needles_.push_back(std::move(literals));
  }
}

bool NeedleSearch::all_met(std::string_view text) const {
  for (const std::vector<Literal>& any : needles_) {
    bool met = false;
    for (const Literal& literal : any) {
      if (literal.find(text) != std::string_view::npos) {
        met = true;
        break;
      }
    }
    if (!met) return false;
  }
  return true;
}

}  // namespace trailhound::read
