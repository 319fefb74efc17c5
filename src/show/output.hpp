// SPDX-License-Identifier: Apache-2.0
//
// Where an answer goes: standard output or a file. A closed pipe is no failure, only an end.
//
//   TRY(auto out, Output::to_file("answer.csv"));
//   TRY(out.write(bytes));
//   if (out.is_closed()) stop_early();
//   TRY(out.finish());                      // now answer.csv is there, whole
//
// A file appears under its name only when it is whole. What is no regular file (a pipe, /dev/null)
// is written to at once.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace trailhound::show {

/// A place to write bytes to.
class Output {
 public:
  /// Standard output, or any descriptor that somebody else closes.
  static Output to_descriptor(int descriptor);
  /// A file, replaced if it exists. Error `output-failed`.
  static Result<Output> to_file(const std::string& path);
  Output(Output&& other) noexcept;
  Output& operator=(Output&& other) noexcept;
  ~Output();

  /// Writes all bytes; does nothing once the reader has gone. Error `output-failed`.
  Result<void> write(std::string_view bytes);
  /// Puts the file in its place. Error `output-failed`.
  Result<void> finish();
  /// Whether the reader of a pipe has gone: nothing more is wanted.
  bool is_closed() const { return closed_; }
  int descriptor() const { return descriptor_; }
  /// Called before the first bytes are written: what else stands on the screen should leave.
  void before_first(std::function<void()> call) { before_first_ = std::move(call); }

 private:
  Output() = default;
  void abandon();

  int descriptor_ = -1;
  bool owned_ = false;
  bool closed_ = false;
  std::string path_;     ///< What `-o` said; empty for a descriptor
  std::string scratch_;  ///< Where it is written until it is whole; empty if at once
  std::function<void()> before_first_;
};

}  // namespace trailhound::show
