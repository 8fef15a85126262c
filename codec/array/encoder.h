// The encoder of arrays: from elements to a payload that reaches a target. Statistics are taken first, if the target
// needs them; they turn the target into a tolerance, at once or by a search; then every chunk gets its recipe and its
// stream.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <laq/array.hpp>

namespace laq::array {

// The bytes of the file around a payload of so many bytes.
using FileBytes = std::function<size_t(size_t payload_bytes)>;

// The payload that reaches options.target. The array's layout and the options have been checked. file_bytes: which
// targets in bits count. May throw std::bad_alloc.
Result<std::vector<std::byte>> encode_array(const ArrayView& array, const ArrayEncodeOptions& options,
                                            const FileBytes& file_bytes);

}  // namespace laq::array
