// SPDX-License-Identifier: Apache-2.0
//
// Answers many searches in one process: what the oracle's scripts talk to.
//
//   spl_answers (--logs | --lake) PLACE [--unique] [--now TIME] [--lookups DIR]
//               [--param NAME=VALUE] [--athena]
//
// Searches come on standard input, a NUL byte behind each. For each the answer goes out as JSON
// lines, then a line `# ok`, or `# CODE MESSAGE` where it was refused. With `--athena` a search is
// first printed in Athena's SQL, and that is asked; `# only-here` where there is no such statement.
#include <iostream>
#include <string>

#include "ask/ask.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "show/writer.hpp"

using namespace trailhound;

namespace {

std::string failure(const Error& error) {
  return "# " + std::string(error.code()) + " " + replace_all(error.message, "\n", " ") + "\n";
}

std::string answer(ask::Desk& desk, const ask::Question& question, bool as_sql) {
  ask::Question asked = question;
  if (as_sql) {
    const auto explained = desk.explain(question);
    if (!explained.ok()) return failure(explained.error());
    if (explained->trino.empty()) return "# only-here " + explained->why_no_trino + "\n";
    asked = {};
    asked.text = explained->trino;
    asked.stand_ins = false;
  }
  auto made = desk.ask(asked);
  if (!made.ok()) return failure(made.error());
  const auto writer = show::find_format("jsonl")->make({});
  show::Buffer out;
  if (const auto begun = writer->begin(made->rows->columns(), out); !begun.ok()) {
    return failure(begun.error());
  }
  for (;;) {
    const auto batch = made->rows->next();
    if (!batch.ok()) return failure(batch.error());
    if (*batch == nullptr) break;
    writer->add(**batch, out);
  }
  writer->end(out);
  return std::string(out.view()) + "# ok\n";
}

}  // namespace

int main(int count, char** words) {
  ask::Source source;
  source.threads = 1;
  ask::Question question;
  question.language = ask::Language::Spl;
  bool as_sql = false;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--athena") as_sql = true;
    if (word == "--unique") source.unique = true;
    if (i + 1 >= count) continue;
    if (word == "--logs") source.logs.push_back(words[i + 1]);
    if (word == "--lake") source.lake = words[i + 1];
    if (word == "--lookups") question.search.lookups = words[i + 1];
    if (word == "--now") source.now = ask::When{parse_typed_time(words[i + 1]), std::nullopt};
    if (word == "--param") {
      const std::string given = words[i + 1];
      const std::size_t equals = given.find('=');
      question.parameters[given.substr(0, equals)] = given.substr(equals + 1);
    }
  }
  auto desk = ask::Desk::open(std::move(source));
  if (!desk.ok()) {
    std::cerr << desk.error().message << "\n";
    return 1;
  }
  for (std::string search; std::getline(std::cin, search, '\0');) {
    question.text = search;
    std::cout << answer(**desk, question, as_sql) << std::flush;
  }
  return 0;
}
