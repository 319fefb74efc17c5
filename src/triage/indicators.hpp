// SPDX-License-Identifier: Apache-2.0
//
// Lists of indicators as people pass them on: one a line, with comments, as CSV, or as the JSON of
// MISP and STIX.
//
//   TRY(const std::string text, list_text(bytes));
//   IndicatorList list = parse_indicators(text);
//   for (const Indicator& one : list.indicators) look_for(one.entity);
//   for (const WrongLine& wrong : list.wrong) print(wrong.line, wrong.why);
//
// Of a line with several fields, the first that says by its form what it is (a key, an ARN, an
// address…) counts; else the first. "198[.]51[.]100[.]7" is read as it is meant. Nothing that was
// not understood is left out in silence.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "triage/entity.hpp"

namespace trailhound::triage {

struct Indicator {
  Entity entity;
  std::string text;      ///< As the list has it: "agent:boto3"; addresses as they are meant
  std::size_t line = 0;  ///< From 1; of a JSON list: its place among the values
};

struct WrongLine {
  std::size_t line = 0;
  std::string text, why;
};

struct IndicatorList {
  std::vector<Indicator> indicators;  ///< Each once
  std::vector<WrongLine> wrong;
};

/// The text of a file in UTF-8, which Windows may have written in UTF-16; `not-a-list` if the bytes
/// are none.
Result<std::string> list_text(std::string_view bytes);

IndicatorList parse_indicators(std::string_view text);

}  // namespace trailhound::triage
