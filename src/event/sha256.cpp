// SPDX-License-Identifier: Apache-2.0
//
// By OpenSSL's plain calls: those that it wants instead first read its configuration and set up its
// providers, which takes a millisecond of a question's thirty.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "event/sha256.hpp"

#include <openssl/sha.h>

#include "base/check.hpp"

namespace trailhound::event {

struct Sha256::State {
  SHA256_CTX context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  CHECK(SHA256_Init(&state_->context) == 1, "SHA-256 is always there");
}

Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  CHECK(SHA256_Update(&state_->context, bytes.data(), bytes.size()) == 1, "a sum takes bytes");
}

std::string Sha256::hex() {
  unsigned char raw[SHA256_DIGEST_LENGTH];
  CHECK(SHA256_Final(raw, &state_->context) == 1, "a sum ends once");
  std::string text;
  for (const unsigned char byte : raw) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::string sha256(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

}  // namespace trailhound::event
