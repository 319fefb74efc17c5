// SPDX-License-Identifier: Apache-2.0
//
// As many presses as cores take tasks, newest day first; a committer, the thread that called, makes
// lasting what they finished, once a second. A source counts as read when every account-day that it
// had events of is at rest: no task at work on it, nothing put aside for it. Until then a crash
// means only that the file is read again, and its events, being there, are left out.
#include "lake/ingest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_set>
#include <utility>

#include "base/text.hpp"
#include "engine/landlock.hpp"
#include "lake/days.hpp"
#include "lake/disk.hpp"
#include "lake/press.hpp"
#include "lake/sieve.hpp"
#include "lake/tasks.hpp"
#include "lake/writer.hpp"
#include "read/logs.hpp"

namespace trailhound::lake {
namespace {

constexpr auto kBetweenCommits = std::chrono::milliseconds(1000);
constexpr auto kBetweenLooks = std::chrono::milliseconds(50);

/// A task that was read and written, and waits to be made lasting.
struct Finished {
  std::vector<StagedPart> staged;
  std::vector<SourceEntry> sources;
  std::vector<ConflictEntry> conflicts;
  Totals totals;
  std::set<std::string, std::less<>> names;
  std::set<AccountDay> touched;
  bool committed = false;  ///< Its parts are; its sources wait for the days that they touched
};

/// Adds what one reading saw to the sum.
void add(read::Coverage& all, const read::Coverage& one) {
  all.files_seen += one.files_seen;
  all.files_read += one.files_read;
  all.files_failed += one.files_failed;
  all.files_damaged += one.files_damaged;
  for (std::size_t i = 0; i < read::kNotLogs; ++i) all.not_logs[i] += one.not_logs[i];
  all.bytes_on_disk += one.bytes_on_disk;
  all.bytes_inflated += one.bytes_inflated;
  all.events += one.events;
  all.events_broken += one.events_broken;
  all.events_mended += one.events_mended;
  all.events_timeless += one.events_timeless;
  all.keys_twice += one.keys_twice;
  for (const auto& [form, count] : one.forms) all.forms[form] += count;
  if (one.first && (!all.first || *one.first < *all.first)) all.first = one.first;
  if (one.last && (!all.last || *one.last > *all.last)) all.last = one.last;
  for (const read::Note& note : one.notes) {
    if (all.notes.size() < read::kMostNotes) {
      all.notes.push_back(note);
    } else {
      ++all.notes_left_out;
    }
  }
  all.notes_left_out += one.notes_left_out;
}

/// The files that are asked for; counts the others.
std::vector<read::FoundFile> choose(std::vector<read::FoundFile> files,
                                    const IngestOptions& options, std::uint64_t& outside) {
  std::erase_if(files, [&](const read::FoundFile& file) {
    bool out = options.shards > 1 && !is_in_shard(file.path, options.shard, options.shards);
    const std::string day = told_by(file).day;
    if (!day.empty()) {
      // What a path names is the day of delivery, which may be the one after the event.
      out = out || (options.from && day < format_day(*options.from)) ||
            (options.to && day > format_day(*options.to));
    }
    outside += out ? 1 : 0;
    return out;
  });
  return files;
}

/// Where the bytes of a file can be read again.
std::string path_to_open(const read::FoundFile& file) {
  return file.spooled == nullptr ? file.path
                                 : fmt::format("/proc/self/fd/{}", file.spooled->descriptor());
}

/// Says what would be read, and writes nothing.
class DryRun final : public Ingest {
 public:
  explicit DryRun(IngestOptions options) : options_(std::move(options)) {}
  Result<IngestReport> run() override {
    IngestReport report;
    TRY(read::Found found, read::find_files(options_.paths, ""));
    std::unordered_set<std::string> known;
    if (auto ledger = Ledger::look(real_path(options_.lake))) {
      TRY(const std::vector<std::string> sums, ledger->sums());
      known.insert(sums.begin(), sums.end());
    }
    report.read.files_failed = found.failed;
    report.read.notes = std::move(found.notes);
    for (const read::FoundFile& file :
         choose(std::move(found.files), options_, report.files_outside)) {
      if (stopped_) break;
      const Result<std::string> sum = sum_of_file(path_to_open(file));
      if (sum.ok() && !known.insert(*sum).second) {
        ++report.files_known;
        continue;
      }
      ++report.read.files_seen;
      report.read.bytes_on_disk += file.size;
    }
    report.stopped = stopped_;
    return report;
  }
  void cancel() override { stopped_ = true; }

