// SPDX-License-Identifier: Apache-2.0
//
// Calls: which overload is meant, what its type variables stand for, and where aggregates and
// windows may stand. An overload that fits without coercion is taken first, then the first that
// fits with it.
#include <algorithm>

#include "base/text.hpp"
#include "sql/binder.hpp"

namespace trailhound::sql {
namespace {

std::string spelled_types(const std::vector<TermPtr>& arguments) {
  std::string text;
  for (const TermPtr& argument : arguments) {
    text += text.empty() ? "" : ", ";
    text += argument ? spell(argument->type) : "function";
  }
  return text;
}

DataType substitute(const DataType& type, const std::map<std::string, DataType>& variables) {
  if (type.is(TypeKind::Variable)) {
    const auto found = variables.find(type.variable);
    return found == variables.end() ? of_kind(TypeKind::Unknown) : found->second;
  }
  DataType made = type;
  for (TypeMember& member : made.members) member.type = substitute(member.type, variables);
  return made;
}

const DataType& parameter_of(const Function& function, std::size_t i) {
  return function.parameters[std::min(i, function.parameters.size() - 1)];
}

bool takes(const Function& function, std::size_t arguments) {
  const std::size_t declared = function.parameters.size();
  return function.variadic ? arguments + 1 >= declared : arguments == declared;
}

bool is_time_like(const DataType& type) {
  return type.is(TypeKind::TimestampZone) || type.is(TypeKind::Date);
}

/// Whether a term speaks of no row.
bool is_literal(const TermPtr& term) {
  if (as<Constant>(term) != nullptr) return true;
  const auto* made = as<Applied>(term);
  return made != nullptr && std::all_of(made->arguments.begin(), made->arguments.end(), is_literal);
}

/// Puts DuckDB types in the place of {T} and {R}, so that a form speaks of nothing but arguments.
std::string with_types(std::string form, const std::map<std::string, DataType>& variables,
                       const DataType& result) {
  for (const auto& [name, type] : variables)
    form = replace_all(form, "{" + name + "}", duckdb_type(type));
  return replace_all(form, "{R}", duckdb_type(result));
}

/// Trino leaves open which of several rows with the same key `min_by` takes, and in what order
/// distinct values are listed. Who asks again wants the same answer: the smallest, and by value.
void settle_ties(Aggregated& made, bool windowed) {
  if (made.arguments.empty() || !is_orderable(made.arguments[0]->type)) return;
  if (made.function == "min_by" || made.function == "max_by") {
    made.form =
        replace_all(made.form, ", {2}", ", CASE WHEN {2} IS NOT NULL THEN row({2}, {1}) END");
  }
  if (made.function == "array_agg" && made.distinct && made.order_by.empty() && !windowed) {
    made.order_by.push_back({made.arguments[0], false, false});
  }
}

}  // namespace

bool Binder::unify(const DataType& parameter, const DataType& argument, Match& match) {
  if (parameter.is(TypeKind::Variable)) {
    if (parameter.variable == "Any") return true;
    auto [slot, fresh] = match.variables.emplace(parameter.variable, argument);
    if (fresh || slot->second == argument) return true;
    const auto both = common_type(slot->second, argument);
    if (!both) return false;
    slot->second = *both;
    return true;
  }
  if (parameter.is(TypeKind::Function)) return true;  // bound when the variables are known
  if (argument.is(TypeKind::Unknown)) return true;
  const bool holder =
      parameter.is(TypeKind::Array) || parameter.is(TypeKind::Map) || parameter.is(TypeKind::Row);
  if (holder) {
    if (argument.kind != parameter.kind || argument.members.size() != parameter.members.size())
      return false;
    for (std::size_t i = 0; i < parameter.members.size(); ++i) {
      if (!unify(parameter.members[i].type, argument.members[i].type, match)) return false;
    }
    return true;
  }
  if (parameter.is(TypeKind::Decimal)) return argument.is(TypeKind::Decimal);
  if (parameter == argument) return true;
  ++match.coercions;
  // A function of a timestamp takes an instant by the clock of its zone, as Trino's own overload
  // does.
  if (parameter.is(TypeKind::Timestamp) && is_time_like(argument)) return true;
  return is_coercible(argument, parameter);
}

Result<TermPtr> Binder::lambda(const Lambda& lambda, const std::vector<DataType>& parameters,
                               Span span, const Place& place) {
  if (lambda.parameters.size() != parameters.size()) {
    return Error{"bad-arguments", "this lambda takes " + std::to_string(lambda.parameters.size()) +
                                      " parameters where it gets " +
                                      std::to_string(parameters.size())}
        .at(span);
  }
  Scope scope;
  scope.parent = place.scope;
  LambdaOf made;
  const int first = next_local_;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string name = "v" + std::to_string(next_local_++);
    made.parameters.push_back(name);
    scope.locals[to_lower(lambda.parameters[i].text)] = make(LocalOf{name}, parameters[i], {});
  }
  Place inside = place;
  inside.scope = &scope;
  inside.aggregates = false;
  inside.windows = false;
  inside.outputs = nullptr;
  auto body = expression(*lambda.body, inside);
  next_local_ = first;  // names are unique among those in sight, and alike in like terms
  if (!body.ok()) return std::move(body).error();
  made.body = *body;
  DataType type = of_kind(TypeKind::Function);
  for (const DataType& parameter : parameters) type.members.push_back({"", parameter});
  type.members.push_back({"", made.body->type});
  return make(std::move(made), std::move(type), span);
}

