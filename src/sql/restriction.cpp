// SPDX-License-Identifier: Apache-2.0
#include "sql/restriction.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include "base/time.hpp"
#include "sql/constants.hpp"
#include "sql/plan_walk.hpp"
#include "sql/row_filters.hpp"

namespace trailhound::sql {
namespace {

using event::Field;

/// A box around the events that a condition lets through.
struct Restriction {
  Time from{INT64_MIN};
  Time to{INT64_MAX};
  std::array<int, 3> low = {0, 1, 1};        ///< year, month, day
  std::array<int, 3> high = {9999, 12, 31};  ///< likewise, inclusive
  std::optional<std::vector<std::string>> accounts;
  std::vector<event::Needle> needles;
};

void narrow(Restriction& one, const Restriction& other) {
  one.from = std::max(one.from, other.from);
  one.to = std::min(one.to, other.to);
  for (std::size_t i = 0; i < 3; ++i) {
    one.low[i] = std::max(one.low[i], other.low[i]);
    one.high[i] = std::min(one.high[i], other.high[i]);
  }
  if (other.accounts) {
    if (!one.accounts) {
      one.accounts = other.accounts;
    } else {
      std::erase_if(*one.accounts, [&](const std::string& account) {
        return std::find(other.accounts->begin(), other.accounts->end(), account) ==
               other.accounts->end();
      });
    }
  }
  one.needles.insert(one.needles.end(), other.needles.begin(), other.needles.end());
}

std::size_t shortest(const event::Needle& needle) {
  std::size_t size = SIZE_MAX;
  for (const std::string& text : needle.any_of) size = std::min(size, text.size());
  return size;
}

void widen(Restriction& one, const Restriction& other) {
  one.from = std::min(one.from, other.from);
  one.to = std::max(one.to, other.to);
  for (std::size_t i = 0; i < 3; ++i) {
    one.low[i] = std::min(one.low[i], other.low[i]);
    one.high[i] = std::max(one.high[i], other.high[i]);
  }
  if (one.accounts && other.accounts) {
    one.accounts->insert(one.accounts->end(), other.accounts->begin(), other.accounts->end());
  } else {
    one.accounts.reset();
  }
  if (one.needles.empty() || other.needles.empty()) {
    one.needles.clear();
    return;
  }
  // Either side's best needle: a file has to hold one of the two.
  const auto best = [](const std::vector<event::Needle>& needles) {
    return *std::max_element(needles.begin(), needles.end(), [](const auto& a, const auto& b) {
      return shortest(a) < shortest(b);
    });
  };
  event::Needle both = best(one.needles);
  const event::Needle more = best(other.needles);
  both.any_of.insert(both.any_of.end(), more.any_of.begin(), more.any_of.end());
  one.needles = {std::move(both)};
}

/// Nothing gets through.
Restriction nothing() {
  Restriction none;
  none.from = {INT64_MAX};
  none.to = {INT64_MIN};
  return none;
}

// Times in text

struct DayBox {
  Time first;  ///< Of what the prefix may stand for
  Time last;   ///< The first moment behind it
};

int digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) return -1;
    value = value * 10 + (c - '0');
  }
  return text.empty() ? -1 : value;
}

/// The stretch of time that a text such as `2023`, `2023-07`, `2023-07-10T11` begins to spell.
std::optional<DayBox> day_box(std::string_view text, char between) {
  const int year = text.size() >= 4 ? digits(text.substr(0, 4)) : -1;
  if (year < 1970 || year > 9000) return std::nullopt;
  const auto box = [](Civil first, Civil last) {
    return DayBox{from_civil(first), from_civil(last)};
  };
  const DayBox whole_year = box({.year = year}, {.year = year + 1});
  if (text.size() == 4) return whole_year;
  if (text[4] != between) return std::nullopt;
  const int month = text.size() >= 7 ? digits(text.substr(5, 2)) : -1;
  if (month < 1 || month > 12) return text.size() < 7 ? std::optional(whole_year) : std::nullopt;
  const Time next_month =
      month == 12 ? whole_year.last : from_civil({.year = year, .month = month + 1});
  const DayBox whole_month = {from_civil({.year = year, .month = month}), next_month};
  if (text.size() == 7) return whole_month;
  if (text[7] != between) return std::nullopt;
  const int day = text.size() >= 10 ? digits(text.substr(8, 2)) : -1;
  if (day < 1 || day > 31) return text.size() < 10 ? std::optional(whole_month) : std::nullopt;
  const Time start = from_civil({.year = year, .month = month, .day = day});
  return DayBox{start, moved(start, kDay)};
}

