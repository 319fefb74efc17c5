// SPDX-License-Identifier: Apache-2.0
//
// Writing JSON lines is bound by copying text, so strings are copied and checked sixteen bytes at a
// time (eight where there is no SSE2); only where they hold a quote, a backslash, a control or a
// byte beyond ASCII are they looked at byte by byte.
#include "show/value.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/text.hpp"
#include "show/visible.hpp"

namespace trailhound::show {
namespace {

using engine::Cell;
using engine::Kind;

char* write_unit(char* end, std::uint32_t unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  *end++ = '\\';
  *end++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *end++ = kDigits[unit >> shift & 15];
  return end;
}

/// `\n`, `\u001b`, or two units where one is not enough. Needs 12 bytes.
char* write_escape(char* end, char32_t code_point) {
  constexpr std::string_view kNamed = "\b\f\n\r\t\"\\", kNames = "bfnrt\"\\";
  if (code_point < 0x80) {
    const std::size_t name = kNamed.find(static_cast<char>(code_point));
    if (name != std::string_view::npos) {
      *end++ = '\\';
      *end++ = kNames[name];
      return end;
    }
  }
  const auto value = static_cast<std::uint32_t>(code_point);
  if (value < 0x10000) return write_unit(end, value);
  end = write_unit(end, 0xD800 + ((value - 0x10000) >> 10));
  return write_unit(end, 0xDC00 + ((value - 0x10000) & 0x3FF));
}

/// Writes the character at the front of `text`, which is odd, and takes it off. Needs 12 bytes.
template <bool document>
char* write_odd(char* end, std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) {
    text.remove_prefix(1);
    if (!document) return write_escape(end, first);
    // A control in a document is white space between its tokens, for it is none in its strings.
    if (first < 0x20) return end;
    return write_escape(end, first);
  }
  std::string_view rest = text;
  const char32_t code_point = take_utf8(rest);
  const std::size_t size = text.size() - rest.size();
  if (size == 1) {  // not UTF-8
    std::memcpy(end, "\xEF\xBF\xBD", 3);
    end += 3;
  } else if (is_hidden(code_point)) {
    end = write_escape(end, code_point);
  } else {
    std::memcpy(end, text.data(), size);
    end += size;
  }
  text = rest;
  return end;
}

#ifdef __SSE2__
constexpr std::size_t kStep = 16;

/// Which of some bytes cannot stand as they are, a bit each.
struct Odd {
  std::uint32_t quoted;  ///< Quotes and backslashes, of strings: they need a backslash before them
  std::uint32_t other;   ///< To be looked at one by one
};

using Bytes = __m128i;
Bytes load(const char* text) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text)); }
void store(char* end, Bytes bytes) { _mm_storeu_si128(reinterpret_cast<__m128i*>(end), bytes); }
Bytes of_words(std::uint64_t low, std::uint64_t high) {
  return _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low));
}

template <bool document>
Odd odd_among(Bytes bytes) {
  const auto bits = [](__m128i mask) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(mask));
  };
  // With sign, what is not ASCII is smaller than any control byte.
  const std::uint32_t other = bits(_mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),
                                                _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F))));
  if (document) return {0, other};
  return {bits(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                            _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')))),
          other};
}
#else
constexpr std::size_t kStep = 8;

struct Odd {
  std::uint32_t quoted, other;
};

using Bytes = std::uint64_t;
Bytes load(const char* text) {
  Bytes bytes;
  std::memcpy(&bytes, text, sizeof bytes);
  return bytes;
}
void store(char* end, Bytes bytes) { std::memcpy(end, &bytes, sizeof bytes); }
Bytes of_words(std::uint64_t low, std::uint64_t) { return low; }

template <bool document>
Odd odd_among(Bytes bytes) {
  Odd odd{0, 0};
  for (std::size_t i = 0; i < kStep; ++i) {
    const auto byte = static_cast<unsigned char>(bytes >> (8 * i));
    if (byte < 0x20 || byte >= 0x7F) odd.other |= 1u << i;
    if (!document && (byte == '"' || byte == '\\')) odd.quoted |= 1u << i;
  }
  return odd;
}
static_assert(std::endian::native == std::endian::little, "bytes are counted from the low end");
#endif

/// The bytes of a text shorter than a step, zeros behind them.
Bytes load_short(std::string_view text) {
  const char* const begin = text.data();
  const std::size_t size = text.size();
  const auto word = [](const char* at) {
    std::uint64_t eight;
    std::memcpy(&eight, at, sizeof eight);
    return eight;
  };
  const auto half = [](const char* at) {
    std::uint32_t four;
    std::memcpy(&four, at, sizeof four);
    return std::uint64_t{four};
  };
  if (size > 8) return of_words(word(begin), word(begin + size - 8) >> (8 * (16 - size)));
  if (size == 8) return of_words(word(begin), 0);
  if (size >= 4) return of_words(half(begin) | half(begin + size - 4) << (8 * (size - 4)), 0);
  std::uint64_t few = 0;
  for (std::size_t i = 0; i < size; ++i) {
    few |= std::uint64_t{static_cast<unsigned char>(begin[i])} << (8 * i);
  }
  return of_words(few, 0);
}

