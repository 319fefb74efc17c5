// SPDX-License-Identifier: Apache-2.0
//
// 256 kB a piece: text, tokens and the unpacker's window stay in the second-level cache, which is
// worth a fifth against unpacking whole files first.
#include "read/stream.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace trailhound::read {
namespace {

constexpr std::size_t kPiece = 256 << 10;
constexpr std::size_t kSearchedWhole = 32 << 20;  ///< Longer texts are parsed, needle or not
constexpr std::size_t kKept = 4 << 20;            ///< Memory that a piece keeps for the next file
constexpr std::uint64_t kBombFrom = 1ull << 30;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view without_mark(std::string_view text) {
  return text.substr(0, 3) == "\xEF\xBB\xBF" ? text.substr(3) : text;
}

}  // namespace

Stream::Stream(std::string path, SourcePtr source, std::uint64_t bytes_on_disk,
               const StreamContext& context)
    : context_(context), source_(std::move(source)), target_(kPiece) {
  report_.path = std::move(path);
  report_.bytes_on_disk = bytes_on_disk;
}

Stream::~Stream() = default;

bool Stream::has_more() const {
  const std::lock_guard lock(input_mutex_);
  return !finished_ && given_ > 0;
}

void Stream::note(std::uint64_t offset, std::string_view code, std::string words, bool loss,
                  std::uint64_t broken) {
  report([&](FileReport& report) {
    report.broken += broken;
    for (Note& note : report.notes) {
      if (note.code == code) {
        note.broken += broken;
        if (offset < note.offset) note.offset = offset;
        return;
      }
    }
    report.notes.push_back({.path = report.path,
                            .offset = offset,
                            .code = code,
                            .words = std::move(words),
                            .broken = broken,
                            .loss = loss});
  });
}

bool Stream::next(Piece& piece, Walk& walk) {
  piece.clear();
  piece.text.trim(kKept);
  piece.mended.text.trim(kKept);
  if (piece.text.capacity() <= kKept) piece.finder.trim(2 * kKept);
  std::uint64_t number = 0;
  bool last = false;
  if (!fill(piece, number, last)) return false;
  const std::optional<Tokens> early = piece.finder.find(piece.text);

  std::unique_lock lock(turn_mutex_);
  turn_.wait(lock, [&] { return proved_ == number; });
  if (carry_.empty()) {
    piece.tokens = early.value_or(Tokens{});
  } else {
    piece.offset = carry_offset_;
    carry_.append(piece.text.view());
    carry_.swap(piece.text);
    carry_.clear();
    piece.text.seal();
    piece.tokens = piece.finder.find(piece.text).value_or(Tokens{});
  }
  piece.needles_met = context_.needles == nullptr || context_.needles->empty() ||
                      context_.needles->all_met(piece.text.view());
  prove(piece, walk, last);
  piece.position = position_;
  proved_ = number + 1;
  turn_.notify_all();
  return true;
}

/// Proves the piece's items, from the position where the one before ended.
void Stream::prove(Piece& piece, Walk& walk, bool last) {
  std::size_t done = 0;
  if (piece.tokens.count > 0 && !position_.lost) {
    const Stop stop = walk.go(piece.tokens, position_, piece.items);
    if (stop.flaw == Flaw::None) {
      if (!last || position_.place == Position::Place::Between) return;
      done = piece.text.size();
    } else {
      done = piece.tokens.at[stop.token];
      if (stop.flaw == Flaw::End && !last) {
        const bool whole = position_.place == Position::Place::Between;
        const std::uint64_t limit =
            whole ? context_.limits.document : context_.limits.record;
        if (piece.text.size() - done <= limit) {
          carry_.append(piece.text.view().substr(done));
          carry_offset_ = piece.offset + done;
          const std::lock_guard lock(input_mutex_);
          target_ = std::max(kPiece, carry_.size());
          return;
        }
      }
    }
  }
  const std::string_view text = piece.text.view().substr(done);
  Careful careful(walk, context_.limits.depth, first_key_);
  const bool whole = position_.place == Position::Place::Between;
  const bool too_long =
      !last && text.size() > (whole ? context_.limits.document : context_.limits.record);
  const std::size_t used = careful.take(text, last, too_long, position_, piece.mended);
  piece.mended.text.seal();
  for (const Trouble& trouble : piece.mended.troubles) {
    note(piece.offset + done + trouble.offset, trouble.code, std::string(trouble.words),
         trouble.loss, trouble.event ? 1 : 0);
  }
  if (used < text.size()) {
    carry_.append(text.substr(used));
    carry_offset_ = piece.offset + done + used;
    const std::lock_guard lock(input_mutex_);
    target_ = std::max(kPiece, carry_.size());
  }
}

