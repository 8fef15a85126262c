// Encoder only: how many tables of frequencies the contexts of a plane share, and their frequencies.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lossless/plane_model.h"

namespace laq::lossless {

using TokenCounts = std::array<uint32_t, kMostTokens>;

// counts: of each context. Fills in the tables as they are coded, and the table of each context.
void choose_tables(const std::vector<TokenCounts>& counts, PlaneModel& model);

}  // namespace laq::lossless
