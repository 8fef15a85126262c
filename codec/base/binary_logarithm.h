// Logarithm and power to the base 2, the same on every machine: IEEE operations in a fixed order. The standard
// library's differ from one machine to the next.
#pragma once

namespace laq {

// x: finite, above 0. Within 1e-15 of its size, or 1e-15 where that is larger.
double binary_logarithm(double x);

// Within 1e-15 of its size where the result is a normal number; 0 or infinity where it is none at all, or x is NaN: 0.
double power_of_two(double x);

}  // namespace laq
