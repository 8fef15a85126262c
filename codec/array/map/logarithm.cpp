#include "array/map/logarithm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/binary_logarithm.h"
#include "base/exact_bound.h"
#include "entropy/coder.h"
#include "levels/raw_elements.h"

namespace laq::array {
namespace {

// What an element is, apart from its logarithm. An exception stands for itself: what is not finite, -0, and what would
// be too far off.
enum class Kind : uint8_t { positive, negative, zero, exception };
constexpr int kKinds = 4;

// The kinds in raster order, each told by whether there is a logarithm, and by those to its left, above and in the
// slice before; written once for writer and reader.
template <class Coder>
void code_kinds(Coder& coder, const Grid& grid, const std::vector<double>& logarithms, std::vector<Kind>& kinds) {
  struct Models {
    CountingModel is_exception, is_zero, is_negative;
  };
  std::vector<Models> models(static_cast<size_t>(2 * kKinds * kKinds * kKinds));
  size_t place = 0;
  for (int z = 0; z < grid.sides[0]; ++z) {
    for (int y = 0; y < grid.sides[1]; ++y) {
      for (int x = 0; x < grid.sides[2]; ++x, ++place) {
        const auto before = [&](bool exists, int axis) {
          return exists ? static_cast<size_t>(kinds[place - grid.stride(axis)]) : 0;
        };
        const size_t around = (before(z > 0, 0) * kKinds + before(y > 0, 1)) * kKinds + before(x > 0, 2);
        Models& model = models[2 * around + std::isnan(logarithms[place])];
        Kind& kind = kinds[place];
        if (coder.bit(model.is_exception, kind == Kind::exception)) {
          kind = Kind::exception;
        } else if (coder.bit(model.is_zero, kind == Kind::zero)) {
          kind = Kind::zero;
        } else {
          kind = coder.bit(model.is_negative, kind == Kind::negative) ? Kind::negative : Kind::positive;
        }
      }
    }
  }
}

template <class Coder>
void code_exceptions(VerbatimCoder<Coder>& coder, const std::vector<Kind>& kinds) {
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == Kind::exception) coder(i);
  }
}

// x may become x (1 - R) .. x (1 + R), whose logarithms are not as far from that of x: their middle is coded, within
// half of their distance.
struct Allowance {
  double shift, bound;

  // share: R, above 0 and below 1.
  explicit Allowance(double share) {
    const double above = binary_logarithm(1 + share), below = binary_logarithm(1 - share);
    shift = 0.5 * (above + below);
    bound = 0.5 * (above - below);
  }
};

// What R leaves when elements are rounded, and logarithms are not exact; 0 where it leaves nothing.
double share_of(const ChunkFormat& format) {
  constexpr double kOfLogarithms = 1e-12;
  const double of_type = format.type == ElementType::float32 ? 0x1p-24 : 0x1p-53;
  return std::max(format.tolerance - of_type - kOfLogarithms, 0.0);
}

ChunkFormat format_of_logarithms(const ChunkFormat& format) {
  return {ElementType::float64, format.grid, Fidelity::max_error, Allowance(share_of(format)).bound};
}

// Logarithms are of elements in units of 2^exponent, so that the scale of the elements does not matter. Written once
// for writer and reader.
template <class Coder>
int code_exponent(Coder& coder, int exponent) {
  constexpr int kBits = 11;
  return kLeastExponent + static_cast<int>(coder.bits(kBits, static_cast<uint32_t>(exponent - kLeastExponent)));
}

double element_of(Kind kind, double logarithm, double unit, const ElementRange& range) {
  if (kind == Kind::zero) return 0;
  const double size = power_of_two(logarithm) * unit;
  return range.round(kind == Kind::negative ? -size : size);
}

}  // namespace

std::optional<EncodedChunk> encode_logarithm(const Chunk& chunk, const ChunkFormat& format,
                                             const EncodeNested& nested) {
  if (share_of(format) == 0) return std::nullopt;
  const double shift = Allowance(share_of(format)).shift;
  const size_t count = chunk.values.size();
  std::vector<Kind> kinds(count);
  std::vector<double> logarithms(count);
  double last = 0;
  const double scale = std::ldexp(1.0, -chunk.exponent), unit = std::ldexp(1.0, chunk.exponent);
  for (size_t i = 0; i < count; ++i) {
    const double value = chunk.values[i];
    if (!std::isfinite(value) || (value == 0 && std::signbit(value))) {
      kinds[i] = Kind::exception;
    } else {
      kinds[i] = value > 0 ? Kind::positive : value < 0 ? Kind::negative : Kind::zero;
    }
    if (std::isfinite(value) && value != 0) last = binary_logarithm(std::fabs(value) * scale) + shift;
    logarithms[i] =
        kinds[i] == Kind::positive || kinds[i] == Kind::negative ? last : std::numeric_limits<double>::quiet_NaN();
  }
  const EncodedChunk coded = nested(format_of_logarithms(format), std::as_bytes(std::span(logarithms)));
  std::vector<double> reconstruction(count);
  for (size_t i = 0; i < count; ++i) {
    const double value = chunk.values[i];
    if (kinds[i] != Kind::exception) {
      reconstruction[i] = element_of(kinds[i], coded.reconstruction[i], unit, chunk.range);
      if (is_within_share(value, reconstruction[i], format.tolerance)) continue;
      kinds[i] = Kind::exception;
    }
    reconstruction[i] = value;
  }
  SymbolWriter writer;
  code_exponent(writer, chunk.exponent);
  code_kinds(writer, chunk.grid, logarithms, kinds);
  VerbatimCoder exceptions(writer, chunk.type, chunk.elements, chunk.grid);
  code_exceptions(exceptions, kinds);
  return EncodedChunk{join_mapped(writer.finish(), coded.stream), std::move(reconstruction)};
}

std::optional<NestedChunk> nested_in_logarithm(const ChunkFormat& format, std::span<const std::byte> stream) {
  const MappedStream mapped(stream);
  if (share_of(format) == 0 || !mapped.is_valid) return std::nullopt;
  return NestedChunk{format_of_logarithms(format), mapped.nested};
}

size_t logarithm_decoding_bytes(const ChunkFormat& format) {
  constexpr size_t kModels = 1 << 12;
  return format.grid.size() * (sizeof(double) + sizeof(Kind)) + kModels +
         VerbatimCoder<SymbolReader>::bytes(format.grid.size());
}

bool decode_logarithm(const ChunkFormat& format, std::span<const std::byte> stream, std::span<const std::byte> decoded,
                      std::span<std::byte> elements) {
  std::vector<double> values = values_of(ElementType::float64, decoded);  // logarithms, at first
  SymbolReader reader(MappedStream(stream).map);
  const double unit = std::ldexp(1.0, code_exponent(reader, 0));
  std::vector<Kind> kinds(values.size());
  code_kinds(reader, format.grid, values, kinds);
  if (reader.is_past_end()) return false;
  VerbatimCoder exceptions(reader, format.type, {}, format.grid);
  code_exceptions(exceptions, kinds);
  if (reader.is_past_end()) return false;
  const ElementRange range = format.range();
  for (size_t i = 0; i < values.size(); ++i) values[i] = element_of(kinds[i], values[i], unit, range);
  store_values(format.type, values, elements);
  exceptions.store(elements);
  return true;
}

}  // namespace laq::array
