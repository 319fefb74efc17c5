// SPDX-License-Identifier: Apache-2.0
//
// What a step that can fail gives back: a value, or the Error that says why.
//
//   Result<Query> compile(Text text) {
//     TRY(auto tree, parse(text));  // on failure, leaves here with the Error
//     TRY(check(tree));
//     return lower(tree);
//   }
//
// Use it when the cause lies outside our code: a query, a file, an engine.
// A broken promise inside our code is a bug; CHECK it, and stop.
#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "base/error.hpp"

namespace trailhound {

/// A `T`, or the Error that stands in its place.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
  using Base = tl::expected<T, Error>;

 public:
  using Base::Base;
  Result(Error error) : Base(tl::unexpect, std::move(error)) {}
  bool ok() const { return Base::has_value(); }
};

/// Done, or the Error that says why not.
template <>
class [[nodiscard]] Result<void> : public tl::expected<void, Error> {
  using Base = tl::expected<void, Error>;

 public:
  using Base::Base;
  Result(Error error) : Base(tl::unexpect, std::move(error)) {}
  bool ok() const { return Base::has_value(); }
};

}  // namespace trailhound

// TRY(declaration or lvalue, expression): takes the value out, or returns the Error.
// TRY(expression): goes on if it is ok, or returns the Error.
#define TRY(...)                                                                                 \
  TRY_PICK_(__VA_ARGS__, TRY_VALUE_, TRY_VALUE_, TRY_VALUE_, TRY_VALUE_, TRY_VALUE_, TRY_VALUE_, \
            TRY_VALUE_, TRY_DONE_, )                                                             \
  (__VA_ARGS__)
#define TRY_PICK_(a, b, c, d, e, f, g, h, pick, ...) pick
#define TRY_VALUE_(target, ...) TRY_NAMED_(TRY_JOIN_(try_result_, __COUNTER__), target, __VA_ARGS__)
#define TRY_NAMED_(result, target, ...)                      \
  auto result = __VA_ARGS__;                                 \
  if (!result.has_value()) return std::move(result).error(); \
  target = std::move(result).value()
#define TRY_DONE_(expression) \
  if (auto try_done_ = expression; !try_done_.has_value()) return std::move(try_done_).error()
#define TRY_JOIN_(a, b) TRY_JOIN_AGAIN_(a, b)
#define TRY_JOIN_AGAIN_(a, b) a##b
