// SPDX-License-Identifier: Apache-2.0
#include "cli/help.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "cli/shared_flags.hpp"

namespace trailhound::cli {
namespace {

constexpr std::string_view kTagline =
    "trailhound answers Athena SQL about AWS CloudTrail logs on this machine, and hunts in them.";

struct Heading {
  Group group;
  std::string_view words;
};
constexpr Heading kHeadings[] = {
    {Group::Ask, "Ask"},
    {Group::Look, "Look"},
    {Group::Learn, "Learn"},
    {Group::Make, "Make"},
};

/// All flags of a command, the manners that each has among them.
Flags flags_of(const Command& command) {
  Flags flags;
  command.flags(flags);
  static Manners unused;
  add_manners(flags, unused);
  return flags;
}

std::string spelling(const Flag& flag) {
  if (flag.positional) return std::string(flag.name);
  std::string text = flag.letter == 0 ? "    " : std::string("-") + flag.letter + ", ";
  text += flag.name;
  if (!flag.value.empty()) text += " " + std::string(flag.value);
  return text;
}

/// `trailhound sql [QUESTION] --logs PATH... [-t FORMAT] ...`, but short.
std::string use_of(const Command& command, const Flags& flags) {
  std::string text = "trailhound " + std::string(command.name);
  for (const Flag& flag : flags.all()) {
    if (!flag.positional) continue;
    text += " [" + std::string(flag.name) + (flag.repeats ? "…]" : "]");
  }
  for (const Flag& flag : flags.all()) {
    if (flag.name == "--logs") text += " [--logs PATH…]";
  }
  return text + " [flags]";
}

std::vector<const Flag*> pick(const Flags& flags, bool shared) {
  std::vector<const Flag*> some;
  for (const Flag& flag : flags.all()) {
    if (flag.shared == shared) some.push_back(&flag);
  }
  return some;
}

/// What stands behind a flag of several words: lines of reasons, indented.
std::string indented(std::string_view text, std::size_t by) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    out += std::string(by, ' ') + std::string(line) + "\n";
  }
  return out;
}

std::string flag_lines(const std::vector<const Flag*>& flags, HelpLength length,
                       const show::Look& look) {
  const bool full = length == HelpLength::Full;
  std::size_t widest = 0;
  for (const Flag* flag : flags) widest = std::max(widest, spelling(*flag).size());
  std::string out;
  for (const Flag* flag : flags) {
    if (flag->rare && !full) continue;
    const std::string name = spelling(*flag);
    out += "  " + look.paint(show::Ink::Title, name) + std::string(widest - name.size() + 2, ' ');
    out += std::string(flag->summary) + "\n";
    if (full && !flag->reasons.empty()) {
      out += indented(flag->reasons, 10);
    }
  }
  return out;
}

std::string exits() {
  std::string out;
  for (const ExitWords& each : kExits) {
    const std::string code = std::to_string(static_cast<int>(each.exit));
    out += std::string(5 - code.size(), ' ') + code + "  " + std::string(each.words) + "\n";
  }
  return out;
}

std::string exits_in_short() {
  std::string out;
  for (const ExitWords& each : kExits) {
    if (each.exit == Exit::Found || each.exit == Exit::Bug || each.exit == Exit::Interrupted)
      continue;
    if (!out.empty()) out += " · ";
    out += std::to_string(static_cast<int>(each.exit)) + " " + std::string(each.words);
  }
  return out;
}

std::string title(std::string_view words, const show::Look& look) {
  return "\n" + look.paint(show::Ink::Title, words) + "\n";
}

/// Text for roff: what begins a line or holds a backslash must not be a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (!out.empty()) out += "\n";
    if (line.starts_with('.') || line.starts_with('\'')) out += "\\&";
    for (const char c : line) {
      if (c == '\\') {
        out += "\\e";
      } else if (c == '-') {
        out += "\\-";
      } else {
        out.push_back(c);
      }
    }
  }
  return out;
}

