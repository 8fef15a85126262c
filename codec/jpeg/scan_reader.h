// Reads the entropy-coded segment of a scan into coefficients, and records the free choices of its writer.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include <laq/laq.hpp>

#include "entropy/coder.h"
#include "jpeg/frame.h"
#include "jpeg/headers.h"
#include "jpeg/scan_walk.h"

namespace laq::jpeg {

// Reads the scan that the walk over the headers has come to, moves the walk behind it, and writes the choices.
std::optional<Error> read_scan(std::span<const std::byte> file, Headers& headers, Frame& frame, Choices& choices,
                               SymbolWriter& coder);

}  // namespace laq::jpeg
