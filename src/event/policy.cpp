// SPDX-License-Identifier: Apache-2.0
//
// Whether a pattern holds *all* of something is asked by samples: a pattern of `*` and `?` that
// holds a name of one letter, another one, and a long one of other letters, holds them all.
#include "event/policy.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace trailhound::event {

namespace {

constexpr std::size_t kLongestDocument = 1 << 20;
constexpr std::size_t kMostStatements = 1000;
constexpr std::size_t kLongestConditions = 2000;
constexpr int kMostWrappings = 8;
constexpr std::string_view kSampleAccount = "000000000000";

using Texts = std::vector<std::string>;

// ---- finding and decoding

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = to_lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/// %7B → {; what is no escape stays. A plus stays too: IAM writes spaces as %20.
std::string url_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size() && hex_digit(text[at + 1]) >= 0 &&
        hex_digit(text[at + 2]) >= 0) {
      decoded += static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
      at += 2;
    } else {
      decoded += text[at];
    }
  }
  return to_utf8(decoded);
}

const Json* element(const Json& object, std::string_view name) {
  const Json::Object* members = object.object();
  if (members == nullptr) return nullptr;
  const Json* found = nullptr;
  for (const auto& [key, value] : *members) {
    if (equal_without_case(key, name)) found = &value;
  }
  return found;
}

bool is_policy(const Json& value) {
  const Json* statement = element(value, "Statement");
  return statement != nullptr && (statement->object() != nullptr || statement->array() != nullptr);
}

std::optional<Json> policy_in_text(std::string_view text, int wrappings);

/// The first policy in `value`: itself, or in what it holds.
std::optional<Json> policy_in(const Json& value, int wrappings) {
  if (is_policy(value)) return value;
  if (wrappings == 0) return std::nullopt;
  if (const std::string* text = value.string()) return policy_in_text(*text, wrappings - 1);
  if (const Json::Object* members = value.object()) {
    for (const auto& member : *members) {
      if (auto found = policy_in(member.second, wrappings - 1)) return found;
    }
  }
  if (const Json::Array* elements = value.array()) {
    for (const Json& inner : *elements) {
      if (auto found = policy_in(inner, wrappings - 1)) return found;
    }
  }
  return std::nullopt;
}

std::optional<Json> policy_in_text(std::string_view text, int wrappings) {
  text = trim(text);
  if (text.empty() || text.size() > kLongestDocument) return std::nullopt;
  if (text.starts_with('%')) {
    if (wrappings == 0) return std::nullopt;
    return policy_in_text(url_decoded(text), wrappings - 1);
  }
  if (text.front() != '{' && text.front() != '"' && text.front() != '[') return std::nullopt;
  auto parsed = parse_json(text);
  if (!parsed.ok()) return std::nullopt;
  return policy_in(*parsed, wrappings);
}

// ---- reading statements

/// One text or a list of them.
Texts texts_of(const Json* value) {
  Texts texts;
  if (value == nullptr) return texts;
  if (const std::string* text = value->string()) {
    texts.push_back(*text);
  } else if (const Json::Array* elements = value->array()) {
    for (const Json& inner : *elements) {
      if (const std::string* said = inner.string()) texts.push_back(*said);
    }
  } else if (const Json::Number* number = value->number()) {
    texts.push_back(number->text);
  } else if (const bool* truth = value->boolean()) {
    texts.push_back(*truth ? "true" : "false");
  }
  return texts;
}

std::vector<const Json*> statements(const Json& document, std::string_view effect) {
  std::vector<const Json*> chosen;
  const auto add = [&](const Json& statement) {
    const Json* said = element(statement, "Effect");
    if (said != nullptr && said->string() != nullptr &&
        equal_without_case(*said->string(), effect) && chosen.size() < kMostStatements) {
      chosen.push_back(&statement);
    }
  };
  const Json* all = element(document, "Statement");
  if (const Json::Array* list = all->array()) {
    for (const Json& statement : *list) add(statement);
  } else {
    add(*all);
  }
  return chosen;
}

void add_once(Texts& texts, std::string text) {
  if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
}

std::string all_except(const Texts& texts) { return "* except " + join(texts, ", "); }

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Principals under one key of a Principal element, spelt as principals() promises.
std::string normal_principal(std::string_view kind, const std::string& text) {
  if (equal_without_case(kind, "AWS") && is_account_id(text)) {
    return "arn:aws:iam::" + text + ":root";
  }
  if (equal_without_case(kind, "CanonicalUser")) return "canonical:" + text;
  return text;
}

Texts principals_of(const Json* principal) {
  Texts texts;
  if (principal == nullptr) return texts;
  if (const Json::Object* kinds = principal->object()) {
    for (const auto& [kind, named] : *kinds) {
      for (const std::string& text : texts_of(&named))
        add_once(texts, normal_principal(kind, text));
    }
    return texts;
  }
  for (const std::string& text : texts_of(principal)) {
    add_once(texts, normal_principal("AWS", text));
  }
  return texts;
}

bool is_everybody(std::string_view principal) {
  return principal == "*" || principal.starts_with("* except ");
}

/// A service, or an identity that AWS keeps for one (CloudFront's origin access identities).
bool is_service(std::string_view principal) {
  return principal.ends_with(".amazonaws.com") || principal.ends_with(".amazonaws.com.cn") ||
         principal.starts_with("arn:aws:iam::cloudfront:");
}

/// Providers that anyone can sign in with; their names end like services' or like nothing.
bool is_public_provider(std::string_view principal) {
  return principal.starts_with("cognito-identity.amazonaws.com");
}

