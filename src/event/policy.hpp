// SPDX-License-Identifier: Apache-2.0
//
// Policy documents, read wherever they stand: JSON, JSON inside a string, URL-encoded, or somewhere
// inside a whole requestParameters.
//
//   if (auto policy = parse_policy(document)) {
//     policy->grants_admin();      // may somebody with it do anything, or hand himself anything?
//     policy->outside({"111122223333"});  // who of other accounts is named
//   }
//
// What these answers mean, exactly:
//
// - **Admin**: an Allow statement whose actions hold all of `iam:*` (by `*`, `iam:*`, or a
// NotAction
//   that leaves IAM its whole or in part) on a resource pattern that holds every role, user and
//   policy of an account (`*`, `arn:aws:iam::*:*`, or a NotResource that leaves some of them). Deny
//   statements and conditions are not weighed: a condition narrows when, not what. conditions()
//   shows them.
// - **Public**: an Allow statement whose principal is everybody (`*`), or everybody but some
//   (NotPrincipal). Under a Condition the document alone does not tell: then the answer is neither
//   yes nor no.
// - **Outside**: a principal of an Allow statement that is not a service, and whose account is not
//   among the own ones or cannot be told (a canonical id, the unique id of something deleted, an
//   identity provider of the public).
//
// Element names are compared without case, as IAM does. A document is what has a Statement.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace trailhound::event {

/// A policy that has been found and decoded.
class Policy {
 public:
  explicit Policy(Json&& document) : document_(std::move(document)) {}

  bool grants_admin() const;
  /// Unset where only a statement with a Condition opens it.
  std::optional<bool> is_public() const;
  /// Of the Allow statements, each once, in order: "*", "* except arn:…", an ARN (an account id
  /// alone as the ARN of its root), a service's name, a provider, "canonical:…".
  std::vector<std::string> principals() const;
  /// Those of principals() that are not services and not of the accounts in `own`.
  std::vector<std::string> outside(std::span<const std::string_view> own) const;
  /// Each once, in order: "iam:*", "* except s3:*" for a NotAction, "deny s3:*" for a Deny.
  std::vector<std::string> actions() const;
  /// Of the Allow statements: "*", an ARN, "* except arn:…".
  std::vector<std::string> resources() const;
  /// Of the Allow statements: "StringEquals sts:ExternalId = abc; Bool … = true"; cut at 2,000
  /// bytes.
  std::string conditions() const;
  /// The document as compact JSON.
  std::string text() const { return document_.dump(); }

 private:
  Json document_;
};

/// The first policy in `text`, nothing if there is none. Bounded: texts over 1 MiB hold none, a
/// document is unwrapped eight times at most, 1,000 statements of it are read.
std::optional<Policy> parse_policy(std::string_view text);

/// Whether an IAM pattern (`*` any text, `?` one character; letters without case) holds `text`.
bool pattern_holds(std::string_view pattern, std::string_view text);

}  // namespace trailhound::event