std::string code_list(const Flag& flag) {
  std::string text = flag.letter == 0 ? "" : std::string("`-") + flag.letter + "`, ";
  text += "`" + std::string(flag.name);
  if (!flag.value.empty()) text += " " + std::string(flag.value);
  return text + "`";
}

std::string names_of_commands() {
  std::string names;
  for (const Command& command : commands())
    names += (names.empty() ? "" : " ") + std::string(command.name);
  return names;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (const std::string_view word : words) out += (out.empty() ? "" : " ") + std::string(word);
  return out;
}

/// Text inside single quotes of a shell.
std::string in_quotes(std::string_view text) {
  return replace_all(std::string(text), "'", "'\\''");
}

std::string bash_completions() {
  std::string out =
      "# Completions of trailhound for bash; written by `trailhound completions bash`.\n"
      "_trailhound() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} flags= paths=\n"
      "  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W '" +
      names_of_commands() +
      "' -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${COMP_WORDS[1]} in\n";
  for (const Command& command : commands()) {
    const Flags flags = flags_of(command);
    std::string names = "--help", cases;
    for (const Flag& flag : flags.all()) {
      if (flag.positional) {
        if (!flag.choices.empty()) names += " " + joined(flag.choices);
        continue;
      }
      names += " " + std::string(flag.name);
      if (flag.value.empty()) continue;
      std::string pattern(flag.name);
      if (flag.letter != 0) pattern += std::string("|-") + flag.letter;
      cases += "        " + pattern + ") ";
      if (!flag.choices.empty()) {
        cases += "COMPREPLY=($(compgen -W '" + joined(flag.choices) + "' -- \"$word\"))";
      } else if (flag.completes == Completes::Path) {
        cases += "COMPREPLY=($(compgen -f -- \"$word\"))";
      } else {
        cases += ":";
      }
      cases += "; return ;;\n";
    }
    out += "    " + std::string(command.name) + ")\n      flags='" + names + "'\n";
    if (!cases.empty()) out += "      case $before in\n" + cases + "      esac\n";
    out += "      ;;\n";
  }
  return out +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$flags\" -- \"$word\"))\n"
         "}\n"
         "complete -o filenames -o bashdefault -F _trailhound trailhound\n";
}

std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : in_quotes(text)) {
    if (c == '[' || c == ']' || c == ':') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string zsh_completions() {
  std::string out =
      "#compdef trailhound\n"
      "# Completions of trailhound for zsh; written by `trailhound completions zsh`.\n"
      "_trailhound() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const Command& command : commands()) {
    out += "    '" + std::string(command.name) + ":" + zsh_text(command.summary) + "'\n";
  }
  out +=
      "  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $command in\n";
  for (const Command& command : commands()) {
    out += "    " + std::string(command.name) + ") _arguments -s";
    const Flags flags = flags_of(command);
    for (const Flag& flag : flags.all()) {
      std::string action;
      if (!flag.choices.empty()) action = "(" + joined(flag.choices) + ")";
      if (flag.completes == Completes::Path) action = "_files";
      out += " \\\n      ";
      if (flag.positional) {
        out += std::string("'") + (flag.repeats ? "*" : "") + ":" + zsh_text(flag.summary) + ":" +
               action + "'";
        continue;
      }
      const std::string behind =
          "[" + zsh_text(flag.summary) + "]" +
          (flag.value.empty() ? "" : ":" + zsh_text(flag.value) + ":" + action);
      if (flag.letter != 0) {
        const std::string letter = std::string("-") + flag.letter;
        out += "'(" + letter + " " + std::string(flag.name) + ")'{" + letter + "," +
               std::string(flag.name) + "}'" + behind + "'";
      } else {
        out += std::string("'") + (flag.repeats ? "*" : "") + std::string(flag.name) + behind + "'";
      }
    }
    out += " ;;\n";
  }
  return out + "  esac\n}\n_trailhound \"$@\"\n";
}

