// What a decoder knows of a chunk before its samples.
#pragma once

#include <cstdint>
#include <span>

#include "array/predict/lane_samples.h"
#include "array/predict/multilevel.h"
#include "entropy/coder.h"
#include "entropy/lane_rans.h"

namespace laq::array {

struct LanesToRead {
  const ChunkFormat& format;
  const LaneHeader& header;
  LaneLayout layout;
  const LevelTables& tables;
  std::span<const int32_t> escapes;
  SymbolReader& symbols;  // what is left of them
};

}  // namespace laq::array
