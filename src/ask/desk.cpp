// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <set>
#include <utility>

#include "ask/ask.hpp"
#include "ask/close.hpp"
#include "ask/kept_answers.hpp"
#include "ask/lake_source.hpp"
#include "ask/search.hpp"
#include "ask/second_look.hpp"
#include "ask/understand.hpp"
#include "ask/watch.hpp"
#include "ask/window.hpp"
#include "ask/work_out.hpp"
#include "base/text.hpp"
#include "engine/cell_text.hpp"
#include "engine/database.hpp"
#include "engine/fence.hpp"
#include "engine/rows_bytes.hpp"
#include "event/functions.hpp"
#include "read/kept.hpp"
#include "read/logs.hpp"
#include "sql/draw.hpp"
#include "sql/natives.hpp"
#include "sql/prelude.hpp"
#include "sql/print_duckdb.hpp"

namespace trailhound::ask {
namespace {

using event::Field;

/// Rows whose columns are called as a search calls them: their letters are not made small.
class NamedRows final : public engine::Rows {
 public:
  NamedRows(std::unique_ptr<engine::Rows> rows, const std::vector<std::string>& names)
      : rows_(std::move(rows)), columns_(rows_->columns()) {
    for (std::size_t i = 0; i < names.size() && i < columns_.size(); ++i) {
      columns_[i].name = names[i];
    }
  }
  const std::vector<engine::Column>& columns() const override { return columns_; }
  Result<const engine::Batch*> next() override { return rows_->next(); }
  Result<bool> hand_out(
      const std::function<std::unique_ptr<engine::Taker>()>& make_taker) override {
    return rows_->hand_out(make_taker);
  }

 private:
  std::unique_ptr<engine::Rows> rows_;
  std::vector<engine::Column> columns_;
};

/// A desk over log files, or over a lake.
class LogsDesk final : public Desk {
 public:
  LogsDesk(Source source, std::unique_ptr<read::Logs> logs, std::unique_ptr<LakeSource> lake,
           std::unique_ptr<engine::Database> database)
      : source_(std::move(source)),
        logs_(std::move(logs)),
        lake_(std::move(lake)),
        database_(std::move(database)) {
    if (lake_) lake_->offer_to(*database_);
  }

  Result<Answer> ask(const Question& question) override {
    if (lake_ && question.keeping != Keeping::Never) {
      if (may_be_kept(question, source_)) return ask_kept(question);
      if (question.keeping == Keeping::Whole) TRY(gather_now());
    }
    return ask_anew(question);
  }

  /// Asks the events; of a lake, those of some of its parts only.
  Result<Answer> ask_anew(const Question& question, LakeReading reading = {}) {
    TRY(Printed printed, prepare(question, reading));
    Answer answer;
    TRY(answer.rows, run(printed.sql, reading, question.all_rows && printed.lists_events()));
    if (!printed.names.empty()) {
      answer.rows = std::make_unique<NamedRows>(std::move(answer.rows), printed.names);
    }
    answer.notices = std::move(printed.notices);
    answer.second_look = second_look(question, std::move(printed.meant), printed.watch);
    return answer;
  }

  Result<std::uint64_t> write_parquet(const Question& question, const std::string& path,
                                      std::vector<Error>& notices) override {
    LakeReading reading;
    TRY(Printed printed, prepare(question, reading));
    notices.insert(notices.end(), printed.notices.begin(), printed.notices.end());
    auto written = database_->write_parquet(printed.sql, path);
    if (!written.ok() && lake_) {
      return lake_->look_into(std::move(written).error(), reading.parts);
    }
    if (written.ok()) look_again_ = second_look(question, std::move(printed.meant), printed.watch);
    return written;
  }

  std::vector<Error> look_again() override {
    const auto look = std::exchange(look_again_, nullptr);
    return look ? look() : std::vector<Error>{};
  }

  Result<Explanation> explain(const Question& question) override;

