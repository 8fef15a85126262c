// Appending: an array grows along its slowest side. Existing chunks are copied, neither decoded nor coded again; a cut
// follows them, and the new elements are coded as chunks of their own.
//
// The target of the file holds for the whole if the new elements keep it by themselves. Let R be the range of all
// elements, which is at least that of any part:
//   errors in shares of the range   every part has errors of at most value * (the larger of its range and that of the
//                                   first part) <= value * R;
//   decibels of the range           every part has a mean squared error of at most (its range / k)^2 <= (R / k)^2, and
//                                   that of all is a mean of these;
//   decibels of the power           (P1 + P2) / (E1 + E2) is at least the smaller one of P1 / E1 and P2 / E2;
//   bits                            the new chunks take fewer bits, by as many as they add to the head of the file.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <laq/array.hpp>

#include "array/array_codec.h"
#include "array/coded_array.h"
#include "array/header.h"

namespace laq::array {

// A payload in three pieces, in their order.
struct AppendedPayload {
  std::vector<std::byte> head;
  std::span<const std::byte> chunks;  // within the payload that was appended to
  std::vector<std::byte> new_chunks;

  uint64_t bytes() const { return head.size() + chunks.size() + new_chunks.size(); }
};

// The payload of an array and more of it. `more` and the options have been checked, the checksum of the payload has
// been verified; signal, attachments and the options' target are not looked at. May throw std::bad_alloc.
Result<AppendedPayload> append_array(std::span<const std::byte> payload, const ArrayView& more,
                                     const ArrayEncodeOptions& options, const FileBytes& file_bytes);

// Codes more of an array to the target of the options. before: the first loss of the array, which the target gave.
Result<std::vector<std::byte>> encode_more(const CodedArray& array, const Loss& before,
                                           const ArrayEncodeOptions& options, const FileBytes& file_bytes);

}  // namespace laq::array
