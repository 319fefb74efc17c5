// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a log file. Nothing may crash or hang; what the fast reader proves, the careful one
// must read the same way; every event that comes out can be written again.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.hpp"
#include "event/shape.hpp"
#include "read/careful.hpp"
#include "read/forms.hpp"
#include "read/logs.hpp"
#include "read/record.hpp"
#include "read/recorder.hpp"

namespace {
using namespace trailhound;
using namespace trailhound::read;

void must(bool holds) {
  if (!holds) std::abort();
}

std::vector<RecordedEvent> put_all(const Tokens& tokens, const Items& items) {
  Recorder recorder;
  RecordWriter writer(event::FieldSet::all());
  for (const Item& item : items.all) {
    if (!item.object) continue;
    const auto slots = items.slots_of(item);
    writer.put(tokens, item, slots, writer.facts(tokens, slots), "", recorder);
  }
  return recorder.events;
}

void compare_readers(std::string_view text) {
  RecordWriter writer(event::FieldSet::all());
  Walk walk({"Records", "Events"}, 64);
  walk.want(writer.members(), true);
  Position fast_position, careful_position;
  Items items;
  Mended mended;
  std::string first_key;
  Careful careful(walk, 64, first_key);
  careful.take(text, true, false, careful_position, mended);
  mended.text.seal();
  for (const RecordedEvent& event : put_all(mended.tokens(), mended.items)) {
    for (const auto& [field, value] : event.texts) must(is_utf8(value));
  }

  Buffer buffer;
  buffer.append(text);
  buffer.seal();
  TokenFinder finder;
  const auto tokens = finder.find(buffer);
  if (!tokens) return;
  const Stop stop = walk.go(*tokens, fast_position, items);
  if (stop.flaw != Flaw::None || fast_position.place != Position::Place::Between) return;
  must(mended.troubles.empty());
  must(put_all(*tokens, items) == put_all(mended.tokens(), mended.items));
}

void read_as_file(const std::uint8_t* data, std::size_t size) {
  const int file = ::memfd_create("fuzz", 0);
  must(file >= 0);
  must(::write(file, data, size) == static_cast<ssize_t>(size));
  Options options;
  options.limits.inflated = 4 << 20;
  options.limits.record = 1 << 20;
  options.limits.document = 1 << 20;
  auto logs = Logs::open({"/proc/self/fd/" + std::to_string(file)}, options);
  if (logs.ok()) {
    event::ScanPlan plan;
    plan.fields = event::FieldSet::all();
    auto scan = (*logs)->scan(plan);
    auto reader = scan->reader();
    Recorder recorder;
    while (reader->read(recorder, 64) > 0) {
    }
    must((*logs)->coverage().events == recorder.events.size());
    for (const RecordedEvent& event : recorder.events) {
      must(event::rebuild(*event.text(event::Field::Shape), event).ok());
    }
  }
  ::close(file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  compare_readers({reinterpret_cast<const char*>(data), size});
  read_as_file(data, size);
  return 0;
}
