#include "signal/chunk_codec.h"

#include <bit>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "entropy/coder.h"
#include "signal/bounded_quantizer.h"
#include "signal/causal_prediction.h"
#include "signal/interpolation.h"
#include "signal/regression_prediction.h"
#include "signal/residual_syntax.h"
#include "signal/shuffled_deflate.h"

namespace laq {
namespace {

static_assert(std::endian::native == std::endian::little, "streams hold elements in little-endian order");

// How a chunk is coded: its first byte. The predictive ones come with and without samples that stand for themselves.
enum class Method : uint8_t {
  deflate,
  interpolation,
  interpolation_verbatim,
  causal,
  causal_verbatim,
  regression,
  regression_verbatim
};
constexpr uint8_t kMethods = 7;

bool has_verbatim(Method method) {
  return method == Method::interpolation_verbatim || method == Method::causal_verbatim ||
         method == Method::regression_verbatim;
}

// The bits of an element, in the low bits.
uint64_t bits_of(const std::byte* element, size_t bytes) {
  uint64_t bits = 0;
  for (size_t i = 0; i < bytes; ++i) bits |= std::to_integer<uint64_t>(element[i]) << (8 * i);
  return bits;
}
void set_bits(std::byte* element, size_t bytes, uint64_t bits) {
  for (size_t i = 0; i < bytes; ++i) element[i] = static_cast<std::byte>(bits >> (8 * i));
}

// Elements as numbers.
std::vector<double> values_of(const ChunkFormat& format, std::span<const std::byte> elements) {
  std::vector<double> values(format.grid.size());
  with_type(format.type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    for (size_t i = 0; i < values.size(); ++i) {
      T value;
      std::memcpy(&value, elements.data() + i * sizeof(T), sizeof(T));
      values[i] = static_cast<double>(value);
    }
  });
  return values;
}

// Codes samples one by one as a predictor visits them: writer or reader of the chunk.
template <class Coder>
class SampleCoder {
 public:
  SampleCoder(Coder& coder, const ChunkFormat& format, bool may_be_verbatim, Samples& samples)
      : coder_(coder),
        quantizer_(format.type, format.bound),
        type_(format.type),
        element_bytes_(element_bytes(format.type)),
        may_be_verbatim_(may_be_verbatim),
        samples_(samples),
        models_(std::make_unique<ResidualModels>()) {
    samples.step = quantizer_.step();
  }

  // The chunk as it is; for a writer.
  void set_source(std::span<const double> values, std::span<const std::byte> elements) {
    source_ = values;
    elements_ = elements;
  }

  // The places that stand for themselves and their bits; for a reader.
  const std::vector<std::pair<size_t, uint64_t>>& verbatim() const { return verbatim_; }
  // A writer met a sample that cannot be quantized, and may not code it verbatim.
  bool failed() const { return failed_; }

  // The first element, and the spacing of integers; 1 or more where a writer comes.
  void first(uint32_t spacing) {
    code_verbatim(0, 0);
    if (!is_integer(type_)) return;
    spacing = coder_.bit(models_->is_spaced, spacing > 1) ? coder_.bits(32, spacing) : 1;
    quantizer_.set_lattice(samples_.values[0], std::max(spacing, 1u));
    samples_.step = quantizer_.step();
  }

  void operator()(size_t place, const Expectation& expected) {
    const ResidualContext context(expected, quantizer_.step());
    int index = 0;
    bool is_verbatim = false;
    if constexpr (!Coder::kReads) {
      if (failed_) return;
      const std::optional<int> found = quantizer_.index(source_[place], expected.value);
      is_verbatim = !found;
      index = found.value_or(0);
      if (is_verbatim && !may_be_verbatim_) {
        failed_ = true;
        return;
      }
    }
    if (may_be_verbatim_) {
      is_verbatim = coder_.bit(models_->is_verbatim[last_ + before_last_], is_verbatim);
      before_last_ = std::exchange(last_, is_verbatim);
      if (is_verbatim) return code_verbatim(place, expected.value);
    }
    index = code_residual(coder_, *models_, context, index);
    samples_.values[place] = quantizer_.reconstruct(expected.value, index);
    samples_.magnitudes[place] = static_cast<uint16_t>(std::min(std::abs(index), Samples::kMaxMagnitude));
  }

