// The array codec's face to the rest of the library: elements to the payload of an array section, and back. The
// specification is docs/format.md.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <laq/array.hpp>
#include <laq/inspect.hpp>

namespace laq::array {

// The bytes of the file around a payload of so many bytes.
using FileBytes = std::function<size_t(size_t payload_bytes)>;

// The payload that reaches options.target. The array's layout and the options have been checked. file_bytes: which
// targets in bits count. May throw std::bad_alloc.
Result<std::vector<std::byte>> encode_array(const ArrayView& array, const ArrayEncodeOptions& options,
                                            const FileBytes& file_bytes);

// The same, but `put` gets the payload piece by piece, with the offset of each: the chunks in order, and then the head
// that stands before them. The sizes in the head take a fixed number of bytes. Returns the bytes of the payload.
// Targets that take a search keep the payload in memory. May throw std::bad_alloc.
Result<uint64_t> encode_array_to(const PutBytes& put, const ArrayView& array, const ArrayEncodeOptions& options,
                                 const FileBytes& file_bytes);

// region: null for the whole array. May throw std::bad_alloc.
Result<Array> decode_array(std::span<const std::byte> payload, const ArrayRegion* region, const DecodeOptions& options);

// Every 2^level-th element along each side, from the first one on. level: 0 to 40. May throw std::bad_alloc.
Result<Array> decode_array_level(std::span<const std::byte> payload, int level, const DecodeOptions& options);

// The same as decode_array() into memory of the caller, whose type and shape are checked.
std::optional<Error> decode_array_into(std::span<const std::byte> payload, const ArrayRegion* region,
                                       const ArrayOutput& output, const DecodeOptions& options);

// What the stages of every chunk are, without decoding elements. Only max_bytes of the options is looked at. May throw
// std::bad_alloc.
Result<ArrayTrace> trace_array(std::span<const std::byte> payload, const DecodeOptions& options);

}  // namespace laq::array