 private:
  IngestOptions options_;
  std::atomic<bool> stopped_{false};
};

class Run final : public Ingest {
 public:
  Run(IngestOptions options, read::Found found, std::unique_ptr<Writer> writer,
      std::unordered_set<std::string> known)
      : options_(std::move(options)),
        writer_(std::move(writer)),
        days_(staging_folder(writer_->root())),
        known_(std::move(known)) {
    report_.read.files_failed = found.failed;
    report_.read.files_seen = found.failed;
    for (const read::Note& note : found.notes) {
      if (note.loss) unread_.push_back({std::string(note.code), note.path, note.words});
    }
    report_.read.notes = std::move(found.notes);
    report_.events_before = writer_->manifest().rows();
    tasks_ = cut_into_tasks(choose(std::move(found.files), options_, report_.files_outside));
    for (const Task& task : tasks_) bytes_total_ += task.bytes;
  }

  Result<IngestReport> run() override;
  void cancel() override {
    stopped_ = true;
    const std::lock_guard lock(presses_mutex_);
    for (Press* const press : presses_) press->interrupt();
  }

 private:
  Result<void> work(Press& press);
  std::optional<Task> next_task();
  Result<void> take(Press& press, Task task);
  /// The files that were not read before, with their sums.
  std::vector<SourceEntry> sift_known(Task& task);
  AccountDay place_of(const Task& task) const;
  Result<std::shared_ptr<Day>> open_day(Press& press, const AccountDay& where);
  void count_sources(const Sifting& sifting, const read::Coverage& seen,
                     std::vector<SourceEntry>& entries) const;
  Result<void> commit();
  bool at_rest(const AccountDay& where) const;
  void note_failure(Error error);

  IngestOptions options_;
  std::unique_ptr<Writer> writer_;
  Days days_;
  SourceNames source_names_;
  std::atomic<bool> stopped_{false};
  std::atomic<std::uint64_t> bytes_done_{0}, events_done_{0};
  std::uint64_t bytes_total_ = 0;

  std::mutex presses_mutex_;
  std::vector<Press*> presses_;

  mutable std::mutex mutex_;  ///< Over all below
  std::condition_variable changed_;
  std::vector<Task> tasks_;
  std::size_t next_ = 0;
  std::size_t reading_ = 0;  ///< Tasks of files at work: they may still put events aside
  std::map<AccountDay, std::size_t> at_work_;
  std::unordered_set<std::string> known_;
  std::vector<Finished> finished_;
  std::set<AccountDay> written_;
  IngestReport report_;
  std::vector<Unread> unread_;
  std::optional<Error> failure_;
  Manifest manifest_;  ///< As of the last commit
};

Result<IngestReport> Run::run() {
  manifest_ = writer_->manifest();
  const unsigned cores =
      options_.threads != 0 ? options_.threads : std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::unique_ptr<Press>> presses;
  for (unsigned i = 0; i < cores; ++i) {
    TRY(std::unique_ptr<Press> press, Press::open(writer_->root(), options_.memory / cores));
    presses.push_back(std::move(press));
  }
  {
    const std::lock_guard lock(presses_mutex_);
    for (const auto& press : presses) presses_.push_back(press.get());
  }
  std::atomic<unsigned> left{cores};
  std::vector<std::thread> threads;
  for (const auto& press : presses) {
    threads.emplace_back([this, &left, at_it = press.get()] {
      if (auto done = work(*at_it); !done.ok()) note_failure(std::move(done).error());
      --left;
      changed_.notify_all();
    });
  }
  auto last = std::chrono::steady_clock::now();
  while (left > 0) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kBetweenLooks, [&] { return left == 0; });
    }
    if (options_.progress) options_.progress({bytes_done_, bytes_total_, events_done_});
    const auto now = std::chrono::steady_clock::now();
    if (now - last < kBetweenCommits || failure_) continue;
    if (auto done = commit(); !done.ok()) {
      note_failure(std::move(done).error());
      cancel();
    }
    last = now;
  }
  for (std::thread& thread : threads) thread.join();
  {
    const std::lock_guard lock(presses_mutex_);
    presses_.clear();
  }
  if (!failure_) {
    if (auto done = commit(); !done.ok()) failure_ = std::move(done).error();
  }
  if (failure_ && !(stopped_ && failure_->code() == "cancelled")) return *std::move(failure_);
  report_.stopped = stopped_;
  report_.days = written_.size();
  return report_;
}

