// SPDX-License-Identifier: Apache-2.0
#include <cctype>

#include "base/text.hpp"
#include "spl/command.hpp"
#include "spl/tables.hpp"

namespace trailhound::spl {
namespace {

/// A part of the search: as it stands, or a field's name between `$`.
struct Piece {
  std::string text;
  bool field = false;
  bool quoted = false;  ///< It stands in double quotes
};

/// Error `bad-search` where it is not clear what stands in quotes: what a row holds must not end
/// them.
Result<std::vector<Piece>> pieces_of(const Argument& search) {
  const std::string_view text = search.text;
  std::vector<Piece> pieces;
  std::string plain;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0 && text[i] == '\\' && i + 1 < text.size()) {
      plain += text[i++];
      plain += text[i];
      continue;
    }
    if (quote == 0 && text[i] == '"') {
      quote = '"';
    } else if (quote == 0 && text[i] == '\'') {
      // Behind a letter it is one itself: `it's`.
      const char before = i == 0 ? ' ' : text[i - 1];
      if (std::string_view(" \t\n([,=<>!|").find(before) != std::string_view::npos) {
        quote = '\'';
      } else if (std::isalnum(static_cast<unsigned char>(before)) == 0) {
        return Error{"bad-search", "whether a field's name begins at `'` is not clear to `map`"}
            .at(search.span)
            .note("put a blank before it, or the whole word in double quotes");
      }
    } else if (text[i] == quote) {
      quote = 0;
    }
    const std::size_t end = text[i] == '$' ? text.find('$', i + 1) : std::string_view::npos;
    const std::string_view name =
        end == std::string_view::npos ? "" : text.substr(i + 1, end - i - 1);
    if (name.empty() || name.find_first_of(" |\"=") != std::string_view::npos) {
      plain += text[i];
      continue;
    }
    pieces.push_back({std::move(plain), false, false});
    if (quote == '\'') {
      // Rows are not to say which field is meant.
      return Error{"bad-search",
                   "`$" + std::string(name) + "$` stands in single quotes, which name a field"}
          .at(search.span)
          .note("a value stands by itself or in double quotes");
    }
    pieces.push_back({std::string(name), true, quote == '"'});
    plain.clear();
    i = end;
  }
  pieces.push_back({std::move(plain), false, false});
  return pieces;
}

/// A value in a search: whatever it holds, it stays one word there.
std::string as_word(const std::string& value, bool quoted) {
  const std::string escaped = replace_all(replace_all(value, "\\", "\\\\"), "\"", "\\\"");
  return quoted ? escaped : "\"" + escaped + "\"";
}

Result<void> run(Reader& in, Lowering& to) {
  std::int64_t most = 10;
  std::optional<Argument> search;
  while (const auto option = in.peek_option()) {
    TRY(const auto given, in.option("search"));
    TRY(const auto limit, in.option("maxsearches"));
    if (given) search = *given;
    if (limit) {
      TRY(most, count_of(*limit));
    }
    if (!given && !limit) {
      return in.problem("`map` has no option `" + option->text + "`", option->span);
    }
  }
  if (!search) return in.expected("`search=\"...\"`");
  if (most < 1 || most > 50) return in.problem("`maxsearches` is 50 at most", search->span);
  TRY(const std::vector<Piece> pieces, pieces_of(*search));
  to.begin_with_events();
  Layer* below = to.rows();
  std::vector<Value> items = {integer_value(1)};
  for (const Piece& piece : pieces) {
    if (piece.field) items.push_back({text_of(to.table().read(*below, piece.text)), Kind::Text});
  }
  TRY(const Answer* answer,
      to.fact(to.table().query(*below, items, true, most), "the rows that searches are made of"));
  Layer* all = nullptr;
  for (const auto& row : *answer) {
    std::string text;
    std::size_t at = 1;
    for (const Piece& piece : pieces) {
      text += piece.field ? as_word(row[at++].value_or(""), piece.quoted) : piece.text;
    }
    Reader inner(text);
    Result<Layer*> made = to.nested(inner);
    if (made.ok() && inner.peek() != '\0') made = inner.expected("the end of the search");
    if (!made.ok()) {
      if (made.error().code() == "search-needs-facts") return std::move(made).error();
      return Error{"bad-search", "in `" + text + "`: " + made.error().message}.at(search->span);
    }
    all = all == nullptr ? *made : &appended(to, *all, **made);
  }
  to.set_rows(all == nullptr ? &table_of(to, {}) : all);
  return {};
}

}  // namespace

Command describe_map() {
  return {
      .names = {"map"},
      .synopsis = "map search=\"SEARCH\" [maxsearches=N]",
      .summary = "Runs a search for each of the first rows: ten, or so many",
      .details =
          "`$FIELD$` in it is the row's value, which stays one word of the search, whatever it\n"
          "holds. A field that the row lacks is an empty text.",
      .examples = {"eventName=ConsoleLogin | stats count BY userIdentity.userName | map "
                   "search=\"search userIdentity.userName=$userIdentity.userName$ "
                   "NOT eventName=ConsoleLogin | table userIdentity.userName, eventName\""},
      .lower = run};
}

}  // namespace trailhound::spl
