// SPDX-License-Identifier: Apache-2.0
//
// Addresses and networks, exactly, and what kind of place a sourceIPAddress is.
//
//   auto address = parse_address("10.1.2.3");
//   auto network = parse_network("10.0.0.0/8");
//   network->holds(*address);                       // true
//   network_kind("cloudtrail.amazonaws.com");       // "cloudtrail.amazonaws.com"
//
// An IPv4 address written as IPv6 (::ffff:10.1.2.3) is the IPv4 address. Octets with leading zeros
// and zone names (%eth0) are refused: nobody agrees on what they mean.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trailhound::event {

/// An IPv4 or IPv6 address. IPv4 ones are kept as ::ffff:a.b.c.d and sort before most of IPv6.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4() const;
  friend auto operator<=>(const Address&, const Address&) = default;
};

/// An address range as CIDR writes it. `bits` counts in the 128 of Address: 10.0.0.0/8 has 104.
struct Network {
  Address first;  ///< Bits behind the prefix are zero.
  int bits = 128;
  bool holds(const Address& address) const;
  Address last() const;
  friend auto operator<=>(const Network&, const Network&) = default;
};

std::optional<Address> parse_address(std::string_view text);
/// `10.0.0.0/8`, or an address alone (its own network of one). Set bits behind the prefix count as
/// zero, as in Trino's IPPREFIX.
std::optional<Network> parse_network(std::string_view text);
/// Shortest spelling: "10.1.2.3", "2001:db8::1" (RFC 5952).
std::string format(const Address& address);
/// "10.0.0.0/8"
std::string format(const Network& network);

/// What a sourceIPAddress is: `private`, `loopback`, `link-local`, `documentation`, `reserved`,
/// `public`; a host name of AWS as it stands, in lower case (`cloudtrail.amazonaws.com`); `AWS
/// Internal`; `other` for anything else; empty for empty text.
std::string network_kind(std::string_view source);

}  // namespace trailhound::event
