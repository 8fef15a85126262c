// laq: locally-adaptive quantization. Pictures in parts: a region, a smaller size, rows one after the other, and files
// that are cut off.
//
//   laq::Result<laq::PartialPicture> crop = laq::decode_part(file, {.region = laq::PictureRegion{100, 80, 512, 512}});
//   laq::Result<laq::PartialPicture> small = laq::decode_part(file, {.reduction = 8});
//
// A part has the same samples as that part of the whole picture. Only the tiles that it needs are decoded, and the
// memory is in proportion to it; the checksum of the coded picture, which is over all of its bytes, is not verified.
// inspect() verifies it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <laq/laq.hpp>

namespace laq {

struct PictureRegion {
  uint32_t x = 0;
  uint32_t y = 0;
  uint32_t width = 0;
  uint32_t height = 0;

  bool operator==(const PictureRegion&) const = default;
};

struct PartOptions {
  // In pixels of the whole picture, within it and not empty; without a region, the whole picture. A reduced picture has
  // all of the larger pixels that the region touches.
  std::optional<PictureRegion> region = {};
  // 1, 2, 4 or 8: so many pixels across and down become one, their mean before it is rounded. If the file has a preview
  // of this reduction, that is what is decoded, in place of all tiles. Floating-point samples become the mean of their
  // own numbers, which are light unless the code points tell another transfer: of those that are finite, added as
  // doubles, row by row, and rounded once; the first sample where none is.
  int reduction = 1;
  // Accepts a file that is cut off: incomplete tiles are filled from the preview, or with gray if the file has none,
  // and are listed as missing. Gray is the middle of the range: of floating-point samples 0.5 without loss or with a
  // bound on them, else the middle of the scale of light that the file has, see docs/format.md.
  bool allow_partial = false;
  DecodeOptions decode = {};
};

// The decoded part; only `missing` is in the coordinates of the whole picture.
struct PartInfo {
  uint32_t width = 0;
  uint32_t height = 0;
  int channels = 3;  // of the picture, as in Picture
  int depth = 8;
  bool is_preview = false;                  // its samples are those of the file's preview
  std::vector<PictureRegion> missing = {};  // in pixels of the whole picture: the tiles that are not there
  Metadata metadata = {};                   // of the file
  SampleFormat sample_format = SampleFormat::integer;
};

// missing: as in PartInfo.
struct PartialPicture {
  Picture picture;
  std::vector<PictureRegion> missing = {};
};

// Memory of the caller, with channels in any order. Channels whose `first` is null are left out. Red, green and blue of
// a gray picture are equal; alpha of a picture without it is opaque.
struct LAQ_API PixelBuffer {
  enum class Type : uint8_t { integer8, integer16, float32, float16 };
  // The place of a channel's first sample, and the bytes from a sample to its neighbours on the right and below, which
  // may be negative. Places need no alignment.
  struct Channel {
    void* first = nullptr;
    ptrdiff_t pixel_bytes = 0;
    ptrdiff_t row_bytes = 0;
  };

  Type type = Type::integer8;
  // Integers have 1..8 or 1..16 bits, and the largest sample is 2^depth - 1; floating-point numbers have no depth, and
  // are IEEE numbers of the machine's byte order. Samples of an integer picture become 0 to 1 there; those of a picture
  // of floating-point samples keep their values, whatever they are, and no buffer of integers takes them
  // (decode_part_to: invalid_argument).
  int depth = 8;
  std::array<Channel, 4> channels = {};  // red or gray, green, blue, alpha

  // Pixels of channels in this order, of the letters R, G, B and A, each at most once, and X for samples that are left
  // alone: "RGBA", "BGRA", "BGRX". Any other letter makes a buffer without channels, which is refused.
  static PixelBuffer interleaved(std::string_view order, Type type, int depth, void* samples, ptrdiff_t row_bytes);
};

// Takes decoded rows in their order; rows are a picture of the part's width and a few rows, the first of which is row
// `y` of the part. They are valid during the call. Returning false cancels.
using TakeRows = std::function<bool(const PictureView& rows, uint32_t y)>;

// The sizes of a part, without decoding it. Only `missing` is not filled in. Errors of all of these: as of decode(),
// invalid_argument (a region that is empty or not within the picture, another reduction than 1, 2, 4 or 8, a buffer
// without channels), cancelled. Where decoding fails, rows and buffers may have been written in part.
LAQ_API Result<PartInfo> part_info(std::span<const std::byte> file, const PartOptions& options = {});

// The part as a picture of its own, with the metadata of the file.
LAQ_API Result<PartialPicture> decode_part(std::span<const std::byte> file, const PartOptions& options = {});

// The part to the caller's memory, which has room for all of it.
LAQ_API Result<PartInfo> decode_part_to(std::span<const std::byte> file, const PixelBuffer& buffer,
                                        const PartOptions& options = {});

// The part row by row; memory holds one row of tiles.
LAQ_API Result<PartInfo> decode_part_rows(std::span<const std::byte> file, const TakeRows& take,
                                          const PartOptions& options = {});

// Gives the rows y .. y + count - 1 of a picture, to memory that begins at `rows`, row_bytes apart. Rows are asked for
// in their order, each once. Returning false cancels.
using GiveRows = std::function<bool(uint32_t y, uint32_t count, void* rows, size_t row_bytes)>;

// The LAQ file of a picture that is given row by row; memory holds a few rows of tiles and the file. The samples of
// `picture` are ignored. The file differs from that of encode(), which looks at the whole picture before it chooses the
// strengths of the loop filters and how tiles are cut; it is mostly larger by less than a hundredth. Without loss,
// pictures that use few of the values of their range (12 bits in 16) become larger. Floating-point samples are all kept
// in memory until the last row is there, as their scale follows from all of them, and the file is that of encode().
// Errors: those of encode(), invalid_argument also if the options have a target other than max_error.
LAQ_API Result<std::vector<std::byte>> encode_rows(const PictureView& picture, const GiveRows& give,
                                                   const EncodeOptions& options = {});

}  // namespace laq