  Result<Explanation> explain_search(const Question& question) {
    TRY(const Known known, what_is_known({question}));
    TRY(const Window window, this_window());
    LakeReading reading;
    const auto text = [&](const Understood& meant) {
      return sql::print_duckdb(meant.bound, [&](const sql::TableUse& use) {
        return table_text(use.plan, window, nullptr, reading);
      });
    };
    Explanation explanation;
    TRY(explanation.tokens, draw_search(question, known));
    TRY(Searched searched, take_steps(question, known, text, reading));
    const Understood& meant = *searched.meant;
    explanation.tree = sql::draw(meant.tree);
    explanation.bound =
        sql::explain_duckdb(meant.bound, [](const sql::TableUse& use) { return use.name; });
    explanation.duckdb = with_names(text(meant), searched.columns);
    Result<std::string> athena = search_for_athena(searched);
    if (athena.ok()) {
      explanation.trino = std::move(*athena);
    } else {
      explanation.why_no_trino = athena.error().message;
    }
    explanation.notices = std::move(searched.notices);
    for (const sql::TableUse& use : meant.bound.tables()) {
      event::ScanPlan plan = window.narrow(use.plan);
      plan.once = plan.once || source_.unique;
      explanation.plan += describe(plan);
      if (lake_) explanation.plan += lake_->describe(plan);
    }
    return explanation;
  }

  Result<void> gather(const std::vector<Question>& questions) override {
    const std::lock_guard lock(preparing_);
    if (!lake_) return gather_blocks(questions, nullptr);
    TRY([[maybe_unused]] const Window window, this_window());
    TRY(const Known known, what_is_known(questions));
    // What was read for these already stays: others may be asking it.
    if (blocks_ && covers(plan_for(questions, known_here(known)).fields)) return {};
    forget_kept();
    to_gather_ = questions;
    return {};
  }

  Result<void> gather_closely(const std::vector<Question>& questions, const Close& close) override {
    if (lake_) return {};
    const std::lock_guard lock(preparing_);
    return gather_blocks(questions, &close);
  }

  bool keeps_answers() const override {
    return lake_ != nullptr && asks_of_all(source_) && lake_->answers().can_be_kept();
  }

  const read::Coverage& coverage() const override {
    const std::lock_guard lock(preparing_);
    coverage_ = keeps() ? gathered_coverage_ : coverage_of(read_);
    return coverage_;
  }

  Result<std::optional<Time>> newest() override {
    if (lake_) return lake_->newest();
    if (!newest_known_) {
      newest_ = logs_->newest();
      newest_known_ = true;
    }
    return newest_;
  }

  void cancel() override {
    stopped_ = true;
    database_->interrupt();
  }

 private:
  bool keeps() const { return blocks_ != nullptr; }
  bool was_gathered() {
    const std::lock_guard lock(preparing_);
    return keeps();
  }

  /// Reads the lake for the questions that it is to be read for, if it was not yet.
  Result<void> gather_now() {
    const std::lock_guard lock(preparing_);
    if (to_gather_.empty()) return {};
    TRY(gather_blocks(to_gather_, nullptr));
    to_gather_.clear();
    return {};
  }

  /// The answer that the lake keeps; what is missing of it is asked, and kept.
  Result<Answer> ask_kept(const Question& question) {
    const bool whole = question.keeping == Keeping::Whole;
    if (!whole && was_gathered()) return ask_anew(question);
    const lake::Reach reach = whole ? lake::Reach::Whole : lake::Reach::Days;
    const std::string name = kept_name(question);
    std::vector<lake::Stretch> stretches = lake_->answers().stretches(name, reach);
    bool fresh = false;
    for (lake::Stretch& stretch : stretches) {
      if (stretch.rows) continue;
      TRY(stretch.rows, whole ? whole_rows(question) : rows_of_days(question, stretch));
      if (!stretch.rows) return ask_anew(question);  // not of a kind that is kept
      fresh = true;
    }
    if (fresh) lake_->answers().keep(name, reach, stretches);
    std::vector<std::string> pieces;
    for (lake::Stretch& stretch : stretches) pieces.push_back(std::move(*stretch.rows));
    Answer answer;
    answer.rows = engine::rows_of(std::move(pieces));
    if (answer.rows == nullptr) return ask_anew(question);
    const std::lock_guard lock(preparing_);
    if (!keeps()) read_ = lake_->all_parts();
    return answer;
  }

