// Which lattice the values of a chunk lie on.
#pragma once

#include <optional>
#include <span>

#include "array/map/lattice.h"

namespace laq::array {

// The lattice that most of the values lie on: exactly, or almost where none is exact. Nothing where they do not.
// levels: the values that are finite, sorted, each once.
std::optional<Lattice> find_lattice(ElementType type, std::span<const double> levels);

}  // namespace laq::array