void Run::note_failure(Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_ || failure_->code() == "cancelled") failure_ = std::move(error);
  next_ = tasks_.size();
  changed_.notify_all();
}

Result<void> Run::work(Press& press) {
  while (std::optional<Task> task = next_task()) {
    const bool reads = !task->files.empty();
    Result<void> done = take(press, *std::move(task));
    {
      const std::lock_guard lock(mutex_);
      if (reads) --reading_;
    }
    changed_.notify_all();
    if (!done.ok()) return done;
  }
  return {};
}

/// The next files; when all were read, the days for which events wait.
std::optional<Task> Run::next_task() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopped_ || failure_) return std::nullopt;
    if (next_ < tasks_.size()) {
      ++reading_;
      return std::move(tasks_[next_++]);
    }
    if (reading_ == 0) break;
    changed_.wait(lock);
  }
  for (const AccountDay& where : days_.waiting()) {
    if (at_work_[where] > 0) continue;
    ++at_work_[where];
    Task task;
    task.told = where;
    return task;
  }
  return std::nullopt;
}

std::vector<SourceEntry> Run::sift_known(Task& task) {
  std::vector<SourceEntry> entries;
  std::erase_if(task.files, [&](const read::FoundFile& file) {
    const Result<std::string> sum = sum_of_file(path_to_open(file));
    const std::lock_guard lock(mutex_);
    if (!sum.ok()) {
      report_.read.notes.push_back(
          {.path = file.path, .code = "unreadable-file", .words = sum.error().message});
      ++report_.read.files_failed;
      ++report_.read.files_seen;
      unread_.push_back({"unreadable-file", file.path, sum.error().message});
      return true;
    }
    if (!known_.insert(*sum).second) {
      ++report_.files_known;
      return true;
    }
    entries.push_back({.sum = *sum, .path = file.path, .bytes = file.size});
    return false;
  });
  return entries;
}

/// The account-day that most events of a task should have.
AccountDay Run::place_of(const Task& task) const {
  if (task.files.empty()) return task.told;
  AccountDay place = task.told;
  place.account = std::string(account_of(place.account));
  const read::FoundFile& file = task.files[task.files.size() / 2];
  if (const std::optional<AccountDay> found = account_day_of(path_to_open(file))) {
    place.account = found->account;
    if (place.day.empty() || !file.delivered) place.day = found->day;
  }
  return place;
}

Result<std::shared_ptr<Day>> Run::open_day(Press& press, const AccountDay& where) {
  std::shared_ptr<Day> day;
  std::vector<Part> parts;
  {
    const std::lock_guard lock(mutex_);
    day = days_.of(where);
    for (const Part* const part : manifest_.of(where)) parts.push_back(*part);
  }
  const std::lock_guard loading(day->loading);
  if (!day->loaded) {
    std::vector<const Part*> pointers;
    for (const Part& part : parts) pointers.push_back(&part);
    TRY(press.recall(*day, where, pointers));
    day->loaded = true;
  }
  return day;
}

