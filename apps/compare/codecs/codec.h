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

// How a codec stores a tensor of a model.
struct TensorShare {
  std::string name;
  double bits;                              // an element
  std::optional<double> uniform_bits = {};  // an element, by one step for the whole tensor with the same error
};

// Seconds are those of the library's call, without the conversion of samples that are too deep; for a program they are
// those of the whole process. Only programs set the peak of memory (see process.h); for libraries speed.h measures it.
struct Encoded {
  std::vector<std::byte> file;
  double seconds = 0;
  std::optional<double> peak_bytes = {};
  size_t added_bytes = 0;  // bytes of the file that are not the codec's but were added for decode() (array_form.cpp)
  std::vector<TensorShare> tensors = {};  // of those that are coded with loss; empty if the codec does not tell

  double counted_bytes() const { return static_cast<double>(file.size() - added_bytes); }
};

struct Decoded {
  Signal signal;
  double seconds = 0;
  std::optional<double> peak_bytes = {};

  const Picture& picture() const { return std::get<Picture>(signal); }
  const Array& array() const { return std::get<Array>(signal); }
  const Model& model() const { return std::get<Model>(signal); }
};

// The range of the codec's own numbers of quality.
struct QualityScale {
  double worst, best;  // best may be the smaller number
  double step;         // the smallest difference that changes the file; 0: any does
};

// A codec of pictures, of arrays or of models, which is given signals of its kind only. Calls are independent of each
// other and may run at the same time.
class Codec {
 public:
  explicit Codec(std::string name) : name_(std::move(name)) {}
  virtual ~Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  // The name in tables: "laq-e5", "jxl-e7", "avif-s6".
  const std::string& name() const { return name_; }
  // The library and its version, such as "libjxl 0.7.0"; for a program its command.
  virtual std::string version() const = 0;
  // The qualities that are measured if the user names none: from low to high, in the codec's own numbers.
  virtual std::vector<double> default_qualities() const = 0;
  // Nothing if the range is not known.
  virtual std::optional<QualityScale> quality_scale() const = 0;
  virtual bool is_program() const { return false; }
  // False if encoding computes what decoding gives and how many bytes it takes, but not these bytes: it has no speed.
  virtual bool packs_bytes() const { return true; }
  // For arrays: the bound on every error at this quality, as a share of the range; nothing if the codec promises none.
  virtual std::optional<double> error_bound(double quality) const {
    (void)quality;
    return std::nullopt;
  }

  // Samples of pictures that are deeper than the codec supports are rounded to what it supports. The only metadata in
  // the file is the ICC profile, if the format has room for one. Errors: `invalid_argument` if the codec cannot hold
  // such a signal (alpha, size, elements that are not finite), `unsupported` if encoding fails.
  virtual Result<Encoded> encode(const Signal& signal, double quality, int threads) const = 0;
  // A picture has the size that was encoded, the channels and depth that the codec gives, and the profile of these
  // samples in metadata.icc. An array has the type and shape that were encoded. A model has the tensors by their names.
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
// and for models
//   laq[-eN][-mse][-uniform]  effort 1..9 (5), least mean squared error instead of relative noise, one step for each
//                           tensor; quality is the bits an element of a tensor that is coded with loss; 0 is lossless
//   laq-blocks[-eN]         the format that is computed with; quality is the bits an element
//   uniform, absmax, Q4_0, Q8_0, Q4_K, NF4, NVFP4, MXFP4
//                           formats of a fixed rate (model_contrasts.h); quality is the bits an element
// and for all
//   NAME=ENCODE ;; DECODE   a program: see program_codec.cpp
// Options may stand in any order. The name of the codec always has its effort, method or speed. The error names the
// codecs that are known, and those that this build lacks.
Result<std::unique_ptr<Codec>> make_codec(const std::string& specification, SignalKind kind = SignalKind::picture);

// Which peers this build lacks, and the packages that bring them; empty if it has all.
std::string missing_peers_hint(SignalKind kind);

// A hash of bytes: 64 bits in hexadecimal (FNV-1a). Tells versions of files and of laq apart.
std::string content_hash(const std::vector<std::byte>& bytes);

// The codecs that are compared if the user names none: laq and all peers of this build.
std::vector<std::string> default_codecs(SignalKind kind = SignalKind::picture);

}  // namespace laq::compare
