// SPDX-License-Identifier: Apache-2.0
#include "event/schema.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "show/text_rows.hpp"
#include "spl/command.hpp"
#include "spl/events.hpp"
#include "sql/functions.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  std::string part;
  bool names = false;
  bool functions = false;
  bool spl = false;
  bool commands = false;
  OutputFlags output;
};

struct DerivedField {
  std::string_view name, type, doc;
};
constexpr DerivedField kDerived[] = {
#define DERIVED(name, type, expression, doc) {#name, type, doc},
#include "sql/derived.def"
#undef DERIVED
};

std::string_view type_of(event::Kind kind) {
  switch (kind) {
    case event::Kind::Text:
      return "varchar";
    case event::Kind::Json:
      return "varchar (json)";
    case event::Kind::Time:
      return "timestamp";
    case event::Kind::Hash:
      return "bigint";
    case event::Kind::Struct:
      return "row";
    case event::Kind::List:
      return "array(row)";
    case event::Kind::Map:
      return "map(varchar, varchar)";
  }
  return "";
}

std::optional<std::string> given(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

bool holds(std::string_view text, std::string_view part) {
  return to_lower(text).find(to_lower(part)) != std::string::npos;
}

show::TextRows fields(const Options& options) {
  std::vector<std::string> names = {"field", "type", "what it is"};
  if (options.names) names = {"field", "in the record", "in Splunk"};
  show::TextRows rows(names);
  for (const event::FieldInfo& field : event::schema()) {
    const std::string path = event::sql_path(field.field);
    const std::string record = event::record_path(field.field);
    if (!holds(path, options.part) && !holds(record, options.part)) continue;
    if (options.names) {
      rows.add({path, given(record), given(std::string(field.splunk_name))});
    } else {
      rows.add({path, std::string(type_of(field.kind)), std::string(field.doc)});
    }
  }
  for (const DerivedField& field : kDerived) {
    if (!holds(field.name, options.part)) continue;
    if (options.names) {
      rows.add({std::string(field.name), std::nullopt, std::nullopt});
    } else {
      rows.add({std::string(field.name), std::string(field.type), std::string(field.doc)});
    }
  }
  return rows;
}

/// Fields as a search of Splunk names them: what Splunk gives every event, what its add-on makes,
/// what the record holds.
show::TextRows search_fields(std::string_view part) {
  show::TextRows rows({"field", "what it is", "add-on"});
  std::set<std::string, std::less<>> known;
  for (const spl::OwnField& field : spl::own_fields()) {
    known.emplace(field.name);
    if (holds(field.name, part)) {
      rows.add({std::string(field.name), std::string(field.doc), std::nullopt});
    }
  }
  for (const spl::AddonField& field : spl::addon_fields()) {
    known.emplace(field.name);
    if (!holds(field.name, part)) continue;
    const char* version = field.in_new && field.in_old ? "both" : field.in_new ? "7" : "4.6";
    rows.add({std::string(field.name), std::string(field.expression), version});
  }
  for (const event::FieldInfo& field : event::schema()) {
    if (field.splunk_name.empty() || known.contains(field.splunk_name)) continue;
    if (field.kind == event::Kind::Struct || field.kind == event::Kind::List) continue;
    if (!holds(field.splunk_name, part)) continue;
    rows.add({std::string(field.splunk_name), std::string(field.doc), std::nullopt});
  }
  return rows;
}

/// Commands of searches, those that are refused behind them.
show::TextRows search_commands(std::string_view part) {
  show::TextRows rows({"command", "what it does", "how it is written"});
  for (const spl::Command& command : spl::commands()) {
    if (!holds(command.names[0], part)) continue;
    rows.add({std::string(command.names[0]), std::string(command.summary),
              std::string(command.synopsis)});
  }
  for (const spl::RefusedCommand& refused : spl::refused_commands()) {
    if (!holds(refused.name, part)) continue;
    std::string words = "refused: " + std::string(refused.why);
    if (!refused.instead.empty()) words += "; instead " + std::string(refused.instead);
    rows.add({std::string(refused.name), words, std::nullopt});
  }
  return rows;
}

/// Functions of eval.
show::TextRows search_functions(std::string_view part) {
  show::TextRows rows({"function", "what it gives", "example", "answer"});
  for (const spl::EvalFunction& function : spl::eval_functions()) {
    if (!holds(function.name, part)) continue;
    rows.add({std::string(function.usage), std::string(function.doc),
              given(std::string(function.example)), given(std::string(function.answer))});
  }
  return rows;
}

/// `split_part(varchar, varchar, bigint) -> varchar`
std::string signature(const sql::Function& function) {
  std::string text = std::string(function.name) + "(";
  for (const sql::DataType& parameter : function.parameters) {
    if (!text.ends_with('(')) text += ", ";
    text += sql::spell(parameter);
  }
  return text + (function.variadic ? "...) -> " : ") -> ") + sql::spell(function.result);
}

show::TextRows functions(std::string_view part) {
  show::TextRows rows({"function", "what it gives", "example", "answer"});
  std::string_view name, doc;
  for (const sql::Function& function : sql::all_functions()) {
    if (function.name != name) doc = function.doc;  // further overloads say nothing of their own
    name = function.name;
    if (!holds(name, part)) continue;
    std::string words(function.doc.empty() ? doc : function.doc);
    if (!function.in_trino) words += " (ours: Athena has it not)";
    rows.add({signature(function), words, given(std::string(function.example)),
              given(std::string(function.answer))});
  }
  for (const sql::Refusal& refusal : sql::all_refusals()) {
    if (!holds(refusal.name, part)) continue;
    std::string words = "refused: " + std::string(refusal.reason);
    if (!refusal.rewrite.empty()) words += "; " + std::string(refusal.rewrite);
    rows.add({std::string(refusal.name), words, std::nullopt, std::nullopt});
  }
  return rows;
}

Result<Exit> run(const Options& options, Console& console) {
  if (options.commands && !options.spl) {
    return Error("bad-flag", "`--commands` lists commands of searches: `--spl --commands`");
  }
  show::TextRows rows = options.spl && options.commands    ? search_commands(options.part)
                        : options.spl && options.functions ? search_functions(options.part)
                        : options.spl                      ? search_fields(options.part)
                        : options.functions                ? functions(options.part)
                                                           : fields(options);
  if (rows.empty()) {
    return Error("unknown-topic", std::string("no name of a ") +
                                      (options.commands    ? "command"
                                       : options.functions ? "function"
                                                           : "field") +
                                      " holds `" + options.part + "`");
  }
  TRY(console.show(rows, options.output));
  return Exit::Done;
}

}  // namespace

Command describe_schema() {
  return {
      .name = "schema",
      .group = Group::Learn,
      .summary = "List the fields of events, or the functions of questions",
      .reasons =
          "Columns are those of Athena's table for CloudTrail, and every field that newer records\n"
          "have besides; behind them stand the fields that every expert writes by hand, computed\n"
          "only where a question names them.",
      .examples = {{"trailhound schema", "all fields with their types"},
                   {"trailhound schema issuer --names",
                    "where a field stands in the record and in Splunk"},
                   {"trailhound schema --functions policy", "functions about policies"},
                   {"trailhound schema --spl user",
                    "fields of searches, with what they are made of"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        flags.add(
            {.name = "PART", .summary = "Only those whose name holds this", .positional = true},
            into(options->part));
        flags.add(
            {.name = "--names", .summary = "Show the names in the record and in Splunk instead"},
            into(options->names));
        flags.add({.name = "--functions", .summary = "List functions instead of fields"},
                  into(options->functions));
        flags.add(
            {.name = "--spl", .summary = "Fields, or functions, of Splunk's searches instead"},
            into(options->spl));
        flags.add(
            {.name = "--commands", .summary = "With --spl: list commands of searches instead"},
            into(options->commands));
        add_output_flags(flags, options->output);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
