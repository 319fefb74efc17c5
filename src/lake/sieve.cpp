// SPDX-License-Identifier: Apache-2.0
#include "lake/sieve.hpp"

#include <algorithm>

#include "lake/manifest.hpp"
#include "read/logs.hpp"

namespace trailhound::lake {
namespace {
using event::ColumnSink;
using event::Field;

/// What has to be known of every event, asked for or not.
constexpr Field kNeeded[] = {Field::Account, Field::Year,      Field::Month,
                             Field::Day,     Field::EventId,   Field::EventName,
                             Field::Path,    Field::EventJson, Field::ContentHash};

/// Stands between a reader and the engine's columns.
class SieveSink final : public ColumnSink {
 public:
  SieveSink(Sifting& sifting, const event::FieldSet& asked) : sifting_(sifting), asked_(asked) {}
  void to(ColumnSink& sink) { sink_ = &sink; }

  void begin_event() override {
    has_account_ = false;
    id_.clear();
    day_.clear();
    stray_.clear();
    hash_ = 0;
    sink_->begin_event();
  }

  void put(Field field, std::string_view text) override {
    switch (field) {
      case Field::Account:
        take_account(text);
        break;
      case Field::Year:
        day_ = text;
        break;
      case Field::Month:
      case Field::Day:
        (day_ += '-') += text;
        break;
      case Field::EventId:
        id_ = text;
        break;
      case Field::EventName:
        if (text != name_) take_name(text);
        break;
      case Field::Path:
        take_source(text);
        return;
      case Field::EventJson:
        if (!is_ours()) stray_ = text;  // the readers put it behind account and day
        break;
      default:
        break;
    }
    if (asked_.has(field)) sink_->put(field, text);
  }
  void put_time(Field field, Time time) override {
    if (asked_.has(field)) sink_->put_time(field, time);
  }
  void put_hash(Field field, std::uint64_t hash) override {
    if (field == Field::ContentHash) hash_ = hash;
    if (asked_.has(field)) sink_->put_hash(field, hash);
  }
  void present(Field field) override { sink_->present(field); }
  void clear(Field field) override {
    if (field == Field::EventId) id_.clear();
    sink_->clear(field);
  }
  void begin_element(Field list) override { sink_->begin_element(list); }
  void put_entry(Field map, std::string_view key, std::string_view value) override {
    sink_->put_entry(map, key, value);
  }
  void drop_event() override { sink_->drop_event(); }

  void end_event() override {
    const std::uint32_t source = this_source();
    SourceCount& counts = sifting_.sources[source];
    if (sifting_.aside == nullptr) ++counts.events;
    if (!is_ours()) {
      put_aside(source);
      return sink_->drop_event();
    }
    const std::uint64_t identity = id_.empty() ? hash_ : read::identity_hash(account(), id_);
    const read::Meeting meeting = sifting_.day.seen.meet(identity, hash_);
    if (meeting == read::Meeting::Copy) {
      ++counts.copies;
      sifting_.copies.push_back({id_, hash_, source});
      return sink_->drop_event();
    }
    if (meeting == read::Meeting::Conflict) {
      ++counts.conflicts;
      sifting_.conflicts.push_back({sifting_.where.account, sifting_.where.day, id_, hash_,
                                    sifting_.source_names.name_of(source)});
    }
    ++counts.kept;
    ++sifting_.kept;
    if (asked_.has(Field::Path)) {
      if (source != named_) {
        named_ = source;
        source_name_ = sifting_.source_names.name_of(source);
      }
      sink_->put(Field::Path, source_name_);
    }
    sink_->end_event();
  }

 private:
  /// Events of one account stand together: what follows from its name is worked out once.
  void take_account(std::string_view account) {
    has_account_ = true;
    if (known_ && account == account_) return;
    known_ = true;
    account_ = account;
    folder_ = account_of(account);
  }
  std::string_view account() const { return has_account_ ? account_ : std::string_view(); }
  std::string_view folder() const { return has_account_ ? folder_ : account_of({}); }
  bool is_ours() const { return day_ == sifting_.where.day && folder() == sifting_.where.account; }

