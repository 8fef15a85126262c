// The formats behind decode_picture() and encode_picture(): PNG by libpng, JPEG by libjpeg-turbo, and the Netpbm
// formats PBM (P1, P4), PGM (P2, P5), PPM (P3, P6) and PAM (P7), by the pages pbm(5), pgm(5), ppm(5) and pam(5) of
// Netpbm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "io/notes.h"
#include "io/picture_file.h"
#include "laq/laq.hpp"

namespace laq::io {

// The error of all of them for a picture of more than max_pixels.
Error too_many_pixels(uint64_t max_pixels);

// Reads every valid PNG. Palettes become RGB, a transparent colour becomes an alpha channel, gray of 1, 2 and 4 bits
// becomes 8 bits. Keeps the ICC profile, Exif and XMP (also those in "Raw profile type" text), and the resolution if it
// is in metres; the notes name what else the file has. Samples are allocated as they are read, and not at all if the
// file has too few bytes for its width and height.
Result<Noted<Picture>> decode_png(std::span<const std::byte> file, uint64_t max_pixels);

// The picture's depth must be 8 or 16. If libpng finds the ICC profile invalid, it is left out and the notes say so.
Result<Noted<std::vector<std::byte>>> encode_png(const Picture& picture);

struct JpegOptions {
  int quality = 95;
  bool has_full_chroma = true;  // otherwise 4:2:0
  bool is_progressive = false;
};

// Reads gray and colour JPEG of 8 bits. Keeps the ICC profile (APP2), Exif and XMP (APP1) and JFIF's resolution; the
// notes name what else the file has. Refuses CMYK, samples of 12 bits, and files that are cut off or damaged. Samples
// are allocated as they are decoded, and not at all if the file has too few bytes for its width and height.
Result<Noted<Picture>> decode_jpeg(std::span<const std::byte> file, uint64_t max_pixels);

// The picture's depth must be 8. Alpha, and Exif or XMP that do not fit into a marker of 64 KB, are refused.
Result<std::vector<std::byte>> encode_jpeg(const Picture& picture, const JpegOptions& options = {});

// Notes what a JPEG file has and a picture that is read from it has not: all but the samples, the first Exif, XMP and
// ICC data, and the resolution.
void note_jpeg_losses(std::span<const std::byte> file, Notes& notes);

// Reads the first picture of a Netpbm file; the notes name comments and what follows the picture. A maxval of 2^d - 1
// with d in 8..16 gives depth d. Samples of another maxval are scaled to the next such depth, so that maxval becomes
// full scale.
Result<Noted<Picture>> decode_pnm(std::span<const std::byte> file, uint64_t max_pixels);

// The kind is pgm, ppm, pam or netpbm, which is the first of these that can hold the picture; maxval is 2^depth - 1.
// Metadata are not kept.
Result<std::vector<std::byte>> encode_pnm(const Picture& picture, FileKind kind);

}  // namespace laq::io