Error Binder::unknown_function(const Name& name) {
  const std::string called = to_lower(name.text);
  if (const Refusal* refusal = find_refusal(called)) {
    Error error =
        Error{"not-on-duckdb", "`" + called + "` is not offered: " + std::string(refusal->reason)}
            .at(name.span, "an Athena function that is refused");
    if (refusal->rewrite.empty()) return error;
    return std::move(error).note("instead: " + std::string(refusal->rewrite));
  }
  if (const Foreigner* foreigner = find_foreigner(called)) {
    return Error{"unknown-function", "`" + called + "` is not an Athena function"}
        .at(name.span, "of another SQL")
        .note(std::string(foreigner->athena));
  }
  Error error = Error{"unknown-function", "no function is called `" + name.text + "`"}.at(
      name.span, "not an Athena function");
  if (const auto near = nearest(called, function_names())) {
    return std::move(error).mend({.title = "use `" + *near + "`", .edits = {{name.span, *near}}});
  }
  return error;
}

Error Binder::bad_arguments(const std::string& name, const std::vector<TermPtr>& arguments,
                            Span span) {
  Error error = Error{"bad-arguments",
                      "`" + name + "` cannot be applied to (" + spelled_types(arguments) + ")"}
                    .at(span);
  std::string forms;
  for (const Function* function : functions_called(name)) {
    std::string one = "(";
    for (std::size_t i = 0; i < function->parameters.size(); ++i) {
      one += (i > 0 ? ", " : "") + spell(function->parameters[i]);
    }
    if (function->variadic) one += "...";
    one += ")";
    if (forms.find(one) == std::string::npos) forms += (forms.empty() ? "" : ", ") + one;
  }
  error.notes.push_back("it takes " + forms);
  for (const TermPtr& argument : arguments) {
    if (!argument || !argument->type.is(TypeKind::Varchar)) continue;
    for (const Function* function : functions_called(name)) {
      for (const DataType& parameter : function->parameters) {
        if (parameter.is(TypeKind::Timestamp) || parameter.is(TypeKind::TimestampZone)) {
          return std::move(error).note(
              "text becomes a time by `from_iso8601_timestamp(text)`; `ts` is one");
        }
        if (parameter.is(TypeKind::Map)) {
          return std::move(error).note(
              "JSON text is read by `json_extract_scalar(text, '$.name')`");
        }
      }
    }
  }
  return error;
}

