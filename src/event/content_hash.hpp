// SPDX-License-Identifier: Apache-2.0
//
// The hash by which two copies of an event are told to be one: of its compact JSON text.
//
//   std::uint64_t hash = content_hash(compact_json);
//
// XXH3, 64 bits: stable across machines and versions, not a defence against forgery.
#pragma once

#include <cstdint>
#include <string_view>

namespace trailhound::event {

/// Of the event's compact JSON text.
std::uint64_t content_hash(std::string_view compact_json);
/// Of a value, for Parquet's bloom filters: XXH64.
std::uint64_t bloom_hash(std::string_view value);

}  // namespace trailhound::event
