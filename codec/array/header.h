// The header of an array payload: what holds for the whole array.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <laq/array.hpp>

#include "array/chunk.h"
#include "array/coded_layout.h"
#include "base/bytes.h"

namespace laq::array {

inline constexpr uint32_t kMinChunkElements = 1 << 8;  // that an encoder may be asked for
inline constexpr uint32_t kMaxChunkElements = 1 << 21;
inline constexpr uint64_t kMaxChunks = std::numeric_limits<int>::max();

// Whether chunks have checksums of their own. One that is alone has that of the file.
constexpr bool has_chunk_checksums(uint64_t chunks) {
  return chunks > 1;
}

struct ArrayHeader {
  ArrayInfo info;  // without the chunks, which only read() fills in
  WideForm wide_form = WideForm::as_they_are;
  uint64_t offset = 0;  // see CodedLayout
  Fidelity fidelity = Fidelity::max_error;
  double tolerance = 0;                           // see Fidelity
  std::array<uint32_t, kMaxSides> chunk_sides{};  // in the sides of the layout

  CodedLayout layout() const { return {info.shape, info.type, wide_form, offset}; }
  uint64_t chunks() const;
  ChunkFormat chunk_format(const Grid& grid) const {
    return {coded_type(info.type, wide_form), grid, fidelity, tolerance, info.signal.significant_bits};
  }

  void write(ByteWriter& writer) const;
  static Result<ArrayHeader> read(ByteReader& reader);
};

}  // namespace laq::array