Result<Binder::Match> Binder::choose(const Call& call, const std::string& name, Span span,
                                     const Place& place) {
  std::vector<TermPtr> given;
  for (const Expr& argument : call.arguments) {
    if (std::holds_alternative<Lambda>(argument.node)) {
      given.push_back(nullptr);
      continue;
    }
    TRY(TermPtr term, expression(argument, place));
    given.push_back(std::move(term));
  }
  const std::vector<const Function*> functions = functions_called(name);
  const auto fits = [&](const Function& function) -> std::optional<Match> {
    if (!takes(function, given.size())) return std::nullopt;
    Match match;
    match.function = &function;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const DataType& parameter = parameter_of(function, i);
      if (!given[i]) {
        if (!parameter.is(TypeKind::Function)) return std::nullopt;
        continue;
      }
      if (parameter.is(TypeKind::Function)) return std::nullopt;
      if (!unify(parameter, given[i]->type, match)) return std::nullopt;
    }
    return match;
  };
  std::optional<Match> match;
  for (const Function* function : functions) {
    const std::optional<Match> one = fits(*function);
    if (one && (!match || one->coercions < match->coercions)) match = one;
  }
  if (!match) {
    const bool lambda_last = !given.empty() && !given.back();
    if (lambda_last && name == "array_sort") {
      return refused("`array_sort` with a comparison of one's own is not offered", span)
          .note("sort by what is compared: UNNEST the list and `array_agg(x ORDER BY ...)`");
    }
    if (lambda_last && name == "regexp_replace") {
      return refused("`regexp_replace` with a lambda is not offered", span)
          .note("a replacement such as '$1-$2' puts groups in their places");
    }
    return bad_arguments(name, given, span);
  }

  // Lambdas, from left to right: each may settle a variable for the next.
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i]) continue;
    const DataType& parameter = parameter_of(*match->function, i);
    std::vector<DataType> parameters;
    for (std::size_t p = 0; p + 1 < parameter.members.size(); ++p) {
      parameters.push_back(substitute(parameter.members[p].type, match->variables));
    }
    TRY(TermPtr made, lambda(std::get<Lambda>(call.arguments[i].node), parameters,
                             call.arguments[i].span, place));
    const DataType& wanted = parameter.members.back().type;
    const DataType got = made->type.members.back().type;
    if (!unify(wanted, got, *match)) {
      return mismatch("this lambda has to give a " + spell(substitute(wanted, match->variables)) +
                          ", and gives a " + spell(got),
                      made->span);
    }
    given[i] = std::move(made);
  }
  for (std::size_t i = 0; i < given.size(); ++i) {
    const DataType wanted = substitute(parameter_of(*match->function, i), match->variables);
    if (wanted.is(TypeKind::Function) || wanted.is(TypeKind::Unknown)) continue;
    if (wanted.is(TypeKind::Decimal) && wanted.precision == 0) continue;
    if (wanted.is(TypeKind::Timestamp) && given[i]->type.is(TypeKind::TimestampZone)) {
      given[i] = local_time(given[i]);
      continue;
    }
    if (wanted.is(TypeKind::TimestampZone) && given[i]->type.is(TypeKind::TimestampZone)) continue;
    given[i] = coerce(given[i], wanted);
  }
  match->arguments = std::move(given);
  match->result = substitute(match->function->result, match->variables);
  if (match->result.is(TypeKind::Decimal) && match->result.precision == 0) {
    match->result = match->arguments[0]->type;
  }
  return *match;
}

Result<TermPtr> Binder::call(const Call& call, const Expr& expr, const Place& place) {
  const Name& last = call.name.back();
  const std::string name = to_lower(last.text);
  const std::vector<const Function*> functions = functions_called(name);
  if (functions.empty()) return unknown_function(last);
  const bool aggregate = functions[0]->kind == FunctionKind::Aggregate;
  const bool only_window = functions[0]->kind == FunctionKind::Window;

  if (call.overflow && call.overflow->truncate) {
    return refused("ON OVERFLOW TRUNCATE is not offered; texts may be of any length here",
                   expr.span);
  }
  if (!aggregate && !only_window) {
    if (call.over) return Error{"bad-query", "`" + name + "` is no window function"}.at(expr.span);
    if (call.filter || call.distinct || !call.order_by.empty() || call.star) {
      return Error{"bad-query", "`" + name + "` is no aggregate"}.at(
          expr.span, "DISTINCT, ORDER BY, FILTER and * belong to aggregates");
    }
    TRY(Match match, choose(call, name, expr.span, place));
    if (!match.function->in_trino && deriving_.empty()) own_names_.insert(name);
    const std::string_view form = match.function->duckdb;
    if (form.starts_with('@')) return rule(match, call, expr.span);
    if (!match.function->in_trino) {
      return apply(name, std::string(form) + "({*})", match.arguments, match.result, expr.span);
    }
    return apply(name, with_types(std::string(form), match.variables, match.result),
                 match.arguments, match.result, expr.span);
  }

  if (only_window && !call.over) {
    return Error{"bad-query", "`" + name + "` needs a window: `" + name +
                                  "(...) OVER (PARTITION BY ... ORDER BY ...)`"}
        .at(expr.span);
  }
  if (call.over ? !place.windows : !place.aggregates) {
    const std::string what = call.over ? "a window function" : "an aggregate";
    Error error =
        Error{"misplaced-aggregate", what + " cannot stand in " + std::string(place.clause)}.at(
            expr.span);
    if (place.inside_aggregate) return std::move(error).note("nor in another aggregate");
    if (place.clause == "WHERE" && !call.over)
      return std::move(error).note("HAVING tests groups; WHERE tests rows");
    if (call.over) return std::move(error).note("select it in a query around, and filter there");
    return error;
  }

  Place inside = place;
  inside.aggregates = call.over && place.aggregates;  // sum(count(*)) over ()
  inside.windows = false;
  inside.inside_aggregate = true;
  inside.outputs = nullptr;
  Aggregated made;
  made.function = name;
  made.distinct = call.distinct;
  DataType type;
  if (call.star) {
    if (name != "count") return Error{"bad-query", "only count takes *"}.at(expr.span);
    made.form = "count(*){f}";
    type = bigint();
  } else {
    TRY(Match match, choose(call, name, expr.span, inside));
    made.form = match.function->duckdb;
    made.arguments = match.arguments;
    type = match.result;
    const bool literal_second = name == "approx_percentile" || name == "listagg";
    if (literal_second && made.arguments.size() > 1 && !is_literal(made.arguments[1])) {
      return refused("here the second argument of `" + name + "` has to be a literal",
                     made.arguments[1]->span);
    }
    if (made.form == "@sum_decimal") {
      const DataType& digits = match.arguments[0]->type;
      type = name == "sum" ? decimal(38, digits.scale) : digits;
      made.form = "CAST(" + name + "({d}{1}){f} AS " + duckdb_type(type) + ")";
    } else if (made.form == "@grouping") {
      made.form = "CAST(GROUPING({*}) AS BIGINT)";
    } else {
      made.form = with_types(made.form, match.variables, type);
    }
    if ((name == "sum" || name == "avg") && type.is(TypeKind::Double) == false && is_integer(type))
      type = bigint();
    const bool ordered = name == "min" || name == "max" || name == "min_by" || name == "max_by";
    if (ordered && !is_orderable(made.arguments.size() > 1 && name.ends_with("_by")
                                     ? made.arguments[1]->type
                                     : made.arguments[0]->type)) {
      return mismatch("values of type " + spell(made.arguments[0]->type) + " have no order",
                      expr.span);
    }
  }
  std::vector<SortKey> keys = call.order_by;
  keys.insert(keys.end(), call.within_group.begin(), call.within_group.end());
  for (const SortKey& key : keys) {
    TRY(const TermPtr value, expression(*key.value, inside));
    made.order_by.push_back(
        {sortable(value), key.direction == Direction::Descending, key.nulls == NullOrder::First});
  }
  if (call.distinct && made.form.find("{d}") == std::string::npos) {
    const bool without_effect = name == "min" || name == "max" || name == "arbitrary" ||
                                name == "any_value" || name == "bool_and" || name == "bool_or" ||
                                name == "every" || name == "approx_distinct";
    if (!without_effect) return refused("DISTINCT in `" + name + "` is not offered", expr.span);
    made.distinct = false;
  }
  if (!made.order_by.empty() && made.form.find("{o}") == std::string::npos) made.order_by.clear();
  settle_ties(made, call.over.has_value());
  if (call.filter) {
    TRY(made.filter, condition(**call.filter, inside));
  }
  if (call.nulls && !only_window)
    return refused("IGNORE NULLS in an aggregate is not offered", expr.span);
  if (!call.over) return make(std::move(made), std::move(type), expr.span);
  return window(call, std::move(made), std::move(type), expr.span, place);
}