Result<void> Run::take(Press& press, Task task) {
  Finished finished;
  const bool only_aside = task.files.empty();
  finished.sources = sift_known(task);
  if (task.files.empty() && !only_aside) {
    bytes_done_ += task.bytes;
    return {};
  }
  const AccountDay where = place_of(task);
  if (!only_aside) {
    const std::lock_guard lock(mutex_);
    ++at_work_[where];
  }
  TRY(const std::shared_ptr<Day> day, open_day(press, where));
  TRY(Aside aside, days_.take_aside(where));

  Sifting fresh(where, *day, days_, source_names_);
  Sifting kept_aside(where, *day, days_, source_names_);
  kept_aside.aside = &aside;
  std::vector<std::string> paths;
  for (const read::FoundFile& file : task.files) {
    if (file.spooled != nullptr) fresh.called = file.path;
    paths.push_back(path_to_open(file));
  }
  TRY(const std::unique_ptr<read::Logs> logs, read::Logs::open(paths));
  TRY(const std::unique_ptr<read::Logs> aside_logs, read::Logs::open(aside.files));
  Sieve sieve(*logs, fresh), aside_sieve(*aside_logs, kept_aside);
  std::vector<event::EventSource*> sources;
  if (!paths.empty()) sources.push_back(&sieve);
  if (!aside.empty()) sources.push_back(&aside_sieve);
  TRY(finished.staged, press.make_parts(where, sources));
  if (stopped_) return Error("cancelled", "the ingest was stopped");
  if (fresh.failure) return *fresh.failure;
  if (kept_aside.failure) return *kept_aside.failure;
  std::uint64_t rows = 0;
  for (const StagedPart& staged : finished.staged) rows += staged.part.rows;
  CHECK(rows == fresh.kept + kept_aside.kept, "parts hold what was let through");
  for (const std::string& file : aside.files) TRY(remove_file(file));

  // Notes of copies are written together.
  fresh.copies.insert(fresh.copies.end(), kept_aside.copies.begin(), kept_aside.copies.end());
  if (!fresh.copies.empty()) {
    TRY(std::string copies_path, press.make_copies(fresh));
    if (finished.staged.empty()) finished.staged.push_back({.part = {.where = where}});
    finished.staged.front().copies_path = std::move(copies_path);
  }
  finished.conflicts = std::move(fresh.conflicts);
  finished.conflicts.insert(finished.conflicts.end(), kept_aside.conflicts.begin(),
                            kept_aside.conflicts.end());

  const read::Coverage seen = logs->coverage();
  count_sources(fresh, seen, finished.sources);
  finished.totals = {.sources = finished.sources.size(),
                     .copies = fresh.copies.size(),
                     .conflicts = finished.conflicts.size(),
                     .broken = seen.events_broken};
  finished.names = std::move(fresh.names);
  finished.touched = std::move(fresh.others);
  finished.touched.insert(where);
  bytes_done_ += task.bytes;
  events_done_ += seen.events;
  const std::lock_guard lock(mutex_);
  add(report_.read, seen);
  report_.kept += fresh.kept + kept_aside.kept;
  report_.copies += fresh.copies.size();
  report_.conflicts += finished.conflicts.size();
  for (const read::Note& note : seen.notes) {
    if (note.loss) unread_.push_back({std::string(note.code), note.path, note.words});
  }
  finished_.push_back(std::move(finished));
  --at_work_[where];
  return {};
}

