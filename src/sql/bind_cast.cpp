// SPDX-License-Identifier: Apache-2.0
//
// Casts and coercions. DuckDB reads more spellings than Trino does (cast('1.5' AS int) is 2 there,
// an error here) and writes others (1e7 as 10000000.0), so text goes through our own functions both
// ways.
#include "base/json.hpp"
#include "base/text.hpp"
#include "sql/binder.hpp"

namespace trailhound::sql {
namespace {

std::string cast_to(const std::string& place, const DataType& type) {
  return "CAST(" + place + " AS " + duckdb_type(type) + ")";
}

/// A name for a parameter inside a form, one for each level of nesting.
std::string local(int depth) { return "{$c" + std::to_string(depth) + "}"; }

std::string member_name(const DataType& row, std::size_t i) {
  return row.members[i].name.empty() ? "field" + std::to_string(i) : row.members[i].name;
}

/// A point in time to so many digits of a second, halves up.
std::string rounded_time(const std::string& place, int precision) {
  std::int64_t unit = 1;
  for (int digits = precision; digits < 6; ++digits) unit *= 10;
  const std::string micros = std::to_string(unit);
  return "make_timestamp(CAST(floor((epoch_us(" + place + ") + " + std::to_string(unit / 2) +
         ") / " + micros + ") AS BIGINT) * " + micros + ")";
}

/// Text inside a form: `{` would open a place there, `{{` does not.
std::string inside_form(const std::string& text) { return replace_all(text, "{", "{{"); }

std::string text_literal(const std::string& text) {
  return "'" + replace_all(inside_form(text), "'", "''") + "'";
}

/// A field of the row at `place`.
std::string field_of(const std::string& place, const std::string& name) {
  return place + ".\"" + replace_all(inside_form(name), "\"", "\"\"") + "\"";
}

}  // namespace

TermPtr Binder::coerce(const TermPtr& term, const DataType& type) {
  if (term->type == type) return term;
  const auto* value = as<Constant>(term);
  if (value != nullptr && value->null) return null_of(type, term->span);
  if (value != nullptr && is_integer(term->type) &&
      (is_integer(type) || type.is(TypeKind::Double))) {
    return constant(value->text, type, term->span);
  }
  if (term->type.is(TypeKind::Timestamp) && type.is(TypeKind::TimestampZone)) {
    DataType made = type;
    made.precision = term->type.precision;
    return retyped(term, made);
  }
  if (term->type.is(TypeKind::Timestamp) && type.is(TypeKind::Timestamp)) return term;
  const Result<TermPtr> made = cast(term, type, false, term->span);
  return made.ok() ? *made : term;
}

Result<TermPtr> Binder::cast(const TermPtr& term, const DataType& type, bool or_null, Span span) {
  if (const auto* value = as<Constant>(term); value != nullptr && value->null) {
    return null_of(type, span);
  }
  const bool coarser = is_time(type) && !type.is(TypeKind::Date) && term->type.kind == type.kind &&
                       type.precision < term->type.precision;
  if (coarser) {
    DataType made = type;
    made.zone = term->type.zone;
    return apply("cast", rounded_time("{1}", type.precision), {term}, std::move(made), span);
  }
  if (term->type == type && !type.is(TypeKind::TimestampZone)) return retyped(term, type);
  if (term->type.is(TypeKind::TimestampZone) && type.is(TypeKind::TimestampZone)) return term;
  TermPtr from = term;
  std::string zone;
  const bool reads_clock = type.is(TypeKind::Timestamp) || type.is(TypeKind::Date) ||
                           type.is(TypeKind::Time) || type.is(TypeKind::Varchar);
  if (term->type.is(TypeKind::TimestampZone) && reads_clock) {
    zone = term->type.zone.empty() ? "UTC" : term->type.zone;
    from = local_time(term);
  }
  std::string form;
  if (from->type == type) {
    form = "{1}";
  } else {
    TRY(form, cast_form(from->type, type, "{1}", span, 0));
  }
  if (!zone.empty() && type.is(TypeKind::Varchar))
    form = "(" + form + " || " + text_literal(" " + zone) + ")";
  if (or_null && form != "{1}") form = "TRY(" + form + ")";
  return apply("cast", form, {from}, type, span);
}

Result<std::string> Binder::json_form(const DataType& from, const std::string& place, Span span,
                                      int depth) {
  switch (from.kind) {
    case TypeKind::Json:
      return place;
    case TypeKind::Varchar:
      return "th_json_quote(" + place + ")";
    case TypeKind::Boolean:
    case TypeKind::Tinyint:
    case TypeKind::Smallint:
    case TypeKind::Integer:
    case TypeKind::Bigint:
    case TypeKind::Decimal:
      return "CAST(" + place + " AS VARCHAR)";
    case TypeKind::Real:
    case TypeKind::Double:
    case TypeKind::Date:
    case TypeKind::Timestamp:
    case TypeKind::TimestampZone: {
      TRY(const std::string text, cast_form(from, varchar(), place, span, depth));
      return is_number(from) ? text : "th_json_quote(" + text + ")";
    }
    case TypeKind::Array: {
      const std::string item = local(depth);
      TRY(const std::string inner, json_form(from.element(), item, span, depth + 1));
      return "('[' || array_to_string(list_transform(" + place + ", lambda " + item +
             ": coalesce(" + inner + ", 'null')), ',') || ']')";
    }
    case TypeKind::Map: {
      const std::string item = local(depth);
      TRY(const std::string key, cast_form(from.key(), varchar(), item + ".key", span, depth + 1));
      TRY(const std::string inner, json_form(from.value(), item + ".value", span, depth + 1));
      return "('{' || array_to_string(list_sort(list_transform(map_entries(" + place +
             "), lambda " + item + ": th_json_quote(" + key + ") || ':' || coalesce(" + inner +
             ", 'null'))), ',') || '}')";
    }
    case TypeKind::Row: {
      std::string out = "(CASE WHEN " + place + " IS NULL THEN NULL ELSE '{' || ";
      for (std::size_t i = 0; i < from.members.size(); ++i) {
        const std::string name = member_name(from, i);
        TRY(const std::string inner,
            json_form(from.members[i].type, field_of(place, name), span, depth));
        out += std::string(i > 0 ? "',' || " : "") +
               text_literal(json_string(from.members[i].name) + ":") + " || coalesce(" + inner +
               ", 'null') || ";
      }
      return out + "'}' END)";
    }
    default:
      return mismatch("a value of type " + spell(from) + " cannot be cast to json", span);
  }
}

Result<std::string> Binder::cast_form(const DataType& from, const DataType& to,
                                      const std::string& place, Span span, int depth) {
  const auto impossible = [&] {
    return mismatch("a value of type " + spell(from) + " cannot be cast to " + spell(to), span);
  };
  if (from == to || from.is(TypeKind::Unknown)) return place;
  if (to.is(TypeKind::Json)) return json_form(from, place, span, depth);
  if (from.is(TypeKind::Json)) {
    switch (to.kind) {
      case TypeKind::Varchar:
        return "th_json_to_text(" + place + ")";
      case TypeKind::Array: {
        const std::string item = local(depth);
        TRY(const std::string inner, cast_form(from, to.element(), item, span, depth + 1));
        return "list_transform(th_json_elements(" + place + "), lambda " + item + ": " + inner +
               ")";
      }
      case TypeKind::Map: {
        const std::string item = local(depth);
        TRY(const std::string key, cast_form(varchar(), to.key(), item, span, depth + 1));
        TRY(const std::string inner, cast_form(from, to.value(), item, span, depth + 1));
        return "map(list_transform(th_json_keys(" + place + "), lambda " + item + ": " + key +
               "), list_transform(th_json_values(" + place + "), lambda " + item + ": " + inner +
               "))";
      }
      case TypeKind::Row: {
        std::string out = "CASE WHEN " + place + " IS NULL THEN NULL ELSE {";
        for (std::size_t i = 0; i < to.members.size(); ++i) {
          const std::string name = member_name(to, i);
          TRY(const std::string inner,
              cast_form(from, to.members[i].type,
                        "th_json_member(" + place + ", " + text_literal(name) + ", " +
                            std::to_string(i) + ")",
                        span, depth));
          out += std::string(i > 0 ? ", " : "") + text_literal(name) + ": " + inner;
        }
        return out + "} END";
      }
      default:
        if (!is_number(to) && !to.is(TypeKind::Boolean) && !to.is(TypeKind::Date) &&
            !to.is(TypeKind::Timestamp)) {
          return impossible();
        }
        if (is_integer(to)) return cast_to("th_json_to_bigint(" + place + ")", to);
        if (to.is(TypeKind::Boolean)) return "th_json_to_boolean(" + place + ")";
        if (is_number(to))
          return cast_form(varchar(), to, "th_json_to_number_text(" + place + ")", span, depth);
        return cast_form(varchar(), to, "th_json_to_text(" + place + ")", span, depth);
    }
  }
  switch (to.kind) {
    case TypeKind::Varchar:
      switch (from.kind) {
        case TypeKind::Real:
          return "th_real_text(CAST(" + place + " AS DOUBLE))";
        case TypeKind::Double:
          return "th_double_text(" + place + ")";
        case TypeKind::Timestamp:
          return "th_timestamp_text(" + place + ", " + std::to_string(from.precision) + ")";
        case TypeKind::TimestampZone:
          return "(th_timestamp_text(" + place + ", " + std::to_string(from.precision) +
                 ") || ' UTC')";
        case TypeKind::Decimal:  // DuckDB leaves the zero before the point out where none fits
          return cast_to(from.precision == from.scale && from.precision < 38
                             ? cast_to(place, decimal(from.precision + 1, from.scale))
                             : place,
                         to);
        case TypeKind::Time: {
          const std::string text = cast_to(place, to);
          if (from.precision == 0) return "left(" + text + ", 8)";
          return "left(" + text + " || CASE WHEN contains(" + text +
                 ", '.') THEN '' ELSE '.' END || '000000', " + std::to_string(9 + from.precision) +
                 ")";
        }
        case TypeKind::IntervalYear:
          return "th_months_text(datepart('year', " + place + ") * 12 + datepart('month', " +
                 place + "))";
        case TypeKind::IntervalDay:
          return "th_interval_text(epoch_us(" + place + "))";
        case TypeKind::IpAddress:
        case TypeKind::IpPrefix:
          return place;
        case TypeKind::Varbinary:
          return Error{"type-mismatch", "a varbinary cannot be cast to varchar"}.at(span).note(
              "`from_utf8(x)` or `to_hex(x)` makes text of bytes");
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Row:
          return Error{"type-mismatch",
                       "a value of type " + spell(from) + " cannot be cast to varchar"}
              .at(span)
              .note("`json_format(cast(x AS json))` or `array_join(x, ', ')` makes text of it");
        case TypeKind::Function:
          return impossible();
        default:
          return cast_to(place, to);
      }
    case TypeKind::Boolean:
      if (from.is(TypeKind::Varchar)) return "th_to_boolean(" + place + ")";
      if (is_number(from)) return "(" + place + " <> 0)";
      return impossible();
    case TypeKind::Tinyint:
    case TypeKind::Smallint:
    case TypeKind::Integer:
    case TypeKind::Bigint:
      if (from.is(TypeKind::Varchar)) return cast_to("th_to_bigint(" + place + ")", to);
      if (from.is(TypeKind::Double) || from.is(TypeKind::Real))
        return cast_to("round(" + place + ")", to);
      if (is_number(from) || from.is(TypeKind::Boolean)) return cast_to(place, to);
      return impossible();
    case TypeKind::Decimal:
    case TypeKind::Real:
    case TypeKind::Double:
      if (from.is(TypeKind::Varchar)) {
        return to.is(TypeKind::Decimal) ? cast_to("th_to_decimal(" + place + ")", to)
                                        : cast_to("th_to_double(" + place + ")", to);
      }
      if (is_number(from) || from.is(TypeKind::Boolean)) return cast_to(place, to);
      return impossible();
    case TypeKind::Date:
      if (from.is(TypeKind::Varchar)) return cast_to("th_to_date(" + place + ")", to);
      if (from.is(TypeKind::Timestamp) || from.is(TypeKind::TimestampZone))
        return cast_to(place, to);
      return impossible();
    case TypeKind::Time:
      if (from.is(TypeKind::Varchar) || from.is(TypeKind::Timestamp)) return cast_to(place, to);
      return impossible();
    case TypeKind::Timestamp:
    case TypeKind::TimestampZone:
      if (from.is(TypeKind::Varchar)) {
        return (to.is(TypeKind::Timestamp) ? "th_to_clock(" : "th_to_timestamp(") + place + ", " +
               std::to_string(to.precision) + ")";
      }
      if (from.is(TypeKind::Date)) return cast_to(place, to);
      if (from.is(TypeKind::Timestamp) || from.is(TypeKind::TimestampZone))
        return to.precision < from.precision ? rounded_time(place, to.precision) : place;
      return impossible();
    case TypeKind::IpAddress:
      if (from.is(TypeKind::Varchar)) return "th_ip_address(" + place + ")";
      return impossible();
    case TypeKind::IpPrefix:
      if (from.is(TypeKind::Varchar) || from.is(TypeKind::IpAddress))
        return "th_ip_network(" + place + ")";
      return impossible();
    case TypeKind::Uuid:
      if (from.is(TypeKind::Varchar)) return cast_to(place, to);
      return impossible();
    case TypeKind::Varbinary:
      if (from.is(TypeKind::Varchar)) return "encode(" + place + ")";
      return impossible();
    case TypeKind::Array: {
      if (!from.is(TypeKind::Array)) return impossible();
      const std::string item = local(depth);
      TRY(const std::string inner, cast_form(from.element(), to.element(), item, span, depth + 1));
      if (inner == item || from.element().is(TypeKind::Unknown)) return cast_to(place, to);
      return "list_transform(" + place + ", lambda " + item + ": " + inner + ")";
    }
    case TypeKind::Map: {
      if (!from.is(TypeKind::Map)) return impossible();
      if (from.key().is(TypeKind::Unknown)) return cast_to(place, to);
      const std::string item = local(depth);
      TRY(const std::string key, cast_form(from.key(), to.key(), item + ".key", span, depth + 1));
      TRY(const std::string inner,
          cast_form(from.value(), to.value(), item + ".value", span, depth + 1));
      return "map_from_entries(list_transform(map_entries(" + place + "), lambda " + item +
             ": {'k': " + key + ", 'v': " + inner + "}))";
    }
    case TypeKind::Row: {
      if (!from.is(TypeKind::Row) || from.members.size() != to.members.size()) return impossible();
      std::string out = "CASE WHEN " + place + " IS NULL THEN NULL ELSE {";
      for (std::size_t i = 0; i < to.members.size(); ++i) {
        TRY(const std::string inner, cast_form(from.members[i].type, to.members[i].type,
                                               field_of(place, member_name(from, i)), span, depth));
        out += std::string(i > 0 ? ", " : "") + text_literal(member_name(to, i)) + ": " + inner;
      }
      return out + "} END";
    }
    default:
      return impossible();
  }
}

}  // namespace trailhound::sql
