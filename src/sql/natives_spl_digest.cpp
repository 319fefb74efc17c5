// SPDX-License-Identifier: Apache-2.0
//
// SHA-512, which the engine does not have. The constants are the fractions of the cube roots of the
// first eighty primes, and of the square roots of the first eight.
#include <array>

#include "sql/natives.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

constexpr std::array<std::uint64_t, 80> kRounds = {
    0x428a2f98d728ae22ull, 0x7137449123ef65cdull, 0xb5c0fbcfec4d3b2full, 0xe9b5dba58189dbbcull,
    0x3956c25bf348b538ull, 0x59f111f1b605d019ull, 0x923f82a4af194f9bull, 0xab1c5ed5da6d8118ull,
    0xd807aa98a3030242ull, 0x12835b0145706fbeull, 0x243185be4ee4b28cull, 0x550c7dc3d5ffb4e2ull,
    0x72be5d74f27b896full, 0x80deb1fe3b1696b1ull, 0x9bdc06a725c71235ull, 0xc19bf174cf692694ull,
    0xe49b69c19ef14ad2ull, 0xefbe4786384f25e3ull, 0x0fc19dc68b8cd5b5ull, 0x240ca1cc77ac9c65ull,
    0x2de92c6f592b0275ull, 0x4a7484aa6ea6e483ull, 0x5cb0a9dcbd41fbd4ull, 0x76f988da831153b5ull,
    0x983e5152ee66dfabull, 0xa831c66d2db43210ull, 0xb00327c898fb213full, 0xbf597fc7beef0ee4ull,
    0xc6e00bf33da88fc2ull, 0xd5a79147930aa725ull, 0x06ca6351e003826full, 0x142929670a0e6e70ull,
    0x27b70a8546d22ffcull, 0x2e1b21385c26c926ull, 0x4d2c6dfc5ac42aedull, 0x53380d139d95b3dfull,
    0x650a73548baf63deull, 0x766a0abb3c77b2a8ull, 0x81c2c92e47edaee6ull, 0x92722c851482353bull,
    0xa2bfe8a14cf10364ull, 0xa81a664bbc423001ull, 0xc24b8b70d0f89791ull, 0xc76c51a30654be30ull,
    0xd192e819d6ef5218ull, 0xd69906245565a910ull, 0xf40e35855771202aull, 0x106aa07032bbd1b8ull,
    0x19a4c116b8d2d0c8ull, 0x1e376c085141ab53ull, 0x2748774cdf8eeb99ull, 0x34b0bcb5e19b48a8ull,
    0x391c0cb3c5c95a63ull, 0x4ed8aa4ae3418acbull, 0x5b9cca4f7763e373ull, 0x682e6ff3d6b2b8a3ull,
    0x748f82ee5defb2fcull, 0x78a5636f43172f60ull, 0x84c87814a1f0ab72ull, 0x8cc702081a6439ecull,
    0x90befffa23631e28ull, 0xa4506cebde82bde9ull, 0xbef9a3f7b2c67915ull, 0xc67178f2e372532bull,
    0xca273eceea26619cull, 0xd186b8c721c0c207ull, 0xeada7dd6cde0eb1eull, 0xf57d4f7fee6ed178ull,
    0x06f067aa72176fbaull, 0x0a637dc5a2c898a6ull, 0x113f9804bef90daeull, 0x1b710b35131c471bull,
    0x28db77f523047d84ull, 0x32caab7b40c72493ull, 0x3c9ebe0a15c9bebcull, 0x431d67c49c100d4cull,
    0x4cc5d4becb3e42b6ull, 0x597f299cfc657e2aull, 0x5fcb6fab3ad6faecull, 0x6c44198c4a475817ull,
};
constexpr std::array<std::uint64_t, 8> kBegin = {
    0x6a09e667f3bcc908ull, 0xbb67ae8584caa73bull, 0x3c6ef372fe94f82bull, 0xa54ff53a5f1d36f1ull,
    0x510e527fade682d1ull, 0x9b05688c2b3e6c1full, 0x1f83d9abfb41bd6bull, 0x5be0cd19137e2179ull,
};

std::uint64_t turned(std::uint64_t x, int by) { return x >> by | x << (64 - by); }

void take_block(const unsigned char* block, std::array<std::uint64_t, 8>& state) {
  std::array<std::uint64_t, 80> words{};
  for (std::size_t i = 0; i < 16; ++i) {
    for (std::size_t k = 0; k < 8; ++k) words[i] = words[i] << 8 | block[i * 8 + k];
  }
  for (std::size_t i = 16; i < 80; ++i) {
    const std::uint64_t a = words[i - 15], b = words[i - 2];
    words[i] = words[i - 16] + (turned(a, 1) ^ turned(a, 8) ^ a >> 7) + words[i - 7] +
               (turned(b, 19) ^ turned(b, 61) ^ b >> 6);
  }
  std::array<std::uint64_t, 8> s = state;
  for (std::size_t i = 0; i < 80; ++i) {
    const std::uint64_t one = s[7] + (turned(s[4], 14) ^ turned(s[4], 18) ^ turned(s[4], 41)) +
                              ((s[4] & s[5]) ^ (~s[4] & s[6])) + kRounds[i] + words[i];
    const std::uint64_t other = (turned(s[0], 28) ^ turned(s[0], 34) ^ turned(s[0], 39)) +
                                ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    s = {one + other, s[0], s[1], s[2], s[3] + one, s[4], s[5], s[6]};
  }
  for (std::size_t i = 0; i < 8; ++i) state[i] += s[i];
}

void sha512(Arguments arguments, Value& value) {
  std::string bytes(arguments[0].text);
  const std::uint64_t bits = bytes.size() * 8;
  bytes += '\x80';
  bytes.append((112 + 128 - bytes.size() % 128) % 128 + 8, '\0');  // The length has 16 bytes
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(bits >> shift & 0xff);
  std::array<std::uint64_t, 8> state = kBegin;
  for (std::size_t at = 0; at < bytes.size(); at += 128) {
    take_block(reinterpret_cast<const unsigned char*>(bytes.data()) + at, state);
  }
  value.set({});
  for (const std::uint64_t word : state) {
    for (int shift = 60; shift >= 0; shift -= 4)
      value.text += "0123456789abcdef"[word >> shift & 15];
  }
}

}  // namespace

std::vector<event::NativeFunction> spl_digest_functions() {
  return {native("th_spl_sha512", {ValueType::Text}, ValueType::Text, sha512)};
}

}  // namespace trailhound::sql