enum class Side { Equal, Below, Above };  ///< What the field is to the constant; inclusive

std::optional<Side> side_of(Comparing op) {
  switch (op) {
    case Comparing::Equal:
      return Side::Equal;
    case Comparing::Less:
    case Comparing::LessOrEqual:
      return Side::Below;
    case Comparing::Greater:
    case Comparing::GreaterOrEqual:
      return Side::Above;
    default:
      return std::nullopt;
  }
}

Comparing mirrored(Comparing op) {
  switch (op) {
    case Comparing::Less:
      return Comparing::Greater;
    case Comparing::LessOrEqual:
      return Comparing::GreaterOrEqual;
    case Comparing::Greater:
      return Comparing::Less;
    case Comparing::GreaterOrEqual:
      return Comparing::LessOrEqual;
    default:
      return op;
  }
}

/// `eventtime` against text, letter by letter. Records spell their time as 2023-07-10T11:54:33Z,
/// but an offset may stand for Z (a day of slack), and old ones leave the hyphens out (then only
/// the year of the text is sure).
Restriction text_time(Side side, std::string_view text, char between, std::int64_t slack) {
  Restriction made;
  std::optional<DayBox> box = day_box(text, between);
  if (!box) return made;
  if (slack > 0) {
    const DayBox year = *day_box(text.substr(0, 4), between);
    if (to_civil(box->first).year < 2016) box = year;
  }
  if (side != Side::Below) made.from = moved(box->first, -slack);
  if (side != Side::Above) made.to = moved(box->last, slack);
  return made;
}

/// year, month or day against text. Theirs are digits of fixed width, so letters sort as numbers
/// do.
Restriction day_part(std::size_t part, Side side, const std::string& text) {
  Restriction made;
  const std::size_t width = part == 0 ? 4 : 2;
  const int value = digits(text);
  if (text.size() != width || value < 0) {
    return side == Side::Equal ? nothing() : made;  // never equal to a text of other width
  }
  if (side != Side::Below) made.low[part] = value;
  if (side != Side::Above) made.high[part] = value;
  return made;
}

// Times in expressions

/// How far the value of a term may lie from the event's own time.
struct Slack {
  std::int64_t before = 0;  ///< The value may be this much earlier
  std::int64_t after = 0;   ///< or this much later
};

std::int64_t unit_length(std::string_view form) {
  static constexpr std::pair<std::string_view, std::int64_t> kLengths[] = {
      {"'millisecond'", kSecond}, {"'second'", kSecond},    {"'minute'", kMinute},
      {"'hour'", kHour},          {"'day'", kDay},          {"'week'", 7 * kDay},
      {"'month'", 31 * kDay},     {"'quarter'", 92 * kDay}, {"'year'", 366 * kDay}};
  for (const auto& [unit, length] : kLengths) {
    if (form.find(unit) != std::string_view::npos) return length;
  }
  return 366 * kDay;
}

