// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.hpp"

#include <yaml.h>

#include <cstring>
#include <map>

#include "base/check.hpp"

namespace trailhound {
namespace {

constexpr int kMaxDepth = 100;
constexpr std::string_view kMark = "\xef\xbb\xbf";  // may stand at the front of UTF-8
constexpr std::size_t kMaxNodes = 1'000'000;        // aliases can make a small file a huge tree

std::string_view text_of(const yaml_char_t* text, std::size_t size) {
  return text == nullptr ? std::string_view()
                         : std::string_view(reinterpret_cast<const char*>(text), size);
}

std::string name_of(const yaml_char_t* anchor) {
  return anchor == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(anchor));
}

/// A plain scalar that says that there is nothing.
bool is_null(std::string_view plain) {
  return plain.empty() || plain == "~" || plain == "null" || plain == "Null" || plain == "NULL";
}

/// The place of a character in a text: libyaml counts characters, spans count bytes. Asked mostly
/// forwards, so it walks on from where it was asked last.
class Places {
 public:
  Places(std::string_view text, std::size_t before) : text_(text), before_(before) {}

  std::uint32_t byte_of(std::size_t character) {
    if (character < character_) character_ = byte_ = 0;
    while (character_ < character && byte_ < text_.size()) {
      do ++byte_;
      while (byte_ < text_.size() && (text_[byte_] & 0xc0) == 0x80);
      ++character_;
    }
    return static_cast<std::uint32_t>(before_ + byte_);
  }

 private:
  std::string_view text_;
  std::size_t before_;  ///< Bytes that stand before the text
  std::size_t character_ = 0, byte_ = 0;
};

/// libyaml's events, composed to trees.
class Composer {
 public:
  Composer(std::string_view text, std::string_view name)
      : name_(name), before_(text.starts_with(kMark) ? kMark.size() : 0) {
    text.remove_prefix(before_);
    places_ = Places(text, before_);
    CHECK(yaml_parser_initialize(&parser_) == 1, "a parser can be made");
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Composer() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Composer(const Composer&) = delete;
  Composer& operator=(const Composer&) = delete;

  Result<std::vector<YamlNode>> documents() {
    std::vector<YamlNode> all;
    for (;;) {
      TRY(next());
      if (event_.type == YAML_STREAM_END_EVENT) return all;
      if (event_.type != YAML_DOCUMENT_START_EVENT)
        continue;  // the stream's start, a document's end
      anchored_.clear();
      TRY(next());
      TRY(YamlNode root, node(0));
      all.push_back(std::move(root));
    }
  }

 private:
  struct Anchored {
    YamlNode node;
    std::size_t nodes;
  };

  Result<void> next() {
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_) == 1) return {};
    const bool unreadable = parser_.error == YAML_READER_ERROR;  // its place is one of bytes
    const std::uint32_t at = unreadable
                                 ? static_cast<std::uint32_t>(before_ + parser_.problem_offset)
                                 : places_.byte_of(parser_.problem_mark.index);
    const char* const words = parser_.problem == nullptr ? "not enough memory" : parser_.problem;
    return wrong(at, std::string("not YAML: ") + words);
  }

  Error wrong(std::uint32_t at, std::string message) const {
    return Error("bad-yaml", std::move(message)).at({at, at + 1}).in(std::string(name_));
  }

  /// The node that begins with the event at hand; stops at its last event.
  Result<YamlNode> node(int depth) {
    YamlNode made;
    const std::uint32_t at = places_.byte_of(event_.start_mark.index);
    made.span = {at, at + 1};
    const std::size_t before = nodes_;
    if (++nodes_ > kMaxNodes || depth > kMaxDepth) {
      return wrong(at, "too many nodes, or nested too deep");
    }
    std::string anchor;
    switch (event_.type) {
      case YAML_ALIAS_EVENT: {
        const std::string name = name_of(event_.data.alias.anchor);
        const auto found = anchored_.find(name);
        if (found == anchored_.end()) return wrong(at, "no `&" + name + "` stands before this");
        nodes_ += found->second.nodes;
        if (nodes_ > kMaxNodes) return wrong(at, "too many nodes, or nested too deep");
        return found->second.node;
      }
      case YAML_SCALAR_EVENT: {
        const auto& scalar = event_.data.scalar;
        anchor = name_of(scalar.anchor);
        made.scalar = text_of(scalar.value, scalar.length);
        made.quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE;
        const bool nothing = !made.quoted && scalar.tag == nullptr && is_null(made.scalar);
        if (nothing) made.scalar.clear();
        made.kind = nothing ? YamlNode::Kind::Null : YamlNode::Kind::Scalar;
        break;
      }
      case YAML_SEQUENCE_START_EVENT:
        anchor = name_of(event_.data.sequence_start.anchor);
        made.kind = YamlNode::Kind::Sequence;
        for (;;) {
          TRY(next());
          if (event_.type == YAML_SEQUENCE_END_EVENT) break;
          TRY(YamlNode item, node(depth + 1));
          made.items.push_back(std::move(item));
        }
        break;
      case YAML_MAPPING_START_EVENT:
        anchor = name_of(event_.data.mapping_start.anchor);
        made.kind = YamlNode::Kind::Map;
        for (;;) {
          TRY(next());
          if (event_.type == YAML_MAPPING_END_EVENT) break;
          TRY(YamlNode key, node(depth + 1));
          TRY(next());
          TRY(YamlNode value, node(depth + 1));
          made.entries.push_back({std::move(key), std::move(value)});
        }
        break;
      default:
        CHECK(false, "no other event begins a node");
    }
    if (!anchor.empty()) anchored_.insert_or_assign(anchor, Anchored{made, nodes_ - before});
    return made;
  }

  std::string_view name_;
  std::size_t before_;
  Places places_{{}, 0};
  yaml_parser_t parser_{};
  yaml_event_t event_{};
  std::map<std::string, Anchored> anchored_;
  std::size_t nodes_ = 0;
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
  return Composer(text, name).documents();
}

Error yaml_error(const YamlNode& node, std::string_view name, std::string message) {
  return Error("bad-yaml", std::move(message)).at(node.span).in(std::string(name));
}

}  // namespace trailhound
