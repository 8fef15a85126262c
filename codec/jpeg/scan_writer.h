// Writes the entropy-coded segment of a scan from coefficients and the recorded choices of its first writer.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <laq/laq.hpp>

#include "entropy/coder.h"
#include "jpeg/frame.h"
#include "jpeg/headers.h"
#include "jpeg/scan_walk.h"

namespace laq::jpeg {

// Appends the scan that the walk over the headers has come to. False if a coefficient has no code in its table, or the
// file gets longer than most_bytes.
bool write_scan(const Headers& headers, Frame& frame, Choices& choices, SymbolReader& coder, size_t most_bytes,
                std::vector<std::byte>& file);

}  // namespace laq::jpeg
