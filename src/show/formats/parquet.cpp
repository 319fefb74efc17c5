// SPDX-License-Identifier: Apache-2.0
#include "show/writer.hpp"

namespace trailhound::show {

Format describe_parquet() {
  return {.name = "parquet",
          .summary = "a Parquet file, with `-o FILE`; the engine writes it",
          .make = nullptr};
}

}  // namespace trailhound::show
