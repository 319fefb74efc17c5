// SPDX-License-Identifier: Apache-2.0
#include "spl/source.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "spl/events.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

constexpr int kDeepest = 20;
constexpr std::size_t kLongest = 1u << 20;

struct BuiltIn {
  std::string_view name;
  std::string_view arguments;  ///< Between commas
  std::string_view definition;
};
/// What searches of the add-on and of published content call: as those who publish them set them.
constexpr BuiltIn kBuiltIn[] = {
    {"cloudtrail", "", "sourcetype=aws:cloudtrail"},
    {"security_content_ctime", "field", "convert timeformat=\"%Y-%m-%dT%H:%M:%S\" ctime($field$)"},
    {"security_content_summariesonly", "",
     "summariesonly=false allow_old_summaries=true fillnull_value=null"},
    {"summariesonly_config", "", "false"},
    {"oldsummaries_config", "", "true"},
    {"fillnull_config", "", "null"},
    {"drop_dm_object_name", "object", "rename $object$.* as *"},
    {"cloudwatchlogs_vpcflow", "", "sourcetype=aws:cloudwatchlogs:vpcflow"},
    {"aws_securityhub_finding", "", "sourcetype=aws:securityhub:finding"},
    {"previously_unseen_cloud_provisioning_activity_window", "", "\"-70m@m\""},
    {"previously_seen_cloud_compute_images_forget_window", "", "\"-90d@d\""},
    {"previously_seen_cloud_compute_instance_types_forget_window", "", "\"-90d@d\""},
    {"previously_seen_cloud_compute_creations_by_user_search_window_begin_offset", "",
     "\"-70m@m\""},
    {"previously_seen_cloud_api_calls_per_user_role_forget_window", "", "\"-90d@d\""},
    {"previously_seen_cloud_instance_modifications_by_user_search_window_begin_offset", "",
     "\"-70m@m\""},
    {"previously_seen_cloud_region_forget_window", "", "\"-90d@d\""},
    {"previously_seen_cloud_provisioning_activity_forget_window", "", "\"-90d@d\""},
    {"ec2_modification_api_calls", "",
     "eventName IN (AssociateAddress, AssociateIamInstanceProfile, AttachClassicLinkVpc, "
     "AttachNetworkInterface, AttachVolume, BundleInstance, DetachClassicLinkVpc, DetachVolume, "
     "ModifyInstanceAttribute, ModifyInstancePlacement, MonitorInstances, RebootInstances, "
     "ResetInstanceAttribute, StartInstances, StopInstances, TerminateInstances, "
     "UnmonitorInstances)"},
    {"comment", "text", ""},
};

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

/// The parameter that a placeholder asks for: whatever it says of an account is `account`.
std::string parameter_of(std::string_view name) {
  const std::string lower = to_lower(name);
  if (lower.find("account") != std::string::npos) return "account";
  return lower;
}

std::string quoted(std::string_view value) {
  std::string made = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') made += '\\';
    made += c;
  }
  return made + "\"";
}

}  // namespace

Span Source::original(Span span) const {
  Span made;
  for (const Piece& piece : pieces_) {
    if (piece.end <= span.begin && !(piece.end == span.begin && span.empty())) continue;
    if (piece.begin > span.end || (piece.begin == span.end && !span.empty())) break;
    if (!piece.copied) {
      made = join(made, piece.from);
      continue;
    }
    const std::uint32_t begin = std::max(piece.begin, span.begin) - piece.begin;
    const std::uint32_t end = std::min(piece.end, span.end) - piece.begin;
    made = join(made, {piece.from.begin + begin, piece.from.begin + end});
  }
  return made;
}

/// Makes a Source, piece by piece.
class Preparing {
 public:
  Preparing(std::string_view text, const Settings& settings, std::vector<Error>& notices)
      : settings_(settings), notices_(notices), whole_(text) {}

  Result<Source> run() {
    TRY(walk(whole_, {}, 0));
    TRY(mend_slips());
    return std::move(source_);
  }

 private:
  const Settings& settings_;
  std::vector<Error>& notices_;
  std::string_view whole_;
  Source source_;

