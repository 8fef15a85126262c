// laq: JPEG files kept exactly, in fewer bytes.
//
//   laq::Result<std::vector<std::byte>> kept = laq::encode_jpeg(jpeg);      // about a fifth smaller
//   laq::Result<std::vector<std::byte>> again = laq::decode_jpeg(*kept);  // the same bytes as before
//
// The coefficients of a JPEG file are coded anew, by mixed contexts in place of Huffman tables; nothing is decoded to
// samples and quantized again. Baseline, extended sequential and progressive files of 8 bits and 1 to 4 components are
// kept, with all that is in them beside the picture. encode_jpeg() checks that every bit comes back, and otherwise
// refuses the file. All functions are re-entrant; none throws.
//
// Sources: the files are those of ITU-T T.81; the first coefficients are expected from the borders of neighbouring
// blocks as in packJPG (Stirner 2006-2013) and Lepton (Horn et al., 2017); contexts are mixed by logistic regression,
// Mahoney 2005. The coding is described in docs/format.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <laq/laq.hpp>

namespace laq {

struct JpegEncodeOptions {
  int threads = 0;  // 1..1024, or 0: one per processor; the bytes do not depend on it
  uint64_t max_pixels = uint64_t{1} << 30;
  uint64_t max_bytes = uint64_t{1} << 36;  // of memory that the call may take beside the file
};

// What a LAQ file says of the JPEG file that it keeps.
struct JpegInfo {
  uint32_t width = 0;
  uint32_t height = 0;
  int components = 0;  // 1 gray, 3 colour, 4 CMYK, ...
  bool is_progressive = false;
  uint64_t jpeg_bytes = 0;
};

// The LAQ file that keeps a JPEG file. Errors: invalid_argument, limit_exceeded, unsupported (no JPEG file, or one that
// cannot be kept: arithmetic-coded, lossless, hierarchical, of 12 bits, or coded in an unusual way), truncated,
// corrupt, out_of_memory.
LAQ_API Result<std::vector<std::byte>> encode_jpeg(std::span<const std::byte> jpeg,
                                                   const JpegEncodeOptions& options = {});

// The JPEG file, bit by bit. Errors: any but cancelled; invalid_argument only for options out of their range.
LAQ_API Result<std::vector<std::byte>> decode_jpeg(std::span<const std::byte> file, const DecodeOptions& options = {});

// What the file keeps; checksums are verified, coefficients are not decoded.
LAQ_API Result<JpegInfo> inspect_jpeg(std::span<const std::byte> file, const DecodeOptions& options = {});

// Whether a LAQ file keeps a JPEG file. Reads headers only.
LAQ_API bool holds_jpeg(std::span<const std::byte> file);

}  // namespace laq