std::optional<Slack> time_of_event(const TermPtr& term, int source) {
  if (const auto use = field_of(term)) {
    if (use->source == source && use->field == Field::Ts) return Slack{};
    return std::nullopt;
  }
  const auto* call = as<Applied>(term);
  if (call == nullptr || call->arguments.empty()) return std::nullopt;
  const std::string& name = call->function;
  const TermPtr& inner = name == "date_trunc" && call->arguments.size() > 1 &&
                                 as<Constant>(call->arguments[0]) != nullptr
                             ? call->arguments[1]
                             : call->arguments[0];
  const auto text = field_of(inner);
  const bool of_eventtime = text && text->source == source && text->field == Field::EventTime;
  if (of_eventtime) {
    if (name.starts_with("from_iso8601_timestamp")) return Slack{kSecond, kSecond};
    if (name == "date_parse" || name == "parse_datetime") {
      const auto format =
          call->arguments.size() > 1 ? constant_text_of(call->arguments[1]) : std::nullopt;
      if (format && (format->starts_with("%Y-%m-%dT%H:%i:%s") ||
                     format->starts_with("yyyy-MM-dd'T'HH:mm:ss"))) {
        return Slack{kDay, kDay};  // an offset may be read or not
      }
    }
    return std::nullopt;
  }
  const auto deeper = time_of_event(inner, source);
  if (!deeper) return std::nullopt;
  if (name == "cast" || name == "date") {
    if (term->type.is(TypeKind::Date)) return Slack{deeper->before + kDay, deeper->after};
    const bool keeps = term->type.is(TypeKind::Timestamp) || term->type.is(TypeKind::TimestampZone);
    return keeps ? deeper : std::nullopt;
  }
  if (name == "date_trunc") return Slack{deeper->before + unit_length(call->form), deeper->after};
  if (name == "at_timezone") return Slack{deeper->before + kDay, deeper->after + kDay};
  return std::nullopt;
}

// Needles

/// Fields whose text stands in a file as it is and tells few events from many.
bool is_selective(Field field) {
  switch (field) {
    case Field::EventName:
    case Field::ErrorCode:
    case Field::ErrorMessage:
    case Field::SourceIpAddress:
    case Field::UserAgent:
    case Field::EventId:
    case Field::RequestId:
    case Field::SharedEventId:
    case Field::VpcEndpointId:
    case Field::IdentityPrincipalId:
    case Field::IdentityArn:
    case Field::IdentityAccessKeyId:
    case Field::IdentityUserName:
    case Field::IdentityCredentialId:
    case Field::OnBehalfOfUserId:
    case Field::IssuerPrincipalId:
    case Field::IssuerArn:
    case Field::IssuerUserName:
    case Field::SourceIdentity:
      return true;
    default:
      return false;
  }
}

struct Haystack {
  bool in_json = false;  ///< The text is JSON, of which the needle is a part
};

/// Whether a term is text that stands in the record.
std::optional<Haystack> haystack(const TermPtr& term, int source) {
  if (const auto use = field_of(term)) {
    if (use->source != source) return std::nullopt;
    if (event::describe(use->field).kind == event::Kind::Json &&
        !event::describe(use->field).key.empty()) {
      return Haystack{true};
    }
    return is_selective(use->field) ? std::optional(Haystack{false}) : std::nullopt;
  }
  const auto* call = as<Applied>(term);
  if (call == nullptr || call->arguments.size() != 2) return std::nullopt;
  if (call->function == "json_extract_scalar") {
    const auto inside = haystack(call->arguments[0], source);
    return inside && inside->in_json ? inside : std::nullopt;
  }
  if (call->function == "element_at") {
    const auto* map = as<Applied>(call->arguments[0]);
    if (map == nullptr || map->form != "th_text_map({1})") return std::nullopt;
    return haystack(map->arguments[0], source);
  }
  return std::nullopt;
}

Restriction needle(const TermPtr& term, int source, std::string_view text) {
  Restriction made;
  const auto hay = haystack(term, source);
  if (!hay) return made;
  std::string run = needle_in(text, hay->in_json);
  if (!run.empty()) made.needles.push_back({{std::move(run)}});
  return made;
}

// Conditions

