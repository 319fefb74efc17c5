// SPDX-License-Identifier: Apache-2.0
//
// The site file, trailhound.yml: what is ours, and what is expected.
//
//   accounts: {"111122223333": production, "444455556666": sandbox}
//   networks: {office: [203.0.113.0/24], vpn: 198.51.100.7}
//   regions: [eu-central-1, us-east-1]
//   scanners: ["arn:aws:iam::*:role/posture-scanner"]
//   break_glass: ["arn:aws:iam::111122223333:user/emergency"]
//   mmdb: GeoLite2-City.mmdb
//   ip_ranges: ip-ranges.json
//   expect:
//     - {hunt: iam-*, principal: "*:role/deploy", because: the pipeline makes users, until:
//     2026-12-31}
//
//   TRY(Site site, Site::load("trailhound.yml"));
//   if (const Expectation* entry = site.expected(finding)) ++hidden;
//
// An entry of `expect` hides a finding only if every part that it names matches; `because` must be
// given, and after `until` findings show again. What was hidden is counted, never silent.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/yaml.hpp"
#include "event/geo.hpp"
#include "event/network.hpp"
#include "findings/finding.hpp"

namespace trailhound::findings {

/// Findings that are known and wanted. Empty parts match anything; `*` stands for anything.
struct Expectation {
  std::string hunt, principal, source, action, target, account, region, agent;
  std::string because;
  std::optional<Time> until;  ///< The first moment that it no longer covers
};

/// A network of ours, by name.
struct OwnNetwork {
  std::string name;
  event::Network network;
};

/// What is ours. Empty where nothing was said.
struct Site {
  std::map<std::string, std::string> accounts;  ///< Id to name (the id itself where it has none)
  std::vector<OwnNetwork> networks;
  std::vector<std::string> regions;
  std::vector<std::string> scanners;
  std::vector<std::string> break_glass;
  std::string mmdb, ip_ranges;
  std::vector<Expectation> expect;
  std::string path;  ///< Empty: no file was read

  /// Reads a file. Paths in it are relative to it.
  static Result<Site> load(const std::filesystem::path& file);
  /// `file` if it is not empty, else trailhound.yml beside the first of `beside` that has one, else
  /// an empty site.
  static Result<Site> find(const std::string& file, const std::vector<std::string>& beside);

  /// The entry that expects this finding; null if none does.
  const Expectation* expected(const Finding& finding) const;
  /// The name of our network that holds this address; empty if none does.
  std::string_view network_of(std::string_view source) const;
  /// "production (111122223333)", or the id.
  std::string account_words(std::string_view account) const;
  /// What the SQL functions place, asn and country go by: own networks, and the files named. Error
  /// `bad-mmdb`, `bad-ip-ranges`, `no-such-path`.
  Result<event::Atlas> atlas() const;
  bool is_scanner(std::string_view principal) const;
  bool is_break_glass(std::string_view principal) const;
};

/// Reads a site file's text; `name` is what errors call it.
Result<Site> parse_site(std::string_view text, std::string_view name);

}  // namespace trailhound::findings