  Result<std::optional<std::string>> whole_rows(const Question& question) {
    TRY(gather_now());
    TRY(const Answer answer, ask_anew(question));
    return engine::bytes_of(*answer.rows);
  }

  Result<std::optional<std::string>> rows_of_days(const Question& question,
                                                  const lake::Stretch& stretch) {
    TRY(const Answer answer,
        ask_anew(question, {.only = LakeParts(stretch.parts.begin(), stretch.parts.end())}));
    return engine::bytes_of(*answer.rows);
  }

  /// What questions need of the events that are kept for them.
  static event::ScanPlan plan_for(const std::vector<Question>& questions, const Known& known) {
    event::ScanPlan plan;
    plan.once = true;
    plan.fields.add(event::Field::EventId);
    for (const Question& question : questions) {
      // One that cannot be understood says so when it is asked.
      const Result<Understood> meant = understand(question, known);
      if (!meant.ok()) continue;
      for (const sql::TableUse& use : meant->bound.tables()) plan.fields.add(use.plan.fields);
    }
    return plan;
  }

  void forget_kept() {
    if (blocks_) database_->withdraw(*blocks_);
    blocks_.reset();
  }

  /// Keeps events, with what is worked out again and again worked out once.
  Result<void> gather_blocks(const std::vector<Question>& questions, const Close* close) {
    TRY(Known known, what_is_known(questions));
    TRY(const Window window, this_window());
    for (const event::FieldInfo& info : event::worked_out()) known.worked_out.add(info.field);
    for (;;) {
      forget_kept();
      event::ScanPlan plan = window.narrow(plan_for(questions, known));
      if (close != nullptr) {
        for (const Field told_by : {Field::EventName, Field::EventSource}) plan.fields.add(told_by);
      }
      TRY(const event::FieldSet unsettled, keep_blocks(plan, known, close));
      if (unsettled.empty()) return {};
      // What these are made of is then kept itself.
      event::FieldSet fewer;
      for (const event::FieldInfo& info : event::worked_out()) {
        if (known.worked_out.has(info.field) && !unsettled.has(info.field)) fewer.add(info.field);
      }
      known.worked_out = fewer;
    }
  }

  /// Says which fields could not be worked out once: what they are made of is combined in too many
  /// ways.
  Result<event::FieldSet> keep_blocks(event::ScanPlan plan, Known known, const Close* close) {
    stopped_ = false;
    known.worked_out = {};
    TRY(const std::vector<Working> workings, workings_of(plan.fields, known));
    event::FieldSet kept_fields;
    for (const event::FieldInfo& info : event::schema()) {
      if (plan.fields.has(info.field)) kept_fields.add(info.field);
    }
    plan.fields = kept_fields;
    read::KeepOptions options{.threads = source_.threads,
                              .memory = source_.memory / 4,
                              .temp_folder = database_->temp_folder(),
                              .progress = source_.progress,
                              .settled = {}};
    event::FieldSet read = plan.fields;
    for (const Working& working : workings) {
      read.add(working.settled.by);
      options.settled.push_back(working.settled);
    }
    if (close != nullptr) look_closely(*close, read, options);
    std::unique_ptr<LakeEvents> of_lake;
    LakeReading reading;
    if (lake_) of_lake = lake_->events(plan, reading);
    event::EventSource* const source =
        of_lake ? of_lake.get() : static_cast<event::EventSource*>(logs_.get());
    Result<std::unique_ptr<read::Kept>> kept =
        read::Kept::gather(*source, plan, options, &stopped_);
    gathered_coverage_ = coverage_of(reading.parts);
    if (!kept.ok()) return std::move(kept).error();
    if (of_lake) {
      if (auto failure = of_lake->failure()) {
        return lake_->look_into(*std::move(failure), reading.parts);
      }
    }
    event::FieldSet unsettled;
    for (std::size_t place = 0; place < workings.size(); ++place) {
      read::Kept* const combinations = (*kept)->combinations(place);
      if (combinations == nullptr) {
        for (const Field field : workings[place].settled.fields) unsettled.add(field);
      } else {
        TRY(work_out(workings[place], *combinations, *database_, **kept));
      }
    }
    blocks_ = std::move(*kept);
    return unsettled;
  }

