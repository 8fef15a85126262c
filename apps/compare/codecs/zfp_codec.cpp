// zfp in its accuracy mode, and in its reversible one for quality 0.
#include <zfp.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "compare/codecs/codec_families.h"
#include "io/array/array_file.h"

namespace laq::compare {
namespace {

using Stream = Handle<zfp_stream, zfp_stream_close>;
using Bits = Handle<bitstream, stream_close>;
using Field = Handle<zfp_field, zfp_field_free>;

// The smallest type of zfp that holds the elements exactly. Its accuracy mode takes floating-point numbers only.
ElementType coded_type(ElementType type, bool is_lossless) {
  switch (type) {
    case ElementType::float64:
    case ElementType::uint32:
    case ElementType::int64:
    case ElementType::uint64:  // up to 2^53
      return ElementType::float64;
    case ElementType::float32:
    case ElementType::float16:
    case ElementType::bfloat16:
      return ElementType::float32;
    default:
      break;
  }
  if (is_lossless) return ElementType::int32;
  return type == ElementType::int32 ? ElementType::float64 : ElementType::float32;
}

struct TypePair {
  ElementType element;
  zfp_type zfp;
};
constexpr TypePair kTypes[] = {{ElementType::int32, zfp_type_int32},
                               {ElementType::float32, zfp_type_float},
                               {ElementType::float64, zfp_type_double}};

// zfp pads each side to a multiple of 4. A side below 4 is joined with its neighbour instead, so that two channels are
// coded one after the other.
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

// Refers to the elements.
Field field_of(Array& array) {
  const zfp_type type = std::ranges::find(kTypes, array.type, &TypePair::element)->zfp;
  void* const data = array.data.data();
  const std::vector<uint64_t> sides = joined_sides(array.shape);
  const size_t n = sides.size();
  const auto side = [&](size_t from_last) { return static_cast<size_t>(sides[n - 1 - from_last]); };
  return Field(n == 1   ? zfp_field_1d(data, type, side(0))
               : n == 2 ? zfp_field_2d(data, type, side(0), side(1))
               : n == 3 ? zfp_field_3d(data, type, side(0), side(1), side(2))
                        : zfp_field_4d(data, type, side(0), side(1), side(2), side(3)));
}

Error failed(const char* what) {
  return {ErrorCode::unsupported, std::string("zfp: ") + what};
}

class ZfpCodec final : public Codec {
 public:
  ZfpCodec() : Codec("zfp") {}

  std::string version() const override { return zfp_version_string; }
  // The ladder begins a decade above that of laq, because zfp's errors are about a tenth of what it permits.
  std::vector<double> default_qualities() const override { return {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 0}; }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{1, 0, 0}; }
  std::optional<double> error_bound(double quality) const override { return quality; }

  // Encoding runs on one thread, whatever `threads` is, because zfp's decoder has no more.
  Result<Encoded> encode(const Signal& signal, double quality, int) const override {
    const auto& array = std::get<Array>(signal);
    const std::vector<double> values = io::to_doubles(array);
    if (values.empty()) return Error{ErrorCode::invalid_argument, "has no elements, which zfp needs"};
    if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
      return Error{ErrorCode::invalid_argument, "has elements that are not finite, which zfp cannot hold"};
    const bool is_lossless = quality == 0;
    const double range = range_of(values);
    Array coded{coded_type(array.type, is_lossless), array.shape, {}, {}};
    io::set_elements(values, coded);

    const Stopwatch stopwatch;
    const Field field = field_of(coded);
    const Stream stream(zfp_stream_open(nullptr));
    if (!field || !stream) return failed("out of memory");
    if (is_lossless) {
      zfp_stream_set_reversible(stream.get());
    } else {
      zfp_stream_set_accuracy(stream.get(), quality * range);
    }
    std::vector<uint64_t> words((zfp_stream_maximum_size(stream.get(), field.get()) + 7) / 8);  // it writes whole words
    const Bits bits(stream_open(words.data(), words.size() * 8));
    zfp_stream_set_bit_stream(stream.get(), bits.get());
    if (zfp_write_header(stream.get(), field.get(), ZFP_HEADER_FULL) == 0)
      return failed("its header cannot hold these sides");
    const size_t size = zfp_compress(stream.get(), field.get());
    if (size == 0) return failed("compression failed");
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
    const Bits bits(stream_open(words.data(), words.size() * 8));
    const Stream stream(zfp_stream_open(bits.get()));
    const Field field(zfp_field_alloc());
    if (!stream || !field) return failed("out of memory");
    if (zfp_read_header(stream.get(), field.get(), ZFP_HEADER_FULL) == 0 ||
        zfp_field_size(field.get(), nullptr) != array->data.size() / element_bytes(array->type)) {
      return Error{ErrorCode::corrupt, "zfp: the file is damaged"};
    }
    const auto* const types = std::ranges::find(kTypes, zfp_field_type(field.get()), &TypePair::zfp);
    if (types == std::end(kTypes)) return Error{ErrorCode::corrupt, "zfp: the file is damaged"};
    Array coded{types->element, array->shape, {}, {}};
    coded.data.resize(zfp_field_size(field.get(), nullptr) * element_bytes(coded.type));
    zfp_field_set_pointer(field.get(), coded.data.data());
    if (zfp_decompress(stream.get(), field.get()) == 0) return Error{ErrorCode::corrupt, "zfp: the file is damaged"};
    const double seconds = stopwatch.seconds();

    io::set_elements(io::to_doubles(coded), *array);
    return Decoded{std::move(*array), seconds};
  }
};

}  // namespace

std::unique_ptr<Codec> make_zfp(CodecOptions&) {
  return std::make_unique<ZfpCodec>();
}

}  // namespace laq::compare
