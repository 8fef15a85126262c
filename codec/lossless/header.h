// The header of a picture that is coded without loss or with a bound on every sample.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <laq/laq.hpp>

#include "base/bytes.h"

namespace laq::lossless {

inline constexpr int kTileUnit = 64;        // samples; tiles are multiples of it
inline constexpr int kMostTileSide = 4096;  // samples
inline constexpr int kMostChannels = 4;

struct TileArea {
  int x = 0, y = 0, width = 0, height = 0;

  uint64_t pixels() const { return static_cast<uint64_t>(width) * static_cast<uint64_t>(height); }
};

struct LosslessHeader {
  uint32_t width = 0;
  uint32_t height = 0;
  int channels = 3;
  int depth = 8;
  uint32_t max_error = 0;  // of a sample that comes out
  int tile_side = kTileUnit;
  // The values of a channel that has few of its range: its samples are coded as their ranks. Empty: all values.
  std::array<std::vector<uint16_t>, kMostChannels> values;

  int tile_columns() const { return static_cast<int>((width + tile_side - 1) / tile_side); }
  int tile_rows() const { return static_cast<int>((height + tile_side - 1) / tile_side); }
  int tiles() const { return tile_columns() * tile_rows(); }
  TileArea tile_area(int tile) const;
  int max_sample() const { return (1 << depth) - 1; }
  // The largest number that a channel is coded with.
  int max_coded(int channel) const {
    return values[channel].empty() ? max_sample() : static_cast<int>(values[channel].size()) - 1;
  }
  // The step of residuals by which every sample is within the bound.
  int step() const { return static_cast<int>(2 * max_error + 1); }
  size_t sample_bytes() const { return depth > 8 ? 2 : 1; }

  void write(ByteWriter& writer) const;
  static Result<LosslessHeader> read(ByteReader& reader);
};

struct LosslessPayload {
  LosslessHeader header;
  // Tiles that are cut off, if that is allowed, are empty; no others are.
  std::vector<std::span<const std::byte>> tiles;

  bool is_whole(int tile) const { return !tiles[static_cast<size_t>(tile)].empty(); }
};

// may_be_cut: the payload may end before its tiles do.
Result<LosslessPayload> read_payload(std::span<const std::byte> payload, bool may_be_cut = false);

// An error if a tile that is there claims more pixels than its bytes can hold. It is called before anything is
// allocated for them.
std::optional<Error> check_tiles(const LosslessPayload& payload);

// The error for a tile that cannot be decoded.
Error damaged_tile();

std::vector<std::byte> write_payload(const LosslessHeader& header, const std::vector<std::vector<std::byte>>& tiles);

}  // namespace laq::lossless
