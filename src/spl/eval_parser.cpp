// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.hpp"
#include "event/schema.hpp"
#include "spl/eval.hpp"

namespace trailhound::spl {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

/// Top-level keys of records below which there are others.
bool begins_path(std::string_view word) {
  const auto field = event::find_key(event::Field::Record, word);
  if (!field) return word == "responseElements" || word == "requestParameters";
  const event::Kind kind = event::describe(*field).kind;
  return kind == event::Kind::Json || kind == event::Kind::Struct || kind == event::Kind::List;
}

class Parser {
 public:
  explicit Parser(Reader& in) : in_(in) {}

  Result<Eval> either() {
    TRY(Eval left, level([this] { return exclusive(); }));
    while (in_.keyword("OR")) {
      TRY(Eval right, level([this] { return exclusive(); }));
      left = joined("OR", std::move(left), std::move(right));
    }
    return left;
  }

 private:
  Reader& in_;
  int depth_ = 0;

  template <class Parse>
  Result<Eval> level(const Parse& parse) {
    if (++depth_ > kMaxNesting) {
      return in_.problem(
          "the expression is nested more than " + std::to_string(kMaxNesting) + " levels deep",
          {in_.at(), in_.at() + 1});
    }
    Result<Eval> made = parse();
    --depth_;
    return made;
  }

  static Eval joined(std::string op, Eval left, Eval right) {
    Eval made{Word::Operator, std::move(op), {}, join(left.span, right.span)};
    made.below.push_back(std::move(left));
    made.below.push_back(std::move(right));
    return made;
  }

  Result<Eval> exclusive() {
    TRY(Eval left, both());
    while (in_.keyword("XOR")) {
      TRY(Eval right, both());
      left = joined("XOR", std::move(left), std::move(right));
    }
    return left;
  }

  Result<Eval> both() {
    TRY(Eval left, negated());
    while (in_.keyword("AND")) {
      TRY(Eval right, negated());
      left = joined("AND", std::move(left), std::move(right));
    }
    return left;
  }

  Result<Eval> negated() {
    const std::uint32_t begin = (in_.blanks(), in_.at());
    bool bang = false;
    if (in_.here() == '!' && in_.here(1) != '=') {
      in_.go_to(begin + 1);
      bang = true;
    }
    if (bang || in_.keyword("NOT")) {
      TRY(Eval inner, level([this] { return negated(); }));
      Eval made{Word::Operator, "NOT", {}, in_.span_from(begin)};
      made.below.push_back(std::move(inner));
      return made;
    }
    return comparison();
  }

  Result<Eval> comparison() {
    TRY(Eval left, sum());
    for (;;) {
      std::string op;
      for (const std::string_view one : {"==", "!=", "<=", ">=", "=", "<", ">"}) {
        if (in_.take_text(one)) {
          op = one == "==" ? "=" : one;
          break;
        }
      }
      if (op.empty() && in_.keyword("LIKE")) op = "LIKE";
      if (!op.empty()) {
        TRY(Eval right, sum());
        left = joined(op, std::move(left), std::move(right));
        continue;
      }
      const std::uint32_t before = in_.at();
      const bool none = in_.keyword("NOT");
      if (in_.keyword("IN")) {
        Eval call{Word::Call, "in", {}, left.span};
        call.below.push_back(std::move(left));
        if (!in_.take('(')) return in_.expected("`(`");
        TRY(arguments(call));
        call.span.end = in_.at();
        if (none) {
          Eval made{Word::Operator, "NOT", {}, call.span};
          made.below.push_back(std::move(call));
          left = std::move(made);
        } else {
          left = std::move(call);
        }
        continue;
      }
      in_.go_to(before);
      return left;
    }
  }

  Result<Eval> sum() {
    TRY(Eval left, product());
    for (;;) {
      const char c = in_.peek();
      if (c != '+' && c != '-' && c != '.') return left;
      in_.take(c);
      TRY(Eval right, product());
      left = joined(std::string(1, c), std::move(left), std::move(right));
      if (++links_ > 500) return in_.problem("the expression is too long", left.span);
    }
  }

  Result<Eval> product() {
    TRY(Eval left, sign());
    for (;;) {
      const char c = in_.peek();
      if (c != '*' && c != '/' && c != '%') return left;
      in_.take(c);
      TRY(Eval right, sign());
      left = joined(std::string(1, c), std::move(left), std::move(right));
      if (++links_ > 500) return in_.problem("the expression is too long", left.span);
    }
  }