/// Quotes are many in a document that is shown as text: a step is copied once more behind the
/// backslash for each, rather than looked at again.
template <bool document>
void append_escaped(Buffer& out, std::string_view text) {
  constexpr std::size_t kSlack = 4 * kStep;  // what one step may write, and write over
  char* end = out.room(text.size() + kSlack);
  const char* limit = end + out.free() - kSlack;
  while (!text.empty()) {
    if (end > limit) {
      out.taken_to(end);
      end = out.room(text.size() + kSlack);
      limit = end + out.free() - kSlack;
    }
    const bool whole = text.size() >= kStep;
    const Bytes bytes = whole ? load(text.data()) : load_short(text);
    store(end, bytes);
    Odd odd = odd_among<document>(bytes);
    const std::size_t size = whole ? kStep : text.size();
    std::size_t fit = size;
    if (const auto stop = static_cast<std::size_t>(std::countr_zero(odd.other)); stop < size) {
      fit = stop;
    }
    odd.quoted &= (std::uint32_t{1} << fit) - 1;
    const char* from = text.data();
    char last[2 * kStep];
    if (odd.quoted != 0 && text.size() < 2 * kStep) {  // nothing behind the text is read
      std::memset(last, 0, sizeof last);
      std::memcpy(last, from, text.size());
      from = last;
    }
    std::size_t done = 0;
    for (; odd.quoted != 0; odd.quoted &= odd.quoted - 1) {
      const auto quote = static_cast<std::size_t>(std::countr_zero(odd.quoted));
      end += quote - done;
      *end++ = '\\';
      store(end, load(from + quote));
      done = quote;
    }
    end += fit - done;
    text.remove_prefix(fit);
    if (fit < size) end = write_odd<document>(end, text);
  }
  out.taken_to(end);
}

char* write_digits(char* end, std::int64_t number, int width) {
  char digits[20];
  int size = 0;
  do {
    digits[size++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  while (size < width) digits[size++] = '0';
  while (size > 0) *end++ = digits[--size];
  return end;
}

char* write_fraction(char* end, int micro) {
  if (micro == 0) return end;
  *end++ = '.';
  end = write_digits(end, micro, 6);
  while (end[-1] == '0') --end;
  return end;
}

char* write_date(char* end, const Civil& civil) {
  if (civil.year < 0) *end++ = '-';
  end = write_digits(end, civil.year < 0 ? -civil.year : civil.year, 4);
  *end++ = '-';
  end = write_digits(end, civil.month, 2);
  *end++ = '-';
  return write_digits(end, civil.day, 2);
}

char* write_clock(char* end, const Civil& civil) {
  end = write_digits(end, civil.hour, 2);
  *end++ = ':';
  end = write_digits(end, civil.minute, 2);
  *end++ = ':';
  end = write_digits(end, civil.second, 2);
  return write_fraction(end, civil.micro);
}

char* write_offset(char* end, std::int32_t minutes) {
  *end++ = minutes < 0 ? '-' : '+';
  const std::int32_t size = minutes < 0 ? -minutes : minutes;
  end = write_digits(end, size / 60, 2);
  *end++ = ':';
  return write_digits(end, size % 60, 2);
}

Civil shifted(Time time, Offset offset) {
  return to_civil({time.micros + offset.value_or(0) * kMinute});
}

void append_number(Buffer& out, std::int64_t number) {
  char* end = out.room(24);
  out.taken_to(std::to_chars(end, end + 24, number).ptr);
}

/// The shortest text that reads back as the same number; always one that shows it is no integer.
void append_real(Buffer& out, double number) {
  char* begin = out.room(40);
  char* end = std::to_chars(begin, begin + 32, number).ptr;
  const std::string_view text(begin, static_cast<std::size_t>(end - begin));
  if (text.find_first_of(".en") == std::string_view::npos) {
    *end++ = '.';
    *end++ = '0';
  }
  out.taken_to(end);
}

void append_hex(Buffer& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  char* end = out.room(bytes.size() * 2);
  for (const char byte : bytes) {
    *end++ = kDigits[static_cast<unsigned char>(byte) >> 4];
    *end++ = kDigits[static_cast<unsigned char>(byte) & 15];
  }
  out.taken_to(end);
}

void append_day(Buffer& out, std::int64_t days) {
  out.taken_to(write_date(out.room(40), to_civil({days * kDay})));
}

void append_time_of_day(Buffer& out, std::int64_t micros) {
  out.taken_to(write_clock(out.room(40), to_civil({micros})));
}

void append_struct(Buffer& out, const Cell& cell, Offset offset) {
  out.add('{');
  bool first = true;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const Cell member = cell.child(i);
    if (member.is_null()) continue;
    if (!first) out.add(',');
    first = false;
    append_json_text(out, cell.type().members[i].name);
    out.add(':');
    append_json(out, member, offset);
  }
  out.add('}');
}

void append_list(Buffer& out, const Cell& cell, Offset offset) {
  out.add('[');
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (i > 0) out.add(',');
    append_json(out, cell.child(i), offset);
  }
  out.add(']');
}