  /// SQL that the engine can run, and what was learnt on the way.
  struct Printed {
    std::string sql;
    std::vector<Error> notices;
    std::optional<Understood> meant;   ///< Not of DuckDB's dialect
    std::vector<std::string> names{};  ///< Of the columns, where they are not the engine's
    std::shared_ptr<Watch> watch;      ///< Sees the names of actions, if the question compares them

    bool lists_events() const { return meant && sql::lists_events(meant->bound.plan()); }
  };

  /// Whether the blocks hold all these fields.
  bool covers(const event::FieldSet& wanted) const {
    event::FieldSet both = blocks_->fields();
    both.add(wanted);
    return both == blocks_->fields();
  }

  /// With those fields that stand in the blocks as columns.
  Known known_here(Known known) const {
    for (const event::FieldInfo& info : event::worked_out()) {
      if (blocks_->fields().has(info.field)) known.worked_out.add(info.field);
    }
    return known;
  }

  /// Understands a question so that it can use what is kept: without working out again what stands
  /// there as a column, unless it needs more than was kept, or some parts of the lake alone.
  Result<Understood> understand_here(const Question& question, const Known& known,
                                     const LakeReading& reading) {
    if (blocks_ && !reading.only) {
      TRY(Understood meant, understand(question, known_here(known)));
      const std::vector<sql::TableUse>& tables = meant.bound.tables();
      if (std::all_of(tables.begin(), tables.end(),
                      [&](const sql::TableUse& use) { return covers(use.plan.fields); })) {
        return meant;
      }
    }
    return understand(question, known);
  }

  Result<Printed> prepare(const Question& question, LakeReading& reading) {
    const std::lock_guard lock(preparing_);
    if (!keeps() && !lake_) database_->withdraw(*logs_);
    for (const auto& watch : watches_) database_->withdraw(*watch);
    watches_.clear();
    Result<Printed> printed = prepare_here(question, reading);
    read_ = reading.parts;
    return printed;
  }

  Result<Printed> prepare_here(const Question& question, LakeReading& reading) {
    if (question.language == Language::DuckDb) return prepare_duckdb(question, reading);
    if (question.language == Language::Spl) return prepare_search(question, reading);
    TRY(const Known known, what_is_known({question}));
    TRY(Understood meant, understand_here(question, known, reading));
    TRY(const Window window, this_window());
    Printed printed;
    printed.notices = std::move(meant.notices);
    say_window(window, printed.notices);
    if (meant.bound.asks_now() && !window.relative) say_now(known.now, printed.notices);
    if (!blocks_ && !lake_ && compares_names(meant.bound)) {
      printed.watch = std::make_shared<Watch>(*logs_, event::Field::EventName);
      watches_.push_back(printed.watch);
    }
    printed.sql = sql::print_duckdb(meant.bound, [&](const sql::TableUse& use) {
      return table_text(use.plan, window, printed.watch.get(), reading);
    });
    printed.meant = std::move(meant);
    return printed;
  }

  /// What stands for the table of events in the engine's SQL.
  sql::TableSql table_text(event::ScanPlan plan, const Window& window, Watch* watch,
                           LakeReading& reading) {
    if (blocks_ && !reading.only && covers(plan.fields)) {
      return database_->offer(*blocks_, std::move(plan));
    }
    plan = window.narrow(std::move(plan));
    plan.once = plan.once || source_.unique || keeps();
    if (lake_) return lake_->table(plan, reading);
    if (watch != nullptr) return database_->offer(*watch, std::move(plan));
    return database_->offer(*logs_, std::move(plan));
  }