Restriction restrict_equal(const TermPtr& left, Side side, bool exclusive, const TermPtr& right,
                           int source) {
  Restriction made;
  const auto text = constant_text_of(right);
  const auto use = field_of(left);
  if (use && use->source == source && text) {
    switch (use->field) {
      case Field::Year:
        return day_part(0, side, *text);
      case Field::Month:
        return day_part(1, side, *text);
      case Field::Day:
        return day_part(2, side, *text);
      case Field::EventTime:
        return text_time(side, *text, '-', kDay);
      case Field::Account:
        if (side == Side::Equal) made.accounts = {*text};
        return made;
      default:
        return side == Side::Equal ? needle(left, source, *text) : made;
    }
  }
  if (const auto* call = as<Applied>(left); call != nullptr && text) {
    const auto inside = call->arguments.empty() ? std::nullopt : field_of(call->arguments[0]);
    if (call->function == "day_path" && inside && inside->source == source) {
      const auto box = day_box(*text, '/');
      if (!box) return made;
      return text_time(side, *text, '/', 0);
    }
    const bool front = call->function == "substr" || call->function == "substring";
    if (front && inside && inside->source == source && inside->field == Field::EventTime) {
      const auto* start = as<Constant>(call->arguments[1]);
      if (start != nullptr && start->text == "1") return text_time(side, *text, '-', kDay);
      return made;
    }
    if (side == Side::Equal) return needle(left, source, *text);
    return made;
  }
  const auto slack = time_of_event(left, source);
  const auto time = constant_time(right);
  if (slack && time) {
    if (side != Side::Below) made.from = moved(*time, -slack->after);
    if (side != Side::Above) made.to = moved(*time, slack->before + (exclusive ? 0 : 1));
  }
  return made;
}

/// The literal stretches of a LIKE pattern.
std::vector<std::string> literal_parts(std::string_view pattern, char escape) {
  std::vector<std::string> found(1);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (escape != 0 && pattern[i] == escape && i + 1 < pattern.size()) {
      found.back() += pattern[++i];
    } else if (pattern[i] == '%' || pattern[i] == '_') {
      found.emplace_back();
    } else {
      found.back() += pattern[i];
    }
  }
  return found;
}

Restriction restrict_like(const LikeTested& like, int source) {
  Restriction made;
  const auto pattern = constant_text_of(like.pattern);
  if (like.negated || !pattern) return made;
  char escape = 0;
  if (like.escape) {
    const auto text = constant_text_of(like.escape);
    if (!text || text->size() != 1) return made;
    escape = (*text)[0];
  }
  const std::vector<std::string> literals = literal_parts(*pattern, escape);
  const auto use = field_of(like.operand);
  if (use && use->source == source && use->field == Field::EventTime) {
    return text_time(Side::Equal, literals.front(), '-', kDay);
  }
  const auto* call = as<Applied>(like.operand);
  if (call != nullptr && call->function == "day_path") {
    const auto inside = field_of(call->arguments[0]);
    if (inside && inside->source == source) return text_time(Side::Equal, literals.front(), '/', 0);
  }
  std::string best;
  for (const std::string& literal : literals) {
    const Restriction one = needle(like.operand, source, literal);
    if (!one.needles.empty() && one.needles[0].any_of[0].size() > best.size())
      best = one.needles[0].any_of[0];
  }
  if (!best.empty()) made.needles.push_back({{best}});
  return made;
}

Restriction restrict(const TermPtr& condition, int source) {
  Restriction made;
  if (const auto* connected = as<Connected>(condition)) {
    if (connected->op == Connective::And) {
      for (const TermPtr& term : connected->terms) narrow(made, restrict(term, source));
      return made;
    }
    made = restrict(connected->terms[0], source);
    for (std::size_t i = 1; i < connected->terms.size(); ++i)
      widen(made, restrict(connected->terms[i], source));
    return made;
  }
  if (const auto* compared = as<Compared>(condition)) {
    TermPtr left = compared->left;
    TermPtr right = compared->right;
    Comparing op = compared->op;
    if (constant_text_of(left) || constant_time(left)) {
      std::swap(left, right);
      op = mirrored(op);
    }
    const auto side = side_of(op);
    if (!side) return made;
    return restrict_equal(left, *side, op == Comparing::Less || op == Comparing::Greater, right,
                          source);
  }
  if (const auto* listed = as<Listed>(condition); listed != nullptr && !listed->negated) {
    made = restrict_equal(listed->operand, Side::Equal, false, listed->values[0], source);
    for (std::size_t i = 1; i < listed->values.size(); ++i) {
      widen(made, restrict_equal(listed->operand, Side::Equal, false, listed->values[i], source));
    }
    return made;
  }
  if (const auto* like = as<LikeTested>(condition)) return restrict_like(*like, source);
  if (const auto* call = as<Applied>(condition);
      call != nullptr && call->function == "starts_with") {
    if (const auto text = constant_text_of(call->arguments[1]))
      return needle(call->arguments[0], source, *text);
  }
  return made;
}

}  // namespace