  void copy(std::string_view text, Span from, bool copied) {
    if (text.empty()) return;
    const auto begin = static_cast<std::uint32_t>(source_.text.size());
    source_.text += text;
    const auto end = static_cast<std::uint32_t>(source_.text.size());
    auto& pieces = source_.pieces_;
    if (copied && !pieces.empty() && pieces.back().copied && pieces.back().from.end == from.begin) {
      pieces.back().end = end;
      pieces.back().from.end = from.end;
      return;
    }
    pieces.push_back({begin, end, from, copied});
  }

  /// `inside`: where the macro is called, when `text` is what it stands for.
  Result<void> walk(std::string_view text, std::optional<Span> inside, int depth) {
    const auto span = [&](std::size_t begin, std::size_t end) {
      return inside ? *inside
                    : Span{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    };
    char quote = 0;
    std::size_t at = 0;
    while (at < text.size()) {
      if (source_.text.size() > kLongest) {
        return Error{"search-too-large", "the search is longer than a megabyte"};
      }
      const char c = text[at];
      if (quote != 0) {
        std::size_t size = 1;
        if (c == '\\' && at + 1 < text.size()) size = 2;
        if (c == quote) quote = 0;
        if (size == 1 && c == '<') {
          TRY(const std::size_t taken, placeholder(text, at, span(at, at + 1), true, inside));
          if (taken > 0) {
            at += taken;
            continue;
          }
        }
        copy(text.substr(at, size), span(at, at + size), !inside);
        at += size;
        continue;
      }
      if (text.substr(at).starts_with("```")) {
        const std::size_t end = text.find("```", at + 3);
        copy(" ", span(at, at + 3), false);
        if (end == std::string_view::npos) {
          return Error{"bad-search", "a comment begins with ``` and does not end"}.at(
              span(at, at + 3));
        }
        at = end + 3;
        continue;
      }
      if (c == '`') {
        const std::size_t end = text.find('`', at + 1);
        if (end == std::string_view::npos) {
          return Error{"bad-search", "a macro begins with ` and does not end"}.at(span(at, at + 1));
        }
        TRY(macro(trim(text.substr(at + 1, end - at - 1)), span(at, end + 1), depth));
        at = end + 1;
        continue;
      }
      if (c == '<') {
        TRY(const std::size_t taken, placeholder(text, at, span(at, at + 1), false, inside));
        if (taken > 0) {
          at += taken;
          continue;
        }
      }
      if (c == '"') quote = c;
      if (c == '\'' && (at == 0 || !is_name(text[at - 1]))) quote = c;
      copy(text.substr(at, 1), span(at, at + 1), !inside);
      ++at;
    }
    return {};
  }

  /// How many letters a placeholder at `at` takes; 0 if there is none.
  Result<std::size_t> placeholder(std::string_view text, std::size_t at, Span where, bool in_quotes,
                                  std::optional<Span> inside) {
    std::size_t end = at + 1;
    while (end < text.size() && is_name(text[end])) ++end;
    if (end == at + 1 || end >= text.size() || text[end] != '>') return std::size_t{0};
    // `?<name>` begins a group of a pattern.
    if (at > 0 && (text[at - 1] == '?' || text[at - 1] == 'P' || text[at - 1] == '<'))
      return std::size_t{0};
    const std::string_view name = text.substr(at + 1, end - at - 1);
    const Span span = inside ? where : Span{where.begin, static_cast<std::uint32_t>(end + 1)};
    const std::string parameter = parameter_of(name);
    auto found = settings_.parameters.find(parameter);
    if (found == settings_.parameters.end()) found = settings_.parameters.find(to_lower(name));
    if (found == settings_.parameters.end()) {
      if (in_quotes) return std::size_t{0};
      return Error{"missing-parameter", "`<" + std::string(name) + ">` stands for a value"}
          .at(span, "to be given")
          .note("give it: --param " + parameter + "=VALUE");
    }
    std::size_t before = source_.text.size();
    while (before > 0 && source_.text[before - 1] == ' ') --before;
    if (!in_quotes && before > 0 && is_name(source_.text[before - 1]) &&
        before == source_.text.size()) {
      notices_.push_back(Error{"search-mended", "a `=` is missing before `<" + std::string(name) +
                                                    ">`: it is taken as `=" + found->second + "`"}
                             .at(span, "no `=` before this"));
      copy("=", span, false);
    }
    copy(in_quotes ? found->second : quoted(found->second), span, false);
    return end + 1 - at;
  }

  Result<void> macro(std::string_view call, Span span, int depth) {
    if (depth >= kDeepest) {
      return Error{"bad-search", "macros call each other more than twenty deep"}.at(span);
    }
    std::string name(call);
    std::vector<std::string> arguments;
    if (const std::size_t open = call.find('('); open != std::string_view::npos) {
      if (!call.ends_with(')')) {
        return Error{"bad-search", "the `)` of the macro is missing"}.at(span);
      }
      name = std::string(trim(call.substr(0, open)));
      arguments = split_arguments(call.substr(open + 1, call.size() - open - 2));
    }
    std::string definition;
    std::vector<std::string> names;
    const std::string key =
        arguments.empty() ? name : name + "(" + std::to_string(arguments.size()) + ")";
    if (const auto own = settings_.macros.find(key); own != settings_.macros.end()) {
      definition = own->second.definition;
      names = own->second.arguments;
    } else {
      const BuiltIn* found = nullptr;
      for (const BuiltIn& one : kBuiltIn) {
        if (one.name == name) found = &one;
      }
      if (found != nullptr) {
        definition = std::string(found->definition);
        for (const std::string_view one : split(found->arguments, ',')) {
          if (!one.empty()) names.emplace_back(one);
        }
      } else if (name.ends_with("_filter")) {
        definition = "search *";  // as they are published: to be filled in by whoever runs them
        // In the middle of a search it would look for the word.
        std::size_t end = source_.text.size();
        while (end > 0 && source_.text[end - 1] == ' ') --end;
        if (end > 0 && source_.text[end - 1] != '|') definition = "";
      } else {
        std::vector<std::string> known;
        for (const auto& [one, macro] : settings_.macros) known.push_back(one);
        for (const BuiltIn& one : kBuiltIn) known.emplace_back(one.name);
        Error error = Error{"unknown-macro", "no macro is called `" + key + "`"}.at(
            span, "not built in, not in the file of macros");
        if (const auto near = nearest(key, known))
          error.notes.push_back("`" + *near + "` there is");
        return std::move(error).note("`--macros FILE` reads definitions: [name] definition = ...");
      }
    }
    if (names.size() != arguments.size()) {
      return Error{"bad-search",
                   "the macro `" + name + "` takes " + std::to_string(names.size()) + " arguments"}
          .at(span);
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      definition = replace_all(std::move(definition), "$" + names[i] + "$", arguments[i]);
      if (definition.size() > kLongest) {
        return Error{"search-too-large", "the search is longer than a megabyte"};
      }
    }
    copy(" ", span, false);
    TRY(walk(definition, span, depth + 1));
    copy(" ", span, false);
    return {};
  }

  static std::vector<std::string> split_arguments(std::string_view text) {
    std::vector<std::string> made;
    std::string one;
    char quote = 0;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (quote == 0 && depth == 0 && c == ',') {
        made.push_back(one);
        one.clear();
        continue;
      }
      if (quote != 0 && c == '\\' && i + 1 < text.size()) {
        one += c;
        one += text[++i];
        continue;
      }
      if (quote == 0 && c == '"') {
        quote = c;
      } else if (c == quote && quote != 0) {
        quote = 0;
      }
      if (quote == 0 && c == '(') ++depth;
      if (quote == 0 && c == ')') --depth;
      one += c;
    }
    made.push_back(one);
    for (std::string& argument : made) {
      argument = std::string(trim(argument));
      if (argument.size() >= 2 && argument.front() == '"' && argument.back() == '"') {
        argument = argument.substr(1, argument.size() - 2);
      }
    }
    return made;
  }

