// SPDX-License-Identifier: Apache-2.0
#include "findings/own_places.hpp"

#include "event/geo.hpp"
#include "event/network.hpp"
#include "findings/cells.hpp"

namespace trailhound::findings {

std::string OwnPlaces::note(std::string_view source) const {
  if (site != nullptr) {
    if (const auto name = site->network_of(source); !name.empty()) {
      return std::string(name) + ", yours";
    }
  }
  const auto own = allotted.find(source);
  return own == allotted.end() ? "" : "yours: " + own->second;
}

std::string OwnPlaces::words(std::string_view source) const {
  const std::string text(source);
  if (const std::string own = note(source); !own.empty()) return text + " (" + own + ")";
  const std::string kind = event::network_kind(text);
  if (kind == "private" || kind == "loopback") return text + " (" + kind + ")";
  if (kind != "public" && kind != "documentation") return text;
  const std::string place = event::place_of(text);
  return text + " (" + (place == kind ? "" : place + ", ") + "not known as yours)";
}

ask::Question allotted_question() {
  return ask::own_question(
      R"(select json_extract_scalar(responseelements, '$.publicIp') as address,
  max(json_extract_scalar(responseelements, '$.allocationId')) as id
from cloudtrail
where eventsource = 'ec2.amazonaws.com' and eventname = 'AllocateAddress' and errorcode is null
group by json_extract_scalar(responseelements, '$.publicIp'))",
      "addresses", ask::Keeping::Whole);
}

Result<Allotted> ask_allotted(ask::Desk& desk) {
  TRY(const ask::Answer answer, desk.ask(allotted_question()));
  Allotted allotted;
  TRY(each_row(*answer.rows, [&](const Row& row) {
    if (std::string address = row.text("address"); !address.empty()) {
      allotted[std::move(address)] = row.text("id");
    }
  }));
  return allotted;
}

}  // namespace trailhound::findings