 private:
  // The prediction stands in for what is not finite.
  void code_verbatim(size_t place, double prediction) {
    uint64_t bits = Coder::kReads ? 0 : bits_of(elements_.data() + place * element_bytes_, element_bytes_);
    if (coder_.bit(models_->repeats, !verbatim_.empty() && bits == verbatim_.back().second)) {
      bits = verbatim_.empty() ? 0 : verbatim_.back().second;
    } else {
      const int count = static_cast<int>(8 * element_bytes_), high = std::max(count - 32, 0);
      const uint64_t upper = high > 0 ? coder_.bits(high, static_cast<uint32_t>(bits >> 32)) : 0;
      bits = upper << 32 | coder_.bits(count - high, static_cast<uint32_t>(bits));
    }
    verbatim_.emplace_back(place, bits);
    double value = 0;
    if constexpr (Coder::kReads) {
      std::byte element[8];
      set_bits(element, element_bytes_, bits);
      value = values_of({type_, Grid{}, 0}, element)[0];
    } else {
      value = source_[place];
    }
    samples_.values[place] = std::isfinite(value) ? value : quantizer_.reconstruct(prediction, 0);
  }

  Coder& coder_;
  BoundedQuantizer quantizer_;
  ElementType type_;
  size_t element_bytes_;
  bool may_be_verbatim_;
  Samples& samples_;
  std::unique_ptr<ResidualModels> models_;
  std::span<const double> source_;
  std::span<const std::byte> elements_;
  std::vector<std::pair<size_t, uint64_t>> verbatim_;
  bool last_ = false, before_last_ = false, failed_ = false;
};

template <class Coder>
void code_samples(SampleCoder<Coder>& coder, Method method, uint32_t spacing, Samples& samples) {
  coder.first(spacing);
  switch (method) {
    case Method::interpolation:
    case Method::interpolation_verbatim:
      return for_each_interpolated(samples, coder);
    case Method::causal:
    case Method::causal_verbatim:
      return for_each_causal(samples, coder);
    default:
      return for_each_regressed(samples, coder);
  }
}

constexpr int kSampled = 1 << 14;  // elements along a series that tell which method suits it

// Rows so long that regression over them pays.
bool is_series(const Grid& grid) {
  return grid.sides[0] == 1 && grid.sides[2] >= 1000 && grid.sides[1] <= 256 && grid.sides[2] > 8 * grid.sides[1];
}

// The greatest common divisor of the integers' distances from the first one; 1 where all are the same.
uint32_t spacing_of(std::span<const double> values) {
  uint64_t divisor = 0;
  for (const double value : values) {
    divisor = std::gcd(divisor, static_cast<uint64_t>(std::fabs(value - values[0])));
    if (divisor == 1) break;
  }
  return divisor == 0 ? 1 : static_cast<uint32_t>(divisor);
}

// Nothing where a sample cannot be coded so.
std::optional<std::vector<std::byte>> encode_predicted(const ChunkFormat& format, Method method,
                                                       std::span<const double> values,
                                                       std::span<const std::byte> elements) {
  Samples samples(format.grid);
  SymbolWriter writer;
  SampleCoder coder(writer, format, has_verbatim(method), samples);
  coder.set_source(values, elements);
  code_samples(coder, method, is_integer(format.type) ? spacing_of(values) : 1, samples);
  if (coder.failed()) return std::nullopt;
  return writer.finish();
}

void decode_predicted(const ChunkFormat& format, Method method, std::span<const std::byte> stream,
                      std::span<std::byte> elements) {
  Samples samples(format.grid);
  SymbolReader reader(stream);
  SampleCoder coder(reader, format, has_verbatim(method), samples);
  code_samples(coder, method, 1, samples);
  with_type(format.type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    for (size_t i = 0; i < samples.values.size(); ++i) {
      const T value = static_cast<T>(samples.values[i]);
      std::memcpy(elements.data() + i * sizeof(T), &value, sizeof(T));
    }
  });
  const size_t bytes = element_bytes(format.type);
  for (const auto& [place, bits] : coder.verbatim()) set_bits(elements.data() + place * bytes, bytes, bits);
}

}  // namespace

