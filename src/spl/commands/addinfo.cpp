// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

double seconds(Time time) { return static_cast<double>(time.micros) / 1e6; }

Result<void> run(Reader&, Lowering& to) {
  TRY(Layer * rows, to.push());
  rows->set("info_min_time", number_value(to.earliest ? seconds(*to.earliest) : 0));
  rows->set("info_max_time",
            to.latest ? number_value(seconds(*to.latest)) : text_value("+Infinity"));
  rows->set("info_search_time", number_value(seconds(to.now())));
  return {};
}

}  // namespace

Command describe_addinfo() {
  return {.names = {"addinfo"},
          .synopsis = "addinfo",
          .summary = "Writes the times that the search is about beside every row",
          .details =
              "info_min_time and info_max_time, 0 and +Infinity where the search names none, and\n"
              "info_search_time, which is the time of the newest event. There is no info_sid.",
          .examples = {"| makeresults | addinfo | table info_min_time, info_max_time"},
          .lower = run};
}

}  // namespace trailhound::spl