Result<TermPtr> Binder::window(const Call& call, Aggregated aggregate, DataType type, Span span,
                               const Place& place) {
  Window spec = *call.over;
  for (int links = 0; spec.base && links < 100; ++links) {
    const NamedWindow* named = nullptr;
    if (place.windows_named != nullptr) {
      for (const NamedWindow& one : *place.windows_named) {
        if (equal_without_case(one.name.text, spec.base->text)) named = &one;
      }
    }
    if (named == nullptr) {
      return Error{"bad-query", "no window is called `" + spec.base->text + "`"}.at(
          spec.base->span);
    }
    Window merged = named->window;
    if (!spec.partition_by.empty()) merged.partition_by = spec.partition_by;
    if (!spec.order_by.empty()) merged.order_by = spec.order_by;
    if (spec.frame) merged.frame = spec.frame;
    spec = std::move(merged);
  }
  if (aggregate.distinct) return refused("DISTINCT over a window is not offered", span);
  Windowed made;
  made.call = std::move(aggregate);
  made.ignore_nulls = call.nulls == NullTreatment::Ignore;
  Place inside = place;
  inside.windows = false;
  inside.outputs = nullptr;
  for (const Expr& one : spec.partition_by) {
    TRY(TermPtr term, expression(one, inside));
    made.partition_by.push_back(std::move(term));
  }
  for (const SortKey& key : spec.order_by) {
    TRY(const TermPtr value, expression(*key.value, inside));
    if (!is_orderable(value->type))
      return mismatch("values of type " + spell(value->type) + " have no order", value->span);
    made.order_by.push_back(
        {sortable(value), key.direction == Direction::Descending, key.nulls == NullOrder::First});
  }
  if (spec.frame) {
    made.unit = spec.frame->unit;
    const auto end = [&](const FrameBound& bound) -> Result<FrameEnd> {
      FrameEnd one{bound.kind, nullptr};
      if (bound.distance) {
        TRY(one.distance, expression(**bound.distance, inside));
      }
      return one;
    };
    TRY(made.start, end(spec.frame->start));
    if (spec.frame->end) {
      TRY(made.end, end(*spec.frame->end));
    }
  }
  return make(std::move(made), std::move(type), span);
}

}  // namespace trailhound::sql
