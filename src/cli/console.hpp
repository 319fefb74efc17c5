// SPDX-License-Identifier: Apache-2.0
//
// What a command has to speak with: the answer goes to standard output or `-o`, all else to
// standard error; colour, quiet and the form of errors are as asked for.
//
//   TRY(auto desk, console.open(options.logs));
//   TRY(auto answer, desk->ask(question));
//   console.notice(answer.notices);
//   TRY(console.show(*answer.rows, options.output));
//   return console.close(*desk);                       // the closing line, and the exit code
//
// One console lives for one command.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ask/ask.hpp"
#include "base/result.hpp"
#include "cli/exit.hpp"
#include "cli/interrupt.hpp"
#include "cli/shared_flags.hpp"
#include "engine/rows.hpp"
#include "hunt/run.hpp"
#include "show/look.hpp"
#include "show/output.hpp"
#include "show/progress.hpp"

namespace trailhound::cli {

/// How a desk is opened: `ask::Desk::open`, or a test's stand-in.
using OpenDesk = std::function<Result<std::unique_ptr<ask::Desk>>(ask::Source source)>;

/// The two streams and their manners.
class Console {
 public:
  Console(OpenDesk open_desk, Manners manners);

  /// Opens the logs, with progress on the terminal and Ctrl-C at hand. Error `logs-not-named`.
  Result<std::unique_ptr<ask::Desk>> open(const LogFlags& logs, bool needs_logs = true);
  /// Tells an error where its text is: excerpts are taken from there.
  void remember(std::string name, std::string text);

  /// Writes rows as `-t` and `-o` say; gives their number.
  Result<std::uint64_t> show(engine::Rows& rows, const OutputFlags& flags);
  /// Writes text that is fit for a terminal already to where the answer goes.
  Result<void> print(std::string_view text, const OutputFlags& flags = {});
  /// Says what was read and what was not; the exit code of a command that answered.
  Exit close(const ask::Desk& desk) { return close(desk.coverage()); }
  /// The same of a reading that was not the last: later questions may have looked at few files.
  Exit close(const read::Coverage& coverage);
  /// Warns of the hunts that failed; says whether any did.
  bool tell_failures(const hunt::Report& report);
  /// `close` after hunts: those that failed are told, and the exit code is that of a failure.
  Exit close(const read::Coverage& coverage, const hunt::Report& report);

  void talk(std::string_view text);               ///< To standard error, unless quiet
  void notice(const std::vector<Error>& errors);  ///< As warnings
  Exit fail(const Error& error);                  ///< Says it; even if quiet

  /// How the answer looks on standard output, in the offset asked for.
  show::Look look(const OutputFlags& flags = {}) const;
  const show::Look& talk_look() const { return talk_look_; }
  bool is_quiet() const { return manners_.quiet; }

 private:
  const std::string& text_of(const Error& error) const;
  void say(std::string_view text);

  OpenDesk open_desk_;
  Manners manners_;
  show::Look talk_look_;
  std::unique_ptr<show::Progress> progress_;
  std::unique_ptr<Interrupt> interrupt_;
  std::map<std::string, std::string> texts_;
  std::string only_text_;
  bool unique_ = false;
  bool closed_ = false;  ///< Whoever read the answer has gone
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace trailhound::cli
