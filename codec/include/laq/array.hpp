// laq: arrays of numbers in any number of dimensions (signals, sensor series, fields), with a bound on every error.
//
//   laq::ArrayView view{laq::ElementType::float32, {60, 83, 83}, samples};
//   laq::Result<std::vector<std::byte>> file = laq::encode(view, {.target = {laq::ArrayTargetKind::max_error, 0.01}});
//   laq::Result<laq::Array> again = laq::decode_array(*file);
//
// Every finite element of `again` differs from the original by at most the bound, after rounding to the element type
// and to the last bit (the exact difference, not one that is rounded itself), on every machine, whatever the rounding
// of the calling thread; NaN and infinities come back bit by bit. The scale of floating-point elements hardly matters:
// those times a power of two take as many bytes, but for a few, and have the same errors times that power, as long as
// none of them becomes infinite or loses bits. All functions are re-entrant; none throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <laq/laq.hpp>

namespace laq {

// float16 is IEEE 754 binary16, and bfloat16 the upper half of a binary32; <laq/float16.hpp> has types for both.
enum class ElementType : uint8_t {
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  float32,
  float64,
  int64,
  uint64,
  float16,
  bfloat16
};
inline constexpr ElementType kLastElementType = ElementType::bfloat16;

constexpr size_t element_bytes(ElementType type) {
  switch (type) {
    case ElementType::int8:
    case ElementType::uint8:
      return 1;
    case ElementType::int16:
    case ElementType::uint16:
    case ElementType::float16:
    case ElementType::bfloat16:
      return 2;
    case ElementType::int32:
    case ElementType::uint32:
    case ElementType::float32:
      return 4;
    default:
      return 8;
  }
}

constexpr bool is_floating_point(ElementType type) {
  return type == ElementType::float16 || type == ElementType::bfloat16 || type == ElementType::float32 ||
         type == ElementType::float64;
}

// What travels with the elements. Loss never takes an element out of the limits that it states.
struct SignalInfo {
  uint32_t sample_rate = 0;  // elements a second along the last side; 0: unknown, or not a signal
  // The bits b with which integers of up to 32 bits were recorded, if these are fewer than their type has. All elements
  // then lie within -2^(b-1) .. 2^(b-1)-1, or 0 .. 2^b-1 if the type is unsigned, before and after coding. A value of
  // 0, or one that is not below the bits of the type, says nothing.
  uint8_t significant_bits = 0;
};

// Elements of the caller in native byte order, not owned.
struct ArrayView {
  ElementType type = ElementType::float32;
  // 0 to 32 sides, the slowest first; neighbours along the last one are most alike. Without sides it is one element.
  // If there are more than four sides, all but the last three are coded as if they were one, so the last three should
  // be those of the field.
  std::vector<uint64_t> shape = {};
  const void* data = nullptr;  // may be null where a side is 0
  // Bytes from one element to the next along each side; empty: packed, last side fastest.
  std::vector<int64_t> strides = {};
  SignalInfo signal = {};
  std::span<const Attachment> attachments = {};  // as of Metadata
};

// The same, owning its elements; packed, last side fastest.
struct Array {
  ElementType type = ElementType::float32;
  std::vector<uint64_t> shape = {};
  std::vector<std::byte> data = {};
  SignalInfo signal = {};
  std::vector<Attachment> attachments = {};

