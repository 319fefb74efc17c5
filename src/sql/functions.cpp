// SPDX-License-Identifier: Apache-2.0
#include "sql/functions.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/text.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::sql {
namespace {

struct Row {
  FunctionKind kind;
  std::string_view name;
  std::string_view signature;
  std::string_view duckdb;
  std::string_view doc;
  std::string_view example;
  std::string_view answer;
};

constexpr Row kRows[] = {
#define SCALAR(name, signature, duckdb, doc, example, answer) \
  {FunctionKind::Scalar, name, signature, duckdb, doc, example, answer},
#define AGGREGATE(name, signature, duckdb, doc, example, answer) \
  {FunctionKind::Aggregate, name, signature, duckdb, doc, example, answer},
#define WINDOW(name, signature, duckdb, doc, example, answer) \
  {FunctionKind::Window, name, signature, duckdb, doc, example, answer},
#include "sql/functions.def"
};

constexpr Refusal kRefusals[] = {
#define REFUSED(name, reason, rewrite) {name, reason, rewrite},
#include "sql/functions.def"
};

constexpr Foreigner kForeigners[] = {
#define FOREIGN(name, athena) {name, athena},
#include "sql/functions.def"
};

/// "(varchar, array(T), bigint...) -> T" into parameters and result.
void read_signature(std::string_view signature, Function& function) {
  const std::size_t arrow = signature.rfind(" -> ");
  CHECK(arrow != std::string_view::npos && signature.front() == '(' && signature[arrow - 1] == ')',
        "a signature is not of the form (...) -> type");
  function.result = type_from_table(signature.substr(arrow + 4));
  std::string_view inside = signature.substr(1, arrow - 2);
  int depth = 0;
  std::size_t begin = 0;
  const auto take = [&](std::size_t end) {
    std::string_view one = trim(inside.substr(begin, end - begin));
    if (one.empty()) return;
    if (one.ends_with("...")) {
      function.variadic = true;
      one.remove_suffix(3);
    }
    function.parameters.push_back(type_from_table(one));
  };
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '(') ++depth;
    if (inside[i] == ')') --depth;
    if (inside[i] == ',' && depth == 0) {
      take(i);
      begin = i + 1;
    }
  }
  take(inside.size());
}

Function read(const Row& row) {
  Function function;
  function.kind = row.kind;
  function.name = row.name;
  function.duckdb = row.duckdb;
  function.doc = row.doc;
  function.example = row.example;
  function.answer = row.answer;
  read_signature(row.signature, function);
  return function;
}

DataType type_of(event::ValueType type) {
  switch (type) {
    case event::ValueType::Text:
      return varchar();
    case event::ValueType::Bigint:
      return bigint();
    case event::ValueType::Boolean:
      return boolean_type();
    case event::ValueType::Double:
      return double_type();
    case event::ValueType::Time:
      return of_kind(TypeKind::Timestamp);
    case event::ValueType::TextList:
      return array_of(varchar());
  }
  return {};
}

Function read(const event::NativeFunction& native) {
  Function function;
  function.name = native.sql_name();
  for (const event::ValueType type : native.arguments) {
    function.parameters.push_back(type_of(type));
  }
  function.result = type_of(native.result);
  function.duckdb = native.name;  // called as it is
  function.in_trino = false;
  function.doc = native.doc;
  function.example = native.example;
  function.answer = native.answer;
  return function;
}

std::vector<Function> read_all() {
  std::vector<Function> all;
  for (const Row& row : kRows) all.push_back(read(row));
  for (const event::NativeFunction& native : event::native_functions()) all.push_back(read(native));
  std::stable_sort(all.begin(), all.end(),
                   [](const Function& a, const Function& b) { return a.name < b.name; });
  return all;
}

/// What searches of Splunk are lowered to: called `spl:number` in a tree, which no text can say.
const std::vector<Function>& spl_overloads() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> made;
    for (const event::NativeFunction& native : spl_functions()) {
      made.push_back("spl:" + std::string(native.name.substr(7)));
    }
    return made;
  }();
  static const std::vector<Function> all = [] {
    std::vector<Function> made;
    for (const event::NativeFunction& native : spl_functions()) {
      Function function = read(native);
      function.name = names[made.size()];
      made.push_back(std::move(function));
    }
    return made;
  }();
  return all;
}

}  // namespace

std::span<const Function> all_functions() {
  static const std::vector<Function> all = read_all();
  return all;
}

std::span<const Refusal> all_refusals() { return kRefusals; }

std::vector<const Function*> functions_called(std::string_view name) {
  std::vector<const Function*> found;
  if (name.starts_with("spl:")) {
    for (const Function& function : spl_overloads()) {
      if (function.name == name) found.push_back(&function);
    }
    return found;
  }
  const std::span<const Function> all = all_functions();
  auto place = std::lower_bound(all.begin(), all.end(), name,
                                [](const Function& f, std::string_view n) { return f.name < n; });
  for (; place != all.end() && place->name == name; ++place) found.push_back(&*place);
  return found;
}

const Refusal* find_refusal(std::string_view name) {
  for (const Refusal& refusal : kRefusals) {
    if (refusal.name == name) return &refusal;
  }
  return nullptr;
}

const Foreigner* find_foreigner(std::string_view name) {
  for (const Foreigner& foreigner : kForeigners) {
    if (foreigner.name == name) return &foreigner;
  }
  return nullptr;
}

std::span<const std::string_view> function_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Function& function : all_functions()) {
      if (all.empty() || all.back() != function.name) all.push_back(function.name);
    }
    return all;
  }();
  return names;
}

}  // namespace trailhound::sql