  Result<std::unique_ptr<engine::Rows>> run(const std::string& sql, const LakeReading& reading,
                                            bool later = false) {
    auto rows = database_->run(sql, later);
    if (!lake_) return rows;
    if (!rows.ok()) return lake_->look_into(std::move(rows).error(), reading.parts);
    return lake_->watched(std::move(*rows), reading.parts);
  }

  read::Coverage coverage_of(const LakeParts& parts) const {
    return lake_ ? lake_->coverage(parts) : logs_->coverage();
  }

  /// A search: its steps are taken until none is left, then what it writes is written.
  Result<Printed> prepare_search(const Question& question, LakeReading& reading) {
    TRY(const Known known, what_is_known({question}));
    TRY(const Window window, this_window());
    const auto text = [&](const Understood& meant) {
      return sql::print_duckdb(meant.bound, [&](const sql::TableUse& use) {
        return table_text(use.plan, window, nullptr, reading);
      });
    };
    TRY(Searched searched, take_steps(question, known, text, reading));
    Printed printed;
    printed.notices = std::move(searched.notices);
    say_window(window, printed.notices);
    for (const Searched::Written& one : searched.writes) {
      TRY(const spl::Answer rows, texts_of(text(one.meant), reading));
      TRY(write_lookup(question, one.write, rows));
    }
    printed.sql = with_names(text(*searched.meant), searched.columns);
    for (const spl::Column& column : searched.columns) printed.names.push_back(column.name);
    return printed;
  }

  Result<Searched> take_steps(const Question& question, const Known& known,
                              const std::function<std::string(const Understood&)>& text,
                              const LakeReading& reading) {
    spl::Facts facts;
    for (std::size_t step = 0; step < kMostSteps; ++step) {
      TRY(Searched searched, understand_search(question, known, facts));
      if (!searched.need) return searched;
      TRY(spl::Answer rows, texts_of(text(*searched.need), reading));
      facts.answers.push_back(std::move(rows));
    }
    return Error("search-too-large", "the search takes too many steps");
  }

  /// All rows of a question as texts.
  Result<spl::Answer> texts_of(const std::string& select, const LakeReading& reading) {
    TRY(const auto rows, run(select, reading));
    spl::Answer answer;
    for (;;) {
      TRY(const engine::Batch* batch, rows->next());
      if (batch == nullptr) return answer;
      for (std::size_t row = 0; row < batch->rows(); ++row) {
        std::vector<std::optional<std::string>> cells;
        for (std::size_t i = 0; i < batch->columns(); ++i) {
          const engine::Cell cell = batch->cell(i, row);
          cells.push_back(cell.is_null() ? std::optional<std::string>()
                                         : std::optional<std::string>(engine::cell_text(cell)));
        }
        answer.push_back(std::move(cells));
      }
      if (answer.size() > 1'000'000) {
        return Error("search-too-large", "a step of the search gives more than a million rows");
      }
    }
  }

  Result<Printed> prepare_duckdb(const Question& question, LakeReading& reading) {
    TRY(const engine::Names names, engine::names_of(*database_, question.text));
    engine::Allowed allowed;
    allowed.tables.insert("cloudtrail");
    for (const event::NativeFunction& function : event::native_functions()) {
      allowed.functions.emplace(function.name);
    }
    Result<void> checked = engine::check(names, allowed);
    if (!checked.ok()) return std::move(checked.error()).in(question.name);
    TRY(const Known known, what_is_known({question}));
    TRY(const Understood table, understand({.text = every_field()}, known));
    TRY(const Window window, this_window());
    Printed printed;
    say_window(window, printed.notices);
    const std::string events = sql::print_duckdb(table.bound, [&](const sql::TableUse& use) {
      return table_text(use.plan, window, nullptr, reading);
    });
    printed.sql = with_events_table(question.text, events);
    return printed;
  }

