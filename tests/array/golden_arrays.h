// The golden files of arrays: what each was made of. Each is named after what it is to show: the content is such that
// the encoder codes it so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <laq/array.hpp>

#include "hash.h"

namespace laq::test {

inline constexpr size_t kMostBytesOfArray = 4096;

enum class ArrayContent {
  waves,
  rough,
  noise,
  tones,
  few,
  decimals,
  gaps,
  holes,
  spikes,
  scales,
  clock,
  spread,
  repeats
};

struct GoldenArray {
  const char* name;
  ArrayContent content;
  ElementType type;
  std::vector<uint64_t> shape;
  ArrayTarget target;
  uint32_t chunk_elements = 0;
  int effort = 5;
  std::vector<ArrayPartBound> parts = {};
  uint64_t grows_at = 0;  // the index of the first side from which on it was appended; 0: nothing was
};

inline const std::vector<GoldenArray> kGoldenArrays = {
    {"deflate", ArrayContent::noise, ElementType::float64, {3, 1, 40}, {ArrayTargetKind::lossless, 0}},
    {"interpolation", ArrayContent::waves, ElementType::float32, {20, 24, 28}, {ArrayTargetKind::max_error, 0.3}},
    {"plane", ArrayContent::rough, ElementType::float32, {60, 70}, {ArrayTargetKind::max_relative_error, 0.02}},
    {"regression-plane", ArrayContent::waves, ElementType::float32, {61, 90}, {ArrayTargetKind::max_error, 0.05}},
    {"regression-volume", ArrayContent::waves, ElementType::float64, {7, 21, 35}, {ArrayTargetKind::max_error, 0.05}},
    {"volume", ArrayContent::rough, ElementType::uint16, {9, 20, 26}, {ArrayTargetKind::max_error, 3}},
    {"verbatim-samples", ArrayContent::spikes, ElementType::float32, {30, 40}, {ArrayTargetKind::max_error, 0.1}},
    {"holes", ArrayContent::holes, ElementType::float32, {6, 20, 24}, {ArrayTargetKind::max_error, 0.2}},
    {"holes-wavelet", ArrayContent::holes, ElementType::float64, {40, 60}, {ArrayTargetKind::psnr, 45}},
    {"lossless-plane", ArrayContent::rough, ElementType::float32, {24, 30}, {ArrayTargetKind::lossless, 0}},
    {"lossless-integers", ArrayContent::rough, ElementType::int8, {30, 50}, {ArrayTargetKind::lossless, 0}},
    {"line", ArrayContent::tones, ElementType::int16, {2000}, {ArrayTargetKind::max_error, 2}},
    {"channels", ArrayContent::tones, ElementType::int32, {3, 1100}, {ArrayTargetKind::max_error, 4}},
    {"noise", ArrayContent::noise, ElementType::float32, {40, 50}, {ArrayTargetKind::psnr, 30}},
    {"wavelet", ArrayContent::waves, ElementType::float64, {50, 60}, {ArrayTargetKind::psnr, 60}},
    {"wavelet-volume", ArrayContent::waves, ElementType::uint8, {30, 34, 36}, {ArrayTargetKind::snr, 32}},
    {"wavelet-slowest-first", ArrayContent::waves, ElementType::uint8, {64, 40, 3}, {ArrayTargetKind::snr, 32}},
    {"lapped", ArrayContent::tones, ElementType::int16, {2, 5000}, {ArrayTargetKind::snr, 30}},
    {"levels", ArrayContent::few, ElementType::float32, {30, 60}, {ArrayTargetKind::lossless, 0}},
    {"lattice", ArrayContent::decimals, ElementType::float32, {30, 40}, {ArrayTargetKind::lossless, 0}},
    {"split", ArrayContent::gaps, ElementType::float32, {40, 40}, {ArrayTargetKind::max_error, 0.5}},
    {"logarithm", ArrayContent::scales, ElementType::float32, {40, 40}, {ArrayTargetKind::pointwise_relative, 0.05}},
    {"chunks", ArrayContent::waves, ElementType::uint8, {2, 20, 30, 30}, {ArrayTargetKind::max_error, 1}, 4000},
    {"half", ArrayContent::rough, ElementType::float16, {30, 40}, {ArrayTargetKind::max_error, 0.05}},
    {"half-exactly", ArrayContent::holes, ElementType::float16, {24, 30}, {ArrayTargetKind::lossless, 0}},
    {"bfloat16", ArrayContent::rough, ElementType::bfloat16, {30, 40}, {ArrayTargetKind::max_error, 0.05}},
    {"wide", ArrayContent::rough, ElementType::int64, {30, 40}, {ArrayTargetKind::max_error, 2}},
    {"wide-from-offset", ArrayContent::clock, ElementType::uint64, {500}, {ArrayTargetKind::lossless, 0}},
    {"wide-halves", ArrayContent::spread, ElementType::int64, {3, 50}, {ArrayTargetKind::max_error, 1}},
    {"six-sides", ArrayContent::waves, ElementType::float32, {2, 3, 1, 4, 8, 9}, {ArrayTargetKind::max_error, 0.1}},
    {"no-sides", ArrayContent::waves, ElementType::float64, {}, {ArrayTargetKind::lossless, 0}},
    {"one-element", ArrayContent::waves, ElementType::float32, {1}, {ArrayTargetKind::lossless, 0}},
    {"multilevel", ArrayContent::waves, ElementType::float32, {48, 60}, {ArrayTargetKind::max_error, 0.02}, 0, 2},
    {"multilevel-holes",
     ArrayContent::holes,
     ElementType::float64,
     {6, 20, 24},
     {ArrayTargetKind::max_error, 0.2},
     0,
     3},
    {"lorenzo", ArrayContent::rough, ElementType::uint16, {48, 60}, {ArrayTargetKind::max_error, 2}, 0, 1},
    {"mixed-bytes", ArrayContent::repeats, ElementType::float64, {30, 41}, {ArrayTargetKind::lossless, 0}},
    {"parts",
     ArrayContent::waves,
     ElementType::float32,
     {20, 30},
     {ArrayTargetKind::max_error, 0.1},
     0,
     5,
     {{{{5, 8}, {9, 10}}, 0.01}}},
    {"grown", ArrayContent::holes, ElementType::float32, {9, 8, 30}, {ArrayTargetKind::psnr, 40}, 0, 5, {}, 4},
    {"no-elements", ArrayContent::waves, ElementType::int32, {4, 0}, {ArrayTargetKind::lossless, 0}},
};

inline uint64_t hash_of(const Array& array) {
  Hash hash;
  for (const std::byte byte : array.data) hash.add(std::to_integer<uint32_t>(byte));
  return hash.value();
}

}  // namespace laq::test
