// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "spl/aggregate.hpp"
#include "spl/bucket.hpp"
#include "spl/command.hpp"
#include "spl/events.hpp"
#include "spl/search.hpp"

namespace trailhound::spl {
namespace {

struct Model {
  std::string_view name, root;
  std::string_view events;  ///< Which of CloudTrail's events feed it
};
constexpr Model kModels[] = {
    {"Authentication", "Authentication",
     "eventName IN (ConsoleLogin, CheckMfa, AssumeRole*, GetSessionToken, GetFederationToken, "
     "SwitchRole, ExitRole, RenewRole)"},
    {"Change", "All_Changes",
     "NOT readOnly=true NOT eventName IN (ConsoleLogin, CheckMfa, AssumeRole*, GetSessionToken, "
     "GetFederationToken, SwitchRole, ExitRole, RenewRole)"},
};

Result<void> run(Reader& in, Lowering& to) {
  if (to.rows() != nullptr) return in.problem("`tstats` begins a search", {in.at(), in.at()});
  while (const auto option = in.peek_option()) {
    bool known = false;
    for (const std::string_view one :
         {"summariesonly", "allow_old_summaries", "fillnull_value", "prestats", "local", "append",
          "chunk_size", "include_reduced_buckets"}) {
      TRY(const auto value, in.option(one));
      if (!value) continue;
      known = true;
      if ((one == "prestats" || one == "append")) {
        TRY(const bool on, truth_of(*value));
        if (on)
          return Error{"not-in-spl", "`" + std::string(one) + "=t` of tstats is not offered"}.at(
              value->span);
      }
    }
    if (!known) return in.problem("`tstats` has no option `" + option->text + "`", option->span);
  }
  std::vector<Aggregate> asked;
  while (!in.at_end() && !in.peek_keyword("from") && !in.peek_keyword("where") &&
         !in.peek_keyword("by")) {
    if (in.take(',')) continue;
    TRY(Aggregate one, read_aggregate(in));
    if (in.keyword("as")) {
      TRY(const Argument name, in.field());
      one.name = name.text;
    }
    asked.push_back(std::move(one));
  }
  if (asked.empty()) return in.expected("a function such as `count`");
  to.begin_with_events();
  std::string root;
  if (in.keyword("from")) {
    TRY(const auto name, in.option("datamodel"));
    if (!name) return in.expected("`datamodel=NAME`");
    const Model* found = nullptr;
    const std::string_view asked_for = std::string_view(name->text).substr(0, name->text.find('.'));
    for (const Model& model : kModels) {
      if (equal_without_case(model.name, asked_for)) found = &model;
    }
    if (found == nullptr) {
      return Error{"not-in-spl",
                   "CloudTrail's events do not feed the data model `" + name->text + "`"}
          .at(name->span, "of other data")
          .note("they feed Authentication and Change");
    }
    root = std::string(found->root);
    TRY(Layer * kept, to.push());
    Reader events(found->events);
    Scope scope = to.scope(*kept);
    TRY(sql::Expr condition, lower_search(events, scope, nullptr));
    kept->where.push_back(std::move(condition));
    // `All_Changes.user` is `user`.
    TRY(Layer * named, to.push());
    Layer* below = named->below;
    named->resolve = [&to, below, root](const std::string& field) -> Value {
      if (field.starts_with(root + "."))
        return to.table().read(*below, field.substr(root.size() + 1));
      return to.table().read(*below, field);
    };
  }
  if (in.keyword("where")) {
    // Up to BY, which is a word of tstats.
    TRY(Layer * kept, to.push());
    Scope scope = to.scope(*kept);
    std::uint32_t begin = in.at(), end = begin;
    int depth = 0;
    while (!in.at_end() || depth > 0) {
      if (depth == 0 && in.peek_keyword("by")) break;
      const char c = in.peek();
      if (c == '"' || c == '\'') {
        TRY(in.quoted());
      } else if (c == '(' || c == ')') {
        depth += c == '(' ? 1 : -1;
        in.take(c);
      } else if (std::string_view("=<>!,").find(c) != std::string_view::npos) {
        in.take(c);
      } else {
        if (in.word().text.empty()) break;
      }
      end = in.at();
    }
    const std::string_view text = in.text();
    const std::string_view inside = text.substr(0, end);
    Reader condition(inside);
    condition.go_to(begin);
    SearchTimes times;
    TRY(sql::Expr holds, lower_search(condition, scope, &times));
    kept->where.push_back(std::move(holds));
    if (times.earliest) to.earliest = times.earliest;
    if (times.latest) to.latest = times.latest;
  }
  std::vector<std::string> by;
  std::optional<Bucket> bucket;
  if (in.keyword("by")) {
    while (!in.at_end()) {
      if (in.take(',')) continue;
      TRY(const auto span, in.option("span"));
      if (span) {
        TRY(bucket, read_bucket(*span));
        continue;
      }
      TRY(const Argument field, in.field());
      if (field.text.ends_with(".*")) continue;
      by.push_back(field.text);
    }
  }
  if (bucket) {
    TRY(Layer * spans, to.push());
    spans->set("_time", {bucket->start_of(number_of(to.read(*spans, "_time"))), Kind::Number});
  }
  return group_rows(to, std::move(asked), by);
}

}  // namespace

Command describe_tstats() {
  return {.names = {"tstats"},
          .synopsis =
              "tstats FUNCTION(FIELD) ... [from datamodel=Authentication | Change] [where SEARCH] "
              "[BY FIELD ... [span=SPAN]]",
          .summary = "stats over events, or over those that feed a data model",
          .details =
              "Authentication is sign-ins and sessions (ConsoleLogin, AssumeRole and its kin),\n"
              "Change all other events that change something. There are no summaries here:\n"
              "summariesonly changes nothing.",
          .examples = {"| tstats count where eventName=ConsoleLogin by eventName"},
          .begins = true,
          .lower = run};
}

}  // namespace trailhound::spl
