// SPDX-License-Identifier: Apache-2.0
//
// Values: what spells a number, in which order texts stand, lists of texts.
#include "sql/natives_spl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <set>

#include "base/text.hpp"
#include "event/network.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_token(char c) {
  const auto u = static_cast<unsigned char>(c);
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || u >= 0x80;
}

void number(Arguments arguments, Value& value) {
  if (const auto read = spl_number(arguments[0].text)) {
    value.null = false;
    value.real = *read;
  }
}

void text(Arguments arguments, Value& value) {
  if (std::isfinite(arguments[0].real)) value.set(spl_text(arguments[0].real));
}

void compare(Arguments arguments, Value& value) {
  value.set_integer(spl_compare(arguments[0].text, arguments[1].text));
}

/// Numbers are added, texts joined.
void plus(Arguments arguments, Value& value) {
  const auto one = spl_number(arguments[0].text);
  const auto other = spl_number(arguments[1].text);
  if (one && other) {
    value.set(spl_text(*one + *other));
  } else {
    value.set(arguments[0].text);
    value.text += arguments[1].text;
  }
}

/// The same where the third argument says whether either is a number by kind: then the other must
/// spell one.
void add(Arguments arguments, Value& value) {
  if (arguments[2].boolean && (!spl_number(arguments[0].text) || !spl_number(arguments[1].text))) {
    return;
  }
  plus(arguments, value);
}

/// Text that sorts as the number does.
std::string number_key(double number) {
  if (number == 0) number = 0;  // -0 is 0
  std::uint64_t bits = 0;
  std::memcpy(&bits, &number, sizeof bits);
  bits = (bits >> 63) != 0 ? ~bits : bits | 1ull << 63;
  return fmt::format("{:016x}", bits);
}

std::string address_key(const event::Address& address) {
  std::string key;
  for (const std::uint8_t byte : address.bytes) key += fmt::format("{:02x}", byte);
  return key;
}

/// How `sort` takes a value whose kind it has to find out: numbers, then addresses, then text.
void sort_key(Arguments arguments, Value& value) {
  const std::string_view given = arguments[0].text;
  if (const auto read = spl_number(given)) return value.set("1" + number_key(*read));
  if (given.size() <= 45 && given.find_first_of(".:") != std::string_view::npos) {
    if (const auto address = event::parse_address(given)) {
      return value.set("2" + address_key(*address));
    }
  }
  value.set("3" + std::string(given));
}

void address_order(Arguments arguments, Value& value) {
  if (const auto address = event::parse_address(arguments[0].text)) {
    return value.set("1" + address_key(*address));
  }
  value.set("2" + std::string(arguments[0].text));
}

/// Whether the address lies in the network; whatever is no address lies in none.
void cidr(Arguments arguments, Value& value) {
  const auto network = event::parse_network(arguments[0].text);
  const auto address = event::parse_address(arguments[1].text);
  value.set_boolean(network && address && network->holds(*address));
}

/// Where a run in small letters stands first from `at` on, without case.
std::size_t find_run(std::string_view text, std::string_view run, std::size_t at) {
  if (run.empty()) return at;
  const char low = run.front();
  const char high = low >= 'a' && low <= 'z' ? static_cast<char>(low - 'a' + 'A') : low;
  for (; at + run.size() <= text.size(); ++at) {
    if (text[at] != low && text[at] != high) continue;
    std::size_t i = 1;
    while (i < run.size() && to_lower(text[at + i]) == run[i]) ++i;
    if (i == run.size()) return at;
  }
  return std::string_view::npos;
}

/// Whether a term stands in a text: without case, `*` for anything, whole between breakers.
bool holds_term(std::string_view text, std::string_view term) {
  const std::vector<std::string_view> runs = split(term, '*');
  const std::string_view first = runs.front(), last = runs.back();
  const auto begins = [&](std::size_t at) {
    return first.empty() || at == 0 || !is_token(text[at - 1]) || !is_token(text[at]);
  };
  const auto ends = [&](std::size_t at) {
    return last.empty() || at == text.size() || !is_token(text[at]) || !is_token(text[at - 1]);
  };
  // The first run where it begins a word; each further one as far left as it stands, for what lies
  // further right only leaves less; the last where it ends a word.
  std::size_t at = find_run(text, first, 0);
  while (at != std::string_view::npos &&
         (!begins(at) || (runs.size() == 1 && !ends(at + first.size())))) {
    at = find_run(text, first, at + 1);
  }
  if (at == std::string_view::npos) return false;
  at += first.size();
  for (std::size_t i = 1; i < runs.size(); ++i) {
    at = find_run(text, runs[i], at);
    while (at != std::string_view::npos && i + 1 == runs.size() && !ends(at + last.size())) {
      at = find_run(text, last, at + 1);
    }
    if (at == std::string_view::npos) return false;
    at += runs[i].size();
  }
  return true;
}

void term(Arguments arguments, Value& value) {
  value.set_boolean(holds_term(arguments[0].text, arguments[1].text));
}

