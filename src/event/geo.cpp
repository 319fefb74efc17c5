// SPDX-License-Identifier: Apache-2.0
#include "event/geo.hpp"

#include <maxminddb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <sstream>

#include "base/json.hpp"
#include "base/text.hpp"

namespace trailhound::event {

namespace {

constexpr std::size_t kLongestText = 200;

/// Zero behind the first `bits` bits.
Address masked(Address address, int bits) {
  for (std::size_t i = 0; i < 16; ++i) {
    const int left = bits - static_cast<int>(i) * 8;
    if (left <= 0) {
      address.bytes[i] = 0;
    } else if (left < 8) {
      address.bytes[i] = static_cast<std::uint8_t>(address.bytes[i] & (0xff00 >> left & 0xff));
    }
  }
  return address;
}

/// A value of an entry by its path, as the library wants it: a null-terminated list of keys.
bool get(MMDB_entry_s& entry, std::initializer_list<const char*> keys, std::uint32_t type,
         MMDB_entry_data_s& data) {
  std::vector<const char*> path(keys);
  path.push_back(nullptr);
  return MMDB_aget_value(&entry, &data, path.data()) == MMDB_SUCCESS && data.has_data &&
         data.type == type;
}

std::string text_at(MMDB_entry_s& entry, std::initializer_list<const char*> keys) {
  MMDB_entry_data_s data;
  if (!get(entry, keys, MMDB_DATA_TYPE_UTF8_STRING, data)) return {};
  const std::size_t size = std::min<std::size_t>(data.data_size, kLongestText);
  return to_utf8({data.utf8_string, size});
}

Atlas& atlas() {
  static Atlas used;
  return used;
}

}  // namespace

Result<AwsRanges> AwsRanges::parse(std::string_view text, std::string_view name) {
  const auto wrong = [&](std::string what) {
    return Error{"bad-ip-ranges", "`" + std::string(name) + "` " + std::move(what)};
  };
  auto parsed = parse_json(text);
  if (!parsed.ok()) return wrong("is not JSON: " + parsed.error().message);
  AwsRanges made;
  for (const auto& [list, key] :
       {std::pair{"prefixes", "ip_prefix"}, std::pair{"ipv6_prefixes", "ipv6_prefix"}}) {
    const Json* prefixes = parsed->find(list);
    if (prefixes == nullptr || prefixes->array() == nullptr) {
      return wrong(std::string("has no list `") + list + "`");
    }
    for (const Json& prefix : *prefixes->array()) {
      const auto network = parse_network(prefix.text(key));
      if (!network)
        return wrong("names `" + prefix.dump().substr(0, 80) + "`, which is no network");
      auto& same_length = made.by_bits_[network->bits];
      const auto [at, is_first] = same_length.emplace(network->first, made.ranges_.size());
      // Every range is listed for AMAZON too; the service that it belongs to says more.
      if (is_first) {
        made.ranges_.push_back(
            {std::string(prefix.text("service")), std::string(prefix.text("region"))});
      } else if (made.ranges_[at->second].service == "AMAZON") {
        made.ranges_[at->second].service = prefix.text("service");
      }
    }
  }
  return made;
}

Result<AwsRanges> AwsRanges::load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) return Error{"no-such-path", "`" + path + "` cannot be read"};
  return parse(text.str(), path);
}

const AwsRanges::Range* AwsRanges::find(const Address& address) const {
  for (const auto& [bits, networks] : by_bits_) {
    const auto found = networks.find(masked(address, bits));
    if (found != networks.end()) return &ranges_[found->second];
  }
  return nullptr;
}

Result<GeoDatabase> GeoDatabase::open(const std::string& path) {
  auto database = std::make_unique<MMDB_s>();
  const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, database.get());
  if (status != MMDB_SUCCESS) {
    return Error{"bad-mmdb", "`" + path + "` cannot be used: " + MMDB_strerror(status)};
  }
  GeoDatabase made;
  made.database_ = std::shared_ptr<void>(database.release(), [](void* held) {
    auto* closing = static_cast<MMDB_s*>(held);
    MMDB_close(closing);
    delete closing;
  });
  return made;
}

std::optional<GeoDatabase::Entry> GeoDatabase::find(const Address& address) const {
  const auto* database = static_cast<const MMDB_s*>(database_.get());
  sockaddr_storage storage{};
  if (address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, address.bytes.data() + 12, 4);
    std::memcpy(&storage, &v4, sizeof v4);
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    std::memcpy(&v6.sin6_addr, address.bytes.data(), 16);
    std::memcpy(&storage, &v6, sizeof v6);
  }
  int status = MMDB_SUCCESS;
  MMDB_lookup_result_s found =
      MMDB_lookup_sockaddr(database, reinterpret_cast<sockaddr*>(&storage), &status);
  if (status != MMDB_SUCCESS || !found.found_entry) return std::nullopt;
  Entry entry;
  MMDB_entry_data_s number;
  if (get(found.entry, {"autonomous_system_number"}, MMDB_DATA_TYPE_UINT32, number)) {
    entry.asn = number.uint32;
  }
  entry.organisation = text_at(found.entry, {"autonomous_system_organization"});
  entry.country = text_at(found.entry, {"country", "iso_code"});
  if (entry.country.empty())
    entry.country = text_at(found.entry, {"registered_country", "iso_code"});
  entry.city = text_at(found.entry, {"city", "names", "en"});
  return entry;
}

void use_atlas(Atlas next) { atlas() = std::move(next); }

std::string place_of(std::string_view source) {
  const Atlas& known = atlas();
  const auto address = parse_address(source);
  if (!address) return network_kind(source);
  const Atlas::Own* narrowest = nullptr;
  for (const Atlas::Own& own : known.own) {
    if (own.network.holds(*address) &&
        (narrowest == nullptr || own.network.bits > narrowest->network.bits)) {
      narrowest = &own;
    }
  }
  if (narrowest != nullptr) return narrowest->name;
  if (known.aws) {
    if (const AwsRanges::Range* range = known.aws->find(*address)) {
      const std::string service = range->service == "AMAZON" ? "" : ' ' + range->service;
      return "AWS" + service + ' ' + range->region;
    }
  }
  if (const auto entry = known.geo ? known.geo->find(*address) : std::nullopt) {
    std::string words;
    if (entry->asn != 0) words = "AS" + std::to_string(entry->asn);
    if (!entry->organisation.empty()) words += (words.empty() ? "" : " ") + entry->organisation;
    for (const std::string& part : {entry->city, entry->country}) {
      if (!part.empty()) words += (words.empty() ? "" : ", ") + part;
    }
    if (!words.empty()) return words;
  }
  return network_kind(source);
}

std::optional<GeoDatabase::Entry> geo_of(std::string_view source) {
  const Atlas& known = atlas();
  const auto address = parse_address(source);
  if (!known.geo || !address) return std::nullopt;
  return known.geo->find(*address);
}

}  // namespace trailhound::event
