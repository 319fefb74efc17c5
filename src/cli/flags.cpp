// SPDX-License-Identifier: Apache-2.0
//
// CLI11 splits the arguments; what they mean, and what is said when they are wrong, is ours.
#include "cli/flags.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <deque>
#include <filesystem>
#include <system_error>

#include "base/text.hpp"

namespace trailhound::cli {
namespace {

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (text.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

std::string spelling(const Flag& flag) {
  std::string name(flag.name);
  if (flag.letter != 0) name = std::string("-") + flag.letter + "," + name;
  return name;
}

Error unknown_flag(const Flags& flags, const std::string& given) {
  const std::string name = given.substr(0, given.find('='));
  std::vector<std::string_view> names = {"--help"};
  for (const Flag& flag : flags.all()) {
    if (!flag.positional) names.push_back(flag.name);
  }
  Error error("bad-flag", "no flag is called `" + name + "`");
  const std::optional<std::string> near = nearest(name, names);
  if (near) return std::move(error).mend({.title = "use `" + *near + "`", .edits = {}});
  return error;
}

/// What a command line says of a flag.
struct Given {
  const Flag* flag = nullptr;
  std::vector<std::string> values;
  std::size_t times = 0;
};

Error unexpected(const std::deque<Given>& given, const std::string& word) {
  Error error("bad-flag", "`" + word + "` stands where nothing is expected");
  for (const Given& place : given) {
    if (place.flag->positional || !place.flag->repeats || place.values.empty()) continue;
    return std::move(error).note("`" + std::string(place.flag->name) +
                                 "` takes one value; give the flag again for each more");
  }
  return error;
}

/// A shell makes many words of `--logs logs/*.gz`: paths that follow a flag's path are its own,
/// too, where the command takes none by themselves. What is a path but may be a word is refused.
Result<std::vector<std::string>> with_paths_taken(const Flags& flags,
                                                  const std::vector<std::string>& arguments) {
  bool takes_words = false, takes_paths = false;
  for (const Flag& flag : flags.all()) {
    takes_words = takes_words || flag.positional;
    takes_paths = takes_paths || (flag.positional && flag.completes == Completes::Path);
  }
  std::vector<std::string> taken;
  const Flag* of_paths = nullptr;  // whose path came last
  bool ended = takes_paths;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    ended = ended || word == "--";
    std::error_code unsure;
    if (ended || of_paths == nullptr || word.starts_with("-") ||
        !std::filesystem::exists(word, unsure)) {
      of_paths = nullptr;
    } else if (takes_words && word.find_first_of("/.") == std::string::npos) {
      return Error("bad-flag", "`" + word + "` behind `" + std::string(of_paths->name) + " " +
                                   arguments[i - 1] + "` may be a path or a word of its own")
          .note("for a path: `" + std::string(of_paths->name) + " " + word +
                "`; a word stands before the flags");
    } else {
      taken.emplace_back(of_paths->name);
    }
    taken.push_back(word);
    if (ended) continue;
    const std::size_t equals = word.find('=');
    const Flag* const flag = flags.find(word.substr(0, equals));
    if (flag == nullptr || flag->value.empty()) continue;
    of_paths = flag->repeats && flag->completes == Completes::Path ? flag : nullptr;
    if (equals == std::string::npos && i + 1 < arguments.size()) taken.push_back(arguments[++i]);
  }
  return taken;
}

/// A flag without a value, and what would be one.
Error misses_value(const Flag& flag, const std::string& typed, const std::string& why) {
  Error error("bad-flag", "`" + typed + "` misses its value" + why);
  error.notes.push_back("`" + std::string(flag.name) + " " + std::string(flag.value) +
                        "`: " + std::string(flag.summary));
  return error;
}

/// A flag that has another in the place of its value.
Result<void> check_values(const Flags& flags, const std::deque<Given>& given) {
  for (const Given& place : given) {
    if (place.flag->positional) continue;
    for (const std::string& value : place.values) {
      if (!value.starts_with("--") || flags.find(value) == nullptr) continue;
      return misses_value(*place.flag, std::string(place.flag->name),
                          ": `" + value + "` is another flag");
    }
  }
  return {};
}

Result<void> hand_over(const Flag& flag, const std::vector<std::string>& values) {
  if (values.size() > 1 && !flag.repeats) {
    return Error("bad-flag", "`" + std::string(flag.name) + "` is given twice");
  }
  for (const std::string& value : values) {
    const auto known = std::find(flag.choices.begin(), flag.choices.end(), value);
    if (!flag.choices.empty() && known == flag.choices.end()) {
      std::string works;
      for (const std::string_view choice : flag.choices) {
        works += (works.empty() ? "one of " : ", ") + std::string(choice);
      }
      Error error = bad_value(flag, value, works);
      const std::optional<std::string> near = nearest(value, std::span(flag.choices));
      if (near) error.fix = Fix{.title = "use `" + *near + "`", .edits = {}};
      return error;
    }
    TRY(flag.take(flag, value));
  }
  return {};
}

}  // namespace

void Flags::add(Flag flag, Take take) {
  flag.take = std::move(take);
  all_.push_back(std::move(flag));
}

const Flag* Flags::find(std::string_view name) const {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Flag& flag) {
    if (flag.positional) return false;
    return flag.name == name || (name.size() == 2 && name[0] == '-' && name[1] == flag.letter);
  });
  return found == all_.end() ? nullptr : &*found;
}

