// The Netpbm formats: PBM (P1, P4), PGM (P2, P5), PPM (P3, P6) and PAM (P7).
// Source: the pages pbm(5), pgm(5), ppm(5) and pam(5) of Netpbm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "io/picture_file.h"

namespace laq::io {

bool is_pnm(std::span<const std::byte> file);

// Reads the first picture of the file; the notes name comments and what follows the picture. A maxval of 2^d - 1 with d
// in 8..16 gives depth d. Samples of another maxval are scaled to the next such depth, so that maxval becomes full
// scale.
Result<Noted<Picture>> decode_pnm(std::span<const std::byte> file, uint64_t max_pixels);

// The format is pgm, ppm, pam or pnm; maxval is 2^depth - 1. Metadata are not kept.
Result<std::vector<std::byte>> encode_pnm(const Picture& picture, FileFormat format);

}  // namespace laq::io