void restrict_scan(EventTable& events, int source, const std::vector<TermPtr>& conditions) {
  Restriction all;
  for (const TermPtr& condition : conditions) narrow(all, restrict(condition, source));
  if (!events.account.empty()) {
    Restriction account;
    account.accounts = {events.account};
    narrow(all, account);
  }
  event::ScanPlan& plan = events.plan;
  std::vector<event::RowFilter> filters = {row_filter(conditions, source)};
  if (!events.account.empty()) {
    filters.push_back(event::RowFilter::text(Field::Account, {.any_of = {events.account}}));
  }
  event::RowFilter filter = event::RowFilter::all(std::move(filters));
  if (!filter.is_everything()) {
    plan.filter = std::make_shared<const event::RowFilter>(std::move(filter));
  }
  plan.from = all.from;
  plan.to = all.to;
  if (all.low[0] > 0) {
    plan.from = std::max(plan.from,
                         from_civil({.year = all.low[0], .month = all.low[1], .day = all.low[2]}));
  }
  if (all.high[0] < 9999) {
    const Time month = from_civil({.year = all.high[0], .month = all.high[1]});
    const Time next_month = all.high[1] >= 12
                                ? from_civil({.year = all.high[0] + 1})
                                : from_civil({.year = all.high[0], .month = all.high[1] + 1});
    plan.to = std::min({plan.to, next_month, moved(month, all.high[2] * kDay)});
  }
  for (std::size_t i = 0; i < 3; ++i) {
    if (all.low[i] > all.high[i]) plan.to = {INT64_MIN};
  }
  if (all.accounts) {
    plan.accounts = *all.accounts;
    std::sort(plan.accounts.begin(), plan.accounts.end());
    plan.accounts.erase(std::unique(plan.accounts.begin(), plan.accounts.end()),
                        plan.accounts.end());
    if (plan.accounts.empty()) plan.to = {INT64_MIN};  // two accounts at once: no event
  }
  for (event::Needle& one : all.needles) {
    std::sort(one.any_of.begin(), one.any_of.end());
    one.any_of.erase(std::unique(one.any_of.begin(), one.any_of.end()), one.any_of.end());
    const bool known =
        std::any_of(plan.needles.begin(), plan.needles.end(),
                    [&](const event::Needle& other) { return other.any_of == one.any_of; });
    if (!known) plan.needles.push_back(std::move(one));
  }
}

std::string needle_in(std::string_view text, bool in_json) {
  std::string best;
  std::string run;
  const auto end_run = [&] {
    const bool telling = std::any_of(run.begin(), run.end(), [](char c) {
      return std::isalpha(static_cast<unsigned char>(c)) != 0;
    });
    // A bare number may be spelt otherwise in JSON, and a word such as `true` is in every file.
    if (run.size() >= 4 && (!in_json || telling) && run.size() > best.size()) best = run;
    run.clear();
  };
  for (const char c : text) {
    const bool plain =
        c >= 0x20 && c < 0x7F && std::string_view("\"\\/<>&'=+`").find(c) == std::string_view::npos;
    const bool breaks = in_json && std::string_view(" :,{}[]").find(c) != std::string_view::npos;
    if (plain && !breaks)
      run += c;
    else
      end_run();
  }
  end_run();
  return best;
}

}  // namespace trailhound::sql
