// SPDX-License-Identifier: Apache-2.0
#include "findings/cells.hpp"

#include <fmt/format.h>

#include <charconv>

namespace trailhound::findings {
namespace {

std::string list_text(const engine::Cell& cell) {
  std::string text;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const engine::Cell item = cell.child(i);
    if (item.is_null()) continue;
    if (!text.empty()) text += ", ";
    text += text_of(item);
  }
  return text;
}

}  // namespace

std::string text_of(const engine::Cell& cell) {
  using engine::Kind;
  if (cell.is_null()) return {};
  switch (cell.kind()) {
    case Kind::Null:
      return {};
    case Kind::Boolean:
      return cell.boolean() ? "true" : "false";
    case Kind::Integer:
    case Kind::TimeOfDay:
      return std::to_string(cell.integer());
    case Kind::Date:
      return format_day({cell.integer() * kDay});
    case Kind::Double:
      return fmt::format("{}", cell.real());
    case Kind::Timestamp:
    case Kind::TimestampZone:
      return format_iso(cell.time());
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Json:
    case Kind::Bytes:
    case Kind::Interval:
      return std::string(cell.text());
    case Kind::List:
    case Kind::Struct:
    case Kind::Map:
      return list_text(cell);
  }
  return {};
}

std::optional<engine::Cell> Row::cell(std::string_view column) const {
  const auto& columns = rows_->columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t place = (next_ + i) % columns.size();
    if (columns[place].name != column) continue;
    next_ = place + 1;
    return batch_->cell(place, row_);
  }
  return std::nullopt;
}

std::string Row::text(std::string_view column) const {
  const std::optional<engine::Cell> found = cell(column);
  return found ? text_of(*found) : std::string{};
}

void Row::read(std::string_view column, std::string& text) const {
  const std::optional<engine::Cell> found = cell(column);
  if (found && !found->is_null() && found->kind() == engine::Kind::Text) {
    text.assign(found->text());
  } else if (found) {
    text = text_of(*found);
  } else {
    text.clear();
  }
}

Time Row::time(std::string_view column) const {
  const std::optional<engine::Cell> found = cell(column);
  if (!found || found->is_null()) return {};
  if (found->kind() == engine::Kind::Timestamp || found->kind() == engine::Kind::TimestampZone) {
    return found->time();
  }
  return parse_typed_time(text_of(*found)).value_or(Time{});
}

std::string_view Row::text_in_place(std::size_t place) const {
  const engine::Cell found = batch_->cell(place, row_);
  const bool is_text = found.kind() == engine::Kind::Text || found.kind() == engine::Kind::Json;
  return is_text && !found.is_null() ? found.text() : std::string_view{};
}

std::uint64_t Row::count(std::string_view column) const {
  const std::string digits = text(column);
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

Result<void> each_row(engine::Rows& rows, const std::function<void(const Row&)>& use) {
  while (true) {
    TRY(const engine::Batch* batch, rows.next());
    if (batch == nullptr) return {};
    for (std::size_t row = 0; row < batch->rows(); ++row) use(Row(rows, *batch, row));
  }
}

}  // namespace trailhound::findings
