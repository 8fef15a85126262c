// Decoding of an array payload: header, table of sizes, chunks. The specification is docs/format.md.
#pragma once

#include <cstddef>
#include <span>

#include <laq/array.hpp>

namespace laq::array {

// region: null for the whole array. May throw std::bad_alloc.
Result<Array> decode_payload(std::span<const std::byte> payload, const ArrayRegion* region,
                             const DecodeOptions& options);

}  // namespace laq::array