// Lists

void set_list(Value& value) { value.null = value.texts.empty(); }

/// The values; none at all is NULL.
void filled(Arguments arguments, Value& value) {
  value.texts.assign(arguments[0].texts.begin(), arguments[0].texts.end());
  set_list(value);
}

/// The value of a list that has one.
void single(Arguments arguments, Value& value) {
  if (arguments[0].texts.size() == 1) value.set(arguments[0].texts[0]);
}

void list_of_text(Arguments arguments, Value& value) {
  value.texts.emplace_back(arguments[0].text);
  set_list(value);
}

/// Elements from a place to another, counted from 0, from the end if negative.
void mvindex(Arguments arguments, Value& value) {
  const auto size = static_cast<std::int64_t>(arguments[0].texts.size());
  std::int64_t from = arguments[1].integer, to = arguments[2].integer;
  if (from < 0) from += size;
  if (to < 0) to += size;
  if (from < 0 || from >= size || to < from) return;
  for (std::int64_t i = from; i <= to && i < size; ++i) {
    value.texts.emplace_back(arguments[0].texts[static_cast<std::size_t>(i)]);
  }
  set_list(value);
}

void mvjoin(Arguments arguments, Value& value) {
  if (arguments[0].texts.empty()) return;
  value.set({});
  bool first = true;
  for (const std::string_view one : arguments[0].texts) {
    if (!first) value.text += arguments[1].text;
    first = false;
    value.text += one;
  }
}

void mvdedup(Arguments arguments, Value& value) {
  std::set<std::string_view> seen;
  for (const std::string_view one : arguments[0].texts) {
    if (seen.insert(one).second) value.texts.emplace_back(one);
  }
  set_list(value);
}

void mvsort(Arguments arguments, Value& value) {
  value.texts.assign(arguments[0].texts.begin(), arguments[0].texts.end());
  std::stable_sort(value.texts.begin(), value.texts.end());
  set_list(value);
}

void mvzip(Arguments arguments, Value& value) {
  const std::size_t size = std::min(arguments[0].texts.size(), arguments[1].texts.size());
  for (std::size_t i = 0; i < size; ++i) {
    value.texts.push_back(std::string(arguments[0].texts[i]) + std::string(arguments[2].text) +
                          std::string(arguments[1].texts[i]));
  }
  set_list(value);
}

constexpr std::size_t kMostMade = 1'000'000;

void mvrange(Arguments arguments, Value& value) {
  const double from = arguments[0].real, to = arguments[1].real, step = arguments[2].real;
  if (step == 0 || !std::isfinite(from) || !std::isfinite(to)) return;
  for (double at = from; step > 0 ? at < to : at > to; at += step) {
    if (value.texts.size() >= kMostMade) {
      value.failure = "mvrange would make more than a million values";
      return;
    }
    value.texts.push_back(spl_text(at));
  }
  set_list(value);
}

void split_text(Arguments arguments, Value& value) {
  const std::string_view whole = arguments[0].text, between = arguments[1].text;
  if (between.empty()) {
    for (std::string_view rest = whole; !rest.empty();) {
      std::string one;
      append_utf8(one, take_utf8(rest));
      value.texts.push_back(std::move(one));
    }
    return set_list(value);
  }
  std::size_t at = 0;
  for (;;) {
    const std::size_t next = whole.find(between, at);
    if (next == std::string_view::npos) break;
    value.texts.emplace_back(whole.substr(at, next - at));
    at = next + between.size();
  }
  value.texts.emplace_back(whole.substr(at));
  set_list(value);
}

/// makemv: empty parts are dropped unless asked for.
void makemv(Arguments arguments, Value& value) {
  split_text(arguments, value);
  if (!arguments[2].boolean) {
    value.texts.erase(std::remove(value.texts.begin(), value.texts.end(), std::string()),
                      value.texts.end());
  }
  set_list(value);
}

/// The largest and the smallest of several values: texts count more than numbers.
const std::string_view* extreme(Arguments arguments, int sign) {
  const std::string_view* best = nullptr;
  for (const std::string_view& one : arguments[0].texts) {
    if (best == nullptr) {
      best = &one;
      continue;
    }
    const bool one_number = spl_number(one).has_value(),
               best_number = spl_number(*best).has_value();
    const int order = one_number == best_number ? spl_compare(one, *best) : one_number ? -1 : 1;
    if (order * sign > 0) best = &one;
  }
  return best;
}
void most(Arguments arguments, Value& value) {
  if (const std::string_view* best = extreme(arguments, 1)) value.set(*best);
}
void least(Arguments arguments, Value& value) {
  if (const std::string_view* best = extreme(arguments, -1)) value.set(*best);
}

/// The value that occurs most often; of several such the first in order.
void mode(Arguments arguments, Value& value) {
  std::vector<std::string_view> all(arguments[0].texts.begin(), arguments[0].texts.end());
  std::sort(all.begin(), all.end());
  std::size_t best = 0;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    while (end < all.size() && all[end] == all[i]) ++end;
    if (end - i > best) {
      best = end - i;
      value.set(all[i]);
    }
    i = end;
  }
}

