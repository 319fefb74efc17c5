// SPDX-License-Identifier: Apache-2.0
#include "event/network.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "base/text.hpp"

namespace trailhound::event {

namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kLongestAddress = 45;  // ffff:…:ffff:255.255.255.255

/// A decimal number of at most three digits without a leading zero, at most `most`.
std::optional<int> parse_small(std::string_view text, int most) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value <= most ? std::optional(value) : std::nullopt;
}

bool parse_v4(std::string_view text, std::uint8_t* four) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return false;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto octet = parse_small(parts[i], 255);
    if (!octet) return false;
    four[i] = static_cast<std::uint8_t>(*octet);
  }
  return true;
}

std::optional<std::uint16_t> parse_group(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    const char low = to_lower(c);
    if (low >= '0' && low <= '9') {
      value = value * 16 + static_cast<unsigned>(low - '0');
    } else if (low >= 'a' && low <= 'f') {
      value = value * 16 + static_cast<unsigned>(low - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return static_cast<std::uint16_t>(value);
}

/// Appends the groups of `text` (one side of a `::`), the last of which may be IPv4.
bool parse_groups(std::string_view text, bool may_end_in_v4, std::vector<std::uint8_t>& bytes) {
  if (text.empty()) return true;
  const auto groups = split(text, ':');
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (may_end_in_v4 && i + 1 == groups.size() && groups[i].find('.') != std::string_view::npos) {
      std::array<std::uint8_t, 4> four;
      if (!parse_v4(groups[i], four.data())) return false;
      bytes.insert(bytes.end(), four.begin(), four.end());
      continue;
    }
    const auto group = parse_group(groups[i]);
    if (!group) return false;
    bytes.push_back(static_cast<std::uint8_t>(*group >> 8));
    bytes.push_back(static_cast<std::uint8_t>(*group & 0xff));
  }
  return true;
}

std::optional<Address> parse_v6(std::string_view text) {
  const std::size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  std::vector<std::uint8_t> front;
  std::vector<std::uint8_t> back;
  if (!has_gap) {
    if (!parse_groups(text, true, front) || front.size() != 16) return std::nullopt;
  } else {
    const std::string_view rest = text.substr(gap + 2);
    if (rest.find("::") != std::string_view::npos) return std::nullopt;
    if (!parse_groups(text.substr(0, gap), false, front) || !parse_groups(rest, true, back)) {
      return std::nullopt;
    }
    if (front.size() + back.size() > 14) return std::nullopt;  // `::` stands for a group or more
  }
  Address address;
  std::copy(front.begin(), front.end(), address.bytes.begin());
  std::copy(back.begin(), back.end(),
            address.bytes.end() - static_cast<std::ptrdiff_t>(back.size()));
  return address;
}

struct Place {
  Network network;
  std::string_view kind;
};

/// IANA's special-purpose registries, narrower networks before those around them.
const std::vector<Place>& places() {
  static const std::vector<Place> all = [] {
    constexpr std::pair<std::string_view, std::string_view> kRows[] = {
        {"127.0.0.0/8", "loopback"},
        {"10.0.0.0/8", "private"},
        {"172.16.0.0/12", "private"},
        {"192.168.0.0/16", "private"},
        {"100.64.0.0/10", "private"},
        {"169.254.0.0/16", "link-local"},
        {"192.0.2.0/24", "documentation"},
        {"198.51.100.0/24", "documentation"},
        {"203.0.113.0/24", "documentation"},
        {"0.0.0.0/8", "reserved"},
        {"192.0.0.0/24", "reserved"},
        {"198.18.0.0/15", "reserved"},
        {"224.0.0.0/4", "reserved"},
        {"240.0.0.0/4", "reserved"},
        {"::1/128", "loopback"},
        {"::/128", "reserved"},
        {"fc00::/7", "private"},
        {"fe80::/10", "link-local"},
        {"2001:db8::/32", "documentation"},
        {"3fff::/20", "documentation"},
        {"100::/64", "reserved"},
        {"ff00::/8", "reserved"},
    };
    std::vector<Place> made;
    for (const auto& [text, kind] : kRows) made.push_back({*parse_network(text), kind});
    return made;
  }();
  return all;
}

bool is_host_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

bool is_aws_host(std::string_view lower) {
  for (const std::string_view end : {".amazonaws.com", ".amazonaws.com.cn", ".amazon.com",
                                     ".aws.amazon.com", ".aws.internal", ".api.aws"}) {
    if (lower.size() > end.size() && lower.ends_with(end)) return is_host_name(lower);
  }
  return false;
}

}  // namespace

