// SPDX-License-Identifier: Apache-2.0
#include "ask/work_out.hpp"

#include <gtest/gtest.h>

namespace trailhound::ask {
namespace {

using event::Field;

event::FieldSet all_worked_out() {
  event::FieldSet all;
  for (const event::FieldInfo& info : event::worked_out()) all.add(info.field);
  return all;
}

TEST(WorkOut, HasAWorkingForEveryField) {
  const auto workings = workings_of(all_worked_out(), {});
  ASSERT_TRUE(workings.ok()) << workings.error().message;
  event::FieldSet given;
  for (const Working& working : *workings) {
    for (const Field field : working.settled.fields) {
      EXPECT_FALSE(given.has(field)) << event::describe(field).sql_name << " twice";
      given.add(field);
    }
  }
  EXPECT_EQ(given, all_worked_out());
}

// What every event has for itself would make each a combination of its own; so would requests.
TEST(WorkOut, CombinesOnlyWhatManyEventsShare) {
  const auto workings = workings_of(all_worked_out(), {});
  ASSERT_TRUE(workings.ok()) << workings.error().message;
  for (const Working& working : *workings) {
    const read::Settled& settled = working.settled;
    EXPECT_FALSE(settled.by.empty());
    for (const Field field : {Field::EventId, Field::Ts, Field::EventTime, Field::RequestId,
                              Field::RequestParameters}) {
      EXPECT_FALSE(settled.by.has(field)) << event::describe(field).sql_name;
    }
    if (!settled.of.is_everything()) {
      EXPECT_TRUE(settled.by.has(settled.of.field)) << "what is tested has to be read";
    }
    EXPECT_EQ(settled.by.has(Field::ResponseElements), !settled.of.is_everything());
  }
}

TEST(WorkOut, WorksNothingOutThatNobodyWants) {
  event::FieldSet wanted;
  wanted.add(Field::EventName);
  wanted.add(Field::Network);
  const auto workings = workings_of(wanted, {});
  ASSERT_TRUE(workings.ok()) << workings.error().message;
  ASSERT_EQ(workings->size(), 1u);
  EXPECT_EQ(workings->front().settled.fields, std::vector<Field>{Field::Network});
}

}  // namespace
}  // namespace trailhound::ask
