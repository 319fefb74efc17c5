// SPDX-License-Identifier: Apache-2.0
//
// The flags of a command as data: parsing, help, completions, the manual page and docs are all made
// from them.
//
//   flags.add({.name = "--logs", .value = "PATH", .summary = "Logs to read", .repeats = true},
//             into(options->logs));
//   flags.add({.name = "QUESTION", .summary = "The question", .positional = true}, into(text));
//   TRY(parse(flags, arguments));
//
// What a flag sets must outlive `parse`.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ask/ask.hpp"
#include "base/result.hpp"

namespace trailhound::cli {

/// What a shell should offer for a value.
enum class Completes { Nothing, Path };

struct Flag;
/// Takes the text of a value; of a switch, "".
using Take = std::function<Result<void>(const Flag& flag, const std::string& text)>;

/// A flag or a positional argument.
struct Flag {
  std::string_view name;          ///< "--logs"; of a positional, what help calls it: "QUESTION"
  char letter = 0;                ///< 't' for `-t`
  std::string_view value = {};    ///< "PATH"; empty: a switch
  std::string_view summary = {};  ///< One line, no full stop
  std::string_view reasons = {};  ///< What `--help` adds: when and why
  std::vector<std::string_view> choices = {};  ///< The only values there are, if not empty
  bool repeats = false;
  bool positional = false;
  bool shared = false;  ///< One of those that many commands have: listed apart
  bool rare = false;    ///< Not worth a line on the one screen of `-h`
  Completes completes = Completes::Nothing;
  Take take = {};
};

/// All flags of a command, in the order of its help.
class Flags {
 public:
  void add(Flag flag, Take take);
  const std::vector<Flag>& all() const& { return all_; }
  void all() const&& = delete;
  /// The flag called `name` ("--logs", "-t"); null if there is none.
  const Flag* find(std::string_view name) const;

 private:
  std::vector<Flag> all_;
};

/// Hands every argument to its flag; further paths behind that of a flag that repeats are its own.
/// Errors `bad-flag` and those of values.
Result<void> parse(const Flags& flags, const std::vector<std::string>& arguments);

// Where values go.
Take into(std::string& text);
Take into(std::optional<std::string>& text);
Take into(std::vector<std::string>& texts);
Take into(bool& on);
Take into(unsigned& number);
Take into(std::uint64_t& number);
/// `2023-07-10`, `2023-07-10T12:00:00Z`, or back from the newest event: `30d`. Error `bad-time`.
Take into(std::optional<ask::When>& when);
/// `1GiB`, `512MB`, `2G`, or bytes.
Take into_size(std::uint64_t& bytes);
/// `name=value`.
Take into(std::map<std::string, std::string>& parameters);
/// `+02:00`, `-03:30`, `Z`: minutes.
Take into_offset(std::optional<std::int32_t>& minutes);

/// The error about a value that a flag cannot take; `works` says what it can.
Error bad_value(const Flag& flag, const std::string& text, std::string_view works);

}  // namespace trailhound::cli
