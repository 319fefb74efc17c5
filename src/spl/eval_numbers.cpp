// SPDX-License-Identifier: Apache-2.0
#include "spl/arguments.hpp"

namespace trailhound::spl {
namespace {

using sql::Expr;

/// No value where a number is none: the root of -1, the logarithm of 0.
Expr finite(const Expr& expr) { return when(sql::call("is_finite", {expr}), expr); }

template <const char* kFunction>
Result<Value> call_plain(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return number(sql::call(kFunction, {number_of(std::move(value))}));
}
template <const char* kFunction>
Result<Value> call_guarded(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return number(finite(sql::call(kFunction, {number_of(std::move(value))})));
}
/// Only defined between -1 and 1.
template <const char* kFunction>
Result<Value> call_unit(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  const Expr x = number_of(std::move(value));
  return number(when(sql::compare(sql::Comparing::LessOrEqual, sql::call("abs", {x}), real(1)),
                     sql::call(kFunction, {x})));
}

constexpr char kAbs[] = "abs", kCeil[] = "ceil", kFloor[] = "floor", kExp[] = "exp", kLn[] = "ln",
               kSqrt[] = "sqrt", kSin[] = "sin", kCos[] = "cos", kTan[] = "tan", kAsin[] = "asin",
               kAcos[] = "acos", kAtan[] = "atan", kSinh[] = "sinh", kCosh[] = "cosh",
               kTanh[] = "tanh";

Result<Value> call_exact(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return number(number_of(std::move(value)));
}

Result<Value> call_round(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  if (given.size() == 1) return number(sql::call("round", {number_of(given[0])}));
  return number(sql::call("round", {number_of(given[0]), cast(number_of(given[1]), "bigint")}));
}

Result<Value> call_sigfig(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return number(spl("sigfig", {number_of(std::move(value)), sql::integer(15)}));
}

Result<Value> call_log(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  const Expr base = given.size() > 1 ? number_of(given[1]) : real(10);
  if (given.size() == 1) return number(finite(sql::call("log10", {number_of(given[0])})));
  return number(finite(sql::call("log", {base, number_of(given[0])})));
}

Result<Value> call_pow(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return number(finite(sql::call("pow", {number_of(given[0]), number_of(given[1])})));
}

Result<Value> call_hypot(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  const Expr x = number_of(given[0]), y = number_of(given[1]);
  return number(
      sql::call("sqrt", {binary(sql::Arithmetic::Add, binary(sql::Arithmetic::Multiply, x, x),
                                binary(sql::Arithmetic::Multiply, y, y))}));
}

Result<Value> call_atan2(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return number(sql::call("atan2", {number_of(given[0]), number_of(given[1])}));
}

/// ln((1+x)/(1-x))/2 and its kin, where the engine has no function of its own.
Result<Value> call_atanh(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  const Expr x = number_of(std::move(value));
  const Expr one = binary(sql::Arithmetic::Add, real(1), x);
  const Expr other = binary(sql::Arithmetic::Subtract, real(1), x);
  return number(
      when(sql::compare(sql::Comparing::Less, sql::call("abs", {x}), real(1)),
           binary(sql::Arithmetic::Divide,
                  sql::call("ln", {binary(sql::Arithmetic::Divide, one, other)}), real(2))));
}
Result<Value> area(const Eval& call, Scope& scope, bool sine) {
  TRY(Value value, lower(call.below[0], scope));
  const Expr x = number_of(std::move(value));
  const Expr root =
      sql::call("sqrt", {binary(sine ? sql::Arithmetic::Add : sql::Arithmetic::Subtract,
                                binary(sql::Arithmetic::Multiply, x, x), real(1))});
  return number(finite(sql::call("ln", {binary(sql::Arithmetic::Add, x, root)})));
}
Result<Value> call_asinh(const Eval& call, Scope& scope) { return area(call, scope, true); }
Result<Value> call_acosh(const Eval& call, Scope& scope) { return area(call, scope, false); }

Result<Value> call_pi(const Eval&, Scope&) { return number_value(3.141592653589793); }

Result<Value> extreme(const Eval& call, Scope& scope, std::string_view function) {
  TRY(std::vector<Value> given, arguments(call, scope));
  std::vector<Expr> lists;
  for (Value& value : given) {
    lists.push_back(
        sql::call("coalesce", {list_of(std::move(value)), cast(list({}), "array(varchar)")}));
  }
  Expr all = lists.size() == 1 ? lists[0] : sql::call("concat", std::move(lists));
  return text(spl(function, {std::move(all)}));
}
Result<Value> call_max(const Eval& call, Scope& scope) { return extreme(call, scope, "most"); }
Result<Value> call_min(const Eval& call, Scope& scope) { return extreme(call, scope, "least"); }

/// Of the arguments that spell numbers.
Result<Value> summed(const Eval& call, Scope& scope, bool mean) {
  TRY(std::vector<Value> given, arguments(call, scope));
  std::optional<Expr> sum, count, any;
  for (Value& value : given) {
    const Expr x = number_of(std::move(value));
    Expr term = sql::call("coalesce", {x, real(0)});
    Expr one = when(is_not_null(x), real(1), real(0));
    sum = sum ? binary(sql::Arithmetic::Add, *sum, term) : term;
    count = count ? binary(sql::Arithmetic::Add, *count, one) : one;
  }
  const Expr counted = sql::call("nullif", {*count, real(0)});
  if (mean) return number(binary(sql::Arithmetic::Divide, *sum, counted));
  return number(when(is_not_null(counted), *sum));
}
Result<Value> call_sum(const Eval& call, Scope& scope) { return summed(call, scope, false); }
Result<Value> call_avg(const Eval& call, Scope& scope) { return summed(call, scope, true); }

Result<Value> bits(const Eval& call, Scope& scope, std::string_view function) {
  TRY(std::vector<Value> given, arguments(call, scope));
  std::optional<Expr> all;
  for (Value& value : given) {
    Expr one = cast(number_of(std::move(value)), "bigint");
    all = all ? sql::call(function, {*all, one}) : one;
  }
  return Value{*all, Kind::Integer};
}
Result<Value> call_bit_and(const Eval& call, Scope& scope) {
  return bits(call, scope, "bitwise_and");
}
Result<Value> call_bit_or(const Eval& call, Scope& scope) {
  return bits(call, scope, "bitwise_or");
}
Result<Value> call_bit_xor(const Eval& call, Scope& scope) {
  return bits(call, scope, "bitwise_xor");
}
Result<Value> shifted(const Eval& call, Scope& scope, bool left) {
  TRY(std::vector<Value> given, arguments(call, scope));
  const Expr by = sql::call("pow", {real(2), number_of(given[1])});
  const Expr x = number_of(given[0]);
  return Value{
      cast(sql::call("floor",
                     {binary(left ? sql::Arithmetic::Multiply : sql::Arithmetic::Divide, x, by)}),
           "bigint"),
      Kind::Integer};
}
Result<Value> call_shift_left(const Eval& call, Scope& scope) { return shifted(call, scope, true); }
Result<Value> call_shift_right(const Eval& call, Scope& scope) {
  return shifted(call, scope, false);
}

Result<Value> call_bit_not(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  const Expr x = cast(number_of(given[0]), "bigint");
  const Expr mask = given.size() > 1 ? cast(number_of(given[1]), "bigint")
                                     : cast(sql::integer(9007199254740991), "bigint");
  return Value{sql::call("bitwise_and", {sql::call("bitwise_not", {x}), mask}), Kind::Integer};
}

}  // namespace

std::vector<EvalFunction> number_functions() {
  return {
      {"abs", 1, 1, "abs(number)", "The number without its sign", "abs(-2)", "2", call_plain<kAbs>},
      {"ceiling", 1, 1, "ceiling(number)", "The next whole number above", "ceiling(1.2)", "2",
       call_plain<kCeil>},
      {"ceil", 1, 1, "ceil(number)", "The same as ceiling", "ceil(-1.2)", "-1", call_plain<kCeil>},
      {"floor", 1, 1, "floor(number)", "The next whole number below", "floor(-1.2)", "-2",
       call_plain<kFloor>},
      {"exact", 1, 1, "exact(number)", "The number, unrounded", "exact(1.25)", "1.25", call_exact},
      {"exp", 1, 1, "exp(number)", "e to a power", "exp(0)", "1", call_guarded<kExp>},
      {"ln", 1, 1, "ln(number)", "The natural logarithm", "ln(1)", "0", call_guarded<kLn>},
      {"log", 1, 2, "log(number, base)", "The logarithm, to base 10 if not said",
       "round(log(8, 2))", "3", call_log},
      {"pi", 0, 0, "pi()", "3.14159...", "round(pi(), 2)", "3.14", call_pi},
      {"pow", 2, 2, "pow(number, power)", "One number to the power of another", "pow(2, 10)",
       "1024", call_pow},
      {"round", 1, 2, "round(number, digits)",
       "The nearest number of so many digits, halves away from zero", "round(2.5)", "3",
       call_round},
      {"sigfig", 1, 1, "sigfig(number)", "The number, rounded to fifteen digits that count",
       "sigfig(0.5)", "0.5", call_sigfig},
      {"sqrt", 1, 1, "sqrt(number)", "The square root", "sqrt(9)", "3", call_guarded<kSqrt>},
      {"sum", 1, kAny, "sum(number, ...)", "The sum of the arguments that are numbers",
       "sum(1, 2, \"x\")", "3", call_sum},
      {"avg", 1, kAny, "avg(number, ...)", "Their mean", "avg(1, 2)", "1.5", call_avg},
      {"max", 1, kAny, "max(value, ...)", "The largest argument; texts are larger than numbers",
       "max(1, 10, 9)", "10", call_max},
      {"min", 1, kAny, "min(value, ...)", "The smallest argument", "min(10, 9, \"a\")", "9",
       call_min},
      {"hypot", 2, 2, "hypot(x, y)", "The hypotenuse", "hypot(3, 4)", "5", call_hypot},
      {"sin", 1, 1, "sin(x)", "The sine", "sin(0)", "0", call_plain<kSin>},
      {"cos", 1, 1, "cos(x)", "The cosine", "cos(0)", "1", call_plain<kCos>},
      {"tan", 1, 1, "tan(x)", "The tangent", "tan(0)", "0", call_plain<kTan>},
      {"asin", 1, 1, "asin(x)", "The arc sine", "asin(0)", "0", call_unit<kAsin>},
      {"acos", 1, 1, "acos(x)", "The arc cosine", "acos(1)", "0", call_unit<kAcos>},
      {"atan", 1, 1, "atan(x)", "The arc tangent", "atan(0)", "0", call_plain<kAtan>},
      {"atan2", 2, 2, "atan2(y, x)", "The arc tangent of a quotient", "atan2(0, 1)", "0",
       call_atan2},
      {"sinh", 1, 1, "sinh(x)", "The hyperbolic sine", "sinh(0)", "0", call_guarded<kSinh>},
      {"cosh", 1, 1, "cosh(x)", "The hyperbolic cosine", "cosh(0)", "1", call_guarded<kCosh>},
      {"tanh", 1, 1, "tanh(x)", "The hyperbolic tangent", "tanh(0)", "0", call_plain<kTanh>},
      {"asinh", 1, 1, "asinh(x)", "The area hyperbolic sine", "asinh(0)", "0", call_asinh},
      {"acosh", 1, 1, "acosh(x)", "The area hyperbolic cosine", "acosh(1)", "0", call_acosh},
      {"atanh", 1, 1, "atanh(x)", "The area hyperbolic tangent", "atanh(0)", "0", call_atanh},
      {"bit_and", 2, kAny, "bit_and(a, b, ...)", "Bits that all have", "bit_and(6, 3)", "2",
       call_bit_and},
      {"bit_or", 2, kAny, "bit_or(a, b, ...)", "Bits that any has", "bit_or(6, 3)", "7",
       call_bit_or},
      {"bit_xor", 2, kAny, "bit_xor(a, b, ...)", "Bits that an odd number has", "bit_xor(6, 3)",
       "5", call_bit_xor},
      {"bit_shift_left", 2, 2, "bit_shift_left(a, n)", "The bits moved up", "bit_shift_left(1, 4)",
       "16", call_shift_left},
      {"bit_shift_right", 2, 2, "bit_shift_right(a, n)", "The bits moved down",
       "bit_shift_right(16, 4)", "1", call_shift_right},
      {"bit_not", 1, 2, "bit_not(a, mask)",
       "The bits turned around, those of the mask only (53 if none is given)", "bit_not(6, 15)",
       "9", call_bit_not},
  };
}

}  // namespace trailhound::spl