  /// What understanding needs, found out only where a question asks for it.
  Result<Known> what_is_known(const std::vector<Question>& questions) {
    Known known;
    bool now = false, account = false;
    for (const Question& question : questions) {
      now = now || mentions_now(question.text) ||
            (question.language == Language::Spl && spl::counts_from_now(question.text)) ||
            !question.search.earliest.empty() || !question.search.latest.empty();
      account = account || (mentions_account_stand_in(question.text) &&
                            !question.parameters.contains("account"));
    }
    if (now) {
      TRY(known.now, this_now());
      known.now_given = source_.now.has_value();
    }
    if (account) {
      TRY(known.single_account, holds_one_account());
    }
    return known;
  }

  Result<Time> this_now() {
    if (source_.now && source_.now->at) return *source_.now->at;
    TRY(const std::optional<Time> last, newest());
    return Time{last.value_or(Time{}).micros - (source_.now ? source_.now->back.value_or(0) : 0)};
  }

  Result<Window> this_window() {
    if (!needs_now(source_)) return resolve(source_, std::nullopt);
    TRY(const Time now, this_now());
    return resolve(source_, now);
  }

  static void say_window(const Window& window, std::vector<Error>& notices) {
    if (window.relative) notices.push_back(Error("window-counted", "looking " + window.words()));
  }

  /// Not said where the user set the time.
  void say_now(Time now, std::vector<Error>& notices) const {
    if (source_.now && source_.now->at) return;
    notices.push_back(
        Error("window-counted",
              "now() is " + format_iso(now) +
                  (source_.now ? ", counted back from the newest event" : ", the newest event")));
  }

  Result<bool> holds_one_account() {
    if (!one_account_ && lake_) one_account_ = lake_->holds_one_account();
    if (!one_account_) {
      event::ScanPlan plan;
      plan.fields.add(event::Field::Account);
      const std::string scan = database_->offer(*logs_, std::move(plan));
      TRY(const auto rows,
          database_->run("SELECT count(DISTINCT account) AS accounts FROM " + scan));
      TRY(const engine::Batch* batch, rows->next());
      one_account_ = batch != nullptr && batch->cell(0, 0).integer() <= 1;
    }
    return *one_account_;
  }

  static bool compares_names(const sql::Bound& bound) {
    return std::any_of(bound.literals().begin(), bound.literals().end(),
                       [](const sql::ComparedLiteral& literal) {
                         return literal.field == event::Field::EventName && literal.equality;
                       });
  }

  std::function<std::vector<Error>()> second_look(const Question& question,
                                                  std::optional<Understood> meant,
                                                  const std::shared_ptr<Watch>& watch) {
    if (!meant || was_gathered()) return {};
    return [this, question, meant = std::make_shared<Understood>(std::move(*meant)), watch] {
      std::vector<Error> hints;
      if (watch) hint_at_names(*meant, *watch, question, hints);
      if (lake_) {
        near_misses(meant->bound.literals(), {lake_->names().begin(), lake_->names().end()},
                    question.name, hints);
      }
      count_escapes(*meant, question, hints);
      return hints;
    };
  }

  void hint_at_names(const Understood& meant, const Watch& watch, const Question& question,
                     std::vector<Error>& hints) {
    std::set<std::string, std::less<>> names = watch.seen();
    if (all_occur(meant.bound.literals(), names)) return;
    // Needles may have kept the names from being seen: look again, at nothing but the names.
    Watch all(*logs_, event::Field::EventName);
    event::ScanPlan plan;
    plan.fields.add(event::Field::EventName);
    const auto rows = database_->run("SELECT count(eventname) AS names FROM " +
                                     database_->offer(all, std::move(plan)));
    if (rows.ok()) (void)(*rows)->next();
    names = all.seen();
    database_->withdraw(all);
    near_misses(meant.bound.literals(), names, question.name, hints);
  }

  void count_escapes(const Understood& meant, const Question& question, std::vector<Error>& hints) {
    const std::optional<sql::Query> other = ask_for_other_spellings(meant.tree);
    if (!other) return;
    std::vector<Error> ignored;
    Question again = question;
    again.text = sql_text(*other);
    LakeReading reading;
    const Result<Printed> printed = prepare(again, reading);
    if (!printed.ok()) return;
    const auto rows = database_->run(printed->sql);
    if (!rows.ok()) return;
    std::vector<Spelling> spellings;
    for (;;) {
      const Result<const engine::Batch*> batch = (*rows)->next();
      if (!batch.ok() || *batch == nullptr) break;
      for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
        spellings.push_back(
            {std::string((*batch)->cell(0, row).is_null() ? "" : (*batch)->cell(0, row).text()),
             static_cast<std::uint64_t>((*batch)->cell(1, row).integer())});
      }
    }
    if (!spellings.empty()) hints.push_back(escapes(spellings));
  }

