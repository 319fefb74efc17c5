// SPDX-License-Identifier: Apache-2.0
#include "findings/site.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "findings/pattern.hpp"

namespace trailhound::findings {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> kKeys = {
    "accounts", "networks", "regions", "scanners", "break_glass", "mmdb", "ip_ranges", "expect"};

struct ExpectKey {
  std::string_view name;
  std::string Expectation::*member;
};
constexpr std::array<ExpectKey, 9> kExpectTexts = {{{"hunt", &Expectation::hunt},
                                                    {"principal", &Expectation::principal},
                                                    {"source", &Expectation::source},
                                                    {"action", &Expectation::action},
                                                    {"target", &Expectation::target},
                                                    {"account", &Expectation::account},
                                                    {"region", &Expectation::region},
                                                    {"agent", &Expectation::agent},
                                                    {"because", &Expectation::because}}};

class SiteReader {
 public:
  explicit SiteReader(std::string_view name) : name_(name) {}

  Result<Site> read(const YamlNode& root) const {
    Site site;
    site.path = name_;
    if (root.kind == YamlNode::Kind::Null) return site;
    if (root.kind != YamlNode::Kind::Map) return wrong(root, "a site file is a map of keys");
    for (const auto& [key, value] : root.entries) {
      if (std::find(kKeys.begin(), kKeys.end(), key.scalar) == kKeys.end()) {
        return unknown(key, kKeys, "a site file");
      }
      TRY(read_part(site, key.scalar, value));
    }
    return site;
  }

 private:
  Error wrong(const YamlNode& node, std::string message) const {
    return yaml_error(node, name_, std::move(message));
  }

  Error unknown(const YamlNode& key, std::span<const std::string_view> keys,
                std::string_view what) const {
    Error error = wrong(key, std::string(what) + " has no key `" + key.scalar + "`");
    if (const auto near = nearest(key.scalar, keys)) {
      const Span span{key.span.begin,
                      key.span.begin + static_cast<std::uint32_t>(key.scalar.size())};
      error.fix = Fix{.title = "use `" + *near + "`", .edits = {{span, *near}}};
    }
    return error;
  }

  Result<void> read_part(Site& site, std::string_view key, const YamlNode& value) const {
    if (key == "accounts") return read_accounts(site, value);
    if (key == "networks") return read_networks(site, value);
    if (key == "expect") return read_expect(site, value);
    if (key == "regions") return read_texts(site.regions, value);
    if (key == "scanners") return read_texts(site.scanners, value);
    if (key == "break_glass") return read_texts(site.break_glass, value);
    if (value.kind != YamlNode::Kind::Scalar) return wrong(value, "a path is a text");
    (key == "mmdb" ? site.mmdb : site.ip_ranges) = value.scalar;
    return {};
  }

  Result<void> read_texts(std::vector<std::string>& all, const YamlNode& value) const {
    if (value.kind == YamlNode::Kind::Scalar) {
      all.push_back(value.scalar);
      return {};
    }
    if (value.kind != YamlNode::Kind::Sequence) return wrong(value, "this is a list of texts");
    for (const YamlNode& item : value.items) {
      if (item.kind != YamlNode::Kind::Scalar) return wrong(item, "this is a list of texts");
      all.push_back(item.scalar);
    }
    return {};
  }

  Result<void> add_account(Site& site, const YamlNode& id, std::string name) const {
    const bool digits = std::all_of(id.scalar.begin(), id.scalar.end(),
                                    [](char c) { return c >= '0' && c <= '9'; });
    if (id.scalar.size() != 12 || !digits) {
      return wrong(id, "an account is twelve digits: write it in quotes");
    }
    if (name.empty()) name = id.scalar;
    site.accounts[id.scalar] = std::move(name);
    return {};
  }

  Result<void> read_accounts(Site& site, const YamlNode& value) const {
    for (const YamlNode& item : value.items) TRY(add_account(site, item, {}));
    for (const auto& [id, name] : value.entries) TRY(add_account(site, id, name.scalar));
    if (value.kind == YamlNode::Kind::Scalar) return add_account(site, value, {});
    return {};
  }

  Result<void> read_networks(Site& site, const YamlNode& value) const {
    if (value.kind != YamlNode::Kind::Map) {
      return wrong(value, "`networks` is a map of a name to its networks");
    }
    for (const auto& [name, held] : value.entries) {
      std::vector<std::string> texts;
      TRY(read_texts(texts, held));
      for (const std::string& text : texts) {
        const auto network = event::parse_network(text);
        if (!network) return wrong(held, "`" + text + "` is no network: 203.0.113.0/24");
        site.networks.push_back({name.scalar, *network});
      }
    }
    return {};
  }

