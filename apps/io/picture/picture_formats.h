// The readers and writers of pictures behind the table of formats.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "io/notes.h"
#include "io/picture/picture_file.h"
#include "io/picture/row_reader.h"
#include "io/picture/row_writer.h"
#include "laq/laq.hpp"

namespace laq::io {

// PNG by libpng. Reads every valid file. Palettes become RGB, a transparent colour becomes an alpha channel, gray of 1,
// 2 and 4 bits becomes 8 bits. Keeps colour (png_colour.h), light levels, Exif, XMP, texts and IPTC (png_text.h), and
// the resolution or the aspect of pixels; the notes name what else the file has. Samples are allocated as they are
// read, and not at all if the file has too few bytes for its width and height.
Result<Noted<Picture>> decode_png(std::span<const std::byte> file, uint64_t max_pixels);

// The same row by row, unless the file is interlaced.
OpenedRows open_png(std::span<const std::byte> file, uint64_t max_pixels);

// The picture's depth must be 8 or 16. If libpng finds the ICC profile invalid, it is left out and the notes say so.
Result<Noted<std::vector<std::byte>>> encode_png(const Picture& picture);
OpenedWriter create_png(const Picture& picture, ByteSink& sink);

struct JpegOptions {
  int quality = 95;
  bool has_full_chroma = true;  // otherwise 4:2:0
  bool is_progressive = false;
};

// JPEG by libjpeg-turbo. Reads gray and colour of 8 bits; CMYK becomes sRGB by its ICC profile (cmyk.h). Keeps the ICC
// profile (APP2), JFIF's resolution or aspect of pixels, and what jpeg_metadata.h says; the notes name what else the
// file has. Refuses CMYK without a profile, samples of 12 bits, and files that are cut off or damaged. Samples are
// allocated as they are decoded, and not at all if the file has too few bytes for its width and height.
Result<Noted<Picture>> decode_jpeg(std::span<const std::byte> file, uint64_t max_pixels);

// The picture's depth must be 8; alpha is refused. The notes name metadata that do not fit.
Result<Noted<std::vector<std::byte>>> encode_jpeg(const Picture& picture, const JpegOptions& options = {});

// The Netpbm formats PBM (P1, P4), PGM (P2, P5), PPM (P3, P6) and PAM (P7), by the pages pbm(5), pgm(5), ppm(5) and
// pam(5) of Netpbm. Reads the first picture of a file; the notes name comments and what follows the picture. A maxval
// of 2^d - 1 with d in 8..16 gives depth d. Samples of another maxval are scaled to the next such depth, so that maxval
// becomes full scale.
Result<Noted<Picture>> decode_pnm(std::span<const std::byte> file, uint64_t max_pixels);

// The same row by row.
OpenedRows open_pnm(std::span<const std::byte> file, uint64_t max_pixels);

// The kind is pgm, ppm, pam or netpbm, which is the first of these that can hold the picture; maxval is 2^depth - 1.
// Metadata are not kept.
OpenedWriter create_pnm(const Picture& picture, FileKind kind, ByteSink& sink);

// TIFF by libtiff. The first page is read, of gray, RGB or palette with 1 to 16 bits (32 become 16), YCbCr of 8 bits,
// and light as 32-bit floating-point numbers (light.h); alpha that colour was multiplied by is divided out. Keeps the
// ICC profile, XMP, Exif, resolution and orientation.
Result<Noted<Picture>> decode_tiff(std::span<const std::byte> file, uint64_t max_pixels);

// The same row by row, unless the samples need conversions (CMYK, YCbCr, light, colour that was multiplied by alpha) or
// lie in planes.
OpenedRows open_tiff(std::span<const std::byte> file, uint64_t max_pixels);

// The picture's depth must be 8 or 16, or its samples floating-point ones.
Result<Noted<std::vector<std::byte>>> encode_tiff(const Picture& picture);
OpenedWriter create_tiff(const Picture& picture, ByteSink& sink);

// GIF by giflib. The first frame on its canvas, with alpha if not all of it is drawn. Keeps the ICC profile and the
// aspect of pixels.
Result<Noted<Picture>> decode_gif(std::span<const std::byte> file, uint64_t max_pixels);

// BMP of all headers with 1 to 32 bits a pixel and runs (RLE4, RLE8); palettes become gray or RGB, masks of more than 8
// bits 16-bit samples. Keeps the ICC profile and the resolution.
Result<Noted<Picture>> decode_bmp(std::span<const std::byte> file, uint64_t max_pixels);

// The picture's depth must be 8.
Result<Noted<std::vector<std::byte>>> encode_bmp(const Picture& picture);

// PFM. Light becomes 16-bit samples by the PQ curve (light.h). Alpha is refused by the writer.
Result<Noted<Picture>> decode_pfm(std::span<const std::byte> file, uint64_t max_pixels);
Result<Noted<std::vector<std::byte>>> encode_pfm(const Picture& picture);
OpenedWriter create_pfm(const Picture& picture, ByteSink& sink);

// OpenEXR by libOpenEXR: channels R, G, B or Y, and A, of scan lines or tiles; the first part. Written as half numbers.
Result<Noted<Picture>> decode_exr(std::span<const std::byte> file, uint64_t max_pixels);
Result<Noted<std::vector<std::byte>>> encode_exr(const Picture& picture);
OpenedWriter create_exr(const Picture& picture, ByteSink& sink);

// WebP by libwebp. The first frame of an animation, on its canvas. Keeps the ICC profile, Exif and XMP.
Result<Noted<Picture>> decode_webp(std::span<const std::byte> file, uint64_t max_pixels);

// Without loss. The picture's depth must be 8. Gray becomes RGB.
Result<Noted<std::vector<std::byte>>> encode_webp(const Picture& picture);

// JPEG XL by libjxl: samples of at most 16 bits. The first frame of an animation, on its canvas; alpha that colour was
// multiplied by is divided out. Keeps the ICC profile, code points, Exif, XMP and the orientation.
Result<Noted<Picture>> decode_jpeg_xl(std::span<const std::byte> file, uint64_t max_pixels);

// Without loss, of every depth.
Result<Noted<std::vector<std::byte>>> encode_jpeg_xl(const Picture& picture);

// JPEG 2000 by OpenJPEG: JP2 files and codestreams of unsigned samples of 1 to 16 bits. YCbCr becomes RGB, small
// components are interpolated, alpha that colour was multiplied by is divided out. Keeps the ICC profile, Exif, XMP and
// the resolution.
Result<Noted<Picture>> decode_jpeg_2000(std::span<const std::byte> file, uint64_t max_pixels, int threads = 1);

struct Jpeg2000Options {
  double ratio = 0;  // of the bytes of samples to those of the file; 0: without loss
  // A codestream without boxes, which cost about 80 bytes, if it has no alpha and no profile. Other metadata are
  // dropped without a note.
  bool may_be_bare = false;
  int threads = 1;
};

// A JP2 file, of every depth.
Result<Noted<std::vector<std::byte>>> encode_jpeg_2000(const Picture& picture, const Jpeg2000Options& options = {});

// HEIF and AVIF by libheif: the main picture, turned as the file says, with 8 to 16 bits. YCbCr becomes RGB, small
// planes of chroma are interpolated, alpha that colour was multiplied by is divided out. Keeps the ICC profile, code
// points, light levels, Exif, XMP and the aspect of pixels.
Result<Noted<Picture>> decode_heif(std::span<const std::byte> file, uint64_t max_pixels);

// Lossy, of quality 90, with full chroma and 8, 12 or (HEIC) 10 bits. It is an error if libheif has no encoder for it.
Result<Noted<std::vector<std::byte>>> encode_avif(const Picture& picture);
Result<Noted<std::vector<std::byte>>> encode_heic(const Picture& picture);

}  // namespace laq::io
