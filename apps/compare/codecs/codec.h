// A codec that is compared: laq itself, a library that was found at build time, or a program that the user names.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compare/codecs/signal.h"
#include "laq/laq.hpp"

namespace laq::compare {

// Seconds are of the call, without the reduction of samples that are too deep; of the whole process where the codec is
// a program. Peak bytes are given by programs alone, as process.h says; for libraries see speed.h.
struct Encoded {
  std::vector<std::byte> file;
  double seconds = 0;
  std::optional<double> peak_bytes = {};
  size_t added_bytes = 0;  // of the file, what was added for decode() and is none of the codec's (array_form.h)

  double counted_bytes() const { return static_cast<double>(file.size() - added_bytes); }
};

struct Decoded {
  Signal signal;
  double seconds = 0;
  std::optional<double> peak_bytes = {};

  const Picture& picture() const { return std::get<Picture>(signal); }
  const Array& array() const { return std::get<Array>(signal); }
};

// The codec's own numbers of quality.
struct QualityScale {
  double worst, best;  // of those that are of use; best may be the smaller number
  double step;         // the smallest difference that makes another file; 0: any
};

// A codec of pictures or one of arrays: it is given signals of its kind alone. Calls are independent of each other and
// may run at once.
class Codec {
 public:
  explicit Codec(std::string name) : name_(std::move(name)) {}
  virtual ~Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  // As it stands in tables: "laq-e5", "jxl-e7", "avif-s6".
  const std::string& name() const { return name_; }
  // Library or program and its version, such as "libjxl 0.7.0"; for a template its command.
  virtual std::string version() const = 0;
  // The ladder if the user gives none: from low to high quality, in the codec's own numbers, at least six; of a program
  // 20 to 95.
  virtual std::vector<double> default_qualities() const = 0;
  // Nothing where it is not known.
  virtual std::optional<QualityScale> quality_scale() const = 0;
  virtual bool is_program() const { return false; }
  // Of arrays: the share of the range that no error exceeds at this quality; nothing where none is promised.
  virtual std::optional<double> error_bound(double quality) const {
    (void)quality;
    return std::nullopt;
  }

  // Errors: invalid_argument where the codec cannot hold such a signal (alpha, size, elements that are not finite); its
  // own failures as unsupported. Of pictures: samples deeper than the codec takes are reduced to what it takes, with
  // rounding. Of the metadata only the ICC profile goes into the file, where the format has room for one.
  virtual Result<Encoded> encode(const Signal& signal, double quality, int threads) const = 0;
  // Size as encoded; channels and depth as the codec gives them; metadata.icc is the profile of these samples. Arrays
  // have the type and shape that were encoded.
  virtual Result<Decoded> decode(std::span<const std::byte> file, int threads) const = 0;

 private:
  std::string name_;
};

// The codec that a specification asks for, and what its quality means:
//   laq[-eN][-psnr][-noaq]  effort 1..9 (5), tuned for PSNR, one step for the whole picture; quality 0..100
//   jpeg-turbo[-444]        optimised and progressive, 4:2:0 or full chroma; quality 1..100
//   webp[-mN]               method 0..6 (6), sharp YUV; quality 0..100
//   jxl[-eN]                effort 1..9 (7); quality is the Butteraugli distance 0.01..25, so more is worse
//   avif[-sN][-psnr]        speed 0..10 (6), 4:4:4, 10 bits (12 for samples of more than 8); quality is the constant
//                           quantizer 63..0, so more is worse; tuned for SSIM or PSNR
//   j2k                     JPEG 2000, irreversible; quality is the compression ratio, so more is worse
// and for arrays
//   laq                     quality is the greatest error as a share of the range, so more is worse; 0 is lossless
//   laq-psnr                quality is the PSNR to reach, in decibels
//   zfp                     accuracy mode; quality as that of laq, though errors stay well below it
//   NAME=ENCODE ;; DECODE   a program: see program_codec.h
// Options in any order; the peers where they were built in. The name of the codec has its effort (method, speed)
// always. The error names what is known and what this build lacks.
Result<std::unique_ptr<Codec>> make_codec(const std::string& specification, SignalKind kind = SignalKind::picture);

// Specifications of the codecs to compare if the user names none: laq and all peers of this build.
std::vector<std::string> default_codecs(SignalKind kind = SignalKind::picture);

}  // namespace laq::compare
