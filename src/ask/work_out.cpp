// SPDX-License-Identifier: Apache-2.0
#include "ask/work_out.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "engine/cell_text.hpp"
#include "sql/print_duckdb.hpp"

namespace trailhound::ask {
namespace {

using event::Field;

/// Fields that are made of much the same fields, so that the combinations of those are few.
struct Together {
  std::vector<Field> fields;
  event::RowFilter of{};  ///< read::Settled::of
};

const std::vector<Together>& together() {
  static const std::vector<Together> all = {
      {{Field::Role, Field::Session, Field::SessionOwner, Field::Principal, Field::Workload,
        Field::ActorKind, Field::IsService}},
      {{Field::Agent, Field::AgentFamily, Field::AgentKind}},
      {{Field::Via}},
      {{Field::Network}},
      {{Field::Action, Field::VerbClass}},
      {{Field::IsChange}},
      {{Field::ErrorClass}},
      // Answers are many, but not those of sign-ins.
      {{Field::FailedSignIn},
       event::RowFilter::text(Field::EventSource,
                              {.any_of = {"signin.amazonaws.com"}, .like = {{"sso%", 0}}})},
  };
  return all;
}

/// The combination that an event of Kept::combinations stands for.
std::size_t number_of(const engine::Cell& eventid) {
  const std::string_view text = eventid.text();
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Result<std::vector<Working>> workings_of(const event::FieldSet& wanted, const Known& known) {
  std::vector<Working> workings;
  for (const Together& those : together()) {
    read::Settled settled;
    settled.of = those.of;
    std::string names;
    for (const Field field : those.fields) {
      if (!wanted.has(field)) continue;
      settled.fields.push_back(field);
      names += fmt::format(", {}", event::describe(field).sql_name);
    }
    if (settled.fields.empty()) continue;
    Question question;
    question.text = "select eventid" + names + " from cloudtrail";
    TRY(Understood statement, understand(question, known));
    const event::FieldSet& made_of = statement.bound.tables().front().plan.fields;
    for (const event::FieldInfo& info : event::schema()) {
      if (info.field != Field::EventId && made_of.has(info.field)) settled.by.add(info.field);
    }
    workings.push_back({std::move(settled), std::move(statement)});
  }
  return workings;
}

Result<void> work_out(const Working& working, read::Kept& combinations, engine::Database& database,
                      read::Kept& kept) {
  std::vector<std::vector<std::optional<std::string>>> values(
      working.settled.fields.size(),
      std::vector<std::optional<std::string>>(combinations.events()));
  TRY(const auto rows,
      database.run(sql::print_duckdb(working.statement.bound, [&](const sql::TableUse& use) {
        return database.offer(combinations, use.plan);
      })));
  for (;;) {
    TRY(const engine::Batch* batch, rows->next());
    if (batch == nullptr) break;
    for (std::size_t row = 0; row < batch->rows(); ++row) {
      const std::size_t number = number_of(batch->cell(0, row));
      CHECK(number >= 1 && number <= combinations.events(), "a combination has its number");
      for (std::size_t i = 0; i < values.size(); ++i) {
        const engine::Cell cell = batch->cell(i + 1, row);
        if (!cell.is_null()) values[i][number - 1] = engine::cell_text(cell);
      }
    }
  }
  database.withdraw(combinations);
  for (std::size_t i = 0; i < values.size(); ++i) {
    kept.give(working.settled.fields[i], std::move(values[i]));
  }
  return {};
}

}  // namespace trailhound::ask