bool Address::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

bool Network::holds(const Address& address) const {
  const auto whole = static_cast<std::size_t>(bits / 8);
  for (std::size_t i = 0; i < whole; ++i) {
    if (address.bytes[i] != first.bytes[i]) return false;
  }
  if (bits % 8 == 0) return true;
  const int mask = 0xff00 >> (bits % 8) & 0xff;
  return (address.bytes[whole] & mask) == (first.bytes[whole] & mask);
}

Address Network::last() const {
  Address end = first;
  for (int bit = bits; bit < 128; ++bit) {
    auto& byte = end.bytes[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(byte | 0x80 >> (bit % 8));
  }
  return end;
}

std::optional<Address> parse_address(std::string_view text) {
  if (text.empty() || text.size() > kLongestAddress) return std::nullopt;
  if (text.find(':') != std::string_view::npos) return parse_v6(text);
  Address address;
  std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
  if (!parse_v4(text, address.bytes.data() + 12)) return std::nullopt;
  return address;
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network{*address, 128};
  if (slash == std::string_view::npos) return network;
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8 in IPv6's spelling: the number counts in the spelling's bits.
  const bool dotted_only = text.substr(0, slash).find(':') == std::string_view::npos;
  const auto bits = parse_small(text.substr(slash + 1), dotted_only ? 32 : 128);
  if (!bits) return std::nullopt;
  network.bits = *bits + (dotted_only ? 96 : 0);
  for (int bit = network.bits; bit < 128; ++bit) {
    auto& byte = network.first.bytes[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(byte & ~(0x80 >> (bit % 8)));
  }
  return network;
}

std::string format(const Address& address) {
  const auto& bytes = address.bytes;
  if (address.is_v4()) {
    std::string text;
    for (std::size_t i = 12; i < 16; ++i) {
      if (i > 12) text += '.';
      text += std::to_string(bytes[i]);
    }
    return text;
  }
  std::array<unsigned, 8> groups;
  for (std::size_t i = 0; i < 8; ++i) {
    groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  }
  std::size_t best = 8;
  std::size_t best_size = 1;  // a single zero group is not shortened
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t size = 0;
    while (i + size < 8 && groups[i + size] == 0) ++size;
    if (size > best_size) best = i, best_size = size;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      text += "::";
      i += best_size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    bool begun = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      const unsigned digit = groups[i] >> shift & 0xf;
      if (digit == 0 && !begun && shift > 0) continue;
      begun = true;
      text += kDigits[digit];
    }
  }
  return text;
}

std::string format(const Network& network) {
  const bool v4 = network.first.is_v4() && network.bits >= 96;
  return format(network.first) + '/' + std::to_string(v4 ? network.bits - 96 : network.bits);
}

std::string network_kind(std::string_view source) {
  if (source.empty()) return {};
  if (const auto address = parse_address(source)) {
    for (const Place& place : places()) {
      if (place.network.holds(*address)) return std::string(place.kind);
    }
    return "public";
  }
  constexpr std::string_view kInternal = "AWS Internal";
  if (source.starts_with(kInternal) &&
      (source.size() == kInternal.size() || source[kInternal.size()] == '/')) {
    return std::string(kInternal);
  }
  if (source.size() <= 253) {
    std::string lower = to_lower(source);
    if (is_aws_host(lower)) return lower;
  }
  return "other";
}

}  // namespace trailhound::event
