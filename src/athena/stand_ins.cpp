// SPDX-License-Identifier: Apache-2.0
#include "athena/stand_ins.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"

namespace trailhound::athena {
namespace {

/// Whole texts that ask for another one; letters without case.
constexpr auto kWholeTexts = std::to_array<std::string_view>(
    {"seeabove", "see above", "see_above", "see-above", "seebelow", "changeme", "change_me",
     "replaceme", "replace_me", "replace-me", "insert_here", "fill_in", "placeholder", "...",
     "\xE2\x80\xA6", "todo", "tbd"});

/// How such texts begin or end.
constexpr auto kBeginnings =
    std::to_array<std::string_view>({"your_", "your-", "your ", "insert_", "insert-", "insert ",
                                     "replace_", "replace-", "replace "});
constexpr auto kEndings = std::to_array<std::string_view>({"_here", "-here", " here"});

/// Names of one thing; the first is the one that is shown.
constexpr std::string_view kAccount[] = {"account",      "accountid",     "awsaccount",
                                         "awsaccountid", "accountnumber", "recipientaccountid"};
constexpr std::string_view kRegion[] = {"region", "awsregion", "regionname"};
constexpr std::string_view kInstance[] = {"instance", "instanceid", "ec2instanceid"};
constexpr std::string_view kAddress[] = {"sourceip", "sourceipaddress"};

/// Tables that stand for any; `_` and `-` left out.
constexpr auto kTables = std::to_array<std::string_view>(
    {"athenatable", "athenatablename", "cloudtrailtable", "cloudtrailtablename", "databasetable",
     "dbtable", "edsid", "eventdatastore", "eventdatastoreid", "mytable", "mytablename",
     "replaceme", "table", "tablename", "yourtable"});
constexpr auto kDatabases = std::to_array<std::string_view>(
    {"database", "databasename", "db", "dbname", "mydatabase", "schema", "yourdatabase"});

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_x(char c) { return c == 'x' || c == 'X'; }

/// Lower case, letters and digits only.
std::string squashed(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (is_alpha(c) || is_digit(c)) out += to_lower(c);
  }
  return out;
}

template <std::size_t size>
bool among(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}
template <std::size_t size>
bool among(const std::string_view (&words)[size], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// The shown name of a thing that has several; the word itself otherwise.
std::string_view one_name(std::string_view word) {
  if (among(kAccount, word)) return kAccount[0];
  if (among(kRegion, word)) return kRegion[0];
  if (among(kInstance, word)) return kInstance[0];
  if (among(kAddress, word)) return kAddress[0];
  return word;
}

/// What stands between brackets and could be a name: letters, digits, `_`, `-`, `.`, spaces.
bool is_wordy(std::string_view text) {
  const auto fits = [](char c) {
    return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == ' ' || c == '.';
  };
  return !text.empty() && is_alpha(text.front()) && std::all_of(text.begin(), text.end(), fits);
}

/// `${name}`, `{{name}}`, `{name}` and `<name>` at `at`: the part, if one begins there.
std::optional<OpenPart> named_part(std::string_view text, std::size_t at) {
  struct Brackets {
    std::string_view open, close;
  };
  constexpr auto kBrackets =
      std::to_array<Brackets>({{"${", "}"}, {"{{", "}}"}, {"{", "}"}, {"<", ">"}});
  for (const Brackets& pair : kBrackets) {
    if (text.substr(at, pair.open.size()) != pair.open) continue;
    // \p{Alpha} is a class of letters, and ?<name> a group, in a pattern.
    if (at > 0 && is_alpha(text[at - 1]) && at > 1 && text[at - 2] == '\\') continue;
    if (at > 0 && text[at - 1] == '?') continue;
    const std::size_t begin = at + pair.open.size();
    const std::size_t end = text.find(pair.close, begin);
    if (end == std::string_view::npos) continue;
    const std::string_view name = trim(text.substr(begin, end - begin));
    if (is_wordy(name)) return OpenPart{at, end + pair.close.size(), parameter_name(name)};
  }
  return std::nullopt;
}

std::vector<OpenPart> named_parts(std::string_view text) {
  std::vector<OpenPart> parts;
  for (std::size_t at = 0; at < text.size();) {
    if (auto part = named_part(text, at)) {
      at = part->end;
      parts.push_back(std::move(*part));
    } else {
      ++at;
    }
  }
  return parts;
}

/// Length of the run of letters that `fits`, from `at` on.
template <class Fits>
std::size_t run_length(std::string_view text, std::size_t at, Fits fits) {
  std::size_t end = at;
  while (end < text.size() && fits(text[end])) ++end;
  return end - at;
}

/// `i-xxxxxxxxxxxxxxxxx`, wherever it stands.
std::optional<OpenPart> instance_part(std::string_view text) {
  for (std::size_t at = 0; at + 2 < text.size(); ++at) {
    if (text.substr(at, 2) != "i-" || (at > 0 && is_alpha(text[at - 1]))) continue;
    const std::size_t length = run_length(text, at + 2, is_x);
    if (length >= 4) return OpenPart{at, at + 2 + length, "instance"};
  }
  return std::nullopt;
}

/// Four or more of the same mask letter in a row, or two #: AKIAxxxx, ****, 2024-##-##.
bool holds_mask(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (run_length(text, at, is_x) >= 4) return true;
    if (run_length(text, at, [](char c) { return c == '*'; }) >= 4) return true;
    if (run_length(text, at, [](char c) { return c == '#'; }) >= 2) return true;
  }
  return false;
}

/// Nothing but mask letters and what separates them: ##, x.x.x.x, xx-xx.
bool is_all_mask(std::string_view text) {
  const auto mask = [](char c) { return is_x(c) || c == '#' || c == '?'; };
  const auto fits = [&](char c) {
    return mask(c) || c == '.' || c == '-' || c == '/' || c == ':' || c == ' ';
  };
  return std::count_if(text.begin(), text.end(), mask) >= 2 &&
         std::all_of(text.begin(), text.end(), fits);
}

/// yyyy, mm, yyyy-mm-dd, YYYY/MM/DD, 2024-mm-dd, yyyy-mm-ddThh:mm:ssZ.
bool is_date_mask(std::string_view text) {
  const std::string lower = to_lower(text);
  if (lower == "yyyy" || lower == "mm" || lower == "dd" || lower == "hh") return true;
  constexpr std::string_view kLetters = "ymdhstz-/:. 0123456789";
  if (lower.find_first_not_of(kLetters) != std::string::npos || lower.size() < 7) return false;
  const std::string_view year = std::string_view(lower).substr(0, 4);
  const std::string_view month = std::string_view(lower).substr(4, 3);
  const bool year_open = year == "yyyy";
  const bool month_open = month == "-mm" || month == "/mm";
  const bool year_given = year.find_first_not_of("0123456789") == std::string_view::npos;
  return year_open || (year_given && month_open);
}

/// Whether the whole of a text is a stand-in without a name of its own.
bool is_whole(std::string_view text, Place place) {
  if (text.empty()) return false;
  const std::string lower = to_lower(text);
  if (among(kWholeTexts, lower)) return true;
  const auto begins = [&](std::string_view word) { return lower.starts_with(word); };
  const auto ends = [&](std::string_view word) { return lower.ends_with(word); };
  if (std::any_of(kBeginnings.begin(), kBeginnings.end(), begins)) return true;
  if (std::any_of(kEndings.begin(), kEndings.end(), ends) && text == to_upper(text)) return true;
  if (place != Place::Argument && is_date_mask(text)) return true;
  if (place == Place::Value && (text == "%s" || text == "%d")) return true;
  return is_all_mask(text) || holds_mask(text);
}

/// `$NAME` and `[NAME]` as a whole text.
std::optional<OpenPart> whole_name(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  const bool dollar = text.front() == '$' && text.find('.') == std::string_view::npos;
  const bool square = text.front() == '[' && text.back() == ']';
  const std::string_view name = dollar   ? text.substr(1)
                                : square ? text.substr(1, text.size() - 2)
                                         : std::string_view();
  if (!is_wordy(name)) return std::nullopt;
  return OpenPart{0, text.size(), parameter_name(name)};
}

}  // namespace

