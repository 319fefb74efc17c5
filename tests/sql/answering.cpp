// SPDX-License-Identifier: Apache-2.0
#include "answering.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace trailhound::answers {
namespace {

using event::Field;

/// Hands out events as a reader would: only fields of the plan, and none that the plan leaves out.
class MadeUpScan final : public event::EventScan {
 public:
  MadeUpScan(const std::vector<MadeUpEvent>& events, event::ScanPlan plan)
      : events_(events), plan_(std::move(plan)) {}

  std::unique_ptr<event::EventReader> reader() override;
  event::ScanProgress progress() const override { return {}; }
  void stop() override {}

  const std::vector<MadeUpEvent>& events_;
  event::ScanPlan plan_;
  bool taken_ = false;
};

class MadeUpReader final : public event::EventReader {
 public:
  explicit MadeUpReader(MadeUpScan& scan, bool first)
      : scan_(scan), next_(first ? 0 : scan.events_.size()) {}

  std::size_t read(event::ColumnSink& sink, std::size_t most) override {
    std::size_t count = 0;
    for (; next_ < scan_.events_.size() && count < most; ++next_) {
      const MadeUpEvent& one = scan_.events_[next_];
      if (!wanted(one)) continue;
      ++count;
      sink.begin_event();
      for (const Put& put : one) give(sink, put.field, put.text);
      const std::string time = text_of(one, Field::EventTime);
      if (const auto ts = parse_event_time(time)) {
        if (scan_.plan_.fields.has(Field::Ts)) sink.put_time(Field::Ts, *ts);
        const std::string day = format_day(*ts);
        give(sink, Field::Year, day.substr(0, 4));
        give(sink, Field::Month, day.substr(5, 2));
        give(sink, Field::Day, day.substr(8, 2));
      }
      const std::string account = text_of(one, Field::RecipientAccountId);
      if (!account.empty()) give(sink, Field::Account, account);
      sink.end_event();
    }
    return count;
  }

 private:
  MadeUpScan& scan_;
  std::size_t next_;

  void give(event::ColumnSink& sink, Field field, const std::string& text) {
    if (!scan_.plan_.fields.has(field)) return;
    const Field parent = event::describe(field).parent;
    if (parent != Field::Record) open(sink, parent);
    sink.put(field, text);
  }
  void open(event::ColumnSink& sink, Field field) {
    const Field parent = event::describe(field).parent;
    if (parent != Field::Record) open(sink, parent);
    if (event::describe(field).kind == event::Kind::List) {
      sink.present(field);
      sink.begin_element(field);
    } else {
      sink.present(field);
    }
  }
  static std::string text_of(const MadeUpEvent& one, Field field) {
    for (const Put& put : one) {
      if (put.field == field) return put.text;
    }
    return {};
  }
  /// As strict as a plan allows: a reader may let more through.
  bool wanted(const MadeUpEvent& one) const {
    const event::ScanPlan& plan = scan_.plan_;
    const auto ts = parse_event_time(text_of(one, Field::EventTime));
    if (ts && (*ts < plan.from || *ts >= plan.to)) return false;
    const std::string account = text_of(one, Field::RecipientAccountId);
    if (!plan.accounts.empty() &&
        std::find(plan.accounts.begin(), plan.accounts.end(), account) == plan.accounts.end()) {
      return false;
    }
    std::string file;  // the event as a file holds it
    for (const Put& put : one) file += json_string(put.text) + "\n" + put.text + "\n";
    for (const event::Needle& needle : plan.needles) {
      bool met = false;
      for (const std::string& text : needle.any_of)
        met = met || file.find(text) != std::string::npos;
      if (!met) return false;
    }
    return true;
  }
};

std::unique_ptr<event::EventReader> MadeUpScan::reader() {
  const bool first = !taken_;
  taken_ = true;
  return std::make_unique<MadeUpReader>(*this, first);
}

std::string failure(const Error& error) {
  return "error: " + std::string(error.code()) + ": " + error.message;
}

}  // namespace

std::unique_ptr<event::EventScan> MadeUp::scan(const event::ScanPlan& plan) {
  return std::make_unique<MadeUpScan>(events_, plan);
}

Answering::Answering(std::vector<MadeUpEvent> events, sql::Dialect dialect)
    : source_(std::move(events)), dialect_(dialect) {
  engine::Options options;
  options.memory = 256u << 20;
  options.threads = 1;
  options.prelude = sql::prelude();
  options.functions = sql::engine_functions();
  auto opened = engine::Database::open(std::move(options));
  CHECK(opened.ok(), opened.ok() ? "" : opened.error().message);
  database_ = std::move(*opened);
}

Result<sql::Bound> Answering::bind(std::string_view text) {
  std::vector<Error> notices;
  const bool lake = dialect_ == sql::Dialect::Lake;
  TRY(const sql::Query query,
      athena::parse(text,
                    {.dialect = lake ? athena::Dialect::Lake : athena::Dialect::Athena,
                     .parameters = parameters_},
                    notices));
  sql::BindOptions options;
  options.dialect = dialect_;
  options.now = *parse_typed_time("2023-07-10 12:30:00");
  options.parse = athena::parse_expression;
  return sql::bind(query, options, notices);
}

std::string Answering::printed(std::string_view text) {
  const auto bound = bind(text);
  if (!bound.ok()) return failure(bound.error());
  return sql::print_duckdb(*bound, [](const sql::TableUse&) { return std::string("th_scan"); });
}

std::vector<std::vector<std::string>> Answering::rows(std::string_view text, bool whole) {
  const auto bound = bind(text);
  if (!bound.ok()) return {{failure(bound.error())}};
  const std::string sql = sql::print_duckdb(*bound, [&](const sql::TableUse& use) {
    event::ScanPlan plan = use.plan;
    if (whole) {
      plan = {};
      plan.fields = event::FieldSet::all();
    }
    return database_->offer(source_, std::move(plan));
  });
  std::string columns;
  std::string texts;
  for (std::size_t i = 0; i < bound->columns().size(); ++i) {
    const std::string name = "c" + std::to_string(i);
    columns += (i > 0 ? ", " : "") + name;
    texts += (i > 0 ? ", " : "") + ("coalesce(CAST(" + name + " AS VARCHAR), 'NULL') AS ") + name;
  }
  const auto rows =
      database_->run("SELECT " + texts + " FROM (" + sql + ") AS answer (" + columns + ")");
  if (!rows.ok()) return {{failure(rows.error()) + " [" + sql + "]"}};
  std::vector<std::vector<std::string>> made;
  for (;;) {
    const auto batch = (*rows)->next();
    if (!batch.ok()) return {{failure(batch.error()) + " [" + sql + "]"}};
    if (*batch == nullptr) break;
    for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
      std::vector<std::string> one;
      for (std::size_t column = 0; column < bound->columns().size(); ++column) {
        one.emplace_back((*batch)->cell(column, row).text());
      }
      made.push_back(std::move(one));
    }
  }
  database_->withdraw(source_);
  return made;
}

std::vector<std::vector<std::string>> Answering::rows_with(
    std::string_view text, std::map<std::string, std::string> parameters) {
  parameters_ = std::move(parameters);
  auto made = rows(text);
  parameters_.clear();
  return made;
}

std::string Answering::one(std::string_view expression) {
  const auto all = rows("select " + std::string(expression) + " as x");
  if (all.size() != 1 || all[0].size() != 1) return "not one value";
  return all[0][0];
}

}  // namespace trailhound::answers
