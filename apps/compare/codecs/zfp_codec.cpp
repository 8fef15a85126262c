#include <zfp.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "compare/codecs/array_form.h"
#include "compare/codecs/codec_families.h"
#include "io/array_file.h"

namespace laq::compare {
namespace {

using Stream = std::unique_ptr<zfp_stream, decltype(&zfp_stream_close)>;
using Bits = std::unique_ptr<bitstream, decltype(&stream_close)>;
using Field = std::unique_ptr<zfp_field, decltype(&zfp_field_free)>;

bool is_integer(ElementType type) {
  return type < ElementType::float32;
}

// Of zfp's types the smallest that holds the elements exactly. Its accuracy mode is for floating-point numbers only.
zfp_type type_of(ElementType type, bool is_lossless) {
  if (type == ElementType::float64 || type == ElementType::uint32) return zfp_type_double;
  if (is_integer(type) && is_lossless) return zfp_type_int32;
  return type == ElementType::int32 ? zfp_type_double : zfp_type_float;
}

template <class To>
std::vector<std::byte> converted(const std::vector<double>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(To));
  for (size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<To>(values[i]);
    std::memcpy(&bytes[i * sizeof(To)], &value, sizeof(To));
  }
  return bytes;
}

template <class To, class From>
void convert_back(const std::vector<std::byte>& from, std::vector<std::byte>& to) {
  for (size_t i = 0; i < to.size() / sizeof(To); ++i) {
    From value;
    std::memcpy(&value, &from[i * sizeof(From)], sizeof(From));
    auto number = static_cast<double>(value);
    if constexpr (std::is_integral_v<To>) {
      number = std::clamp(std::round(number), static_cast<double>(std::numeric_limits<To>::lowest()),
                          static_cast<double>(std::numeric_limits<To>::max()));
    }
    const auto element = static_cast<To>(number);
    std::memcpy(&to[i * sizeof(To)], &element, sizeof(To));
  }
}

template <class From>
void convert_back(const std::vector<std::byte>& from, Array& array) {
  switch (array.type) {
    case ElementType::int8:
      return convert_back<int8_t, From>(from, array.data);
    case ElementType::uint8:
      return convert_back<uint8_t, From>(from, array.data);
    case ElementType::int16:
      return convert_back<int16_t, From>(from, array.data);
    case ElementType::uint16:
      return convert_back<uint16_t, From>(from, array.data);
    case ElementType::int32:
      return convert_back<int32_t, From>(from, array.data);
    case ElementType::uint32:
      return convert_back<uint32_t, From>(from, array.data);
    case ElementType::float32:
      return convert_back<float, From>(from, array.data);
    case ElementType::float64:
      return convert_back<double, From>(from, array.data);
  }
}

// zfp fills up sides to multiples of its blocks' 4: a side below that is joined with its neighbour, so that two
// channels are coded one after the other.
std::vector<uint64_t> joined_sides(std::vector<uint64_t> sides) {
  for (size_t i = 0; i < sides.size() && sides.size() > 1;) {
    if (sides[i] >= 4) {
      ++i;
      continue;
    }
    const size_t neighbour = i + 1 < sides.size() ? i + 1 : i - 1;
    sides[neighbour] *= sides[i];
    sides.erase(sides.begin() + static_cast<ptrdiff_t>(i));
    i = 0;
  }
  return sides;
}

Field field_of(void* data, zfp_type type, const std::vector<uint64_t>& shape) {
  const std::vector<uint64_t> sides = joined_sides(shape);
  const size_t n = sides.size();
  const auto side = [&](size_t from_last) { return static_cast<size_t>(sides[n - 1 - from_last]); };
  zfp_field* field = n == 1   ? zfp_field_1d(data, type, side(0))
                     : n == 2 ? zfp_field_2d(data, type, side(0), side(1))
                     : n == 3 ? zfp_field_3d(data, type, side(0), side(1), side(2))
                              : zfp_field_4d(data, type, side(0), side(1), side(2), side(3));
  return {field, zfp_field_free};
}

Error failed(const char* what) {
  return {ErrorCode::unsupported, std::string("zfp: ") + what};
}

class ZfpCodec final : public Codec {
 public:
  ZfpCodec() : Codec("zfp") {}

