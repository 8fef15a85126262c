// Changes of a picture's samples that a file format asks for. All return a new picture with the same metadata, but for
// what is said. They may throw std::bad_alloc.
#pragma once

#include "laq/laq.hpp"

namespace laq::io {

// Full scale stays full scale: v -> round(v * (2^depth - 1) / (2^old - 1)). depth: 1..16.
Picture with_depth(const Picture& picture, int depth);

// Whether all samples are such that `depth` bits can tell them: they have no more bits above zeros, or are what
// with_depth() makes of samples of so many bits, or fewer down to 8.
bool is_kept_by_depth(const Picture& picture, int depth);

// Gray becomes RGB with three equal channels; alpha is kept. Colour stays as it is.
Picture with_colour(const Picture& picture);

// Samples as they are to be looked at: turned and mirrored by metadata.orientation, which is 1 afterwards. The
// resolutions of x and y are exchanged where the axes are.
Picture upright(const Picture& picture);

}  // namespace laq::io
