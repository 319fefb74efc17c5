// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "spl/windows.hpp"

namespace trailhound::spl {
namespace {

constexpr std::int64_t kMostBefore = 100;

Result<void> run(Reader& in, Lowering& to) {
  TRY(const Argument field, in.field());
  std::string name;
  if (in.keyword("as")) {
    TRY(const Argument given, in.field());
    name = given.text;
  }
  std::int64_t first = 1, last = 1;
  TRY(const auto places, in.option("p"));
  if (places) {
    Argument from = *places, upto = *places;
    const std::size_t dash = places->text.find('-');
    from.text = places->text.substr(0, dash);
    if (dash != std::string::npos) upto.text = places->text.substr(dash + 1);
    TRY(first, count_of(from));
    TRY(last, count_of(upto));
    if (first < 1 || last < first || last > kMostBefore) {
      return in.problem("`p` is a number of rows, or two such as 1-3", places->span);
    }
  }
  TRY(Layer * rows, to.push());
  const Value value = to.read(*rows, field.text);
  for (std::int64_t place = first; place <= last; ++place) {
    std::string made = field.text + "_p" + std::to_string(place);
    if (!name.empty()) made = first == last ? name : name + "_p" + std::to_string(place);
    if (value.null) {
      rows->set(made, null_value());
      continue;
    }
    rows->set(made, {over("lag", {as_kind(value, value.kind).expr, sql::integer(place)},
                          in_order(to, *rows)),
                     value.kind});
  }
  return {};
}

}  // namespace

Command describe_autoregress() {
  return {.names = {"autoregress"},
          .synopsis = "autoregress FIELD [AS NAME] [p=N | p=N-M]",
          .summary = "Copies a field of earlier rows into each row",
          .examples = {"| makeresults count=3 | streamstats count AS n | autoregress n | table n, "
                       "n_p1"},
          .lower = run};
}

}  // namespace trailhound::spl