std::vector<OpenPart> recognise(std::string_view text, Place place) {
  std::vector<OpenPart> parts = named_parts(text);
  if (!parts.empty()) return parts;
  std::size_t begin = 0;
  std::size_t end = text.size();
  if (place == Place::Pattern) {
    while (begin < end && text[begin] == '%') ++begin;
    while (end > begin && text[end - 1] == '%') --end;
  }
  const std::string_view core = text.substr(begin, end - begin);
  if (auto part = whole_name(text); part && place != Place::Argument) {
    return {std::move(*part)};
  }
  if (auto part = instance_part(text)) {
    const std::string rest =
        std::string(text.substr(0, part->begin)) + std::string(text.substr(part->end));
    if (!holds_mask(rest)) return {std::move(*part)};
  }
  if (is_whole(core, place)) return {{begin, end, ""}};
  return {};
}

std::string parameter_name(std::string_view written) {
  const std::string plain = squashed(written);
  const std::string_view known = one_name(plain);
  if (known != plain) return std::string(known);
  if (plain.starts_with("instance")) return "instance";  // <instance id such as i-0123>
  std::string shown = to_lower(trim(written));
  for (char& c : shown) {
    if (!is_alpha(c) && !is_digit(c)) c = '_';
  }
  return shown;
}

bool is_meant(std::string_view given, std::string_view asked) {
  return one_name(squashed(given)) == one_name(squashed(asked));
}

bool is_table_stand_in(std::string_view schema, std::string_view table) {
  if (table.empty()) return false;
  if (table.front() == '<' || table.front() == '$' || table.front() == '{' ||
      table.front() == ':' || table.front() == '#' || table.front() == '?') {
    return true;
  }
  if (is_event_data_store_id(table)) return true;
  const std::string name = squashed(table);
  if (among(kTables, name) && (name != "table" || among(kDatabases, squashed(schema)))) return true;
  return name.starts_with("your") || (holds_mask(table) && !is_account_stand_in(table));
}

bool is_account_stand_in(std::string_view table) {
  constexpr std::string_view kPrefix = "cloudtrail_";
  const std::string lower = to_lower(table);
  if (!lower.starts_with(kPrefix)) return false;
  const std::string_view account = std::string_view(lower).substr(kPrefix.size());
  const auto all = [&](char letter) {
    return account.size() >= 4 && account.find_first_not_of(letter) == std::string_view::npos;
  };
  const std::string name = squashed(account);
  return (account.size() == 12 && all('0')) || all('x') || all('#') || among(kAccount, name);
}

bool is_event_data_store_id(std::string_view text) {
  constexpr std::string_view kForm = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const char c = to_lower(text[i]);
    if (kForm[i] == '-' ? c != '-' : !(is_digit(c) || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

}  // namespace trailhound::athena
