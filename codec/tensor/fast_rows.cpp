#include "tensor/fast_rows.h"

#include "base/binary_logarithm.h"

namespace laq::tensor {
namespace {

constexpr int kMostStateBits = 8;

// Distributions of sizes with a mean of 1: mixtures of the half-normal and the exponential distribution.
class SizeDistribution {
 public:
  explicit SizeDistribution(double exponential_share) : exponential_share_(exponential_share) {}

  // The probability of a size below x.
  double operator()(double x) const {
    constexpr double kInverseOfLog2 = 1.4426950408889634;  // log2(e)
    const double exponential = 1 - power_of_two(-x * kInverseOfLog2);
    return exponential_share_ * exponential + (1 - exponential_share_) * half_normal(x);
  }

 private:
  static constexpr int kPerUnit = 64, kUnits = 8;

  // The table is integrated by the rule of trapezoids and scaled to end at 1.
  static double half_normal(double x) {
    static const std::array<double, kPerUnit* kUnits + 1> kTable = [] {
      std::array<double, kPerUnit * kUnits + 1> table{};
      const auto density = [](int i) {
        const double t = static_cast<double>(i) / kPerUnit;
        constexpr double kLog2OfDensity = -0.45914923944754366;  // -log2(e) / pi, as the mean is 1
        return power_of_two(kLog2OfDensity * t * t);
      };
      for (int i = 1; i <= kPerUnit * kUnits; ++i) table[i] = table[i - 1] + density(i - 1) + density(i);
      const double all = table.back();
      for (double& value : table) value /= all;
      return table;
    }();
    const double place = x * kPerUnit;
    if (place >= kPerUnit * kUnits) return 1;
    const int i = static_cast<int>(place);
    return kTable[i] + (place - i) * (kTable[i + 1] - kTable[i]);
  }

  double exponential_share_;
};

Alphabets make_alphabets(int shape) {
  constexpr std::array<double, RowsHeader::kShapes> kExponentialShare = {0.15, 0.4, 0.7, 1};
  const SizeDistribution below(kExponentialShare[shape]);
  Alphabets alphabets;
  for (int quantizer = 0; quantizer < 2; ++quantizer) {
    for (int of = 0; of < kClasses; ++of) {
      // The mean size in the middle of the class, in cells.
      const double mean = power_of_two((of + 0.5) / kClassesPerOctave + kLeastOctave);
      AdaptiveAlphabet& alphabet = alphabets.of[quantizer][of];
      for (int symbol = 1; symbol < kSymbols; ++symbol) {
        const double edge = quantizer == 0 ? symbol - 0.5 : symbol;
        const double share = below(edge / mean) * ((1 << kProbabilityBits) - kLeastFrequency * kSymbols);
        alphabet.below[symbol] = static_cast<int16_t>(static_cast<int>(share) + kLeastFrequency * symbol);
      }
    }
  }
  return alphabets;
}

}  // namespace

const Alphabets& first_alphabets(int shape) {
  static const std::array<Alphabets, RowsHeader::kShapes> kAll = {make_alphabets(0), make_alphabets(1),
                                                                  make_alphabets(2), make_alphabets(3)};
  return kAll[shape];
}

void RowsHeader::write(ByteWriter& writer) const {
  writer.byte(static_cast<uint8_t>(is_transposed | is_uniform << 1 | has_row_factors << 2 | has_column_factors << 3 |
                                   shape << 4));
  const auto offset = static_cast<uint32_t>(step - kLeastStep);
  for (int shift = 0; shift < 24; shift += 8) writer.byte(static_cast<uint8_t>(offset >> shift));
  writer.byte(static_cast<uint8_t>(mean));
  writer.byte(static_cast<uint8_t>(weights[0] | weights[1] << 4));
  writer.byte(static_cast<uint8_t>(weights[2] | weights[3] << 4));
  writer.byte(static_cast<uint8_t>(base | state_bits << 4));
  writer.byte(static_cast<uint8_t>(shift[0] | shift[1] << 4));
}

bool RowsHeader::read(ByteReader& reader, RowsHeader& header) {
  const uint8_t flags = reader.byte();
  header.is_transposed = (flags & 1) != 0;
  header.is_uniform = (flags & 2) != 0;
  header.has_row_factors = (flags & 4) != 0;
  header.has_column_factors = (flags & 8) != 0;
  header.shape = flags >> 4 & (kShapes - 1);
  uint32_t offset = 0;
  for (int shift = 0; shift < 24; shift += 8) offset |= uint32_t{reader.byte()} << shift;
  header.step = static_cast<int>(offset) + kLeastStep;
  header.mean = reader.byte();
  for (int pair = 0; pair < kWeights; pair += 2) {
    const uint8_t both = reader.byte();
    header.weights[pair] = both & 15;
    header.weights[pair + 1] = both >> 4;
  }
  const uint8_t base = reader.byte(), shifts = reader.byte();
  header.base = base & 15;
  header.state_bits = base >> 4;
  header.shift = {static_cast<uint8_t>(shifts & 15), static_cast<uint8_t>(shifts >> 4)};
  return !reader.failed() && flags >> 6 == 0 && header.step <= kMostStep && header.state_bits >= Trellis::kLeastBits &&
         header.state_bits <= kMostStateBits;
}

MatrixView view_of(const TensorFormat& format, bool is_transposed) {
  MatrixView view = MatrixView::of(format);
  // A vector is cut into rows, so that there is one for every lane.
  if (view.rows == 1 && view.columns % kLanes == 0 && view.columns >= 16) {
    view.rows = kLanes;
    view.columns /= kLanes;
  }
  return is_transposed ? view.transposed() : view;
}

StateTable::StateTable(const RowsHeader& header) {
  if (header.is_uniform) return;
  const Trellis trellis(header.state_bits);
  for (int state = 0; state < trellis.states(); ++state) {
    for (int half = 0; half < 2; ++half) next[state][half] = static_cast<uint8_t>(trellis.next(state, half));
  }
}

void reconstruct_row(const RowsHeader& header, std::span<const int32_t> points, float row_factor,
                     const float* column_factors, float* values) {
  constexpr int kShifted = 4;
  std::array<float, 2 * kShifted> near{};  // of points -4 .. 3
  for (int point = 1 - kShifted; point < kShifted; ++point) {
    const int size = std::abs(point), shift = size == 0 ? 8 : header.shift[size > 1];
    const float moved = static_cast<float>(size) + static_cast<float>(shift - 8) / 32;
    near[point + kShifted] = point < 0 ? -moved : moved;
  }
  near[0] = -kShifted;
  for (size_t c = 0; c < points.size(); ++c) {
    const int point = points[c];
    const auto place = static_cast<uint32_t>(point + kShifted);
    const float value = place < 2 * kShifted ? near[place] : static_cast<float>(point);
    values[c] = value * row_factor;
  }
  if (column_factors == nullptr) return;
  for (size_t c = 0; c < points.size(); ++c) values[c] *= column_factors[c];
}

std::vector<float> factors_of(std::span<const int16_t> scales) {
  std::vector<float> factors(scales.size());
  for (size_t i = 0; i < factors.size(); ++i) factors[i] = static_cast<float>(amplitude_of(scales[i]));
  return factors;
}

}  // namespace laq::tensor
