// The search for the lattice that the values of a chunk lie on.
#pragma once

#include <optional>
#include <span>

#include "array/map/lattice.h"

namespace laq::array {

// The lattice that most of the values lie on: exactly, or almost if none is exact. Nothing if they lie on none.
// levels: the values that are finite, sorted, each once.
std::optional<Lattice> find_lattice(ElementType type, std::span<const double> levels);

}  // namespace laq::array
