// SPDX-License-Identifier: Apache-2.0
#include "event/agent.hpp"

#include <array>

#include "base/text.hpp"

namespace trailhound::event {

namespace {

enum class Where { Begins, Word, Part };
enum class AgentKind { Attack, Iac, Cli, Sdk, Console, Browser, Service, Node, Tool };

struct Row {
  Where where;
  std::string_view piece;
  std::string_view family;
  AgentKind kind;
};

constexpr Row kRows[] = {
#define AGENT(where, piece, family, kind) {Where::where, piece, family, AgentKind::kind},
#include "event/agents.def"
#undef AGENT
};

struct System {
  std::string_view piece;  ///< As a word
  std::string_view name;
  bool is_attack;
};

/// Distributions made for attacks write their name into the kernel's version, which the SDKs send.
constexpr System kSystems[] = {
    {"kali", "kali", true},        {"parrot", "parrot", true},
    {"pentoo", "pentoo", true},    {"blackarch", "blackarch", true},
    {"parrotsec", "parrot", true}, {"android", "android", false},
    {"iphone", "ios", false},      {"ipad", "ios", false},
    {"darwin", "macos", false},    {"macintosh", "macos", false},
    {"macos", "macos", false},     {"os/mac", "macos", false},
    {"windows", "windows", false}, {"microsoft windows", "windows", false},
    {"linux", "linux", false},
};

std::string_view word(AgentKind kind) {
  constexpr std::array<std::string_view, 9> kWords{"attack",  "iac",     "cli",  "sdk", "console",
                                                   "browser", "service", "node", "tool"};
  return kWords[static_cast<std::size_t>(kind)];
}

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Where `piece` stands in `text` with no letter next to it.
std::size_t find_word(std::string_view text, std::string_view piece) {
  for (std::size_t at = text.find(piece); at != std::string_view::npos;
       at = text.find(piece, at + 1)) {
    const std::size_t end = at + piece.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) {
      return at;
    }
  }
  return std::string_view::npos;
}

std::size_t find(std::string_view text, const Row& row) {
  switch (row.where) {
    case Where::Begins:
      return text.starts_with(row.piece) ? 0 : std::string_view::npos;
    case Where::Word:
      return find_word(text, row.piece);
    case Where::Part:
      return text.find(row.piece);
  }
  return std::string_view::npos;
}

/// The number right behind a name: "/2.13.5", " 9.5", "#1.34", "/v1".
std::string_view version_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || (text[at] != '/' && text[at] != ' ' && text[at] != '#')) return {};
  ++at;
  if (at + 1 < text.size() && text[at] == 'v' && is_digit(text[at + 1])) ++at;
  std::size_t end = at;
  while (end < text.size() && end - at < 40 &&
         (is_digit(text[end]) ||
          (text[end] == '.' && end > at && end + 1 < text.size() && is_digit(text[end + 1])))) {
    ++end;
  }
  return text.substr(at, end - at);
}

/// The agent is one host name of AWS and nothing else.
bool is_aws_host(std::string_view lower) {
  if (!lower.ends_with(".amazonaws.com") && !lower.ends_with(".amazonaws.com.cn")) return false;
  for (const char c : lower) {
    if (!is_letter(c) && !is_digit(c) && c != '.' && c != '-') return false;
  }
  return lower.size() <= 100;
}

/// "mytool" of "mytool/1.2 …".
std::string_view first_product(std::string_view lower) {
  const std::size_t slash = lower.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash > 40 || !is_letter(lower[0]))
    return {};
  for (const char c : lower.substr(0, slash)) {
    if (!is_letter(c) && !is_digit(c) && c != '.' && c != '-' && c != '_') return {};
  }
  return lower.substr(0, slash);
}

void name_family(std::string_view lower, Agent& agent) {
  if (is_aws_host(lower)) {
    agent.family = lower;
    const bool console = lower.starts_with("console.") || lower.starts_with("signin.") ||
                         lower.find(".console.") != std::string_view::npos;
    agent.kind = console ? "console" : "service";
    return;
  }
  for (const Row& row : kRows) {
    const std::size_t at = find(lower, row);
    if (at == std::string_view::npos) continue;
    agent.family = row.family;
    agent.kind = word(row.kind);
    agent.is_attack = row.kind == AgentKind::Attack;
    // A row's piece may end in the slash already.
    const std::size_t end = at + row.piece.size();
    agent.version = version_at(lower, row.piece.ends_with('/') ? end - 1 : end);
    return;
  }
  agent.kind = "other";
  const std::string_view product = first_product(lower);
  agent.family = product.empty() ? "other" : product;
  if (!product.empty()) agent.version = version_at(lower, product.size());
}

}  // namespace

std::string Agent::name() const {
  if (version.empty()) return family;
  std::size_t end = version.find('.');
  if (end != std::string::npos) end = version.find('.', end + 1);
  return family + '/' + version.substr(0, end);
}

Agent parse_agent(std::string_view user_agent) {
  Agent agent;
  std::string_view inner = trim(user_agent);
  if (inner.size() >= 2 && inner.front() == '[' && inner.back() == ']') {
    inner = inner.substr(1, inner.size() - 2);
  }
  if (inner.empty()) return agent;
  // CloudTrail cuts agents at 1 KB; what is longer did not come from it.
  const std::string lower = to_lower(inner.substr(0, 4096));
  name_family(lower, agent);
  for (const System& system : kSystems) {
    if (find_word(lower, system.piece) == std::string_view::npos) continue;
    agent.system = system.name;
    agent.is_attack = agent.is_attack || system.is_attack;
    break;
  }
  return agent;
}

}  // namespace trailhound::event
