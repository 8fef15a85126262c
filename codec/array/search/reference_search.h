// Which rows before a row of series tell most of it. Encoder only.
#pragma once

#include <span>

#include "array/predict/series_rows.h"
#include "base/grid.h"

namespace laq::array {

// values: of a chunk. Empty if the chunk's rows have no references of their own.
RowReferences find_references(std::span<const double> values, const Grid& grid);

}  // namespace laq::array
