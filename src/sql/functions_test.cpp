// SPDX-License-Identifier: Apache-2.0
#include "sql/functions.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

TEST(Functions, HaveADocAndAnExampleEach) {
  std::set<std::string_view> documented;
  std::set<std::string_view> shown;
  for (const Function& function : all_functions()) {
    if (!function.doc.empty()) documented.insert(function.name);
    if (!function.example.empty() || function.kind != FunctionKind::Scalar)
      shown.insert(function.name);
  }
  for (const std::string_view name : function_names()) {
    EXPECT_TRUE(documented.contains(name)) << name;
    EXPECT_TRUE(shown.contains(name)) << name;
  }
}

TEST(Functions, AreOfferedOrRefusedNotBoth) {
  for (const Refusal& refusal : all_refusals()) {
    EXPECT_TRUE(functions_called(refusal.name).empty()) << refusal.name;
    EXPECT_EQ(find_foreigner(refusal.name), nullptr) << refusal.name;
    EXPECT_FALSE(refusal.reason.empty());
  }
  for (const std::string_view name : function_names())
    EXPECT_EQ(find_foreigner(name), nullptr) << name;
}

TEST(Functions, OfOurOwnAreNotInTrino) {
  ASSERT_FALSE(functions_called("agent").empty());
  EXPECT_FALSE(functions_called("agent")[0]->in_trino);
  EXPECT_TRUE(functions_called("split_part")[0]->in_trino);
}

TEST(Functions, OfTheEngineNeverTakeAnothersName) {
  std::set<std::string_view> names;
  for (const event::NativeFunction& function : engine_functions()) {
    EXPECT_TRUE(function.name.starts_with("th_")) << function.name;
    EXPECT_TRUE(names.insert(function.name).second) << function.name;
    EXPECT_EQ(event::find_native_function(function.name), nullptr) << function.name;
  }
}

}  // namespace
}  // namespace trailhound::sql