std::string fish_completions() {
  std::string out =
      "# Completions of trailhound for fish; written by `trailhound completions fish`.\n"
      "complete -c trailhound -f\n";
  for (const Command& command : commands()) {
    out += "complete -c trailhound -n __fish_use_subcommand -a " + std::string(command.name) +
           " -d '" + in_quotes(command.summary) + "'\n";
  }
  for (const Command& command : commands()) {
    const Flags flags = flags_of(command);
    for (const Flag& flag : flags.all()) {
      std::string line = "complete -c trailhound -n '__fish_seen_subcommand_from " +
                         std::string(command.name) + "'";
      if (flag.positional) {
        if (flag.choices.empty()) continue;
        line += " -a '" + joined(flag.choices) + "'";
      } else {
        line += " -l " + std::string(flag.name.substr(2));
        if (flag.letter != 0) line += std::string(" -s ") + flag.letter;
        if (!flag.value.empty()) line += " -r";
        if (!flag.choices.empty()) line += " -a '" + joined(flag.choices) + "'";
        if (flag.completes == Completes::Path) line += " -F";
      }
      out += line + " -d '" + in_quotes(flag.summary) + "'\n";
    }
  }
  return out;
}

}  // namespace

std::string_view version() { return TRAILHOUND_VERSION; }

std::string overview(const show::Look& look) {
  std::string out = std::string(kTagline) + "\n";
  std::size_t widest = 0;
  for (const Command& command : commands()) widest = std::max(widest, command.name.size());
  for (const Heading& heading : kHeadings) {
    std::string lines;
    for (const Command& command : commands()) {
      if (command.group != heading.group) continue;
      lines += "  " + look.paint(show::Ink::Title, command.name) +
               std::string(widest - command.name.size() + 2, ' ') + std::string(command.summary) +
               "\n";
    }
    if (!lines.empty()) out += title(heading.words, look) + lines;
  }
  out += title("Begin with", look);
  out +=
      "  trailhound hunt --logs DIR\n"
      "  trailhound sql 'select eventname, count(*) n from cloudtrail group by 1 order by 2 desc'"
      " --logs DIR\n";
  out += title("Exit codes", look);
  out += "  " + exits_in_short() + "\n\n";
  out +=
      "`trailhound COMMAND -h` is one screen about a command, `--help` adds reasons and "
      "examples.\n";
  return out;
}

std::string help_page(const Command& command, HelpLength length, const show::Look& look) {
  const Flags flags = flags_of(command);
  std::string out = std::string(command.summary) + "\n\n  " + use_of(command, flags) + "\n";
  if (length == HelpLength::Full && !command.reasons.empty()) {
    out += "\n" + std::string(command.reasons) + "\n";
  }
  if (const auto own = pick(flags, false); !own.empty()) {
    out += title("Flags", look) + flag_lines(own, length, look);
  }
  out += title("Shared flags", look) + flag_lines(pick(flags, true), length, look);
  if (!command.examples.empty()) out += title("Examples", look);
  for (const Example& example : command.examples) {
    if (length == HelpLength::Short && &example != &command.examples.front()) break;
    out += "  " + std::string(example.command) + "\n      " + std::string(example.words) + "\n";
  }
  out += title("Exit codes", look);
  out += length == HelpLength::Full ? exits() : "  " + exits_in_short() + "\n";
  return out;
}