  /// Replaces a stretch of the text made so far, and tells of it.
  void mend(std::size_t begin, std::size_t end, std::string_view by, std::string words,
            std::string label) {
    const Span here{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    const Span from = source_.original(here);
    notices_.push_back(Error{"search-mended", std::move(words)}.at(from, std::move(label)));
    Source made;
    std::swap(made.text, source_.text);
    std::vector<Source::Piece> pieces = std::move(source_.pieces_);
    source_.pieces_.clear();
    const auto keep = [&](std::size_t first, std::size_t last) {
      for (const Source::Piece& piece : pieces) {
        const std::size_t low = std::max<std::size_t>(piece.begin, first);
        const std::size_t high = std::min<std::size_t>(piece.end, last);
        if (low >= high) continue;
        Span span = piece.from;
        if (piece.copied) {
          span = {static_cast<std::uint32_t>(piece.from.begin + (low - piece.begin)),
                  static_cast<std::uint32_t>(piece.from.begin + (high - piece.begin))};
        }
        copy(std::string_view(made.text).substr(low, high - low), span, piece.copied);
      }
    };
    keep(0, begin);
    copy(by, from, false);
    keep(end, made.text.size());
  }

  /// Slips of which it is sure what was meant, in the search before the first pipe.
  Result<void> mend_slips() {
    for (std::size_t at = 0; at < source_.text.size();) {
      const std::string_view text = source_.text;
      const char c = text[at];
      if (c == '|' || c == '[') break;
      if (c == '"') {
        ++at;
        while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
        ++at;
        continue;
      }
      if (!is_name(c) && c != '.') {
        ++at;
        continue;
      }
      std::size_t end = at;
      while (end < text.size() && (is_name(text[end]) || text[end] == '.')) ++end;
      std::size_t equal = end;
      while (equal < text.size() && text[equal] == ' ') ++equal;
      if (equal >= text.size() || text[equal] != '=') {
        at = end;
        continue;
      }
      const std::string word(text.substr(at, end - at));
      std::size_t value = equal + 1;
      while (value < text.size() && text[value] == ' ') ++value;
      std::size_t value_end = value;
      while (value_end < text.size() && text[value_end] != ' ' && text[value_end] != '|' &&
             text[value_end] != ')')
        ++value_end;
      const std::string given(text.substr(value, value_end - value));
      if (word == "earliest" || word == "latest") {
        if (!given.empty() && given[0] >= '0' && given[0] <= '9' && !sql::spl_number(given) &&
            sql::spl_move_time({0}, given)) {
          mend(value, value, "-",
               "`" + word + "=" + given + "` would be a time to come: it is taken as `" + word +
                   "=-" + given + "`",
               "a minus is missing");
          at = value_end + 1;
          continue;
        }
        at = value_end;
        continue;
      }
      bool glued = false;
      for (const std::string_view tail : {"earliest", "latest"}) {
        if (!word.ends_with(tail) || word.size() == tail.size() || word.starts_with("_index"))
          continue;
        const std::string front = word.substr(0, word.size() - tail.size());
        const auto& names = event_field_names();
        if (std::find(names.begin(), names.end(), front) == names.end()) continue;
        mend(at + front.size(), at + front.size(), "=* ",
             "`" + word + "=" + given + "` is taken as `" + front + "=* " + std::string(tail) +
                 "=" + given + "`: a blank is missing, and what `" + front + "` should be",
             "two words in one");
        at += front.size() + 3;
        glued = true;
      }
      if (glued) continue;
      if (given.empty() && !(value < source_.text.size() && source_.text[value] == ')')) {
        mend(equal + 1, equal + 1, "*",
             "`" + word + "=` has no value: it is taken as `" + word + "=*`",
             "no value behind this");
        at = equal + 2;
        continue;
      }
      at = std::max(value_end, end);
    }
    return {};
  }
};

Result<Source> prepare(std::string_view text, const Settings& settings,
                       std::vector<Error>& notices) {
  if (text.size() > kLongest) {
    return Error{"search-too-large", "the search is longer than a megabyte"};
  }
  return Preparing(text, settings, notices).run();
}

}  // namespace trailhound::spl
