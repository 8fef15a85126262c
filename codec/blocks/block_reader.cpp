#include "blocks/block_reader.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/checks.h"
#include "blocks/block_code.h"

namespace laq {
namespace {

constexpr uint64_t kMostElements = uint64_t{1} << 40;

Error describe(ErrorCode code, const std::string& what) {
  return {code, "blocks: " + what};
}

// The offsets of every sixteenth block of each strip, and the bytes of all.
Result<uint64_t> find_offsets(const BlockFormat& format, std::span<const std::byte> widths,
                              std::vector<uint64_t>& offsets) {
  const BlockGeometry geometry(format);
  uint64_t bytes = 0, index = 0;
  for (uint64_t strip = 0; strip < geometry.strips(); ++strip) {
    for (uint64_t place = 0; place < geometry.strip_blocks(); ++place, ++index) {
      if (place % BlockReader::kBlocksOfOffset == 0) offsets.push_back(bytes);
      const int width = std::to_integer<int>(widths[index / 2] >> (index % 2 * 4)) & 15;
      if (width != 0 && !is_code_width(width)) {
        return describe(ErrorCode::corrupt, "block " + std::to_string(index) + " has width " + std::to_string(width) +
                                                ", which is none of 0..6 and 8");
      }
      bytes += static_cast<uint64_t>(block_bytes(width, geometry.lanes_of_block(place)));
    }
  }
  return bytes;
}

}  // namespace

std::optional<Error> check_block_format(const BlockFormat& format) {
  if (format.width != 0 && !is_code_width(format.width)) {
    return invalid("width is " + std::to_string(format.width) + ", it must be 1..6, 8, or 0 for a width per block");
  }
  if (auto error = check_range("exponent", int64_t{format.exponent}, -126, 127)) return error;
  if (format.rows > kMostElements || format.columns > kMostElements ||
      (format.columns != 0 && format.rows > kMostElements / format.columns)) {
    return invalid("rows (" + std::to_string(format.rows) + ") times columns (" + std::to_string(format.columns) +
                   ") must be at most 2^40");
  }
  return std::nullopt;
}

uint64_t width_table_bytes(const BlockFormat& format) {
  return format.width == 0 ? (BlockGeometry(format).blocks() + 1) / 2 : 0;
}

Result<BlockView> BlockReader::open(const BlockFormat& format, std::span<const std::byte> bytes) {
  BlockView view;
  view.format_ = format;
  const BlockGeometry geometry(format);
  const uint64_t table = width_table_bytes(format);
  const auto too_short = [&](uint64_t needed) {
    return describe(ErrorCode::truncated, std::to_string(format.rows) + " x " + std::to_string(format.columns) +
                                              " elements take " + std::to_string(needed) + " bytes, there are " +
                                              std::to_string(bytes.size()));
  };
  if (table > bytes.size()) return too_short(table);
  view.widths_ = bytes.first(static_cast<size_t>(table));
  view.blocks_ = bytes.subspan(static_cast<size_t>(table));
  uint64_t needed = geometry.strips() * geometry.strip_bytes(format.width);
  if (format.width == 0) {
    const Result<uint64_t> found = find_offsets(format, view.widths_, view.offsets_);
    if (!found) return found.error();
    needed = *found;
  }
  if (needed > view.blocks_.size()) return too_short(table + needed);
  if (needed < view.blocks_.size()) {
    return describe(ErrorCode::corrupt, std::to_string(view.blocks_.size() - needed) + " bytes too many");
  }
  return view;
}

BlockRun BlockReader::run(uint64_t strip, uint64_t place, uint64_t count) const {
  const BlockFormat& format = view_.format_;
  BlockRun run;
  run.width = format.width;
  run.exponent = format.exponent;
  run.count = count;
  run.first = strip * geometry_.strip_blocks() + place;
  run.last_lanes = count == 0 ? 0 : geometry_.lanes_of_block(place + count - 1);
  uint64_t offset = strip * geometry_.strip_bytes(format.width) +
                    place * static_cast<uint64_t>(block_bytes(format.width, kBlockLanes));
  if (format.width == 0) {
    run.widths = view_.widths_.data();
    const uint64_t per_strip = (geometry_.strip_blocks() + kBlocksOfOffset - 1) / kBlocksOfOffset;
    offset = count == 0 ? 0 : view_.offsets_[static_cast<size_t>(strip * per_strip + place / kBlocksOfOffset)];
    for (uint64_t i = place / kBlocksOfOffset * kBlocksOfOffset; i < place; ++i) {
      BlockRun before = run;
      before.first = strip * geometry_.strip_blocks();
      offset += static_cast<uint64_t>(block_bytes(before.width_of(i), kBlockLanes));
    }
  }
  run.bytes = view_.blocks_.data() + offset;
  return run;
}

void BlockReader::read(uint64_t strip, uint64_t begin, std::span<float> elements) const {
  if (elements.empty()) return;
  const uint64_t first = begin / kBlockElements, end = begin + elements.size();
  const BlockRun run = this->run(strip, first, (end + kBlockElements - 1) / kBlockElements - first);
  const std::byte* bytes = run.bytes;
  alignas(32) int16_t integers[kBlockElements];
  for (uint64_t b = 0; b < run.count; ++b) {
    const int width = run.width_of(b), lanes = geometry_.lanes_of_block(first + b);
    unpack_block(bytes, width, lanes, integers);
    const float step = width == 0 ? 0 : half_step(width, unit_of_scale(std::to_integer<int>(bytes[0]), run.exponent));
    const uint64_t block = (first + b) * kBlockElements;
    const uint64_t from = std::max(begin, block), to = std::min<uint64_t>(end, block + kBlockElements);
    for (uint64_t i = from; i < to;) {
      const auto inside = static_cast<int>(i - block);
      const int lane = inside % lanes;
      const auto count = std::min<uint64_t>(to - i, static_cast<uint64_t>(lanes - lane));
      const int16_t* source = integers + inside / lanes * kBlockLanes + lane;
      float* target = elements.data() + (i - begin);
      for (uint64_t n = 0; n < count; ++n) target[n] = static_cast<float>(source[n]) * step;
      i += count;
    }
    bytes += block_bytes(width, lanes);
  }
}

void BlockReader::read_rows(uint64_t begin, std::span<float> elements) const {
  const auto columns = static_cast<size_t>(view_.format_.columns);
  if (!view_.format_.rows_apart) read(0, begin * columns, elements);
  for (size_t first = 0; first < elements.size(); first += columns) {
    const std::span<float> row = elements.subspan(first, columns);
    if (view_.format_.rows_apart) read(begin + first / columns, 0, row);
    if (view_.format_.is_rotated) rotate_row(row);
  }
}

void rotate_row(std::span<float> row) {
  constexpr size_t kSize = 32;
  constexpr float kNorm = 0.176776695f;  // 1 / sqrt(32)
  for (size_t begin = 0; begin + kSize <= row.size(); begin += kSize) {
    float* v = row.data() + begin;
    for (size_t half = 1; half < kSize; half *= 2) {
      for (size_t i = 0; i < kSize; i += 2 * half) {
        for (size_t k = i; k < i + half; ++k) {
          const float a = v[k], b = v[k + half];
          v[k] = a + b;
          v[k + half] = a - b;
        }
      }
    }
    for (size_t i = 0; i < kSize; ++i) v[i] *= kNorm;
  }
}

float dot_floats(std::span<const float> a, std::span<const float> b) {
  std::array<float, 8> sums = {};
  size_t i = 0;
  for (; i + 8 <= a.size(); i += 8) {
    for (size_t k = 0; k < 8; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (size_t k = 0; i + k < a.size(); ++k) sums[k] += a[i + k] * b[i + k];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

}  // namespace laq
