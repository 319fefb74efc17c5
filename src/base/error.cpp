// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace trailhound {

const std::vector<ErrorKind>& error_kinds() {
  static const std::vector<ErrorKind> kinds = [] {
    std::vector<ErrorKind> all = {
#define ERROR(code, blame, page) {code, Blame::blame, page},
#include "base/errors.def"
#undef ERROR
    };
    std::sort(all.begin(), all.end(),
              [](const ErrorKind& one, const ErrorKind& other) { return one.code < other.code; });
    return all;
  }();
  return kinds;
}

const ErrorKind* find_error_kind(std::string_view code) {
  const std::vector<ErrorKind>& kinds = error_kinds();
  const auto found =
      std::lower_bound(kinds.begin(), kinds.end(), code,
                       [](const ErrorKind& kind, std::string_view key) { return kind.code < key; });
  return found != kinds.end() && found->code == code ? &*found : nullptr;
}

Error::Error(std::string_view code_of_errors_def, std::string what)
    : kind(find_error_kind(code_of_errors_def)), message(std::move(what)) {
  CHECK(kind != nullptr, code_of_errors_def);
}

Error Error::at(Span span, std::string text) && {
  labels.push_back({span, std::move(text)});
  return std::move(*this);
}

Error Error::note(std::string text) && {
  notes.push_back(std::move(text));
  return std::move(*this);
}

Error Error::mend(Fix way) && {
  fix = std::move(way);
  return std::move(*this);
}

Error Error::in(std::string name_of_text) && {
  source = std::move(name_of_text);
  return std::move(*this);
}

std::string apply(std::string_view text, const std::vector<Edit>& edits) {
  std::vector<Edit> sorted = edits;
  std::sort(sorted.begin(), sorted.end(),
            [](const Edit& one, const Edit& other) { return one.span.begin < other.span.begin; });
  std::string out;
  std::size_t done = 0;
  for (const Edit& edit : sorted) {
    CHECK(edit.span.begin >= done && edit.span.end <= text.size(), "edits overlap");
    out.append(text.substr(done, edit.span.begin - done)).append(edit.text);
    done = edit.span.end;
  }
  return out.append(text.substr(done));
}

}  // namespace trailhound