Result<void> parse(const Flags& flags, const std::vector<std::string>& typed) {
  TRY(const std::vector<std::string> arguments, with_paths_taken(flags, typed));
  std::deque<Given> given;
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  for (const Flag& flag : flags.all()) {
    Given& place = given.emplace_back();
    place.flag = &flag;
    if (flag.positional) continue;
    if (flag.value.empty()) {
      app.add_flag(spelling(flag), place.times);
    } else {
      app.add_option(spelling(flag), place.values)->allow_extra_args(false);
    }
  }
  if (!arguments.empty()) {
    const Flag* last = flags.find(arguments.back());
    const bool behind_end = std::find(arguments.begin(), arguments.end(), "--") != arguments.end();
    if (last != nullptr && !last->value.empty() && !behind_end) {
      return misses_value(*last, arguments.back(), {});
    }
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& wrong) {
    return Error("bad-flag", wrong.what());
  }
  const auto end_of_flags = std::find(arguments.begin(), arguments.end(), "--");
  const auto behind = static_cast<std::size_t>(arguments.end() - end_of_flags);
  std::vector<std::string> words = app.remaining();
  std::erase(words, "--");
  const std::size_t may_be_flags =
      words.size() - std::min(words.size(), behind == 0 ? 0 : behind - 1);
  for (std::size_t i = 0; i < may_be_flags; ++i) {
    if (words[i].size() > 1 && words[i].front() == '-') return unknown_flag(flags, words[i]);
  }
  std::size_t next = 0;
  for (Given& place : given) {
    while (place.flag->positional && next < words.size() &&
           (place.values.empty() || place.flag->repeats)) {
      place.values.push_back(words[next++]);
    }
  }
  TRY(check_values(flags, given));
  if (next < words.size()) return unexpected(given, words[next]);
  for (const Given& place : given) {
    if (place.flag->value.empty() && !place.flag->positional) {
      if (place.times > 0) TRY(place.flag->take(*place.flag, ""));
      continue;
    }
    TRY(hand_over(*place.flag, place.values));
  }
  return {};
}

Error bad_value(const Flag& flag, const std::string& text, std::string_view works) {
  return Error("bad-flag", "`" + std::string(flag.name) + "` cannot be `" + text + "`")
      .note(std::string(works));
}

Take into(std::string& text) {
  return [&text](const Flag&, const std::string& value) -> Result<void> {
    text = value;
    return {};
  };
}

Take into(std::optional<std::string>& text) {
  return [&text](const Flag&, const std::string& value) -> Result<void> {
    text = value;
    return {};
  };
}

Take into(std::vector<std::string>& texts) {
  return [&texts](const Flag&, const std::string& value) -> Result<void> {
    texts.push_back(value);
    return {};
  };
}

Take into(bool& on) {
  return [&on](const Flag&, const std::string&) -> Result<void> {
    on = true;
    return {};
  };
}

