// SPDX-License-Identifier: Apache-2.0
#include "show/objects.hpp"

#include "show/writer.hpp"

namespace trailhound::show {

Objects::Objects(const std::vector<engine::Column>& columns, Offset offset) : offset_(offset) {
  for (const std::string& name : distinct_names(columns)) {
    Buffer head;
    head.add(heads_.empty() ? '{' : ',');
    append_json_text(head, name);
    head.add(':');
    heads_.emplace_back(head.view());
  }
}

void Objects::append(Buffer& out, const engine::Batch& batch, std::size_t row) const {
  if (heads_.empty()) out.add('{');
  for (std::size_t column = 0; column < heads_.size(); ++column) {
    out.add(heads_[column]);
    append_json(out, batch.cell(column, row), offset_);
  }
  out.add('}');
}

}  // namespace trailhound::show