namespace {

// A way to code a chunk, and what it gives.
struct Coded {
  Method method;
  std::vector<std::byte> stream;
};

Coded encode_with(const ChunkFormat& format, Method method, std::span<const double> values,
                  std::span<const std::byte> elements) {
  if (method == Method::deflate) return {method, shuffle_and_deflate(elements, element_bytes(format.type))};
  if (auto stream = encode_predicted(format, method, values, elements)) return {method, std::move(*stream)};
  const auto verbatim = static_cast<Method>(static_cast<int>(method) + 1);
  return {verbatim, *encode_predicted(format, verbatim, values, elements)};
}

// From the middle of a chunk.
struct Sample {
  ChunkFormat format;
  std::vector<std::byte> elements;
};

Sample sample_of(const ChunkFormat& format, std::span<const std::byte> elements) {
  const Grid& grid = format.grid;
  const int side = grid.sides[0] > 1 ? 40 : grid.sides[1] > 16 ? 256 : kSampled;
  Sample sample{format, {}};
  std::array<int, kAxes> begin;
  for (int axis = 0; axis < kAxes; ++axis) {
    sample.format.grid.sides[axis] = std::min(grid.sides[axis], side);
    begin[axis] = (grid.sides[axis] - sample.format.grid.sides[axis]) / 2;
  }
  const size_t bytes = element_bytes(format.type);
  const std::array<int, kAxes>& sides = sample.format.grid.sides;
  for (int z = 0; z < sides[0]; ++z) {
    for (int y = 0; y < sides[1]; ++y) {
      const size_t place = (begin[0] + z) * grid.stride(0) + (begin[1] + y) * grid.stride(1) + begin[2];
      const auto row = elements.subspan(place * bytes, sides[2] * bytes);
      sample.elements.insert(sample.elements.end(), row.begin(), row.end());
    }
  }
  return sample;
}

std::vector<Method> possible_methods(const ChunkFormat& format) {
  std::vector<Method> methods = {Method::deflate};
  if (!is_integer(format.type) && format.bound == 0) return methods;
  methods.insert(methods.end(), {Method::interpolation, Method::causal});
  if (is_series(format.grid)) methods.push_back(Method::regression);
  return methods;
}

// Those that may turn out the best, by what they make of a sample.
std::vector<Method> promising_methods(const ChunkFormat& format, std::span<const std::byte> elements) {
  std::vector<Method> methods = possible_methods(format);
  if (format.grid.size() <= 4 * kSampled || methods.size() == 1) return methods;
  const Sample sample = sample_of(format, elements);
  const std::vector<double> values = values_of(sample.format, sample.elements);
  std::vector<size_t> sizes;
  for (const Method method : methods)
    sizes.push_back(encode_with(sample.format, method, values, sample.elements).stream.size());
  const size_t best = *std::min_element(sizes.begin(), sizes.end());
  std::vector<Method> promising;
  for (size_t i = 0; i < methods.size(); ++i) {
    // A sample says less of deflate, which learns slowly.
    const double margin = methods[i] == Method::deflate ? 1.5 : 1.02;
    if (static_cast<double>(sizes[i]) <= margin * static_cast<double>(best)) promising.push_back(methods[i]);
  }
  return promising;
}

}  // namespace

std::vector<std::byte> encode_chunk(const ChunkFormat& format, std::span<const std::byte> elements) {
  const std::vector<double> values = values_of(format, elements);
  std::optional<Coded> best;
  for (const Method method : promising_methods(format, elements)) {
    Coded coded = encode_with(format, method, values, elements);
    if (!best || coded.stream.size() < best->stream.size()) best = std::move(coded);
  }
  best->stream.insert(best->stream.begin(), static_cast<std::byte>(best->method));
  return std::move(best->stream);
}

bool decode_chunk(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  if (stream.empty() || std::to_integer<uint8_t>(stream[0]) >= kMethods) return false;
  const auto method = static_cast<Method>(stream[0]);
  stream = stream.subspan(1);
  if (method == Method::deflate) return inflate_and_unshuffle(stream, element_bytes(format.type), elements);
  if (!is_integer(format.type) && format.bound == 0) return false;
  decode_predicted(format, method, stream, elements);
  return true;
}

}  // namespace laq
