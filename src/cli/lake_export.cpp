// SPDX-License-Identifier: Apache-2.0
#include "cli/lake_export.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "event/sha256.hpp"

namespace trailhound::cli {
namespace {

constexpr std::uint64_t kEventsInFile = 100'000;

Error failed(const std::string& path) {
  return Error("output-failed",
               fmt::format("`{}` cannot be written: {}", to_utf8(path), std::strerror(errno)));
}

/// Files of events, one after another.
class Files {
 public:
  explicit Files(const ExportOptions& options) : options_(options) {}

  Result<void> add(std::string_view event) {
    if (in_file_ == kEventsInFile) TRY(end());
    if (in_file_ == 0) TRY(begin());
    if (options_.records && in_file_ > 0) write(",");
    write(event);
    if (!options_.records) write("\n");
    ++in_file_;
    ++events_;
    return out_ ? Result<void>{} : failed(name_);
  }

  Result<void> end() {
    if (in_file_ == 0) return {};
    if (options_.records) write("]}");
    out_.close();
    if (!out_) return failed(name_);
    list_.push_back(Json::Object{{"name", name_},
                                 {"events", Json::Number{std::to_string(in_file_)}},
                                 {"bytes", Json::Number{std::to_string(bytes_)}},
                                 {"sha256", sum_.hex()}});
    in_file_ = 0;
    return {};
  }

  Result<void> vouch() {
    Json::Object all{{"events", Json::Number{std::to_string(events_)}},
                     {"window", options_.window},
                     {"principal", options_.principal},
                     {"files", list_}};
    const std::string path = options_.folder + "/manifest.json";
    std::ofstream out(path);
    out << Json(std::move(all)).dump() << "\n";
    out.close();
    return out ? Result<void>{} : failed(path);
  }

  Exported done() const { return {events_, list_.size()}; }

 private:
  Result<void> begin() {
    name_ = fmt::format("events-{:05}.{}", list_.size() + 1, options_.records ? "json" : "jsonl");
    sum_ = event::Sha256();
    bytes_ = 0;
    out_ = std::ofstream(options_.folder + "/" + name_, std::ios::binary);
    if (!out_) return failed(options_.folder + "/" + name_);
    if (options_.records) write("{\"Records\":[");
    return {};
  }

  void write(std::string_view text) {
    out_.write(text.data(), static_cast<std::streamsize>(text.size()));
    sum_.add(text);
    bytes_ += text.size();
  }

  const ExportOptions& options_;
  std::ofstream out_;
  event::Sha256 sum_;
  std::string name_;
  std::uint64_t in_file_ = 0, events_ = 0, bytes_ = 0;
  Json::Array list_;
};

std::string question_of(const ExportOptions& options) {
  std::string text = "select eventjson from cloudtrail";
  if (!options.principal.empty()) {
    const std::string who = sql_literal(options.principal);
    text += fmt::format(
        " where principal = {0} or useridentity.arn = {0} or useridentity.accesskeyid = {0}"
        " or useridentity.username = {0}"
        " or useridentity.sessioncontext.sessionissuer.arn = {0}",
        who);
  }
  return text + " order by ts, eventid, contenthash";
}

}  // namespace

Result<Exported> export_events(ask::Desk& desk, const ExportOptions& options) {
  std::error_code trouble;
  std::filesystem::create_directories(options.folder, trouble);
  if (trouble || !std::filesystem::is_empty(options.folder, trouble) || trouble) {
    return Error("output-failed", fmt::format("`{}` is no empty folder", to_utf8(options.folder)));
  }
  TRY(const ask::Answer answer, desk.ask({.text = question_of(options), .stand_ins = false}));
  Files files(options);
  for (;;) {
    TRY(const engine::Batch* const batch, answer.rows->next());
    if (batch == nullptr) break;
    for (std::size_t row = 0; row < batch->rows(); ++row)
      TRY(files.add(batch->cell(0, row).text()));
  }
  TRY(files.end());
  TRY(files.vouch());
  return files.done();
}

}  // namespace trailhound::cli
