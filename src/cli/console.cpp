// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <unistd.h>

#include <utility>

#include "event/geo.hpp"
#include "findings/site.hpp"
#include "show/closing.hpp"
#include "show/problem.hpp"
#include "show/writer.hpp"

namespace trailhound::cli {
namespace {

/// Inputs that are named under an answer; `coverage` names all.
constexpr std::size_t kMostNamed = 3;

Result<show::Output> open_output(const OutputFlags& flags) {
  if (flags.file.empty() || flags.file == "-") return show::Output::to_descriptor(STDOUT_FILENO);
  return show::Output::to_file(flags.file);
}

}  // namespace

Console::Console(OpenDesk open_desk, Manners manners)
    : open_desk_(std::move(open_desk)),
      manners_(manners),
      talk_look_(show::look_of(STDERR_FILENO, manners.colour)) {}

Result<std::unique_ptr<ask::Desk>> Console::open(const LogFlags& logs, bool needs_logs) {
  ask::Source source = logs.source;
  TRY(find_lake(source));
  if (source.logs.empty() && source.lake.empty() && needs_logs) {
    return Error("logs-not-named", "no logs are named")
        .note("`--logs PATH` names a file or a folder");
  }
  std::vector<std::string> beside = source.logs;
  if (!source.lake.empty()) beside.push_back(source.lake);
  TRY(const findings::Site site, findings::Site::find(logs.site, beside));
  TRY(event::Atlas atlas, site.atlas());
  event::use_atlas(std::move(atlas));
  unique_ = source.unique;
  if (talk_look_.terminal && !manners_.quiet) {
    progress_ = std::make_unique<show::Progress>(STDERR_FILENO, talk_look_);
    source.progress = [line = progress_.get()](const event::ScanProgress& at) { line->update(at); };
  }
  interrupt_ = std::make_unique<Interrupt>();
  TRY(std::unique_ptr<ask::Desk> desk, open_desk_(std::move(source)));
  interrupt_->on_stop([cancelled = desk.get()] { cancelled->cancel(); });
  return desk;
}

void Console::remember(std::string name, std::string text) {
  only_text_ = text;
  texts_[std::move(name)] = std::move(text);
}

const std::string& Console::text_of(const Error& error) const {
  const auto found = texts_.find(error.source);
  if (found != texts_.end()) return found->second;
  static const std::string none;
  return error.source.empty() ? only_text_ : none;
}

Result<std::uint64_t> Console::show(engine::Rows& rows, const OutputFlags& flags) {
  const show::Format* format = show::find_format(flags.format);
  CHECK(format != nullptr, flags.format);
  if (format->make == nullptr) {
    return Error("bad-flag", "`-t " + flags.format + "` is for the answers of `sql` only");
  }
  TRY(show::Output output, open_output(flags));
  if (flags.raw_csv && isatty(output.descriptor()) == 1) {
    return Error("terminal-output", "`--raw-csv` writes to a file or a pipe, not to a terminal");
  }
  output.before_first([this] {
    if (progress_) progress_->hide();
  });
  const show::WriteOptions options{.look = look(flags), .raw_csv = flags.raw_csv};
  TRY(const show::Shown shown, show::show_rows(rows, *format, options, output));
  TRY(output.finish());
  closed_ = output.is_closed();
  if (!shown.remark.empty()) talk(shown.remark + "\n");
  return shown.rows;
}

Result<void> Console::print(std::string_view text, const OutputFlags& flags) {
  if (progress_) progress_->hide();
  TRY(show::Output output, open_output(flags));
  TRY(output.write(text));
  TRY(output.finish());
  closed_ = output.is_closed();
  return {};
}

Exit Console::close(const read::Coverage& coverage) {
  if (closed_) return Exit::Done;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun_;
  talk(show::trouble_text(coverage, talk_look_, kMostNamed));
  talk(show::closing_line(coverage, {.seconds = taken.count(), .unique = unique_}));
  return coverage.complete() ? Exit::Done : Exit::Incomplete;
}

bool Console::tell_failures(const hunt::Report& report) {
  bool any = false;
  for (const hunt::Verdict& verdict : report.verdicts) {
    if (!verdict.failure) continue;
    remember(verdict.hunt->id, verdict.hunt->sql);
    notice({*verdict.failure});
    any = true;
  }
  return any;
}

Exit Console::close(const read::Coverage& coverage, const hunt::Report& report) {
  const bool failed = tell_failures(report);
  const Exit exit = close(coverage);
  return failed ? Exit::EngineFailed : exit;
}

void Console::say(std::string_view text) {
  if (progress_) progress_->hide();
  show::Output output = show::Output::to_descriptor(STDERR_FILENO);
  // Where even standard error is gone, there is nobody left to tell.
  [[maybe_unused]] const Result<void> said = output.write(text);
}

void Console::talk(std::string_view text) {
  if (!manners_.quiet && !text.empty()) say(text);
}

void Console::notice(const std::vector<Error>& errors) {
  if (manners_.quiet) return;
  for (const Error& error : errors) {
    say(manners_.errors_as_json
            ? show::problem_json(error, show::Severity::Warning, text_of(error))
            : show::problem_text(error, show::Severity::Warning, text_of(error), talk_look_));
  }
}

Exit Console::fail(const Error& error) {
  if (error.code() == "cancelled" && !manners_.errors_as_json) {
    say(kStopped);
    return Exit::Interrupted;
  }
  say(manners_.errors_as_json
          ? show::problem_json(error, show::Severity::Error, text_of(error))
          : show::problem_text(error, show::Severity::Error, text_of(error), talk_look_));
  return exit_of(error);
}

show::Look Console::look(const OutputFlags& flags) const {
  show::Look look;
  if (flags.file.empty() || flags.file == "-") {
    look = show::look_of(STDOUT_FILENO, manners_.colour);
  } else {
    look.colour = manners_.colour == show::ColourWish::Always;
  }
  look.offset_minutes = flags.offset_minutes;
  return look;
}

}  // namespace trailhound::cli