/// Takes text of about the target's size, up to a cut; false if there is none left.
bool Stream::fill(Piece& piece, std::uint64_t& number, bool& last) {
  const std::lock_guard lock(input_mutex_);
  if (finished_) return false;
  if (kind_ == Kind::Unknown) {
    begin();
    if (kind_ == Kind::Nothing || (context_.needles != nullptr && !context_.needles->empty() &&
                                   !search_whole())) {
      finished_ = true;
      return false;
    }
  }
  while (rest_.size() < target_ && more_text(target_ - rest_.size())) {
  }
  std::size_t end = rest_.size();
  if (end > target_ || !ended_) {
    const std::size_t at = cut(rest_.view().substr(0, std::max(target_, kPiece)));
    if (at != 0) end = at;
  }
  number = given_++;
  piece.offset = rest_offset_;
  if (end == rest_.size()) {
    piece.text.swap(rest_);
  } else {
    const std::string_view behind = rest_.view().substr(end);
    Buffer left;
    left.reserve(std::max(behind.size(), kPiece));
    left.append(behind);
    rest_.shrink_to(end);
    piece.text.swap(rest_);
    rest_.swap(left);
  }
  rest_offset_ += end;
  piece.text.seal();
  last = ended_ && rest_.empty();
  finished_ = last;
  return true;
}

/// Appends up to `most` bytes of text to the rest; false at the end.
bool Stream::more_text(std::size_t most) {
  if (ended_) return false;
  const std::size_t old = rest_.size();
  std::size_t got = 0;
  if (rewrite_ == nullptr) {
    got = source_->read(rest_.grow(most), most);
    rest_.shrink_to(old + got);
  } else {
    std::string text(most, '\0');
    got = source_->read(text.data(), most);
    rewritten_.clear();
    const bool sound =
        rewrite_->feed(std::string_view(text).substr(0, got), got == 0, rewritten_);
    rest_.append(rewritten_);
    if (!sound) note(rest_offset_ + rest_.size(), "cut-short", "the table ends in the middle", true);
  }
  std::uint64_t total = 0;
  report([&](FileReport& report) { total = report.bytes_inflated += got; });
  if (got == 0) {
    ended_ = true;
    if (const Failure* failure = source_->failure()) {
      note(rest_offset_ + rest_.size(), failure->code, failure->words, true);
    }
    return rest_.size() > old;
  }
  const bool bomb = total > kBombFrom && total / context_.limits.ratio > report_.bytes_on_disk;
  if (total > context_.limits.inflated || bomb) {
    ended_ = true;
    note(total, "too-large",
         bomb ? "it unpacks to far more than its size on disk" : "it unpacks to more than the limit",
         true);
  }
  return true;
}

/// Tells by the first bytes what kind of text this is.
void Stream::begin() {
  while (rest_.size() < 4096 && more_text(kPiece)) {
  }
  const std::string_view head = without_mark(rest_.view());
  if (head.size() != rest_.size()) {
    rest_.drop_front(rest_.size() - head.size());
    rest_offset_ += 3;
  }
  const std::string_view text = rest_.view();
  const std::size_t first =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_space) - text.begin());
  kind_ = Kind::Json;
  if (first == text.size()) {
    kind_ = Kind::Nothing;
    report([&](FileReport& report) { report.empty = true; });
    if (report_.notes.empty()) note(0, "cut-short", "the file is empty", false);
    return;
  }
  if (text[first] == '{' || text[first] == '[') return;
  for (const Form& form : forms()) {
    if (form.rewrite == nullptr) continue;
    if ((rewrite_ = form.rewrite(text.substr(first))) != nullptr) {
      kind_ = Kind::Rewritten;
      report([&](FileReport& report) { report.form = form.name; });
      rewritten_.clear();
      const bool sound = rewrite_->feed(text, ended_, rewritten_);
      if (!sound) note(text.size(), "cut-short", "the table ends in the middle", true);
      rest_.clear();
      rest_.append(rewritten_);
      return;
    }
  }
  kind_ = Kind::Nothing;
  report([&](FileReport& report) { report.no_json = true; });
}

/// Whether the text may hold what the needles ask for. Short texts are searched before they are
/// parsed.
bool Stream::search_whole() {
  while (rest_.size() < kSearchedWhole && more_text(kPiece)) {
  }
  if (!ended_ || context_.needles->all_met(rest_.view())) return true;
  static const Literal packed("H4sI");  // gzip in base64 hides what it holds
  if (packed.find(rest_.view()) != std::string_view::npos) return true;
  report([&](FileReport& report) { report.searched_only = true; });
  return false;
}

/// Where to cut: before the last `{` that follows `},` and is followed by a key. 0 if there is none.
std::size_t Stream::cut(std::string_view text) const {
  for (std::size_t at = text.size(); at > 0;) {
    at = text.rfind('{', at - 1);
    if (at == std::string_view::npos || at == 0) return 0;
    std::size_t key = at + 1;
    while (key < text.size() && is_space(text[key])) ++key;
    if (key + 1 >= text.size() || text[key] != '"') continue;
    const char letter = text[key + 1];
    if (is_space(letter) || letter == ',' || letter == ':' || letter == '}' || letter == ']') {
      continue;
    }
    std::size_t before = at;
    bool line = false;
    while (before > 0 && is_space(text[before - 1])) line |= text[--before] == '\n';
    if (before == 0) return 0;
    if (text[before - 1] == '}' && line) return at;
    if (text[before - 1] != ',') continue;
    --before;
    while (before > 0 && is_space(text[before - 1])) --before;
    if (before > 0 && text[before - 1] == '}') return at;
  }
  return 0;
}

}  // namespace trailhound::read
