// SPDX-License-Identifier: Apache-2.0
//
// The least that any reader of the logs must do: inflate every byte once, look at every JSON token
// once. Ratios to this say how good a reader is, whatever the machine.
//
//   floor DIRECTORY [threads]      prints the best of five passes, in seconds
//
// Files are held in memory between passes, so that the disk is no part of the figure.
#include <libdeflate.h>
#include <simdjson.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace ondemand = simdjson::ondemand;

/// Looks at every token below `value`; what it adds up keeps the compiler from leaving the work
/// out.
std::size_t look_at(ondemand::value value) {
  std::size_t sum = 1;
  const ondemand::json_type type = value.type();
  if (type == ondemand::json_type::object) {
    for (ondemand::field member : value.get_object()) {
      const std::string_view key = member.unescaped_key();
      sum += key.size() + look_at(member.value());
    }
  } else if (type == ondemand::json_type::array) {
    for (ondemand::value element : value.get_array()) sum += look_at(element);
  } else if (type == ondemand::json_type::string) {
    sum += std::string_view(value.get_string()).size();
  } else {
    sum += value.raw_json_token().size();
  }
  return sum;
}

/// One thread's tools and what they saw.
struct Worker {
  Worker() : inflater(libdeflate_alloc_decompressor()) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { libdeflate_free_decompressor(inflater); }

  void read(const std::string& packed) {
    std::uint32_t size = 0;
    std::memcpy(&size, packed.data() + packed.size() - sizeof size, sizeof size);
    if (text.size() < size + simdjson::SIMDJSON_PADDING)
      text.resize(size + simdjson::SIMDJSON_PADDING);
    if (libdeflate_gzip_decompress(inflater, packed.data(), packed.size(), text.data(), size,
                                   nullptr) != LIBDEFLATE_SUCCESS) {
      std::fputs("a file does not inflate\n", stderr);
      std::exit(1);
    }
    bytes += size;
    ondemand::document document = parser.iterate(text.data(), size, text.size());
    for (ondemand::value record : document["Records"].get_array()) {
      sum += look_at(record);
      ++events;
    }
  }

  libdeflate_decompressor* inflater;
  ondemand::parser parser;
  std::string text;
  std::uint64_t events = 0, bytes = 0, sum = 0;
};

std::vector<std::string> load(const char* folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".gz") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: floor DIRECTORY [threads]\n", stderr);
    return 2;
  }
  const unsigned count =
      argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : std::thread::hardware_concurrency();
  const std::vector<std::string> files = load(argv[1]);
  double best = 1e9;
  std::uint64_t events = 0, bytes = 0;
  for (int pass = 0; pass < 5; ++pass) {
    std::atomic<std::size_t> next = 0;
    std::atomic<std::uint64_t> seen = 0, inflated = 0;
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < count; ++i) {
      threads.emplace_back([&] {
        Worker worker;
        for (std::size_t file; (file = next++) < files.size();) worker.read(files[file]);
        seen += worker.events;
        inflated += worker.bytes;
      });
    }
    for (std::thread& thread : threads) thread.join();
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    events = seen;
    bytes = inflated;
  }
  std::printf("%.4f s, %zu files, %llu events, %.0f MB inflated\n", best, files.size(),
              static_cast<unsigned long long>(events), static_cast<double>(bytes) / 1e6);
}
