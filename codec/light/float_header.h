// The header of a picture of floating-point samples. Behind it stands the payload of an array, if the samples are kept
// (or kept within a bound); or that of a picture of 16-bit codes.
#pragma once

#include <cstdint>

#include <laq/laq.hpp>

#include "base/bytes.h"
#include "light/light_code.h"

namespace laq::light {

// Their order is their number in streams.
enum class Coding : uint8_t {
  array,        // of channels, rows and columns
  transformed,  // codes, the payload of a picture section
  bounded,      // codes, the payload of a section of pictures with a bound
};
inline constexpr int kCodings = 3;

struct FloatHeader {
  uint32_t width = 0;
  uint32_t height = 0;
  int channels = 3;
  SampleFormat format = SampleFormat::float32;
  Coding coding = Coding::array;
  // The following are there unless the coding is `array`.
  float quality = 100;  // that the encoder was asked for; decoding does not look at it
  LightCode colours, alpha;

  bool has_alpha() const { return channels % 2 == 0; }
  const LightCode& code_of_channel(int channel) const {
    return has_alpha() && channel == channels - 1 ? alpha : colours;
  }

  void write(ByteWriter& writer) const;
  static Result<FloatHeader> read(ByteReader& reader);
};

// What is behind the header is of another size or type.
Error contradiction();

}  // namespace laq::light
