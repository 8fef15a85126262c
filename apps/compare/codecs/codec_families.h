// The families of codecs that are built in. Each has a name with options, and a function in a file of its own that
// makes the codec. Below are the parts that these files share.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compare/codecs/codec.h"

namespace laq::compare {

// What follows the name of a family in a specification: "-e7" is number 'e', "-psnr" is a flag. A maker takes the
// options that it knows; then error() complains about those that are left, unless there was an error before.
class CodecOptions {
 public:
  explicit CodecOptions(const std::string& text);

  // The number of the option that begins with `letter`, or `fallback`.
  int number(char letter, int fallback, int lowest, int highest);
  bool flag(const std::string& word);
  void fail(const Error& error) { failure_ = error; }
  std::optional<Error> error() const;

 private:
  std::vector<std::string> options_;
  std::optional<Error> failure_;
};

// If options.error() has an error afterwards, the codec is not to be used.
std::unique_ptr<Codec> make_laq(CodecOptions& options);
std::unique_ptr<Codec> make_jpeg(CodecOptions& options);
std::unique_ptr<Codec> make_webp(CodecOptions& options);
std::unique_ptr<Codec> make_jxl(CodecOptions& options);
std::unique_ptr<Codec> make_avif(CodecOptions& options);
std::unique_ptr<Codec> make_j2k(CodecOptions& options);
// Codecs of arrays.
std::unique_ptr<Codec> make_laq_array(CodecOptions& options);
std::unique_ptr<Codec> make_zfp(CodecOptions& options);
// Codecs of models.
std::unique_ptr<Codec> make_laq_model(CodecOptions& options);
std::unique_ptr<Codec> make_laq_blocks(CodecOptions& options);
// The formats of a family of model_contrasts.h.
std::unique_ptr<Codec> make_contrast(std::string_view family);

// A program as a codec; program_codec.cpp describes the specification.
Result<std::unique_ptr<Codec>> make_program_codec(const std::string& specification, SignalKind kind);

// The picture that a peer encodes: without metadata except the ICC profile, samples of at most `max_depth` bits.
Picture without_extras(const Picture& picture, int max_depth = 16);

// A prefix of files with the type and shape of an array, for codecs whose decoder needs to be told them. These bytes do
// not count as bytes of the codec.
std::vector<std::byte> array_form(const Array& array);
// Returns the array with elements of zero, and takes the prefix off `file`. Errors: `corrupt` if there is no valid
// prefix, `out_of_memory` if the elements do not fit into memory.
Result<Array> take_array_form(std::span<const std::byte>& file);

// Version of laq, and a hash of the file that holds its encoder: points of another build are measured again.
const std::string& version_of_build();

// "6" or "0.5": as few digits as the number needs.
std::string number_text(double number);

// `threads`, or the number of processors for 0.
int thread_count(int threads);

// Owns an object of a C library, which `release` frees.
template <auto release>
struct Release {
  void operator()(auto* object) const { release(object); }
};
template <class Object, auto release>
using Handle = std::unique_ptr<Object, Release<release>>;

// Bytes as C libraries take and give them.
inline const uint8_t* raw(std::span<const std::byte> bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}
inline std::vector<std::byte> copied(const uint8_t* bytes, size_t size) {
  const auto* first = reinterpret_cast<const std::byte*>(bytes);
  return {first, first + size};
}

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Makes an Encoded or a Decoded: runs an encoder or a decoder that returns a Result, and takes its time.
template <class Timed>
Result<Timed> timed(auto&& work) {
  const Stopwatch stopwatch;
  auto made = work();
  if (!made) return made.error();
  return Timed{std::move(*made), stopwatch.seconds()};
}

}  // namespace laq::compare
