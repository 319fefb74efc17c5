// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.hpp"

#include <yaml-cpp/yaml.h>

namespace trailhound {
namespace {

constexpr int kMaxDepth = 100;
constexpr std::size_t kMaxNodes = 1'000'000;  // aliases can make a small file a huge tree

struct Builder {
  std::size_t nodes = 0;
  bool too_large = false;

  YamlNode build(const YAML::Node& from, int depth) {
    YamlNode node;
    if (++nodes > kMaxNodes || depth > kMaxDepth) too_large = true;
    if (too_large) return node;
    const auto at = static_cast<std::uint32_t>(std::max(0, from.Mark().pos));
    node.span = {at, at + 1};
    switch (from.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        break;
      case YAML::NodeType::Scalar:
        node.kind = YamlNode::Kind::Scalar;
        node.scalar = from.Scalar();
        node.quoted = from.Tag() == "!";
        break;
      case YAML::NodeType::Sequence:
        node.kind = YamlNode::Kind::Sequence;
        for (const YAML::Node& item : from) node.items.push_back(build(item, depth + 1));
        break;
      case YAML::NodeType::Map:
        node.kind = YamlNode::Kind::Map;
        for (const auto& entry : from) {
          YamlNode key = build(entry.first, depth + 1);
          node.entries.push_back({std::move(key), build(entry.second, depth + 1)});
        }
        break;
    }
    return node;
  }
};

Json scalar_to_json(const YamlNode& node) {
  const std::string& text = node.scalar;
  if (node.quoted) return text;
  if (text == "true") return true;
  if (text == "false") return false;
  if (text == "null" || text == "~") return nullptr;
  const Result<Json> parsed = parse_json(text);
  return parsed.ok() && parsed->number() != nullptr ? *parsed : Json(text);
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name.scalar == key) return &value;
  }
  return nullptr;
}

std::string YamlNode::text(std::string_view key, std::string_view otherwise) const {
  const YamlNode* value = find(key);
  return value != nullptr && value->kind == Kind::Scalar ? value->scalar : std::string(otherwise);
}

std::vector<std::string> YamlNode::texts(std::string_view key) const {
  std::vector<std::string> all;
  const YamlNode* value = find(key);
  if (value == nullptr) return all;
  if (value->kind == Kind::Scalar) all.push_back(value->scalar);
  for (const YamlNode& item : value->items) {
    if (item.kind == Kind::Scalar) all.push_back(item.scalar);
  }
  return all;
}

Json YamlNode::to_json() const {
  switch (kind) {
    case Kind::Null:
      return nullptr;
    case Kind::Scalar:
      return scalar_to_json(*this);
    case Kind::Sequence: {
      Json::Array array;
      for (const YamlNode& item : items) array.push_back(item.to_json());
      return array;
    }
    case Kind::Map:
      break;
  }
  Json::Object object;
  for (const auto& [key, value] : entries) object.emplace_back(key.scalar, value.to_json());
  return object;
}

Result<YamlNode> parse_yaml(std::string_view text, std::string_view name) {
  TRY(std::vector<YamlNode> all, parse_yaml_all(text, name));
  return all.empty() ? YamlNode{} : std::move(all.front());
}

Result<std::vector<YamlNode>> parse_yaml_all(std::string_view text, std::string_view name) {
  try {
    Builder builder;
    std::vector<YamlNode> all;
    for (const YAML::Node& document : YAML::LoadAll(std::string(text))) {
      all.push_back(builder.build(document, 0));
    }
    if (!builder.too_large) return all;
    return Error("bad-yaml", "too many nodes, or nested too deep").in(std::string(name));
  } catch (const YAML::Exception& problem) {
    const auto at = static_cast<std::uint32_t>(std::max(0, problem.mark.pos));
    return Error("bad-yaml", "not YAML: " + problem.msg).at({at, at + 1}).in(std::string(name));
  }
}

Error yaml_error(const YamlNode& node, std::string_view name, std::string message) {
  return Error("bad-yaml", std::move(message)).at(node.span).in(std::string(name));
}

}  // namespace trailhound
