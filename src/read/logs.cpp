// SPDX-License-Identifier: Apache-2.0
#include "read/logs.hpp"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <thread>

#include "read/scan.hpp"

namespace trailhound::read {
namespace {

class FileScan final : public event::EventScan {
 public:
  explicit FileScan(std::shared_ptr<ScanState> state) : state_(std::move(state)) {}
  std::unique_ptr<event::EventReader> reader() override {
    return std::make_unique<ScanReader>(state_);
  }
  event::ScanProgress progress() const override { return state_->progress(); }
  void stop() override { state_->stop(); }

 private:
  std::shared_ptr<ScanState> state_;
};

class FileLogs final : public Logs {
 public:
  FileLogs(Found found, Options options)
      : found_(std::make_shared<const Found>(std::move(found))), options_(std::move(options)) {}

  std::unique_ptr<event::EventScan> scan(const event::ScanPlan& plan) override {
    auto state = std::make_shared<ScanState>(found_, all_files(), plan, options_);
    const std::lock_guard lock(mutex_);
    last_ = state;
    return std::make_unique<FileScan>(std::move(state));
  }

  Coverage coverage() const override {
    std::shared_ptr<ScanState> last;
    {
      const std::lock_guard lock(mutex_);
      last = last_;
    }
    return last == nullptr ? Coverage{} : last->coverage();
  }

  std::optional<Time> newest() override {
    const std::lock_guard lock(newest_mutex_);
    if (!newest_known_) newest_ = find_newest();
    newest_known_ = true;
    return newest_;
  }

 private:
  std::vector<std::size_t> all_files() const {
    std::vector<std::size_t> order(found_->files.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
  }

  std::optional<Time> newest_of(std::vector<std::size_t> files) const {
    if (files.empty()) return std::nullopt;
    Options options = options_;
    options.tally = false;
    const unsigned most = std::max(1u, std::thread::hardware_concurrency());
    const auto threads = std::min<std::size_t>(most, files.size() == 1 ? most : files.size());
    auto state = std::make_shared<ScanState>(found_, std::move(files), event::ScanPlan{}, options);
    std::vector<std::thread> pool;
    for (std::size_t i = 0; i < threads; ++i) {
      pool.emplace_back([state] {
        ScanReader reader(state);
        event::DeafSink columns;
        while (reader.read(columns, 1u << 20) > 0) {
        }
      });
    }
    for (std::thread& thread : pool) thread.join();
    return state->coverage().last;
  }

  /// An event is never newer than its file's delivery.
  std::optional<Time> find_newest() const {
    constexpr std::size_t kAtOnce = 16;
    std::vector<std::size_t> named, others;
    for (std::size_t i = 0; i < found_->files.size(); ++i) {
      (found_->files[i].delivered ? named : others).push_back(i);
    }
    std::sort(named.begin(), named.end(), [&](std::size_t one, std::size_t other) {
      return found_->files[one].delivered > found_->files[other].delivered;
    });
    std::optional<Time> newest = newest_of(std::move(others));
    for (std::size_t i = 0; i < named.size(); i += kAtOnce) {
      if (newest && *newest >= *found_->files[named[i]].delivered) break;
      const std::size_t end = std::min(named.size(), i + kAtOnce);
      const auto found = newest_of({named.begin() + static_cast<std::ptrdiff_t>(i),
                                    named.begin() + static_cast<std::ptrdiff_t>(end)});
      if (found && (!newest || *found > *newest)) newest = found;
    }
    return newest;
  }

  std::shared_ptr<const Found> found_;
  Options options_;
  mutable std::mutex mutex_;
  std::shared_ptr<ScanState> last_;
  std::mutex newest_mutex_;
  bool newest_known_ = false;
  std::optional<Time> newest_;
};

}  // namespace

Result<std::unique_ptr<Logs>> Logs::open(const std::vector<std::string>& paths, Options options) {
  TRY(Found found, find_files(paths, options.temp_folder));
  return std::unique_ptr<Logs>(std::make_unique<FileLogs>(std::move(found), std::move(options)));
}

}  // namespace trailhound::read
