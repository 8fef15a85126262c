// What the C functions that write and those that read arrays share.
#pragma once

#include <laq/laq.h>
#include <laq/array.hpp>

#include "api/c_api.h"

namespace laq::c_api {

inline Result<ArrayRegion> read_region(const laq_array_region& region) {
  const int64_t dimensions = region.dimensions;
  if (const auto failure = check_range("region.dimensions", dimensions, 0, LAQ_MAX_DIMENSIONS)) return *failure;
  return ArrayRegion{{region.begin, region.begin + dimensions}, {region.size, region.size + dimensions}};
}

}  // namespace laq::c_api
