// SPDX-License-Identifier: Apache-2.0
//
// Types: `varchar(10)`, `decimal(10, 2)`, `array(row(a varchar))`, `timestamp(3) with time zone`,
// and `array<varchar>` as Presto wrote it.
#include "athena/parser.hpp"

namespace trailhound::athena {

Result<sql::Type> Parser::type() {
  Deeper deeper(*this);
  if (deeper.too_far()) return too_deep(now().span);
  TRY(sql::Type whole, plain_type());
  while (take("array")) {  // varchar array
    TRY(lengthen_chain(now().span));
    sql::Type list;
    list.name = "array";
    list.span = since(whole.span);
    list.parameters.push_back({std::nullopt, std::move(whole)});
    whole = std::move(list);
  }
  return whole;
}

Result<sql::Type> Parser::plain_type() {
  sql::Type type;
  type.span = now().span;
  if (take("interval")) {
    const bool years = at("year");
    type.name = years ? "interval year to month" : "interval day to second";
    TRY(need(years ? "year" : "day"));
    TRY(need("to"));
    TRY(need(years ? "month" : "second"));
    type.span = since(type.span);
    return type;
  }
  TRY(const sql::Name name, this->name("a type"));
  type.name = name.text;
  if (type.name == "double" && take("precision")) type.name = "double";
  if (at_symbol("(") || at_symbol("<")) {
    const bool angles = at_symbol("<");
    ++at_;
    if (type.name == "row" || (angles && type.name == "struct")) {
      type.name = "row";
      TRY(row_fields(type, angles ? ">" : ")"));
    } else {
      do {
        if (now().kind == TokenKind::Integer) {
          TRY(const std::uint32_t size, small_number("a size"));
          type.sizes.push_back(size);
        } else {
          TRY(sql::Type parameter, this->type());
          type.parameters.push_back({std::nullopt, std::move(parameter)});
        }
      } while (take_symbol(","));
      TRY(need_symbol(angles ? ">" : ")"));
    }
  }
  if (type.name == "time" || type.name == "timestamp") {
    if (take("with")) {
      TRY(need("time"));
      TRY(need("zone"));
      type.with_time_zone = true;
    } else if (at("without", "time")) {
      at_ += 2;
      TRY(need("zone"));
    }
  }
  type.span = since(type.span);
  return type;
}

/// `a varchar, b array(bigint)`: a name before a type, or the type alone.
Result<void> Parser::row_fields(sql::Type& type, std::string_view closing) {
  do {
    sql::TypeField field;
    const Token& next = ahead(1);
    const bool two_words = now().text == "double" && next.text == "precision";
    const bool interval = now().text == "interval" && (next.text == "year" || next.text == "day");
    const bool list = next.text == "array" && ahead(2).text != "(" && ahead(2).text != "<";
    const bool zone = next.text == "with" || next.text == "without";
    const bool colon = next.kind == TokenKind::Symbol && next.text == ":";
    if (at_name() &&
        (colon || next.kind == TokenKind::QuotedName ||
         (next.kind == TokenKind::Word && !two_words && !interval && !zone && !list))) {
      TRY(sql::Name name, this->name("the name of a field"));
      field.name = std::move(name);
      if (colon) ++at_;  // struct<a:string>
    }
    TRY(field.type, this->type());
    type.parameters.push_back(std::move(field));
  } while (take_symbol(","));
  return need_symbol(closing);
}

}  // namespace trailhound::athena
