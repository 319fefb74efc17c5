// SPDX-License-Identifier: Apache-2.0
#include "sql/row_filters.hpp"

#include <optional>
#include <utility>

#include "base/time.hpp"
#include "sql/constants.hpp"
#include "sql/plan_walk.hpp"

namespace trailhound::sql {
namespace {

using event::Field;

/// The field of the event that a term is, if it holds text or a time.
std::optional<Field> plain_field(const TermPtr& term, int source, event::Kind kind) {
  const auto use = field_of(term);
  if (!use || use->source != source || event::describe(use->field).kind != kind) return {};
  Field around = event::describe(use->field).parent;
  for (; around != Field::Record; around = event::describe(around).parent) {
    if (event::describe(around).kind != event::Kind::Struct) return {};
  }
  return use->field;
}

bool is_less(Comparing op) { return op == Comparing::Less || op == Comparing::LessOrEqual; }
bool is_greater(Comparing op) {
  return op == Comparing::Greater || op == Comparing::GreaterOrEqual;
}

event::RowFilter filter_by_comparison(const Compared& compared, int source) {
  const bool swapped = constant_text_of(compared.left) || constant_time(compared.left);
  const TermPtr& left = swapped ? compared.right : compared.left;
  const TermPtr& right = swapped ? compared.left : compared.right;
  const bool equal = compared.op == Comparing::Equal;
  if (const auto field = plain_field(left, source, event::Kind::Text);
      field && (equal || compared.op == Comparing::NotEqual)) {
    if (const auto text = constant_text_of(right)) {
      return event::RowFilter::text(*field, {.any_of = {*text}, .negated = !equal});
    }
  }
  const auto field = plain_field(left, source, event::Kind::Time);
  const auto time = constant_time(right);
  const bool begins = equal || (swapped ? is_less(compared.op) : is_greater(compared.op));
  const bool ends = equal || (swapped ? is_greater(compared.op) : is_less(compared.op));
  if (!field || !time || (!begins && !ends)) return {};
  return event::RowFilter::time(*field, begins ? *time : Time{INT64_MIN},
                                ends ? *time : Time{INT64_MAX});
}

/// NULL as it stands, or cast to some type.
bool is_null(const TermPtr& term) {
  if (const auto* value = as<Constant>(term)) return value->null;
  const auto* call = as<Applied>(term);
  return call != nullptr && call->function == "cast" && !call->arguments.empty() &&
         is_null(call->arguments[0]);
}

event::RowFilter filter_by_list(const Listed& listed, int source) {
  const auto field = plain_field(listed.operand, source, event::Kind::Text);
  if (!field) return {};
  event::TextTest test{.negated = listed.negated};
  for (const TermPtr& value : listed.values) {
    if (!listed.negated && is_null(value)) continue;  // nothing equals it
    const auto text = constant_text_of(value);
    if (!text) return {};
    test.any_of.push_back(*text);
  }
  return event::RowFilter::text(*field, std::move(test));
}

event::RowFilter filter_by_pattern(const LikeTested& like, int source) {
  const auto field = plain_field(like.operand, source, event::Kind::Text);
  const auto pattern = constant_text_of(like.pattern);
  if (!field || !pattern) return {};
  char escape = 0;
  if (like.escape) {
    const auto text = constant_text_of(like.escape);
    if (!text || text->size() != 1) return {};
    escape = (*text)[0];
  }
  return event::RowFilter::text(*field, {.like = {{*pattern, escape}}, .negated = like.negated});
}

/// What every event for which the condition is true passes.
event::RowFilter filter_of(const TermPtr& condition, int source) {
  if (const auto* connected = as<Connected>(condition)) {
    std::vector<event::RowFilter> parts;
    for (const TermPtr& term : connected->terms) parts.push_back(filter_of(term, source));
    return connected->op == Connective::And ? event::RowFilter::all(std::move(parts))
                                            : event::RowFilter::any(std::move(parts));
  }
  if (const auto* compared = as<Compared>(condition)) {
    return filter_by_comparison(*compared, source);
  }
  if (const auto* listed = as<Listed>(condition)) return filter_by_list(*listed, source);
  if (const auto* like = as<LikeTested>(condition)) return filter_by_pattern(*like, source);
  if (const auto* tested = as<NullTested>(condition)) {
    const auto field = plain_field(tested->operand, source, event::Kind::Text);
    if (!field) return {};
    return tested->negated ? event::RowFilter::text(*field, {.negated = true})
                           : event::RowFilter::text(*field, {.null = true});
  }
  return {};
}

}  // namespace

event::RowFilter row_filter(const std::vector<TermPtr>& conditions, int source) {
  std::vector<event::RowFilter> filters;
  for (const TermPtr& condition : conditions) filters.push_back(filter_of(condition, source));
  return event::RowFilter::all(std::move(filters));
}

}  // namespace trailhound::sql
