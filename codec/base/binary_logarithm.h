// Logarithm and power to the base 2, the same on every machine: IEEE operations in a fixed order. The standard
// library's differ from one machine to the next.
#pragma once

namespace laq {

// x: finite, above 0. The result is within 1e-15 of its size, or within 1e-15 if that is larger.
double binary_logarithm(double x);

// If the result is a normal number, it is within 1e-15 of its size; else it may be 0 or infinity. It is 0 if x is NaN.
double power_of_two(double x);

}  // namespace laq
