// laq: locally-adaptive quantization. The C++ API.
//
//   laq::Picture picture = ...;
//   laq::Result<std::vector<std::byte>> bytes = laq::encode(picture.view(), {.quality = 80});
//   laq::Result<laq::Picture> again = laq::decode(*bytes);
//   laq::Result<laq::Info> info = laq::inspect(*bytes);  // header only: no samples are decoded
//
// All functions are re-entrant and may be called from several threads at once; there is no global state. No function
// throws: failures, including exhausted memory, come back as Error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <laq/version.h>

#if defined(_WIN32) || defined(LAQ_STATIC)
#define LAQ_API
#else
#define LAQ_API __attribute__((visibility("default")))
#endif

namespace laq {

enum class ErrorCode : uint8_t {
  invalid_argument,  // an option or a picture that no call can accept
  limit_exceeded,    // larger than the caller's limits
  not_laq,           // the bytes do not begin with a LAQ file's signature
  unsupported,       // another format number, or a feature that this version does not have
  truncated,         // the bytes end too early
  corrupt,           // a checksum or a value in the stream is wrong
  out_of_memory,
  cancelled,  // the progress callback asked to stop
};

// What went wrong, where, and what to do about it; one line, no trailing full stop.
struct Error {
  ErrorCode code;
  std::string message;
};

// A value or an Error.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  // Only where ok().
  T& value() { return *std::get_if<0>(&state_); }
  const T& value() const { return *std::get_if<0>(&state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  // Only where !ok().
  const Error& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

// What the colours of samples mean, in the code points of ITU-T H.273; the chunk cICP of PNG has the same four values.
struct CodePoints {
  uint8_t primaries = 1;  // 1: BT.709 and sRGB, 9: BT.2020, 12: Display P3, ...
  uint8_t transfer = 13;  // 13: sRGB, 8: linear, 16: PQ, 18: HLG, ...
  uint8_t matrix = 0;     // 0: RGB, which is what samples are
  bool is_full_range = true;

  bool operator==(const CodePoints&) const = default;
};

// The display on which a picture was mastered (SMPTE ST 2086).
struct MasteringDisplay {
  std::array<uint16_t, 8> chromaticities = {};  // x and y of red, green, blue and white, in units of 0.00002
  uint32_t max_luminance = 0;                   // in units of 0.0001 cd/m2
  uint32_t min_luminance = 0;

  bool operator==(const MasteringDisplay&) const = default;
};

// How bright a picture is (CTA-861.3), in units of 0.0001 cd/m2; 0: unknown.
struct ContentLight {
  uint32_t max_pixel = 0;          // MaxCLL
  uint32_t max_frame_average = 0;  // MaxFALL

  bool operator==(const ContentLight&) const = default;
};

// Data that travels with a picture or an array and that the library does not interpret. docs/format.md lists the names
// that the command uses.
struct Attachment {
  std::string name;  // four characters: a letter a..z, then letters, digits or '_'; each name once
  std::vector<std::byte> bytes = {};

  bool operator==(const Attachment&) const = default;
};

// What travels with a picture and does not change its samples.
struct Metadata {
  std::vector<std::byte> icc = {};   // ICC profile; empty: sRGB (or gray with the sRGB curve)
  std::vector<std::byte> exif = {};  // TIFF structure, without the "Exif\0\0" of JPEG
  std::vector<std::byte> xmp = {};   // UTF-8 XML
  uint8_t orientation = 1;           // 1..8 as in TIFF/Exif; the samples are stored as they are, a viewer turns them
  uint32_t pixels_per_metre_x = 0;   // 0: unknown
  uint32_t pixels_per_metre_y = 0;
  bool is_only_aspect = false;  // the two numbers above are a ratio: the shape of a pixel, not its size
  // If present, they define the colours, and an ICC profile serves programs that do not know code points.
  std::optional<CodePoints> code_points = {};
  std::optional<MasteringDisplay> mastering_display = {};
  std::optional<ContentLight> content_light = {};
  std::vector<Attachment> attachments = {};  // at most 32, of at most 64 MiB each
};

// What samples are.
enum class SampleFormat : uint8_t {
  integer,  // 0 to 2^depth - 1
  float16,  // IEEE 754 binary16, depth 16
  float32,  // IEEE 754 binary32, depth 32
};

// The depth of pictures of floating-point samples.
constexpr int depth_of(SampleFormat format) {
  return format == SampleFormat::float32 ? 32 : 16;
}

// Interleaved samples of the caller, not owned. channels: 1 gray, 2 gray + alpha, 3 RGB, 4 RGB + alpha (not
// premultiplied). An integer has `depth` significant bits (1..16), in the low bits of one byte where depth <= 8, else
// of a native-endian uint16_t. Floating-point samples are native-endian, aligned to their size, and may have any value,
// also below 0 and above 1; NaN and infinity are taken with quality 100 and a target of max_error only. They are linear
// light, of which 1 is the white of a standard display (203 cd/m2, ITU-R BT.2408), unless the code points tell another
// transfer; alpha is 0 to 1.
struct PictureView {
  uint32_t width = 0;
  uint32_t height = 0;
  int channels = 3;
  int depth = 8;
  const void* samples = nullptr;
  size_t row_bytes = 0;                // distance between rows; at least width * channels * sample size
  const Metadata* metadata = nullptr;  // may be null
  SampleFormat sample_format = SampleFormat::integer;
};

// The same, owning its samples; rows are packed.
struct Picture {
  uint32_t width = 0;
  uint32_t height = 0;
  int channels = 3;
  int depth = 8;
  std::vector<std::byte> samples = {};
  Metadata metadata = {};
  SampleFormat sample_format = SampleFormat::integer;

  size_t sample_bytes() const { return depth > 16 ? 4 : depth > 8 ? 2 : 1; }
  size_t row_bytes() const { return size_t{width} * channels * sample_bytes(); }
  PictureView view() const {
    return {width, height, channels, depth, samples.data(), row_bytes(), &metadata, sample_format};
  }
};

enum class Tune : uint8_t {
  perceptual,  // fewest bytes for the same look (SSIMULACRA2)
  psnr,        // fewest bytes for the same mean squared error
};

// What a file is to reach in place of a quality. Meeting a target takes several encodes; if no quality meets it, the
// Error gives the nearest value that can be reached.
enum class TargetKind : uint8_t {
  none,         // EncodeOptions::quality counts
  bytes,        // the best quality that is found with a file of at most `value` bytes, metadata included; at least 1
  ssimulacra2,  // SSIMULACRA 2 of `value` (0..100), within 0.3
  psnr,         // Psnr::rgb of `value` decibels (above 0), within 0.05
  butteraugli,  // Butteraugli::norm3 of `value` (above 0), within 2 %; `unsupported` where has_butteraugli() is false
  max_error,  // no sample changes by more than `value`, of integers a whole number; 0: lossless. NaN and infinity stay
};
// Among files within the tolerance of a score (metrics.hpp), those with fewer bytes are preferred. If a small picture
// has no file within it, the smallest one that is found with a better score is taken.
struct Target {
  TargetKind kind = TargetKind::none;
  double value = 0;
};

// Quality by place. The caller owns the levels, which lie row after row: one for every pixel of the picture, or one for
// every square of 16 pixels a side, which are ceil(width / 16) times ceil(height / 16). Levels of pixels are averaged
// over such a square.
//
// A level scales the quantization steps of luma, or gray, that the quality and the local variance give, by
//
//   2^(3 * (128 - level) / 128)
//
// 128 changes nothing, 255 (white) divides them by 8, which makes errors smaller by 18 decibels, 0 (black) multiplies
// them by 8. No place becomes lossless. Steps of chroma and alpha stay those of the quality. A target holds for the
// whole picture; the mask moves bytes to where it is white.
struct QualityMask {
  uint32_t width = 0;
  uint32_t height = 0;
  const uint8_t* levels = nullptr;
  size_t row_bytes = 0;  // distance between rows; at least width
};

// Threads of the caller: runs work(0) .. work(count - 1), each once, at the same time or one after the other, and
// returns when all have ended. It must not throw; `work` does not.
using ThreadPool = std::function<void(int count, const std::function<void(int index)>& work)>;

struct EncodeOptions {
  float quality = 80;  // 0..100: the SSIMULACRA2 score to expect of a photograph; 100 is without loss
  int effort = 5;      // 1 (fastest) .. 9 (smallest)
  int threads = 0;     // 1..1024, or 0: one per processor; the bytes do not depend on it
  Tune tune = Tune::perceptual;
  bool adaptive_quantization = true;  // false: one step for the whole picture, for comparison
  Target target = {};                 // where it has a kind, `quality` is not looked at
  uint64_t max_pixels = uint64_t{1} << 30;
  // Called now and then, from any of the threads but never from two at once, with the share of the work that is done
  // (0..1); returning false cancels.
  std::function<bool(float)> progress = {};
  // Runs tasks in place of threads of the library's own: at most `threads` at once.
  ThreadPool pool = {};
  // Puts a preview of an eighth of the width and height first in the file: it can be shown when the first bytes have
  // arrived, and decode_part() takes it for a small picture.
  bool progressive = false;
  // May be null; it must outlive the call. Refused with a target of max_error or quality 100, where there are no steps.
  const QualityMask* mask = nullptr;
};

// A file is refused (limit_exceeded) before anything is allocated for its samples. Whatever the limits are, a file of N
// bytes holds at most 2^14 N pixels or elements: one that claims more is corrupt. So the bytes of the file bound memory
// and time: see the guide.
struct DecodeOptions {
  int threads = 0;                          // 1..1024, or 0: one per processor
  uint64_t max_pixels = uint64_t{1} << 30;  // that a picture may have; elements, of arrays
  // Memory that the call may take at most, beside the file: what it gives, metadata, and all that threads work on. (The
  // stacks of threads come on top.)
  uint64_t max_bytes = uint64_t{1} << 36;
  // Called now and then, from any of the threads but never from two at once, with the share of the work that is done
  // (0..1); returning false cancels. Progress and pool serve the decoding of pictures and arrays only.
  std::function<bool(float)> progress = {};
  // Runs tasks in place of threads of the library's own: at most `threads` at once.
  ThreadPool pool = {};
  // Allocates the memory that grows with a picture: its planes, and the state kept of decoded blocks. Several threads
  // may call it at once. Null: `new`. It throws std::bad_alloc if there is no memory.
  std::pmr::memory_resource* memory = nullptr;
};

struct Info {
  uint32_t width = 0;
  uint32_t height = 0;
  int channels = 0;
  int depth = 0;
  int format = 0;     // format number of the file
  float quality = 0;  // what the encoder was asked for
  Tune tune = Tune::perceptual;
  bool adaptive_quantization = true;
  bool has_bound = false;  // no sample differs from its original by more than max_error; 0: lossless
  uint32_t max_error = 0;  // of integers
  Metadata metadata = {};
  struct Section {
    std::string name;  // four characters
    uint64_t bytes;    // of the payload
  };
  std::vector<Section> sections;
  SampleFormat sample_format = SampleFormat::integer;
  double float_max_error = 0;  // of floating-point samples, where has_bound
};

// The LAQ file of a picture of at most 2^20 x 2^20 samples. Floating-point samples must be finite unless the target is
// max_error (or the quality 100). Errors: invalid_argument (an option, a size or a sample
// outside of its range, metadata above 64 MiB of a kind, a score that quality 100 does not reach), limit_exceeded
// (max_pixels, or a target in bytes that even quality 0 exceeds), unsupported (a score that this build does not have),
// out_of_memory, cancelled. An exception from the progress callback cancels.
LAQ_API Result<std::vector<std::byte>> encode(const PictureView& picture, const EncodeOptions& options = {});

// The picture of a LAQ file: same size, channels and depth as were encoded. Every machine gives the same samples.
// Errors: any. An exception from the progress callback cancels.
LAQ_API Result<Picture> decode(std::span<const std::byte> file, const DecodeOptions& options = {});

// What a LAQ file holds; no samples are decoded, but all checksums are verified. Of the options, max_bytes counts:
// metadata take memory. Errors: as of decode.
LAQ_API Result<Info> inspect(std::span<const std::byte> file, const DecodeOptions& options = {});

// "0.1.0"
LAQ_API const char* version();

}  // namespace laq
