// SPDX-License-Identifier: Apache-2.0
//
// SHA-256: by what it hashes to, a file is known again, and one that was changed is found out.
//
//   Sha256 sum;
//   sum.add(bytes);
//   std::string hex = sum.hex();             // 64 letters
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace trailhound::event {

/// One sum. `hex` may be called once, after all `add`.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();
  void add(std::string_view bytes);
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Of one text.
std::string sha256(std::string_view bytes);

}  // namespace trailhound::event