void append_map(Buffer& out, const Cell& cell, Offset offset) {
  out.add('{');
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (i > 0) out.add(',');
    Buffer key;
    append_plain(key, cell.key(i), offset);
    append_json_text(out, key.view());
    out.add(':');
    append_json(out, cell.child(i), offset);
  }
  out.add('}');
}

}  // namespace

void append_json_text(Buffer& out, std::string_view text) {
  out.add('"');
  append_escaped<false>(out, text);
  out.add('"');
}

void append_json_document(Buffer& out, std::string_view document) {
  const std::size_t before = out.size();
  append_escaped<true>(out, document);
  if (out.size() == before) out.add("null");
}

void append_time(Buffer& out, Time time, Offset offset) {
  const Civil civil = shifted(time, offset);
  char* end = write_date(out.room(64), civil);
  *end++ = ' ';
  end = write_clock(end, civil);
  if (offset) end = write_offset(end, *offset);
  out.taken_to(end);
}

void append_iso_time(Buffer& out, Time time, Offset offset) {
  const Civil civil = shifted(time, offset);
  char* end = write_date(out.room(64), civil);
  *end++ = 'T';
  end = write_clock(end, civil);
  if (offset) {
    end = write_offset(end, *offset);
  } else {
    *end++ = 'Z';
  }
  out.taken_to(end);
}

void append_json(Buffer& out, const Cell& cell, Offset offset) {
  if (cell.is_null()) return out.add("null");
  switch (cell.kind()) {
    case Kind::Null:
      return out.add("null");
    case Kind::Boolean:
      return out.add(cell.boolean() ? "true" : "false");
    case Kind::Integer:
      return append_number(out, cell.integer());
    case Kind::Decimal:
      return out.add(cell.text());
    case Kind::Double: {
      const double number = cell.real();
      if (std::isfinite(number)) return append_real(out, number);
      return out.add(std::isnan(number) ? "\"NaN\""
                     : number > 0       ? "\"Infinity\""
                                        : "\"-Infinity\"");
    }
    case Kind::Text:
    case Kind::Interval:
      return append_json_text(out, cell.text());
    case Kind::Json:
      return append_json_document(out, cell.text());
    case Kind::Bytes:
    case Kind::Date:
    case Kind::TimeOfDay:
      out.add('"');
      append_plain(out, cell, offset);
      return out.add('"');
    case Kind::Timestamp:
    case Kind::TimestampZone:
      out.add('"');
      append_iso_time(out, cell.time(), offset);
      return out.add('"');
    case Kind::List:
      return append_list(out, cell, offset);
    case Kind::Struct:
      return append_struct(out, cell, offset);
    case Kind::Map:
      return append_map(out, cell, offset);
  }
}

void append_plain(Buffer& out, const Cell& cell, Offset offset) {
  if (cell.is_null()) return;
  switch (cell.kind()) {
    case Kind::Null:
      return;
    case Kind::Boolean:
    case Kind::Integer:
    case Kind::Json:
    case Kind::List:
    case Kind::Struct:
    case Kind::Map:
      return append_json(out, cell, offset);
    case Kind::Double: {
      const double number = cell.real();
      if (std::isfinite(number)) return append_real(out, number);
      return out.add(std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
    }
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Interval:
      return out.add(cell.text());
    case Kind::Bytes:
      return append_hex(out, cell.text());
    case Kind::Date:
      return append_day(out, cell.integer());
    case Kind::TimeOfDay:
      return append_time_of_day(out, cell.integer());
    case Kind::Timestamp:
      return append_time(out, cell.time(), offset);
    case Kind::TimestampZone:
      append_time(out, cell.time(), offset);
      if (!offset) out.add(" UTC");
      return;
  }
}

bool is_number(Kind kind) {
  return kind == Kind::Integer || kind == Kind::Decimal || kind == Kind::Double;
}

bool is_moment(Kind kind) { return kind == Kind::Timestamp || kind == Kind::TimestampZone; }

}  // namespace trailhound::show
