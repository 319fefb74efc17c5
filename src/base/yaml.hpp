// SPDX-License-Identifier: Apache-2.0
//
// YAML files (hunts, the site file, rules) as a tree that knows where everything stood.
//
//   TRY(YamlNode file, parse_yaml(text, "trailhound.yml"));
//   std::string title = file.text("title");
//
// Scalars stay text, as they are spelt: `on: yes` is the text "yes". The only file that includes
// libyaml (yaml.h) is yaml.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/span.hpp"

namespace trailhound {

struct YamlEntry;

/// A node of a YAML document.
class YamlNode {
 public:
  enum class Kind { Null, Scalar, Sequence, Map };
  Kind kind = Kind::Null;
  std::string scalar;              ///< Kind::Scalar
  bool quoted = false;             ///< The scalar stood in quotes or a block
  std::vector<YamlNode> items;     ///< Kind::Sequence
  std::vector<YamlEntry> entries;  ///< Kind::Map: key (a scalar), value
  Span span;                       ///< Where it begins; one character long

  /// The value under `key`; null if there is none.
  const YamlNode* find(std::string_view key) const;
  /// The scalar under `key`, else `otherwise`.
  std::string text(std::string_view key, std::string_view otherwise = {}) const;
  /// Scalars of a sequence under `key`; one scalar counts as a sequence of one.
  std::vector<std::string> texts(std::string_view key) const;
  /// As JSON: unquoted true/false/null/numbers become what they look like.
  Json to_json() const;
};

/// A key (a scalar) of a map, and its value.
struct YamlEntry {
  YamlNode key;
  YamlNode value;
};

/// Parses the first document; errors `bad-yaml` point into `text` and name it `name`.
Result<YamlNode> parse_yaml(std::string_view text, std::string_view name);
/// All documents of a stream (`---` between them).
Result<std::vector<YamlNode>> parse_yaml_all(std::string_view text, std::string_view name);
/// An error about a node of the text called `name`.
Error yaml_error(const YamlNode& node, std::string_view name, std::string message);

}  // namespace trailhound