Take into(unsigned& number) {
  return [&number](const Flag& flag, const std::string& value) -> Result<void> {
    const std::optional<std::uint64_t> read = number_in(value);
    if (!read || *read > 4096) return bad_value(flag, value, "a whole number up to 4096 works");
    number = static_cast<unsigned>(*read);
    return {};
  };
}

Take into(std::uint64_t& number) {
  return [&number](const Flag& flag, const std::string& value) -> Result<void> {
    const std::optional<std::uint64_t> read = number_in(replace_all(value, ",", ""));
    if (!read) return bad_value(flag, value, "a whole number works");
    number = *read;
    return {};
  };
}

Take into(std::optional<ask::When>& when) {
  return [&when](const Flag& flag, const std::string& value) -> Result<void> {
    if (const std::optional<Time> at = parse_typed_time(value)) {
      when = ask::When{.at = *at, .back = std::nullopt};
    } else if (const std::optional<std::int64_t> back = parse_duration(value)) {
      when = ask::When{.at = std::nullopt, .back = *back};
    } else {
      return Error("bad-time", "`" + std::string(flag.name) + "` cannot be `" + value + "`")
          .note(
              "`2023-07-10`, `2023-07-10T12:00:00Z` and, back from the newest event, `30d`, `12h`, "
              "`45m` work");
    }
    return {};
  };
}

Take into_size(std::uint64_t& bytes) {
  return [&bytes](const Flag& flag, const std::string& value) -> Result<void> {
    constexpr std::pair<std::string_view, std::uint64_t> kUnits[] = {
        {"kib", 1ull << 10}, {"mib", 1ull << 20},  {"gib", 1ull << 30},
        {"kb", 1000ull},     {"mb", 1'000'000ull}, {"gb", 1'000'000'000ull},
        {"k", 1ull << 10},   {"m", 1ull << 20},    {"g", 1ull << 30},
        {"b", 1ull},
    };
    const std::string text = to_lower(trim(value));
    std::string_view digits = text;
    std::uint64_t unit = 1;
    for (const auto& [name, size] : kUnits) {
      if (!digits.ends_with(name)) continue;
      digits.remove_suffix(name.size());
      unit = size;
      break;
    }
    const std::optional<std::uint64_t> count = number_in(trim(digits));
    if (!count || *count == 0 || *count > UINT64_MAX / unit) {
      return bad_value(flag, value, "a size works: `512MiB`, `4GB`, `2G`");
    }
    bytes = *count * unit;
    return {};
  };
}

Take into(std::map<std::string, std::string>& parameters) {
  return [&parameters](const Flag& flag, const std::string& value) -> Result<void> {
    const std::size_t at = value.find('=');
    if (at == std::string::npos || at == 0) {
      return bad_value(flag, value, "a name and its value work: `--param accesskeyid=AKIA...`");
    }
    const std::string name = to_lower(trim(std::string_view(value).substr(0, at)));
    if (!parameters.emplace(name, value.substr(at + 1)).second) {
      return Error("bad-flag", "`--param` sets `" + name + "` twice");
    }
    return {};
  };
}

Take into_offset(std::optional<std::int32_t>& minutes) {
  return [&minutes](const Flag& flag, const std::string& value) -> Result<void> {
    const Error wrong =
        bad_value(flag, value, "hours and minutes east of UTC work: `+02:00`, `-03:30`");
    if (value == "Z" || value == "z" || equal_without_case(value, "utc")) {
      minutes = 0;
      return {};
    }
    if (value.empty() || (value[0] != '+' && value[0] != '-')) return wrong;
    const std::string digits = replace_all(value.substr(1), ":", "");
    const std::optional<std::uint64_t> number = number_in(digits);
    if (!number || (digits.size() != 4 && digits.size() > 2)) return wrong;
    const std::uint64_t hours = digits.size() == 4 ? *number / 100 : *number;
    const std::uint64_t rest = digits.size() == 4 ? *number % 100 : 0;
    if (hours > 14 || rest > 59) return wrong;
    const auto size = static_cast<std::int32_t>(hours * 60 + rest);
    minutes = value[0] == '-' ? -size : size;
    return {};
  };
}

}  // namespace trailhound::cli
