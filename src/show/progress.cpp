// SPDX-License-Identifier: Apache-2.0
#include "show/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>

#include "base/text.hpp"
#include "show/visible.hpp"

namespace trailhound::show {
namespace {

constexpr auto kPatience = std::chrono::milliseconds(400);
constexpr auto kBetween = std::chrono::milliseconds(100);

void send(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written <= 0) return;  // it is only talk
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

Progress::Progress(int descriptor, const Look& look)
    : descriptor_(descriptor), look_(look), hidden_(!look.terminal) {}

Progress::~Progress() { hide(); }

void Progress::update(const event::ScanProgress& at) {
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (hidden_ || now - begun_ < kPatience || now - drawn_ < kBetween) return;
  drawn_ = now;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  std::string words = progress_words(at, seconds);
  while (width_of(words) + 1 > look_.width) {
    const std::size_t last = words.rfind(" · ");
    if (last == std::string::npos) return;
    words.resize(last);
  }
  send(descriptor_, "\r\x1b[K" + look_.paint(Ink::Dim, words));
  on_screen_ = true;
}

void Progress::hide() {
  const std::lock_guard lock(mutex_);
  if (on_screen_) send(descriptor_, "\r\x1b[K");
  on_screen_ = false;
  hidden_ = true;
}

std::string progress_words(const event::ScanProgress& at, double seconds) {
  std::string words = "reading ";
  words += size_words(at.bytes_done);
  if (at.bytes_total > 0) words += " of " + size_words(at.bytes_total);
  words += " · " + with_commas(at.events) + " events";
  if (seconds > 0)
    words += " · " + rate_words(static_cast<double>(at.events) / seconds) + " events/s";
  if (at.bytes_total > at.bytes_done && at.bytes_done > 0) {
    const double left = seconds * static_cast<double>(at.bytes_total - at.bytes_done) /
                        static_cast<double>(at.bytes_done);
    const auto whole = std::llround(left);
    words += " · " + (whole == 0 ? "0 s" : format_duration(whole * kSecond)) + " left";
  }
  return words;
}

std::string size_words(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
  double size = static_cast<double>(bytes);
  for (const char* unit : {"kB", "MB", "GB", "TB"}) {
    size /= 1000;
    if (size < 9.95) return fmt::format("{:.1f} {}", size, unit);
    if (size < 999.5) return fmt::format("{:.0f} {}", size, unit);
  }
  return fmt::format("{:.0f} PB", size / 1000);
}

std::string rate_words(double rate) {
  if (rate >= 999'500) return fmt::format("{:.1f} M", rate / 1e6);
  auto whole = static_cast<std::uint64_t>(std::llround(rate));
  if (whole >= 10'000) whole = (whole + 500) / 1000 * 1000;
  return with_commas(whole);
}

}  // namespace trailhound::show