  Result<void> read_expect(Site& site, const YamlNode& value) const {
    if (value.kind != YamlNode::Kind::Sequence) return wrong(value, "`expect` is a list");
    for (const YamlNode& item : value.items) {
      Expectation entry;
      for (const YamlEntry& said : item.entries) {
        const YamlNode& key = said.key;
        const YamlNode& text = said.value;
        const auto known = std::find_if(kExpectTexts.begin(), kExpectTexts.end(),
                                        [&](const ExpectKey& k) { return k.name == key.scalar; });
        if (known != kExpectTexts.end()) {
          entry.*(known->member) = text.scalar;
        } else if (key.scalar == "until") {
          TRY(entry.until, end_of(text));
        } else {
          std::vector<std::string_view> names = {"until"};
          for (const ExpectKey& k : kExpectTexts) names.push_back(k.name);
          return unknown(key, names, "an entry of `expect`");
        }
      }
      if (entry.because.empty()) return wrong(item, "an entry of `expect` says `because`");
      site.expect.push_back(std::move(entry));
    }
    return {};
  }

  /// The end of a day, or the moment given.
  Result<std::optional<Time>> end_of(const YamlNode& node) const {
    const auto time = parse_typed_time(node.scalar);
    if (!time) return wrong(node, "`until` is a day: 2026-12-31");
    return std::optional<Time>(node.scalar.size() <= 10 ? Time{time->micros + kDay} : *time);
  }

  std::string name_;
};

bool meets(const std::string& pattern, std::string_view text) {
  return pattern.empty() || matches(pattern, text);
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(pattern, text); });
}

}  // namespace

Result<Site> parse_site(std::string_view text, std::string_view name) {
  TRY(const YamlNode root, parse_yaml(text, name));
  return SiteReader(name).read(root);
}

Result<Site> Site::load(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.good()) {
    return Error("no-such-path", "the site file `" + file.string() + "` cannot be read");
  }
  TRY(Site site, parse_site(text.str(), file.string()));
  for (std::string* path : {&site.mmdb, &site.ip_ranges}) {
    if (!path->empty()) *path = (file.parent_path() / *path).string();
  }
  return site;
}

Result<Site> Site::find(const std::string& file, const std::vector<std::string>& beside) {
  if (!file.empty()) return load(file);
  for (const std::string& path : beside) {
    std::error_code failed;
    const fs::path folder =
        fs::is_directory(path, failed) ? fs::path(path) : fs::path(path).parent_path();
    const fs::path parent = fs::absolute(folder, failed).lexically_normal().parent_path();
    for (const fs::path& candidate : {folder / "trailhound.yml", parent / "trailhound.yml"}) {
      if (fs::is_regular_file(candidate, failed)) return load(candidate);
    }
  }
  return Site{};
}

const Expectation* Site::expected(const Finding& finding) const {
  for (const Expectation& entry : expect) {
    // A finding of several hunts is hidden only if the entry covers them all.
    const bool hunts = std::all_of(finding.hunts.begin(), finding.hunts.end(),
                                   [&](const std::string& id) { return meets(entry.hunt, id); });
    if (!hunts || (entry.until && finding.last >= *entry.until)) continue;
    const auto network = event::parse_network(entry.source);
    const auto address = event::parse_address(finding.source);
    const bool from =
        (network && address && network->holds(*address)) || meets(entry.source, finding.source) ||
        (!network_of(finding.source).empty() && meets(entry.source, network_of(finding.source)));
    if (from && meets(entry.principal, finding.principal) && meets(entry.action, finding.action) &&
        meets(entry.target, finding.target) && meets(entry.account, finding.account) &&
        meets(entry.region, finding.region) && meets(entry.agent, finding.agent)) {
      return &entry;
    }
  }
  return nullptr;
}

std::string_view Site::network_of(std::string_view source) const {
  const auto address = event::parse_address(source);
  if (!address) return {};
  for (const OwnNetwork& own : networks) {
    if (own.network.holds(*address)) return own.name;
  }
  return {};
}

std::string Site::account_words(std::string_view account) const {
  const auto found = accounts.find(std::string(account));
  if (found == accounts.end() || found->second == account) return std::string(account);
  return found->second + " (" + std::string(account) + ")";
}

Result<event::Atlas> Site::atlas() const {
  event::Atlas made;
  for (const OwnNetwork& own : networks) made.own.push_back({own.name, own.network});
  if (!ip_ranges.empty()) {
    TRY(made.aws, event::AwsRanges::load(ip_ranges));
  }
  if (!mmdb.empty()) {
    TRY(made.geo, event::GeoDatabase::open(mmdb));
  }
  return made;
}

bool Site::is_scanner(std::string_view principal) const { return any_matches(scanners, principal); }

bool Site::is_break_glass(std::string_view principal) const {
  return any_matches(break_glass, principal);
}

}  // namespace trailhound::findings
