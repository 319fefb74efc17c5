// SPDX-License-Identifier: Apache-2.0
//
// Numbers and texts packed into bytes: seven bits of a number to a byte, the lowest first (LEB128),
// as Parquet's headers have them, too; a text is its size and its bytes.
//
//   std::string bytes;
//   put_number(bytes, zigzag(-3));
//   put_text(bytes, "bob");
//   Unpacker from{bytes};
//   use(unzigzag(from.number()), from.text());
//   if (!from.good) damaged();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trailhound {

/// Small numbers of either sign as small numbers: 0, -1, 1, -2 are 0, 1, 2, 3.
constexpr std::uint64_t zigzag(std::int64_t number) {
  return static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t number) {
  return static_cast<std::int64_t>(number >> 1) ^ -static_cast<std::int64_t>(number & 1);
}

void put_number(std::string& bytes, std::uint64_t number);
void put_text(std::string& bytes, std::string_view text);

/// Takes numbers and texts off the front of bytes, which must outlive the texts. Once something was
/// not there, `good` is false and all that follows is 0 or empty.
struct Unpacker {
  std::string_view bytes;
  bool good = true;

  std::uint64_t number();
  std::string_view take(std::uint64_t size);
  std::string_view text() { return take(number()); }
};

}  // namespace trailhound