/// The number at a rank: of two, the higher one.
void percentile(Arguments arguments, Value& value) {
  std::vector<double> all;
  for (const std::string_view one : arguments[0].texts) {
    if (const auto read = spl_number(one)) all.push_back(*read);
  }
  if (all.empty()) return;
  std::sort(all.begin(), all.end());
  const double place = arguments[1].real / 100 * static_cast<double>(all.size());
  const auto rank = static_cast<std::size_t>(std::max(0.0, std::floor(place)));
  value.null = false;
  value.real = all[std::min(rank, all.size() - 1)];
}

}  // namespace

std::optional<double> spl_number(std::string_view given) {
  if (given.empty() || given.size() > 400) return std::nullopt;
  std::size_t i = given.front() == '-' || given.front() == '+' ? 1 : 0;
  const std::size_t digits = i;
  bool any = false;
  while (i < given.size() && is_digit(given[i])) ++i, any = true;
  if (i < given.size() && given[i] == '.') {
    ++i;
    while (i < given.size() && is_digit(given[i])) ++i, any = true;
  }
  if (!any) return std::nullopt;
  if (i < given.size() && (given[i] == 'e' || given[i] == 'E')) {
    std::size_t exponent = i + 1;
    if (exponent < given.size() && (given[exponent] == '-' || given[exponent] == '+')) ++exponent;
    if (exponent == given.size()) return std::nullopt;
    while (exponent < given.size() && is_digit(given[exponent])) ++exponent;
    i = exponent;
  }
  if (i != given.size()) return std::nullopt;
  double read = 0;
  const auto [end, error] =
      std::from_chars(given.data() + digits, given.data() + given.size(), read);
  if (error != std::errc() || end != given.data() + given.size()) return std::nullopt;
  return given.front() == '-' ? -read : read;
}

std::string spl_text(double given) {
  if (given == 0) return "0";
  if (given == std::floor(given) && std::fabs(given) < 1e18) return fmt::format("{:.0f}", given);
  return fmt::format("{}", given);
}

int spl_compare(std::string_view one, std::string_view other) {
  const auto left = spl_number(one);
  if (left) {
    if (const auto right = spl_number(other)) return *left < *right ? -1 : *left > *right ? 1 : 0;
  }
  const int order = one.compare(other);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

std::span<const event::NativeFunction> spl_functions() {
  static const std::vector<event::NativeFunction> all = [] {
    std::vector<event::NativeFunction> made;
    for (const auto& part : {spl_value_functions(), spl_pattern_functions(), spl_time_functions(),
                             spl_json_functions(), spl_row_functions(), spl_digest_functions(),
                             spl_spelling_functions()}) {
      made.insert(made.end(), part.begin(), part.end());
    }
    return made;
  }();
  return all;
}

std::vector<event::NativeFunction> spl_value_functions() {
  constexpr ValueType kText = ValueType::Text, kList = ValueType::TextList;
  constexpr ValueType kDouble = ValueType::Double, kBigint = ValueType::Bigint;
  constexpr ValueType kBoolean = ValueType::Boolean;
  return {
      native("th_spl_number", {kText}, kDouble, number),
      native("th_spl_text", {kDouble}, kText, text),
      native("th_spl_compare", {kText, kText}, kBigint, compare),
      native("th_spl_plus", {kText, kText}, kText, plus),
      native("th_spl_add", {kText, kText, kBoolean}, kText, add),
      native("th_spl_sort_key", {kText}, kText, sort_key),
      native("th_spl_address_order", {kText}, kText, address_order),
      native("th_spl_cidr", {kText, kText}, kBoolean, cidr),
      native("th_spl_term", {kText, kText}, kBoolean, term),
      native("th_spl_filled", {kList}, kList, filled),
      native("th_spl_single", {kList}, kText, single),
      native("th_spl_list_of", {kText}, kList, list_of_text),
      native("th_spl_mvindex", {kList, kBigint, kBigint}, kList, mvindex),
      native("th_spl_mvjoin", {kList, kText}, kText, mvjoin),
      native("th_spl_mvdedup", {kList}, kList, mvdedup),
      native("th_spl_mvsort", {kList}, kList, mvsort),
      native("th_spl_mvzip", {kList, kList, kText}, kList, mvzip),
      native("th_spl_mvrange", {kDouble, kDouble, kDouble}, kList, mvrange),
      native("th_spl_split", {kText, kText}, kList, split_text),
      native("th_spl_makemv", {kText, kText, kBoolean}, kList, makemv),
      native("th_spl_most", {kList}, kText, most),
      native("th_spl_least", {kList}, kText, least),
      native("th_spl_mode", {kList}, kText, mode),
      native("th_spl_percentile", {kList, kDouble}, kDouble, percentile),
  };
}

}  // namespace trailhound::sql
