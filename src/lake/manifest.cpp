// SPDX-License-Identifier: Apache-2.0
#include "lake/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/text.hpp"
#include "event/sha256.hpp"
#include "lake/disk.hpp"

namespace trailhound::lake {
namespace {

constexpr std::string_view kFirstWords = "trailhound lake ";
constexpr int kForm = 1;

template <class Number>
bool number_in(std::string_view text, Number& number) {
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
  return trouble == std::errc() && end == text.data() + text.size();
}

/// Text from outside, without what would end a word or a line.
std::string one_word(std::string_view text) {
  std::string word;
  for (const char c : text) {
    switch (c) {
      case '\t':
        word += "\\t";
        break;
      case '\n':
        word += "\\n";
        break;
      case '\\':
        word += "\\\\";
        break;
      default:
        word += c;
    }
  }
  return word;
}

std::string from_word(std::string_view word) {
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\\' && i + 1 < word.size()) {
      ++i;
      text += word[i] == 't' ? '\t' : word[i] == 'n' ? '\n' : word[i];
    } else {
      text += word[i];
    }
  }
  return text;
}

/// Reads lines into a manifest.
class Reader {
 public:
  Manifest manifest;

  bool take(std::string_view line) {
    words_.clear();
    while (true) {
      const std::size_t tab = line.find('\t');
      words_.push_back(line.substr(0, tab));
      if (tab == std::string_view::npos) break;
      line.remove_prefix(tab + 1);
    }
    const std::string_view kind = words_[0];
    if (kind == "part") return part();
    if (kind == "unread" && words_.size() == 4) {
      manifest.unread.push_back(
          {std::string(words_[1]), from_word(words_[2]), from_word(words_[3])});
      return true;
    }
    if (kind == "name" && words_.size() == 2) {
      manifest.names.push_back(from_word(words_[1]));
      return true;
    }
    const std::pair<std::string_view, std::uint64_t*> numbers[] = {
        {"generation", &manifest.generation}, {"sources", &manifest.totals.sources},
        {"copies", &manifest.totals.copies},  {"conflicts", &manifest.totals.conflicts},
        {"broken", &manifest.totals.broken},  {"unread-left-out", &manifest.unread_left_out}};
    for (const auto& [name, number] : numbers) {
      if (kind == name) return words_.size() == 2 && number_in(words_[1], *number);
    }
    return false;
  }

 private:
  bool part() {
    if (words_.size() != 10) return false;
    Part part;
    part.where = {decoded(words_[1]), std::string(words_[2] == "-" ? "" : words_[2])};
    part.name = words_[3];
    part.sum = words_[9];
    const bool good = number_in(words_[4], part.rows) && number_in(words_[5], part.bytes) &&
                      number_in(words_[6], part.first.micros) &&
                      number_in(words_[7], part.last.micros) && number_in(words_[8], part.schema) &&
                      generation_of(part.name) != 0;
    manifest.parts.push_back(std::move(part));
    return good;
  }

  std::vector<std::string_view> words_;
};

Error no_lake(const std::string& root) {
  if (!is_there(root)) {
    return Error("no-lake", fmt::format("there is no lake at `{}`", to_utf8(root)))
        .note("`trailhound ingest PATH --lake DIR` makes one");
  }
  return Error("no-lake",
               fmt::format("`{}` is no lake: it has no `_manifest/manifest`", to_utf8(root)))
      .note("logs as they were delivered are read by `--logs`");
}

Error damaged(const std::string& root, std::string_view why) {
  return Error("lake-damaged",
               fmt::format("`{}` is damaged: {}", to_utf8(manifest_path(root)), why));
}

}  // namespace

bool holds_lake(const std::string& root) { return is_there(manifest_path(root)); }

std::string Part::path(const std::string& root) const {
  return fmt::format("{}/{}/{}", events_folder(root), folder_of(where), name);
}