std::string_view account_of(std::string_view arn) {
  const auto parts = split(arn, ':');
  return parts.size() >= 6 && parts[0] == "arn" ? parts[4] : std::string_view();
}

Texts statement_principals(const Json& statement) {
  Texts texts = principals_of(element(statement, "Principal"));
  const Texts barred = principals_of(element(statement, "NotPrincipal"));
  if (!barred.empty()) add_once(texts, all_except(barred));
  return texts;
}

// ---- admin

constexpr std::array<std::string_view, 3> kIamActions{"iam:a", "iam:Z", "iam:Xq0Xq0Xq0Xq0Xq0Xq0"};

bool holds_all_of_iam(const Texts& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [](const std::string& pattern) {
    return std::all_of(kIamActions.begin(), kIamActions.end(),
                       [&](std::string_view action) { return pattern_holds(pattern, action); });
  });
}

bool holds_every_identity(const Texts& patterns) {
  constexpr std::array<std::string_view, 6> kKinds{
      "role/a", "role/Xq0Xq0/Xq0", "user/a", "user/Xq0Xq0/Xq0", "policy/a", "policy/Xq0Xq0/Xq0"};
  return std::any_of(patterns.begin(), patterns.end(), [&](std::string pattern) {
    // An account's own number is as good as any for what happens within the account.
    const std::string_view account = account_of(pattern);
    if (is_account_id(account)) pattern = replace_all(pattern, account, kSampleAccount);
    return std::all_of(kKinds.begin(), kKinds.end(), [&](std::string_view kind) {
      return pattern_holds(pattern, "arn:aws:iam::000000000000:" + std::string(kind));
    });
  });
}

bool is_admin(const Json& statement) {
  const Json* actions = element(statement, "Action");
  const Json* barred_actions = element(statement, "NotAction");
  const bool every_action =
      actions != nullptr ? holds_all_of_iam(texts_of(actions))
                         : barred_actions != nullptr && !holds_all_of_iam(texts_of(barred_actions));
  if (!every_action) return false;
  if (const Json* resources = element(statement, "Resource")) {
    return holds_every_identity(texts_of(resources));
  }
  const Json* barred = element(statement, "NotResource");
  return barred != nullptr && !holds_every_identity(texts_of(barred));
}

bool has_condition(const Json& statement) {
  const Json* condition = element(statement, "Condition");
  return condition != nullptr && condition->object() != nullptr && !condition->object()->empty();
}

}  // namespace

bool pattern_holds(std::string_view pattern, std::string_view text) {
  // Backs up to the last star only, so the work is at most the product of the two sizes.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || to_lower(pattern[p]) == to_lower(text[t]))) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::optional<Policy> parse_policy(std::string_view text) {
  std::optional<Policy> policy;
  if (auto found = policy_in_text(text, kMostWrappings)) policy.emplace(std::move(*found));
  return policy;
}

bool Policy::grants_admin() const {
  const auto allowed = statements(document_, "Allow");
  return std::any_of(allowed.begin(), allowed.end(),
                     [](const Json* statement) { return is_admin(*statement); });
}

std::optional<bool> Policy::is_public() const {
  bool perhaps = false;
  for (const Json* statement : statements(document_, "Allow")) {
    const Texts named = statement_principals(*statement);
    if (std::none_of(named.begin(), named.end(), is_everybody)) continue;
    if (!has_condition(*statement)) return true;
    perhaps = true;
  }
  if (perhaps) return std::nullopt;
  return false;
}

Texts Policy::principals() const {
  Texts all;
  for (const Json* statement : statements(document_, "Allow")) {
    for (std::string& text : statement_principals(*statement)) add_once(all, std::move(text));
  }
  return all;
}

Texts Policy::outside(std::span<const std::string_view> own) const {
  Texts outsiders;
  for (std::string& text : principals()) {
    if (is_service(text) && !is_public_provider(text)) continue;
    const std::string_view account = account_of(text);
    if (std::find(own.begin(), own.end(), account) != own.end() && !account.empty()) continue;
    outsiders.push_back(std::move(text));
  }
  return outsiders;
}

Texts Policy::actions() const {
  Texts all;
  for (const std::string_view effect : {"Allow", "Deny"}) {
    const std::string lead = effect == "Deny" ? "deny " : "";
    for (const Json* statement : statements(document_, effect)) {
      for (const std::string& text : texts_of(element(*statement, "Action"))) {
        add_once(all, lead + text);
      }
      const Texts barred = texts_of(element(*statement, "NotAction"));
      if (!barred.empty()) add_once(all, lead + all_except(barred));
    }
  }
  return all;
}

Texts Policy::resources() const {
  Texts all;
  for (const Json* statement : statements(document_, "Allow")) {
    for (std::string& text : texts_of(element(*statement, "Resource"))) {
      add_once(all, std::move(text));
    }
    const Texts barred = texts_of(element(*statement, "NotResource"));
    if (!barred.empty()) add_once(all, all_except(barred));
  }
  return all;
}

std::string Policy::conditions() const {
  Texts all;
  for (const Json* statement : statements(document_, "Allow")) {
    const Json* condition = element(*statement, "Condition");
    if (condition == nullptr || condition->object() == nullptr) continue;
    for (const auto& [test, keys] : *condition->object()) {
      if (keys.object() == nullptr) continue;
      for (const auto& [key, values] : *keys.object()) {
        add_once(all, test + ' ' + key + " = " + join(texts_of(&values), ", "));
      }
    }
  }
  std::string text = join(all, "; ");
  if (text.size() > kLongestConditions) text = to_utf8(text.substr(0, kLongestConditions)) + " …";
  return text;
}

}  // namespace trailhound::event