  std::string version() const override { return "zfp " ZFP_VERSION_STRING; }
  // One decade more than that of laq, as the errors that are reached are about a tenth.
  std::vector<double> default_qualities() const override { return {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 0}; }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{1, 0, 0}; }
  std::optional<double> error_bound(double quality) const override { return quality; }

  // On one thread, whatever `threads` is: its decoder has no more.
  Result<Encoded> encode(const Signal& signal, double quality, int) const override {
    const auto& array = std::get<Array>(signal);
    const std::vector<double> values = io::to_doubles(array);
    if (values.empty()) return Error{ErrorCode::invalid_argument, "has no elements, which zfp wants"};
    if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
      return Error{ErrorCode::invalid_argument, "has elements that are not finite, which zfp cannot hold"};
    const bool is_lossless = quality == 0;
    const double range = range_of(values);
    const zfp_type type = type_of(array.type, is_lossless);
    std::vector<std::byte> elements = type == zfp_type_int32   ? converted<int32_t>(values)
                                      : type == zfp_type_float ? converted<float>(values)
                                                               : converted<double>(values);

    const Stopwatch stopwatch;
    const Field field = field_of(elements.data(), type, array.shape);
    const Stream stream(zfp_stream_open(nullptr), zfp_stream_close);
    if (!field || !stream) return failed("out of memory");
    if (is_lossless) {
      zfp_stream_set_reversible(stream.get());
    } else {
      zfp_stream_set_accuracy(stream.get(), quality * range);
    }
    std::vector<uint64_t> words((zfp_stream_maximum_size(stream.get(), field.get()) + 7) / 8);  // it writes whole words
    const Bits bits(stream_open(words.data(), words.size() * 8), stream_close);
    zfp_stream_set_bit_stream(stream.get(), bits.get());
    if (zfp_write_header(stream.get(), field.get(), ZFP_HEADER_FULL) == 0)
      return failed("such sides do not fit its header");
    const size_t size = zfp_compress(stream.get(), field.get());
    if (size == 0) return failed("it cannot compress this");
    const double seconds = stopwatch.seconds();

    Encoded encoded{array_form(array), seconds};
    encoded.added_bytes = encoded.file.size();
    const auto file = std::as_bytes(std::span(words)).first(size);
    encoded.file.insert(encoded.file.end(), file.begin(), file.end());
    return encoded;
  }

  Result<Decoded> decode(std::span<const std::byte> file, int) const override {
    Result<Array> array = take_array_form(file);
    if (!array) return array.error();
    std::vector<uint64_t> words(file.size() / 8 + 4);  // the header may be read beyond the end of a short file
    if (!file.empty()) std::memcpy(words.data(), file.data(), file.size());

    const Stopwatch stopwatch;
    const Bits bits(stream_open(words.data(), words.size() * 8), stream_close);
    const Stream stream(zfp_stream_open(bits.get()), zfp_stream_close);
    const Field field(zfp_field_alloc(), zfp_field_free);
    if (!stream || !field) return failed("out of memory");
    if (zfp_read_header(stream.get(), field.get(), ZFP_HEADER_FULL) == 0 ||
        zfp_field_size(field.get(), nullptr) != array->data.size() / element_bytes(array->type)) {
      return Error{ErrorCode::corrupt, "zfp: the file is damaged"};
    }
    const zfp_type type = zfp_field_type(field.get());
    std::vector<std::byte> elements(zfp_field_size(field.get(), nullptr) * zfp_type_size(type));
    zfp_field_set_pointer(field.get(), elements.data());
    if (zfp_decompress(stream.get(), field.get()) == 0) return Error{ErrorCode::corrupt, "zfp: the file is damaged"};
    const double seconds = stopwatch.seconds();

    if (type == zfp_type_int32) {
      convert_back<int32_t>(elements, *array);
    } else if (type == zfp_type_float) {
      convert_back<float>(elements, *array);
    } else {
      convert_back<double>(elements, *array);
    }
    return Decoded{std::move(*array), seconds};
  }
};

}  // namespace

Result<std::unique_ptr<Codec>> make_zfp(CodecOptions& options) {
  if (const auto error = options.error()) return *error;
  return std::unique_ptr<Codec>(std::make_unique<ZfpCodec>());
}

}  // namespace laq::compare