void Run::count_sources(const Sifting& sifting, const read::Coverage& seen,
                        std::vector<SourceEntry>& entries) const {
  std::unordered_map<std::string, SourceEntry*> by_path;
  for (SourceEntry& entry : entries) by_path.emplace(entry.path, &entry);
  // What lies in an archive counts for the archive.
  const auto entry_of = [&](std::string path) -> SourceEntry* {
    for (;;) {
      if (const auto found = by_path.find(path); found != by_path.end()) return found->second;
      const std::size_t slash = path.rfind('/');
      if (slash == std::string::npos) return nullptr;
      path.resize(slash);
    }
  };
  for (const auto& [number, count] : sifting.sources) {
    SourceEntry* const entry = entry_of(source_names_.name_of(number));
    if (entry == nullptr) continue;
    entry->events += count.events;
    entry->kept += count.kept;
    entry->copies += count.copies;
    entry->conflicts += count.conflicts;
  }
  for (const read::Note& note : seen.notes) {
    SourceEntry* const entry = note.loss ? entry_of(note.path) : nullptr;
    if (entry != nullptr && entry->trouble.empty()) entry->trouble = note.code;
  }
}

/// Under the lock.
bool Run::at_rest(const AccountDay& where) const {
  const auto found = at_work_.find(where);
  return (found == at_work_.end() || found->second == 0) && !days_.has_aside(where);
}

Result<void> Run::commit() {
  Change change;
  std::set<AccountDay> written;
  {
    const std::lock_guard lock(mutex_);
    for (Finished& one : finished_) {
      if (!one.committed) {
        one.committed = true;
        std::move(one.staged.begin(), one.staged.end(), std::back_inserter(change.add));
        change.page.conflicts.insert(change.page.conflicts.end(), one.conflicts.begin(),
                                     one.conflicts.end());
        change.names.merge(one.names);
        change.totals.copies += one.totals.copies;
        change.totals.conflicts += one.totals.conflicts;
        change.totals.broken += one.totals.broken;
      }
    }
    std::erase_if(finished_, [&](Finished& one) {
      if (!std::all_of(one.touched.begin(), one.touched.end(),
                       [&](const AccountDay& where) { return at_rest(where); })) {
        return false;
      }
      change.totals.sources += one.sources.size();
      change.page.sources.insert(change.page.sources.end(), one.sources.begin(), one.sources.end());
      return true;
    });
    change.unread = std::move(unread_);
    unread_.clear();
  }
  if (change.add.empty() && change.page.sources.empty() && change.page.conflicts.empty() &&
      change.unread.empty()) {
    return {};
  }
  for (const StagedPart& staged : change.add) {
    if (staged.part.rows == 0) continue;
    written.insert(staged.part.where);
    ++report_.parts;
    report_.bytes += staged.part.bytes;
  }
  // Which task was done first is chance; names of parts are not.
  std::stable_sort(change.add.begin(), change.add.end(),
                   [](const StagedPart& one, const StagedPart& other) {
                     return one.part.where < other.part.where;
                   });
  TRY(writer_->commit(std::move(change)));
  const std::lock_guard lock(mutex_);
  manifest_ = writer_->manifest();
  for (const AccountDay& where : written) {
    const bool soon = next_ < tasks_.size() && tasks_[next_].told == where;
    const bool waits = std::any_of(finished_.begin(), finished_.end(), [&](const Finished& one) {
      return !one.committed && one.touched.contains(where);
    });
    if (!soon && !waits && at_rest(where)) days_.release(where);
  }
  written_.merge(written);
  return {};
}

}  // namespace

Result<std::unique_ptr<Ingest>> Ingest::open(IngestOptions options) {
  if (options.dry_run) return std::unique_ptr<Ingest>(std::make_unique<DryRun>(std::move(options)));
  TRY(std::unique_ptr<Writer> writer,
      Writer::open(options.lake, {.verb = "ingest", .make = true, .waiting = options.waiting}));
  if (options.confine) {
    // The lake's own folder takes all that is written, temporary files too.
    TRY([[maybe_unused]] const bool fenced, engine::confine_writes({.folders = {writer->root()}}));
  }
  TRY(read::Found found, read::find_files(options.paths, staging_folder(writer->root())));
  TRY(const std::vector<std::string> sums, writer->ledger().sums());
  std::unordered_set<std::string> known(sums.begin(), sums.end());
  return std::unique_ptr<Ingest>(std::make_unique<Run>(std::move(options), std::move(found),
                                                       std::move(writer), std::move(known)));
}

}  // namespace trailhound::lake
