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
constexpr std::size_t kSearchedWhole = 32 << 20;  ///< Longer texts are parsed, needle or not ...
constexpr std::size_t kSearchedKept = 1 << 20;    ///< ... unless they can be unpacked again
constexpr std::string_view kHidden = "H4sI";      ///< gzip in base64
constexpr std::size_t kKept = 4 << 20;            ///< Memory that a piece keeps for the next file
constexpr std::size_t kHead = 4096;               ///< Enough to tell what a text is
constexpr std::uint64_t kBombFrom = 1ull << 30;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// gzip in base64 hides what it holds.
bool hides_text(std::string_view text) {
  static const Literal packed{std::string(kHidden)};
  return packed.find(text) != std::string_view::npos;
}

}  // namespace

Stream::Stream(std::string path, SourcePtr source, std::uint64_t bytes_on_disk,
               const StreamContext& context, std::function<void(FileReport&)> at_end,
               std::shared_ptr<void> keep, std::function<SourcePtr()> reopen)
    : context_(context),
      at_end_(std::move(at_end)),
      keep_(std::move(keep)),
      reopen_(std::move(reopen)),
      source_(std::move(source)),
      target_(kPiece) {
  report_.path = std::move(path);
  report_.bytes_on_disk = bytes_on_disk;
}

Stream::~Stream() {
  if (at_end_) at_end_(report_);
}

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
        const std::uint64_t limit = whole ? context_.limits.document : context_.limits.record;
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
  Buffer& text = piece.text;
  text.reserve(target_);
  if (kind_ == Kind::Unknown) {
    begin(text);
    if (kind_ == Kind::Nothing ||
        (context_.needles != nullptr && !context_.needles->empty() && !search_whole(text))) {
      finished_ = true;
      return false;
    }
    if (text.size() > target_) {  // searched: it is given out from memory
      rest_.swap(text);
      text.clear();
    }
  }
  const std::size_t held = rest_.size() - rest_used_;
  text.append(rest_.view().substr(rest_used_, target_));
  if (held > target_) {
    rest_used_ += target_;
  } else {
    rest_.clear();
    rest_used_ = 0;
  }
  while (text.size() < target_ && more_text(text, target_ - text.size())) {
  }
  piece.offset = offset_;
  if (!ended_ || held > target_) {
    const std::size_t end = cut(text.view());
    if (end != 0 && held > target_) {
      rest_used_ -= text.size() - end;
      text.shrink_to(end);
    } else if (end != 0) {
      rest_.append(text.view().substr(end));
      text.shrink_to(end);
    }
  }
  offset_ += text.size();
  if (given_ == 0) {
    static const Literal name("\"eventName"), version("\"eventVersion"), source("eventSource");
    const bool speaks = name.find(text.view()) != std::string_view::npos ||
                        version.find(text.view()) != std::string_view::npos ||
                        source.find(text.view()) != std::string_view::npos;
    if (speaks) report([](FileReport& report) { report.speaks_of_events = true; });
  }
  number = given_++;
  text.seal();
  last = finished_ = ended_ && rest_.empty();
  return true;
}

/// Appends up to `most` bytes of the source; false at its end.
bool Stream::more_text(Buffer& text, std::size_t most) {
  if (ended_) return false;
  const std::size_t old = text.size();
  std::size_t got = 0;
  if (rewrite_ == nullptr) {
    got = source_->read(text.grow(most), most);
    text.shrink_to(old + got);
  } else {
    std::string packed(most, '\0');
    got = source_->read(packed.data(), most);
    rewrite(std::string_view(packed).substr(0, got), got == 0, text);
  }
  std::uint64_t total = 0;
  report([&](FileReport& report) { total = report.bytes_inflated += got; });
  if (got == 0) {
    ended_ = true;
    if (const Failure* failure = source_->failure()) {
      note(total, failure->code, failure->words, true);
    }
    return text.size() > old;
  }
  const bool bomb = total > kBombFrom && total / context_.limits.ratio > report_.bytes_on_disk;
  if (total > context_.limits.inflated || bomb) {
    ended_ = true;
    note(
        total, "too-large",
        bomb ? "it unpacks to far more than its size on disk" : "it unpacks to more than the limit",
        true);
  }
  return true;
}

void Stream::rewrite(std::string_view from, bool last, Buffer& into) {
  rewritten_.clear();
  if (!rewrite_->feed(from, last, rewritten_)) {
    note(offset_ + into.size(), "cut-short", "the table ends in the middle of a row", true);
  }
  into.append(rewritten_);
}

/// Tells by the first bytes what kind of text this is.
void Stream::begin(Buffer& text) {
  while (text.size() < kHead && more_text(text, kPiece - text.size())) {
  }
  if (text.view().substr(0, 3) == "\xEF\xBB\xBF") {
    text.drop_front(3);
    offset_ = 3;
  }
  const std::string_view head = text.view();
  const auto first =
      static_cast<std::size_t>(std::find_if_not(head.begin(), head.end(), is_space) - head.begin());
  kind_ = Kind::Json;
  if (first == head.size()) {
    kind_ = Kind::Nothing;
    report([&](FileReport& report) { report.empty = true; });
    if (source_->failure() == nullptr) note(0, "cut-short", "the file is empty", false);
    return;
  }
  if (head[first] == '{' || head[first] == '[') return;
  for (const Form& form : forms()) {
    if (form.rewrite == nullptr) continue;
    if ((rewrite_ = form.rewrite(head.substr(first))) != nullptr) {
      kind_ = Kind::Rewritten;
      report([&](FileReport& report) { report.form = form.name; });
      Buffer rewritten;
      rewrite(head, ended_, rewritten);
      text.swap(rewritten);
      return;
    }
  }
  kind_ = Kind::Nothing;
  report([&](FileReport& report) { report.no_json = true; });
}

/// Whether the text may hold what the needles ask for. Text is searched before it is parsed; what
/// can be unpacked again is not even kept, so that searching stays in the cache.
bool Stream::search_whole(Buffer& text) {
  const std::size_t kept = reopen_ != nullptr ? kSearchedKept : kSearchedWhole;
  while (text.size() < kept && more_text(text, kPiece)) {
  }
  if (ended_) {
    if (context_.needles->all_met(text.view()) || hides_text(text.view())) return true;
  } else if (reopen_ == nullptr || search_and_reopen(text)) {
    return true;
  }
  report([&](FileReport& report) { report.searched_only = true; });
  return false;
}

/// The same for a long text, of which `text` is the beginning.
bool Stream::search_and_reopen(Buffer& text) {
  const std::size_t overlap = std::max(context_.needles->longest(), kHidden.size());
  std::vector<bool> met(context_.needles->size());
  for (;;) {
    if (context_.needles->look(text.view(), met) || hides_text(text.view())) break;
    if (ended_) return false;
    if (text.size() > overlap) text.drop_front(text.size() - overlap);
    more_text(text, kPiece);
  }
  source_ = reopen_();
  ended_ = false;
  offset_ = 0;
  rewrite_.reset();
  text.clear();
  report([](FileReport& report) {
    report.bytes_inflated = 0;
    report.notes.clear();
  });
  begin(text);
  return true;
}

/// Where to cut: before the last `{` that follows `},` and is followed by a key. 0 if there is
/// none.
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