  Source source_;
  std::unique_ptr<read::Logs> logs_;  ///< Empty if there is a lake
  std::unique_ptr<LakeSource> lake_;  ///< May be null
  std::vector<std::shared_ptr<Watch>> watches_;
  std::function<std::vector<Error>()> look_again_;
  std::unique_ptr<read::Kept> blocks_;  ///< Gathered from logs; outlives the scans of the engine
  std::unique_ptr<engine::Database> database_;
  std::atomic<bool> stopped_ = false;
  mutable std::mutex preparing_;     ///< A lake, and what is kept, may be asked by several threads
  std::vector<Question> to_gather_;  ///< For which a lake will be read, if it must
  LakeParts read_;                   ///< What the last question reads
  read::Coverage gathered_coverage_;
  mutable read::Coverage coverage_;
  std::optional<Time> newest_;
  bool newest_known_ = false;
  std::optional<bool> one_account_;
};

Result<Explanation> LogsDesk::explain(const Question& question) {
  Explanation explanation;
  if (question.language == Language::DuckDb) {
    LakeReading reading;
    TRY(const Printed printed, prepare(question, reading));
    explanation.duckdb = printed.sql;
    explanation.notices = printed.notices;
    return explanation;
  }
  if (question.language == Language::Spl) return explain_search(question);
  TRY(const Known known, what_is_known({question}));
  TRY(const Stages stages, draw_stages(question, known));
  explanation.tokens = stages.tokens;
  explanation.tree = stages.tree;
  TRY(const Window window, this_window());
  LakeReading reading;
  TRY(Printed printed, prepare(question, reading));
  explanation.bound =
      sql::explain_duckdb(printed.meant->bound, [](const sql::TableUse& use) { return use.name; });
  explanation.duckdb = printed.sql;
  explanation.own_names = stages.not_in_trino;
  explanation.trino = stages.trino;
  explanation.notices = std::move(printed.notices);
  for (const sql::TableUse& use : printed.meant->bound.tables()) {
    event::ScanPlan plan = window.narrow(use.plan);
    plan.once = plan.once || source_.unique;
    explanation.plan += fmt::format("{}table     {}\n{}", explanation.plan.empty() ? "" : "\n",
                                    use.name, describe(plan));
    if (lake_) explanation.plan += lake_->describe(plan);
  }
  return explanation;
}

}  // namespace

Result<std::unique_ptr<Desk>> Desk::open(Source source) {
  // Ten thousand files take as long to be listed as the engine to start.
  auto listing = std::async(std::launch::async,
                            [&] { return read::Logs::open(source.logs, {.tally = source.tally}); });
  std::unique_ptr<LakeSource> lake;
  engine::Options options;
  if (!source.lake.empty()) {
    TRY(lake, LakeSource::open(source.lake));
    options.lake = lake->events_folder();
  }
  static const std::vector<event::NativeFunction> functions =
      with_lake_functions(sql::engine_functions());
  options.memory = source.memory;
  options.threads = source.threads;
  options.functions = functions;
  options.prelude = sql::prelude();
  options.progress = source.progress;
  options.until_exit = source.until_exit;
  Result<std::unique_ptr<engine::Database>> opened = engine::Database::open(std::move(options));
  TRY(std::unique_ptr<read::Logs> logs, listing.get());
  TRY(std::unique_ptr<engine::Database> database, std::move(opened));
  return std::unique_ptr<Desk>(std::make_unique<LogsDesk>(std::move(source), std::move(logs),
                                                          std::move(lake), std::move(database)));
}

}  // namespace trailhound::ask