Result<Manifest> Manifest::read(const std::string& root) {
  if (!is_there(manifest_path(root))) return no_lake(root);
  TRY(const std::string text, read_whole(manifest_path(root)));
  std::string_view rest = text;
  if (!rest.starts_with(kFirstWords)) return damaged(root, "it does not begin as one");
  const std::size_t first = std::min(rest.find('\n'), rest.size() - 1);
  int form = 0;
  if (!number_in(rest.substr(kFirstWords.size(), first - kFirstWords.size()), form)) {
    return damaged(root, "it does not begin as one");
  }
  if (form > kForm) {
    return Error("lake-too-new",
                 fmt::format("the lake at `{}` was made by a later trailhound", to_utf8(root)));
  }
  const std::size_t last = text.rfind("\nend\t");
  if (last == std::string::npos) return damaged(root, "its end is missing");
  const std::string_view body = std::string_view(text).substr(0, last + 1);
  if (std::string_view(text).substr(last + 1) != fmt::format("end\t{}\n", event::sha256(body))) {
    return damaged(root, "its sum does not fit");
  }
  Reader reader;
  rest = body.substr(first + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (!reader.take(rest.substr(0, end))) return damaged(root, "a line is not understood");
    rest.remove_prefix(end + 1);
  }
  return std::move(reader.manifest);
}

Result<void> Manifest::write(const std::string& root) const {
  std::string text = fmt::format("{}{}\n", kFirstWords, kForm);
  text += fmt::format("generation\t{}\nsources\t{}\ncopies\t{}\nconflicts\t{}\nbroken\t{}\n",
                      generation, totals.sources, totals.copies, totals.conflicts, totals.broken);
  for (const Part& part : parts) {
    text += fmt::format("part\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", encoded(part.where.account),
                        part.where.day.empty() ? "-" : part.where.day, part.name, part.rows,
                        part.bytes, part.first.micros, part.last.micros, part.schema, part.sum);
  }
  for (const Unread& one : unread) {
    text += fmt::format("unread\t{}\t{}\t{}\n", one.code, one_word(one.path), one_word(one.words));
  }
  for (const std::string& name : names) text += fmt::format("name\t{}\n", one_word(name));
  text += fmt::format("unread-left-out\t{}\n", unread_left_out);
  text += fmt::format("end\t{}\n", event::sha256(text));
  return replace_file(manifest_path(root), text);
}

std::vector<const Part*> Manifest::within(const event::ScanPlan& plan) const {
  std::vector<std::string_view> accounts;
  for (const std::string& account : plan.accounts) accounts.push_back(account_of(account));
  std::vector<const Part*> chosen;
  for (const Part& part : parts) {
    const bool timeless = part.where.day.empty();
    if (!timeless && (part.last < plan.from || part.first >= plan.to)) continue;
    if (!accounts.empty() &&
        std::find(accounts.begin(), accounts.end(), part.where.account) == accounts.end()) {
      continue;
    }
    chosen.push_back(&part);
  }
  return chosen;
}

std::vector<const Part*> Manifest::of(const AccountDay& where) const {
  const auto begin = std::lower_bound(
      parts.begin(), parts.end(), where,
      [](const Part& part, const AccountDay& wanted) { return part.where < wanted; });
  std::vector<const Part*> all;
  for (auto at = begin; at != parts.end() && at->where == where; ++at) all.push_back(&*at);
  return all;
}

std::uint64_t Manifest::rows() const {
  std::uint64_t sum = 0;
  for (const Part& part : parts) sum += part.rows;
  return sum;
}

std::uint64_t Manifest::bytes() const {
  std::uint64_t sum = 0;
  for (const Part& part : parts) sum += part.bytes;
  return sum;
}

void Manifest::sort() {
  std::sort(parts.begin(), parts.end(), [](const Part& one, const Part& other) {
    return std::tie(one.where, one.name) < std::tie(other.where, other.name);
  });
}

}  // namespace trailhound::lake