  ArrayView view() const { return {type, shape, data.data(), {}, signal, attachments}; }
};

// What a file is to reach.
enum class ArrayTargetKind : uint8_t {
  lossless,
  max_error,  // no finite element changes by more than `value`
  // The same for `value` times the range, which is the greatest less the least finite element. Range and product are
  // doubles, rounded to nearest; the product is rounded down if its quotient by the range, rounded too, would exceed
  // `value`.
  max_relative_error,
  // The next three take several encodes and bound no single error: the smallest file that is found with at least
  // `value` decibels, or the best with at most `value` bits.
  psnr,  // range relative to root mean squared error
  snr,   // root mean square of the finite elements relative to that of their errors
  bits,  // per element, counting the whole file; without loss if that fits
  // No finite element changes by more than `value` times its own size: zeros stay zeros, and signs are kept. This
  // bounds single errors again, and takes one encode.
  pointwise_relative
};

struct ArrayTarget {
  ArrayTargetKind kind = ArrayTargetKind::lossless;
  // max_error, max_relative_error: at least 0, where 0 is lossless; psnr, snr: 0 .. 1000; bits: above 0;
  // pointwise_relative: above 0, below 1.
  double value = 0;
};

// A part of an array: `size` elements of each side from `begin` on, as many sides as the array has.
struct ArrayRegion {
  std::vector<uint64_t> begin = {};
  std::vector<uint64_t> size = {};
};

// A bound for a part of an array, in place of the target's value.
struct ArrayPartBound {
  ArrayRegion part = {};
  double value = 0;  // in the numbers of the target
};

struct ArrayEncodeOptions {
  ArrayTarget target = {};
  int threads = 0;  // 1..1024, or 0: one per processor; the bytes do not depend on it
  // Called now and then, every few thousand elements of each thread but never from two threads at once, with the share
  // of the work that is done (0..1), which is an estimate within chunks; returning false cancels at once.
  std::function<bool(float)> progress = {};
  // The most elements of a chunk, which is coded and decoded independently: 256 .. 2^21, or 0: 2^21. Smaller chunks let
  // decode_array_region decode less, and make the file larger: fields by 4 % with 2^16, by 21 % with 2^12.
  uint32_t chunk_elements = 0;
  // 1 (fastest) .. 9 (smallest file). Up to 3, fields have fast codings of their own, and up to 2, few codings are
  // tried; above 5, more and more codings are tried on whole chunks; for targets in decibels or bits, the search for
  // the best levels is finer too.
  int effort = 5;
  // Parts with bounds of their own, under max_error, max_relative_error (of the range of the whole array) and
  // pointwise_relative. The last part that holds an element counts, and the target where none does. Chunks end at the
  // borders of parts, through the whole array, and each is coded by its own bound: few and large parts cost least. At
  // most 2^16. In arrays of more than four sides, what a part takes of all sides but the last three has no gaps.
  std::vector<ArrayPartBound> parts = {};
  // Runs the tasks in place of threads of the library's own: at most `threads` at once.
  ThreadPool pool = {};
};

// What the header of an array file says.
struct ArrayInfo {
  ElementType type = ElementType::float32;
  std::vector<uint64_t> shape = {};
  SignalInfo signal = {};
  ArrayTarget target = {};  // as it was asked for
  // What was reached, of the finite elements. Differences are between elements, after rounding to their type, and
  // absolute whatever the target is. The mean of squares is 0 or infinite where no double is so small or so large.
  double max_error = 0;
  double mean_squared_error = 0;
  uint64_t non_finite = 0;  // elements that are NaN or infinite
  // The bounds by which chunks are coded, which differ where parts have bounds of their own: largest errors, or shares
  // of each element if the target is pointwise_relative; 0 if no single error is bounded.
  double least_bound = 0, greatest_bound = 0;
  uint64_t chunks = 0;  // parts that are coded independently
  // The sides of a chunk; chunks at the ends of sides, and where parts of the array meet, may be smaller. If the array
  // has more than four sides, these are four, of which the first counts all sides but the last three together. If
  // 64-bit integers are coded in halves (see docs/format.md), there is one number, which counts elements in their
  // order.
  std::vector<uint64_t> chunk_shape = {};
  std::vector<Attachment> attachments = {};
};

// 64-bit integers that are more than 2^53 apart are kept without loss, whatever the target is.
// Errors: invalid_argument (more than 32 sides, more than 2^40 elements, an option out of its range, an
// element beyond the significant bits, more than 2^31 - 1 chunks, 64-bit integers beyond 2^52 with a target in shares
// of their size or power), limit_exceeded (no file with so few bits was found; the message tells the least),
// out_of_memory, cancelled.
LAQ_API Result<std::vector<std::byte>> encode(const ArrayView& array, const ArrayEncodeOptions& options = {});

// Takes bytes of a file that stand from `offset` on, which are valid during the call. Returning false cancels.
using PutBytes = std::function<bool(uint64_t offset, std::span<const std::byte> bytes)>;

// The same for a file that may be larger than memory: `put` gets the chunks in order, each as soon as it and those
// before it are coded, and the beginning of the file last of all. An array that is mapped into memory is read chunk by
// chunk. Returns the bytes of the file, which are a few more than those of encode() where there are several chunks.
// Targets in decibels and bits keep the file in memory. Errors: those of encode(); the bytes that were put then are no
// valid file. `put` is never called from two threads at once.
LAQ_API Result<uint64_t> encode_to(const PutBytes& put, const ArrayView& array, const ArrayEncodeOptions& options = {});

// The LAQ file of an array that has grown: the elements of `file` and behind them, along the slowest side, those of
// `more`. The chunks of `file` are copied, neither decoded nor coded again; the new elements are coded to the target of
// `file`, which then holds for the whole, as chunks of their own. So many small pieces make a large file: append many
// slices at once. `more` has the type of the file's array and all of its sides but the first. The file's signal and
// attachments are kept; those of `more`, options.target and options.parts are ignored. `file` is not changed, and all
// of its checksums are verified. Errors: those of encode() and inspect_array(); invalid_argument where type or sides
// differ, the array has no sides, or 64-bit integers lie too far from those of `file` for exact differences in doubles
// (see docs/format.md).
LAQ_API Result<std::vector<std::byte>> append(std::span<const std::byte> file, const ArrayView& more,
                                              const ArrayEncodeOptions& options = {});

// The same for a file that may be larger than memory: `file` may be mapped, and `put` gets all bytes of the new file in
// order, once the new elements are coded; their coded chunks are kept in memory. Returns the bytes of the new file.
LAQ_API Result<uint64_t> append_to(const PutBytes& put, std::span<const std::byte> file, const ArrayView& more,
                                   const ArrayEncodeOptions& options = {});

// Errors: those of decode(); unsupported where the file holds a picture. max_pixels limits the number of elements.
LAQ_API Result<Array> decode_array(std::span<const std::byte> file, const DecodeOptions& options = {});

// The region as an array of its own, equal to that part of decode_array(). Only the chunks that it touches are decoded
// and, beside headers, read: `file` may be mapped into memory. The checksums of these chunks are verified, not that of
// the file, which inspect_array verifies. Errors: those of decode_array(); invalid_argument where the region is not
// within the array. The limits are for the region.
LAQ_API Result<Array> decode_array_region(std::span<const std::byte> file, const ArrayRegion& region,
                                          const DecodeOptions& options = {});

// A coarse view of the array: every 2^level-th element along each side, beginning with the first; each is exactly the
// element that decode_array() gives. A side of n elements has ceil(n / 2^level) of them. Chunks that hold none are
// passed over. Chunks that are predicted from coarse to fine (many smooth fields under a bound at efforts 1 to 3, few
// at others), lack no elements, and begin at a multiple of 2^level along each side are decoded as far as these elements
// need; all others are decoded wholly, and the elements are picked. level: 0 (all of them) .. 40. Checksums are
// verified as for a region; the limits apply to the result. Errors: those of decode_array(); invalid_argument.
LAQ_API Result<Array> decode_array_level(std::span<const std::byte> file, int level, const DecodeOptions& options = {});

// Memory of the caller for the elements of an array or of a region of it.
struct ArrayOutput {
  ElementType type = ElementType::float32;
  std::vector<uint64_t> shape = {};
  void* data = nullptr;  // packed, last side fastest, of any alignment; may be null where a side is 0
};

// The same as decode_array, or as decode_array_region where region is not null, but the elements go into memory of the
// caller, without a copy on the way unless the array has 64-bit integers far from 0 or more than four sides. Type and
// shape must be those of the array or region. What the memory holds after an error is not defined. max_bytes does not
// count the output. Errors: those of the two; invalid_argument where type or shape differ.
LAQ_API std::optional<Error> decode_array_into(std::span<const std::byte> file, const ArrayOutput& output,
                                               const ArrayRegion* region = nullptr, const DecodeOptions& options = {});

// What the header says, without decoding; the checksums are verified. Errors: those of decode(); unsupported where the
// file holds a picture. Takes little memory, except for attachments, which options.max_bytes limits.
LAQ_API Result<ArrayInfo> inspect_array(std::span<const std::byte> file, const DecodeOptions& options = {});

// Whether it is a LAQ file that holds an array; false for everything else. Reads headers only, so it is true for a
// damaged array, too.
LAQ_API bool holds_array(std::span<const std::byte> file);

}  // namespace laq
