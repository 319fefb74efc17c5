// SPDX-License-Identifier: Apache-2.0
#include "findings/words.hpp"

#include <algorithm>
#include <array>
#include <utility>

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

/// What stands behind the account of an ARN.
std::string_view named_part(std::string_view arn) {
  for (int colons = 0; colons < 5; ++colons) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return arn;
}

/// What a provider calls somebody. Names in IAM hold no colon, what providers say may.
std::string_view web_identity(std::string_view arn, std::string_view named) {
  const std::size_t colon = named.find(':');
  const bool of_iam = arn.substr(std::min(arn.find(':', 4), arn.size()), 6) == ":iam::";
  if (colon == std::string_view::npos || !of_iam) return {};
  if (named.starts_with("oidc-provider/")) return named.substr(colon + 1);
  return named.substr(named.rfind('/', colon) + 1);
}

}  // namespace

std::string_view kind_words(std::string_view type) {
  static constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
      {"IAMUser", "IAM user"},
      {"AssumedRole", "role"},
      {"AWSService", "AWS service"},
      {"AWSAccount", "somebody of account"},
      {"FederatedUser", "federated user"},
      {"IdentityCenterUser", "Identity Center user"},
      {"WebIdentityUser", "web identity"},
      {"SAMLUser", "SAML user"},
      {"Directory", "directory user"},
  };
  for (const auto& [known, words] : kKinds) {
    if (known == type) return words;
  }
  return {};
}

std::string caller_words(std::string_view principal, std::string_view type) {
  if (principal.empty()) return "an unknown caller";
  if (type == "Root") return "root user";
  const std::string_view kind = kind_words(type);
  return std::string(kind) + (kind.empty() ? "" : " ") + spoken_name(principal);
}

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
  const std::string_view named = named_part(principal);
  if (named == "root") return "root";
  if (const std::string_view identity = web_identity(principal, named); !identity.empty()) {
    return std::string(identity);
  }
  const std::size_t slash = principal.rfind('/');
  const std::size_t colon = principal.rfind(':');
  const std::size_t at = slash == std::string_view::npos ? colon : slash;
  return std::string(principal.substr(at + 1));
}

}  // namespace trailhound::findings