std::string manual_page() {
  std::string out = ".\\\" Generated by `trailhound manpage`. Do not edit.\n";
  out += ".TH TRAILHOUND 1 \"\" \"trailhound\" \"User Commands\"\n";
  out += ".SH NAME\ntrailhound \\- ask CloudTrail logs in Athena SQL, and hunt in them\n";
  out += ".SH SYNOPSIS\n.B trailhound\n.I COMMAND\n[flags]\n";
  out += ".SH DESCRIPTION\n" + roff(kTagline) + "\n";
  out += ".SH COMMANDS\n";
  for (const Command& command : commands()) {
    const Flags flags = flags_of(command);
    out += ".SS " + roff(command.name) + "\n" + roff(command.summary) + ".\n";
    if (!command.reasons.empty()) out += ".PP\n" + roff(command.reasons) + "\n";
    for (const Flag* flag : pick(flags, false)) {
      out += ".TP\n.B " + roff(trim(spelling(*flag))) + "\n" + roff(flag->summary) + ".\n";
      if (!flag->reasons.empty()) out += roff(flag->reasons) + "\n";
    }
    for (const Example& example : command.examples) {
      out +=
          ".PP\n" + roff(example.words) + ":\n.RS\n.nf\n" + roff(example.command) + "\n.fi\n.RE\n";
    }
  }
  out += ".SH SHARED FLAGS\nThose of them that a command has, `trailhound COMMAND \\-h` lists.\n";
  std::vector<std::string_view> seen;
  for (const Command& command : commands()) {
    const Flags flags = flags_of(command);
    for (const Flag& flag : flags.all()) {
      if (!flag.shared || std::find(seen.begin(), seen.end(), flag.name) != seen.end()) continue;
      seen.push_back(flag.name);
      out += ".TP\n.B " + roff(trim(spelling(flag))) + "\n" + roff(flag.summary) + ".\n";
      if (!flag.reasons.empty()) out += roff(flag.reasons) + "\n";
    }
  }
  out += ".SH EXIT STATUS\n";
  for (const ExitWords& each : kExits) {
    out +=
        ".TP\n.B " + std::to_string(static_cast<int>(each.exit)) + "\n" + roff(each.words) + "\n";
  }
  return out;
}

std::string commands_page() {
  std::string out =
      "<!-- Generated by `trailhound manpage --markdown`. Do not edit. -->\n\n# Commands\n\n" +
      std::string(kTagline) + "\n";
  for (const Command& command : commands()) {
    const Flags flags = flags_of(command);
    out += "\n## " + std::string(command.name) + "\n\n" + std::string(command.summary) + ".\n\n";
    out += "```text\n" + use_of(command, flags) + "\n```\n";
    if (!command.reasons.empty()) out += "\n" + std::string(command.reasons) + "\n";
    const auto own = pick(flags, false);
    if (!own.empty()) out += "\n";
    for (const Flag* flag : own) {
      out += "- " + (flag->positional ? "`" + std::string(flag->name) + "`" : code_list(*flag)) +
             ": " + std::string(flag->summary);
      if (!flag->reasons.empty()) out += ".\n" + indented(flag->reasons, 2);
      if (flag->reasons.empty()) out += "\n";
    }
    std::string shared;
    for (const Flag* flag : pick(flags, true)) {
      shared += (shared.empty() ? "" : ", ") + ("`" + std::string(flag->name) + "`");
    }
    out += "\nShared: " + shared + ".\n";
    if (!command.examples.empty()) out += "\n```sh\n";
    for (const Example& example : command.examples) {
      out += std::string(example.command) + "  # " + std::string(example.words) + "\n";
    }
    if (!command.examples.empty()) out += "```\n";
  }
  out += "\n## Shared flags\n\n";
  std::vector<std::string_view> seen;
  for (const Command& command : commands()) {
    const Flags flags = flags_of(command);
    for (const Flag& flag : flags.all()) {
      if (!flag.shared || std::find(seen.begin(), seen.end(), flag.name) != seen.end()) continue;
      seen.push_back(flag.name);
      out += "- " + code_list(flag) + ": " + std::string(flag.summary);
      if (flag.name == "--format") {
        out += ".\n\n  ```text\n" + indented(flag.reasons, 2) + "  ```\n\n";
      } else if (!flag.reasons.empty()) {
        out += ".\n" + indented(flag.reasons, 2);
      } else {
        out += "\n";
      }
    }
  }
  out += "\n## Exit codes\n\n| code | meaning |\n| --: | --- |\n";
  for (const ExitWords& each : kExits) {
    out += "| " + std::to_string(static_cast<int>(each.exit)) + " | " + std::string(each.words) +
           " |\n";
  }
  return out;
}

std::string completions(std::string_view shell) {
  if (shell == "bash") return bash_completions();
  if (shell == "zsh") return zsh_completions();
  return fish_completions();
}

}  // namespace trailhound::cli
