// SPDX-License-Identifier: Apache-2.0
#include "synth/delivery.hpp"

#include <fmt/format.h>
#include <libdeflate.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

namespace trailhound::synth {
namespace {

struct Freer {
  void operator()(libdeflate_compressor* compressor) const {
    libdeflate_free_compressor(compressor);
  }
};

std::string gzip(const std::string& text) {
  thread_local const std::unique_ptr<libdeflate_compressor, Freer> compressor(
      libdeflate_alloc_compressor(6));
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), text.size()), '\0');
  out.resize(
      libdeflate_gzip_compress(compressor.get(), text.data(), text.size(), out.data(), out.size()));
  return out;
}

}  // namespace

Result<void> Delivery::deliver(std::span<const Event* const> events) {
  std::map<std::tuple<std::string, std::string, std::int64_t>, std::vector<const Event*>> files;
  for (const Event* event : events)
    files[{event->account, event->region, event->time.micros / batch_}].push_back(event);
  for (const auto& [where, inside] : files) {
    TRY(write(inside, static_cast<std::uint64_t>(std::get<2>(where))));
  }
  return {};
}

Result<void> Delivery::write(std::span<const Event* const> events, std::uint64_t batch_number) {
  const Event& first = *events.front();
  Random random(seed_, name_ + first.account + first.region, batch_number);
  // Some minutes after the stretch has ended; late ones exist and are named for their own minute.
  const Time delivered{static_cast<std::int64_t>(batch_number + 1) * batch_ +
                       random.between(1, 8) * kMinute};
  const Civil at = to_civil(delivered);
  const std::string folder =
      fmt::format("{}/AWSLogs/{}/{}/CloudTrail/{}/{:04}/{:02}/{:02}", folder_, organisation_,
                  first.account, first.region, at.year, at.month, at.day);
  std::error_code trouble;
  std::filesystem::create_directories(folder, trouble);
  const std::string path = fmt::format(
      "{}/{}_CloudTrail_{}_{:04}{:02}{:02}T{:02}{:02}Z_{}.json.gz", folder, first.account,
      first.region, at.year, at.month, at.day, at.hour, at.minute,
      random.letters(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"));
  std::vector<const Event*> shuffled(events.begin(), events.end());
  for (std::size_t i = shuffled.size(); i > 1; --i)
    std::swap(shuffled[i - 1], shuffled[random.below(i)]);
  std::string text = "{\"Records\":[";
  for (const Event* event : shuffled) {
    if (text.back() == '}') text.push_back(',');
    text += event->json;
  }
  text += "]}";
  const std::string packed = gzip(text);
  std::ofstream file(path, std::ios::binary);
  file.write(packed.data(), static_cast<std::streamsize>(packed.size()));
  file.close();
  if (!file) return Error("output-failed", fmt::format("cannot write `{}`", path));
  ++files_;
  bytes_ += packed.size();
  return {};
}

}  // namespace trailhound::synth