  Result<Eval> sign() {
    const std::uint32_t begin = (in_.blanks(), in_.at());
    if (in_.take('-')) {
      TRY(Eval inner, level([this] { return sign(); }));
      Eval made{Word::Operator, "-1", {}, in_.span_from(begin)};
      made.below.push_back(std::move(inner));
      return made;
    }
    if (in_.take('+')) return level([this] { return sign(); });
    return primary();
  }

  Result<void> arguments(Eval& call) {
    if (in_.take(')')) return {};
    for (;;) {
      TRY(Eval one, level([this] { return either(); }));
      call.below.push_back(std::move(one));
      if (call.below.size() > 2000) return in_.problem("too many arguments", call.span);
      if (in_.take(')')) return {};
      if (!in_.take(',')) return in_.expected("`,` or `)`");
    }
  }

  Result<Eval> primary() {
    const char c = in_.peek();
    const std::uint32_t begin = in_.at();
    if (c == '(') {
      in_.take('(');
      TRY(Eval inner, level([this] { return either(); }));
      if (!in_.take(')')) return in_.expected("`)`");
      return inner;
    }
    if (c == '"') {
      TRY(Argument text, in_.quoted());
      return Eval{Word::Text, std::move(text.text), {}, text.span};
    }
    if (c == '\'') {
      TRY(Argument name, in_.quoted());
      return Eval{Word::Field, std::move(name.text), {}, name.span, true};
    }
    if (is_digit(c) || (c == '.' && is_digit(in_.here(1)))) return number();
    if (is_letter(c)) return name();
    Error error = in_.expected("a value");
    (void)begin;
    return error;
  }

  Result<Eval> number() {
    const std::uint32_t begin = in_.at();
    std::size_t end = begin;
    const std::string_view text = in_.text();
    const auto digits = [&] {
      while (end < text.size() && is_digit(text[end])) ++end;
    };
    digits();
    if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
      ++end;
      digits();
    }
    if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
      std::size_t exponent = end + 1;
      if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
      if (exponent < text.size() && is_digit(text[exponent])) {
        end = exponent;
        digits();
      }
    }
    in_.go_to(end);
    if (is_letter(in_.here())) {
      // A name that begins with a digit, as `2fa_enabled`.
      return name_from(begin);
    }
    return Eval{
        Word::Number, std::string(text.substr(begin, end - begin)), {}, in_.span_from(begin)};
  }

  Result<Eval> name() { return name_from(in_.at()); }

  Result<Eval> name_from(std::uint32_t begin) {
    const std::string_view text = in_.text();
    std::size_t end = begin;
    const auto letters = [&] {
      while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]))) ++end;
      while (end + 1 < text.size() && text[end] == '{' && text[end + 1] == '}') end += 2;
    };
    letters();
    std::string word(text.substr(begin, end - begin));
    if (begins_path(word)) {
      while (end + 1 < text.size() && text[end] == '.' && is_letter(text[end + 1])) {
        ++end;
        letters();
      }
      word = std::string(text.substr(begin, end - begin));
    }
    in_.go_to(end);
    Eval made{Word::Field, std::move(word), {}, in_.span_from(begin)};
    if (in_.peek() == '(') {
      in_.take('(');
      made.word = Word::Call;
      made.text = to_lower(made.text);
      TRY(arguments(made));
      made.span = in_.span_from(begin);
    }
    return made;
  }

  int links_ = 0;
};

}  // namespace

Result<Eval> parse_eval(Reader& in) { return Parser(in).either(); }

std::string draw(const Eval& eval) {
  std::string text;
  switch (eval.word) {
    case Word::Number:
      return eval.text;
    case Word::Text:
      return "\"" + eval.text + "\"";
    case Word::Field:
      return "'" + eval.text + "'";
    case Word::Call:
      text = eval.text + "(";
      for (std::size_t i = 0; i < eval.below.size(); ++i)
        text += (i > 0 ? ", " : "") + draw(eval.below[i]);
      return text + ")";
    case Word::Operator:
      if (eval.below.size() == 1) return "(" + eval.text + " " + draw(eval.below[0]) + ")";
      return "(" + draw(eval.below[0]) + " " + eval.text + " " + draw(eval.below[1]) + ")";
  }
  return text;
}

}  // namespace trailhound::spl
