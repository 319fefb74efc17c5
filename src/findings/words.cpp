// SPDX-License-Identifier: Apache-2.0
#include "findings/words.hpp"

#include <algorithm>
#include <array>

namespace trailhound::findings {
namespace {

constexpr Words kWords[] = {
#define WORDS(id, tactic, word, did) {id, tactic, word, did},
#include "findings/words.def"
#undef WORDS
};
constexpr Words kUnknown = {"", "", "acts", "did what a hunt looks for"};

const Words* find(std::string_view technique) {
  const auto found = std::find_if(std::begin(kWords), std::end(kWords),
                                  [&](const Words& words) { return words.id == technique; });
  return found == std::end(kWords) ? nullptr : found;
}

}  // namespace

const Words& words_of(std::string_view technique) {
  if (const Words* exact = find(technique)) return *exact;
  const Words* parent = find(technique.substr(0, technique.find('.')));
  return parent != nullptr ? *parent : kUnknown;
}

const Words& words_of(std::span<const std::string> techniques) {
  for (const std::string& technique : techniques) {
    const Words& words = words_of(technique);
    if (!words.id.empty()) return words;
  }
  return kUnknown;
}

std::string spoken_name(std::string_view principal) {
  if (principal.substr(0, 4) != "arn:") return std::string(principal);
  if (principal.size() > 5 && principal.substr(principal.size() - 5) == ":root") return "root";
  const std::size_t slash = principal.rfind('/');
  const std::size_t colon = principal.rfind(':');
  const std::size_t at = slash == std::string_view::npos ? colon : slash;
  return std::string(principal.substr(at + 1));
}

}  // namespace trailhound::findings
