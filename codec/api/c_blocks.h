// The format of blocks in C and in C++.
#pragma once

#include <laq/blocks.hpp>

#include "api/c_api.h"

namespace laq::c_api {

inline BlockFormat read_format(const laq_block_format& format) {
  return {format.rows, format.columns, format.width, format.rows_apart != 0, format.is_rotated != 0, format.exponent};
}

inline laq_block_format write_format(const BlockFormat& format) {
  return {format.rows, format.columns, format.width, format.rows_apart, format.is_rotated, format.exponent};
}

}  // namespace laq::c_api
