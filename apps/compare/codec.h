// A codec that is compared: laq itself, a library that was found at build time, or a program that the user names.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "laq/laq.hpp"

namespace laq::compare {

struct Encoded {
  std::vector<std::byte> file;
  double seconds;  // of the call; of the whole process where the codec is a program
};

struct Decoded {
  Picture picture;
  double seconds;
};

// Calls are independent of each other and may run at once.
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
  // The ladder if the user gives none: from low to high quality, in the codec's own numbers, at least six.
  virtual std::vector<double> default_qualities() const = 0;

  // Errors: invalid_argument where the codec cannot hold such a picture (alpha, size); its own failures as unsupported.
  // Samples deeper than the codec takes are reduced to what it takes, with rounding.
  virtual Result<Encoded> encode(const Picture& picture, double quality, int threads) const = 0;
  // Size as encoded; channels and depth as the codec gives them.
  virtual Result<Decoded> decode(std::span<const std::byte> file, int threads) const = 0;

 private:
  std::string name_;
};

// The codec that a specification asks for:
//   laq[-eN][-psnr][-noaq]  jpeg-turbo  webp[-mN]  jxl[-eN]  avif[-sN]  j2k     where they were built in
//   NAME=ENCODE ;; DECODE   a program: in ENCODE stand {in} (a PNG file), {out} and {q}, in DECODE {out} and {png}
// The error names what is known and what this build lacks.
Result<std::unique_ptr<Codec>> make_codec(const std::string& specification);

// Specifications of the codecs to compare if the user names none: laq and all peers of this build.
std::vector<std::string> default_codecs();

}  // namespace laq::compare
