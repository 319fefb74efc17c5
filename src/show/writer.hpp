// SPDX-License-Identifier: Apache-2.0
//
// Rows on their way to a person or a program, in one of the formats of src/show/formats.
//
//   const Format* format = find_format("table");
//   TRY(Shown shown, show_rows(*answer.rows, *format, {.look = look}, output));
//   if (!shown.remark.empty()) talk(shown.remark);
//
// A format is a file of that folder: its name, one line about it, and what makes its writer. A
// writer sees the columns once and then batch after batch; it keeps no batch.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/rows.hpp"
#include "show/buffer.hpp"
#include "show/look.hpp"
#include "show/output.hpp"

namespace trailhound::show {

/// How rows are to be written, whatever the format.
struct WriteOptions {
  Look look;
  bool raw_csv = false;  ///< csv: text exactly as it is, nothing defused
};

/// Turns rows into bytes.
class Writer {
 public:
  virtual ~Writer() = default;
  /// Comes first, once. An error says why these columns cannot be written so.
  virtual Result<void> begin(const std::vector<engine::Column>& columns, Buffer& out) = 0;
  virtual void add(const engine::Batch& batch, Buffer& out) = 0;
  /// Comes last, once.
  virtual void end(Buffer& out) = 0;
  /// What a person should be told about the way it was written; often nothing.
  virtual std::string remark() const { return {}; }
};

/// A format, as `-t` names it.
struct Format {
  std::string_view name;
  std::string_view summary;  ///< One line for `--help`
  /// Whether several writers may each write some of the rows: nothing that one writes for a row
  /// hangs on another row, and no end belongs to it.
  bool by_row = false;
  /// Null where the engine itself writes the file: the caller must ask it to.
  std::unique_ptr<Writer> (*make)(const WriteOptions& options);
};

/// All formats, in the order of their names.
std::span<const Format> formats();
/// The format called `name`; null if there is none.
const Format* find_format(std::string_view name);

/// What was shown.
struct Shown {
  std::uint64_t rows = 0;
  std::string remark;
};

/// Drains the rows into the output. Stops early, without an error, when the output is closed.
Result<Shown> show_rows(engine::Rows& rows, const Format& format, const WriteOptions& options,
                        Output& output);

/// The names of columns made distinct, letters compared without case: `n`, `n_2`, `n_3`.
std::vector<std::string> distinct_names(const std::vector<engine::Column>& columns);

}  // namespace trailhound::show
