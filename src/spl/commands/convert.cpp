// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::string format = "%m/%d/%Y %H:%M:%S";
  TRY(const auto given, in.option("timeformat"));
  if (given) format = given->text;
  to.begin_with_events();
  bool any = false;
  while (!in.at_end()) {
    if (in.take(',')) continue;
    const Argument word = in.word();
    const std::string function = to_lower(word.text);
    static constexpr std::string_view kKnown[] = {
        "ctime", "mktime", "auto", "num", "rmcomma", "rmunit", "memk", "dur2sec", "mstime", "none"};
    bool known = false;
    for (const std::string_view one : kKnown) known = known || one == function;
    if (!known || in.here() != '(') {
      return in.problem("`convert` has no function `" + word.text + "`", word.span,
                        "ctime, mktime, auto, num, rmcomma, rmunit, memk, dur2sec, mstime, none");
    }
    in.take('(');
    TRY(const Argument field, in.field());
    if (!in.take(')')) return in.expected("`)`");
    std::string name = field.text;
    if (in.keyword("as")) {
      TRY(const Argument other, in.field());
      name = other.text;
    }
    any = true;
    std::vector<std::string> fields = {field.text};
    const bool stars = field.text.find('*') != std::string::npos;
    if (stars) {
      TRY(fields, to.matching(*to.rows(), field.text));
    }
    TRY(Layer * rows, to.push());
    for (const std::string& one : fields) {
      const Value value = to.read(*rows, one);
      if (value.null || function == "none") continue;
      Value made;
      if (function == "ctime") {
        made = {sql::call("coalesce",
                          {spl("strftime", {number_of(value), sql::text(format)}), text_of(value)}),
                Kind::Text};
      } else if (function == "mktime") {
        made = {spl("strptime", {text_of(value), sql::text(format)}), Kind::Number};
      } else if (function == "auto") {
        made = {sql::call("coalesce",
                          {spl("convert", {sql::text(function), text_of(value)}), text_of(value)}),
                Kind::Text};
      } else {
        made = {spl("convert", {sql::text(function), text_of(value)}), Kind::Text};
      }
      rows->set(stars ? one : name, std::move(made));
    }
  }
  if (!any) return in.expected("a function such as `ctime(FIELD)`");
  return {};
}

}  // namespace

Command describe_convert() {
  return {
      .names = {"convert"},
      .synopsis = "convert [timeformat=TEXT] FUNCTION(FIELD) [AS NAME] ...",
      .summary = "Turns times into text and back, and texts into numbers",
      .details = "ctime, mktime, auto, num, rmcomma, rmunit, memk, dur2sec, mstime, none.",
      .examples = {"| makeresults | eval t=0 | convert timeformat=\"%Y\" ctime(t) AS y | table y"},
      .lower = run};
}

}  // namespace trailhound::spl
