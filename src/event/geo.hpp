// SPDX-License-Identifier: Apache-2.0
//
// Whose addresses are whose: our own networks, those that AWS publishes, and what a MaxMind
// database knows of the rest.
//
//   Atlas atlas;
//   atlas.own.push_back({"office", *parse_network("203.0.113.0/24")});
//   TRY(atlas.aws, AwsRanges::load("ip-ranges.json"));
//   TRY(atlas.geo, GeoDatabase::open("GeoLite2-ASN.mmdb"));
//   use_atlas(std::move(atlas));              // once, before the first question
//   place_of("203.0.113.9");                  // "office"
//
// The SQL functions place(address), asn(address) and country(address) look here. With no atlas in
// use place says what network says, and the others are NULL. Looking up is safe from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "event/network.hpp"

namespace trailhound::event {

/// What AWS publishes as ip-ranges.json.
class AwsRanges {
 public:
  struct Range {
    std::string service;  ///< "EC2"; "AMAZON" where no service is named
    std::string region;   ///< "us-east-1", "GLOBAL"
  };
  /// Error `bad-ip-ranges` where the text is not that file; `name` is what the error calls it.
  static Result<AwsRanges> parse(std::string_view text, std::string_view name);
  static Result<AwsRanges> load(const std::string& path);
  /// The narrowest range that holds the address; null if none does.
  const Range* find(const Address& address) const;
  std::size_t size() const { return ranges_.size(); }

 private:
  std::vector<Range> ranges_;
  /// Ranges by length, longest first, then by their first address.
  std::map<int, std::map<Address, std::size_t>, std::greater<>> by_bits_;
};

/// A MaxMind database: GeoLite2 or GeoIP2, of ASNs, countries or cities.
class GeoDatabase {
 public:
  struct Entry {
    std::uint32_t asn = 0;     ///< 0 where the database does not say
    std::string organisation;  ///< Of the ASN
    std::string country;       ///< "DE"
    std::string city;          ///< English name
  };
  /// Error `bad-mmdb`.
  static Result<GeoDatabase> open(const std::string& path);
  std::optional<Entry> find(const Address& address) const;

 private:
  std::shared_ptr<void> database_;
};

/// All that is known of addresses.
struct Atlas {
  struct Own {
    std::string name;
    Network network;
  };
  std::vector<Own> own;
  std::optional<AwsRanges> aws;
  std::optional<GeoDatabase> geo;
};

/// Makes an atlas the one that place_of and the SQL functions use. Before the first question only.
void use_atlas(Atlas atlas);
/// What a sourceIPAddress is, in words: the name of an own network, "AWS EC2 us-east-1",
/// "AS64500 Example Net, DE", else what network_kind says.
std::string place_of(std::string_view source);
/// What the database of the atlas says; none where it says nothing.
std::optional<GeoDatabase::Entry> geo_of(std::string_view source);

}  // namespace trailhound::event
