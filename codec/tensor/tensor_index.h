// The index of a file of tensors: what each of them is, and where its stream lies. The specification is docs/format.md.
//
//   payload = length of the index (LEB128), the index as compressed contents (container/compressed.h), streams
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <laq/tensor.hpp>

namespace laq::tensor {

inline constexpr size_t kMaxTensors = size_t{1} << 20;
inline constexpr size_t kMaxNameBytes = 65535;

// An index, and the streams, which lie within the payload. The names are distinct; the sizes of the tensors are within
// the limits of arrays; and each has the bytes for the elements that it claims (check_expansion of base/checks.h).
struct TensorIndex {
  std::vector<TensorInfo> tensors;
  std::vector<std::span<const std::byte>> streams;
  std::vector<uint32_t> checksums;  // that the streams should have (container/checksum.h); none is verified
};

// What stands before the streams. TensorInfo::bytes are the lengths of these, in the same order.
std::vector<std::byte> write_index(std::span<const TensorInfo> tensors, std::span<const uint32_t> checksums);

// max_bytes: memory that the index may take. Errors: truncated, corrupt, limit_exceeded. May throw std::bad_alloc.
Result<TensorIndex> read_index(std::span<const std::byte> payload, uint64_t max_bytes);

// "tensor NAME", for messages. Bytes that could command a terminal show as '?'.
std::string describe(const std::string& name);

}  // namespace laq::tensor