  void take_name(std::string_view name) {
    constexpr std::size_t kLongest = 200;
    name_ = name;
    if (name.size() <= kLongest && sifting_.names.size() < kMostNames &&
        !sifting_.names.contains(name)) {
      sifting_.names.emplace(name);
    }
  }

  void take_source(std::string_view path) {
    if (path == path_) return;
    path_ = path;
    std::string renamed;
    std::string_view name = path;
    constexpr std::string_view kDescriptor = "/proc/self/fd/";
    if (sifting_.called && path.starts_with(kDescriptor)) {
      // Behind the file's own path may stand that of a member of it.
      const std::size_t slash = path.find('/', kDescriptor.size());
      renamed = *sifting_.called;
      if (slash != std::string_view::npos) renamed += path.substr(slash);
      name = renamed;
    }
    source_ = sifting_.source_names.number_of(name);
  }

  std::uint32_t this_source() {
    if (sifting_.aside == nullptr) return source_;
    const auto found = sifting_.aside->sources.find(hash_);
    if (found == sifting_.aside->sources.end()) return source_;
    const std::uint32_t source = found->second;
    sifting_.aside->sources.erase(found);
    return source;
  }

  void put_aside(std::uint32_t source) {
    const AccountDay where{std::string(folder()), day_};
    sifting_.others.insert(where);
    const Result<void> done = sifting_.days.put_aside(where, stray_, hash_, source);
    if (!done.ok() && !sifting_.failure) sifting_.failure = done.error();
  }

  Sifting& sifting_;
  const event::FieldSet asked_;
  ColumnSink* sink_ = nullptr;
  std::string account_, folder_, id_, day_, stray_, path_, name_, source_name_;
  bool has_account_ = false, known_ = false;
  std::uint32_t named_ = UINT32_MAX;
  std::uint64_t hash_ = 0;
  std::uint32_t source_ = 0;
};

class SieveReader final : public event::EventReader {
 public:
  SieveReader(std::unique_ptr<event::EventReader> reader, Sifting& sifting,
              const event::FieldSet& asked)
      : reader_(std::move(reader)), sink_(sifting, asked) {}
  std::size_t read(ColumnSink& sink, std::size_t most) override {
    sink_.to(sink);
    return reader_->read(sink_, most);
  }

 private:
  std::unique_ptr<event::EventReader> reader_;
  SieveSink sink_;
};

class SieveScan final : public event::EventScan {
 public:
  SieveScan(std::unique_ptr<event::EventScan> scan, Sifting& sifting, event::FieldSet asked)
      : scan_(std::move(scan)), sifting_(sifting), asked_(asked) {}
  std::unique_ptr<event::EventReader> reader() override {
    return std::make_unique<SieveReader>(scan_->reader(), sifting_, asked_);
  }
  event::ScanProgress progress() const override { return scan_->progress(); }
  void stop() override { scan_->stop(); }

 private:
  std::unique_ptr<event::EventScan> scan_;
  Sifting& sifting_;
  event::FieldSet asked_;
};

/// Takes the account-day of events.
class WhereSink final : public event::DeafSink {
 public:
  AccountDay where;
  void begin_event() override { where = {}; }
  void put(Field field, std::string_view text) override {
    if (field == Field::Account) where.account = account_of(text);
    if (field == Field::Year) where.day = text;
    if (field == Field::Month || field == Field::Day) (where.day += '-') += text;
  }
};

}  // namespace

std::unique_ptr<event::EventScan> Sieve::scan(const event::ScanPlan& plan) {
  event::ScanPlan more = plan;
  for (const Field field : kNeeded) more.fields.add(field);
  return std::make_unique<SieveScan>(source_.scan(more), sifting_, plan.fields);
}

std::optional<AccountDay> account_day_of(const std::string& path) {
  const auto logs = read::Logs::open({path});
  if (!logs.ok()) return std::nullopt;
  event::ScanPlan plan;
  for (const Field field : {Field::Account, Field::Year, Field::Month, Field::Day})
    plan.fields.add(field);
  const auto scan = (*logs)->scan(plan);
  const auto reader = scan->reader();
  WhereSink sink;
  const std::size_t got = reader->read(sink, 1);
  scan->stop();
  if (got == 0) return std::nullopt;
  return sink.where;
}

}  // namespace trailhound::lake
