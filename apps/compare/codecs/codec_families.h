// The families of codecs that are built in. Each has a name with options, and a function in a file of its own that
// makes the codec.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compare/codecs/codec.h"

namespace laq::compare {

// What follows the name of a family in a specification: "-e7" is number 'e', "-psnr" is a flag. A maker takes the
// options that it knows; then error() complains about those that are left.
class CodecOptions {
 public:
  explicit CodecOptions(const std::string& text);

  // The number of the option that begins with `letter`, or `fallback`.
  int number(char letter, int fallback, int lowest, int highest);
  bool flag(const std::string& word);
  std::optional<Error> error() const;

 private:
  std::vector<std::string> options_;
  std::string out_of_range_;
};

Result<std::unique_ptr<Codec>> make_laq(CodecOptions& options);
Result<std::unique_ptr<Codec>> make_jpeg(CodecOptions& options);
Result<std::unique_ptr<Codec>> make_webp(CodecOptions& options);
Result<std::unique_ptr<Codec>> make_jxl(CodecOptions& options);
Result<std::unique_ptr<Codec>> make_avif(CodecOptions& options);
Result<std::unique_ptr<Codec>> make_j2k(CodecOptions& options);
// Codecs of arrays.
Result<std::unique_ptr<Codec>> make_laq_array(CodecOptions& options);
Result<std::unique_ptr<Codec>> make_zfp(CodecOptions& options);

// The picture that a peer encodes: without metadata except the ICC profile, samples of at most `max_depth` bits.
Picture without_extras(const Picture& picture, int max_depth = 16);

// "6" or "0.5": as few digits as the number needs.
std::string number_text(double number);

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Run an encoder or a decoder of a library that returns a Result, and take its time.
template <class Encode>
Result<Encoded> timed_encode(Encode&& encode) {
  const Stopwatch stopwatch;
  Result<std::vector<std::byte>> file = encode();
  if (!file) return file.error();
  return Encoded{std::move(*file), stopwatch.seconds()};
}
template <class Decode>
Result<Decoded> timed_decode(Decode&& decode) {
  const Stopwatch stopwatch;
  auto signal = decode();
  if (!signal) return signal.error();
  return Decoded{std::move(*signal), stopwatch.seconds()};
}

}  // namespace laq::compare
