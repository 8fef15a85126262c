// The quantizer's levels, what it says they cost, and that weighing rate against distortion pays.
#include "picture/search/rate_distortion_quantize.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "entropy/coder.h"

using namespace laq;
using namespace laq::picture;

namespace {

constexpr int kStepIndex = 110;

struct Case {
  BlockShape shape;
  ExpectedSpectrum expected;
  std::vector<int32_t> coefficients;
};

// Laplacian coefficients that fall with frequency, as of prediction residuals; `scale` in steps.
Case random_case(std::mt19937& random, double scale) {
  const BlockShape shape(2 + static_cast<int>(random() % 5), 2 + static_cast<int>(random() % 5));
  std::array<uint8_t, kSpectrumBands> magnitudes;
  for (uint8_t& magnitude : magnitudes) magnitude = static_cast<uint8_t>(random() % kExpectedClasses);
  Case c{shape, {magnitudes, shape}, {}};
  const int width = shape.coded_width(), height = shape.coded_height();
  std::exponential_distribution<double> exponential(1);
  const double step = quantization_step(kStepIndex) / 64.0;  // in units of coefficients
  for (int i = 0; i < width * height; ++i) {
    const double frequency = std::hypot(i % width * 1.0 / width, i / width * 1.0 / height);
    const double value = exponential(random) * scale * step / (1 + 12 * frequency);
    c.coefficients.push_back(static_cast<int32_t>(random() % 2 ? value : -value));
  }
  return c;
}

class Quantizer {
 public:
  Quantizer() : models_(std::make_unique<PictureModels>(kStepIndex)) {
    plane_.centroid = {3, 2};
    plane_.weights = WeightTable(24);
    prices_.update(models_->coefficients[0]);
  }

  QuantizedBlock quantize(const Case& c, const QuantizeSettings& settings, std::vector<int32_t>& levels) {
    levels.assign(c.coefficients.size(), 99);
    return quantize_block(prices_, {c.coefficients.data(), c.shape, plane_, kStepIndex}, c.expected, settings,
                          levels.data());
  }

  // Of the levels, by the syntax itself.
  double bits(const Case& c, std::vector<int32_t> levels, int end) const {
    if (end == 0) return 0;
    PriceCounter counter;
    PlaneLevels priced{levels.data(), end, {}, {}};
    code_levels(counter, models_->coefficients[0], c.shape, c.expected, priced);
    return counter.total() / 256.0;
  }

  // In squared steps of each coefficient, by the dequantizer itself.
  double distortion(const Case& c, const std::vector<int32_t>& levels) const {
    const uint16_t* weights = plane_.weights.weights(c.shape);
    double sum = 0;
    for (size_t i = 0; i < levels.size(); ++i) {
      const uint32_t step = coefficient_step(plane_.block_step(kStepIndex), weights[i]);
      const double error = c.coefficients[i] - dequantize(levels[i], step, plane_.centroid);
      sum += error * error / (step / 64.0 * (step / 64.0));
    }
    return sum;
  }

 private:
  std::unique_ptr<PictureModels> models_;
  PlaneQuantizer plane_;
  CoefficientPrices prices_;
};

int end_of(const Case& c, const std::vector<int32_t>& levels) {
  const ScanPosition* scan = scan_of(c.shape);
  int end = static_cast<int>(levels.size());
  while (end > 0 && levels[scan[end - 1].index] == 0) --end;
  return end;
}

constexpr double kScales[] = {0.3, 1, 3, 12, 60};

}  // namespace

TEST_CASE("the distortion, bits and end that the quantizer states are those of its levels") {
  Quantizer quantizer;
  std::mt19937 random(1);
  double stated_bits = 0, real_bits = 0;
  for (int i = 0; i < 400; ++i) {
    const Case c = random_case(random, kScales[i % 5]);
    for (const bool rate_distortion : {false, true}) {
      QuantizeSettings settings;
      settings.rate_distortion = rate_distortion;
      settings.rounding = i % 2 ? 0.5f : 0.4f;
      std::vector<int32_t> levels;
      const QuantizedBlock block = quantizer.quantize(c, settings, levels);
      CHECK(block.end == end_of(c, levels));
      CHECK(block.distortion == doctest::Approx(quantizer.distortion(c, levels)).epsilon(0.01));
      const double bits = quantizer.bits(c, levels, block.end);
      if (!rate_distortion) {
        CHECK(std::abs(block.bits - bits) <= 0.01 * bits + 0.1);
      } else {
        // Contexts of levels that are zeroed later make it an estimate.
        stated_bits += block.bits;
        real_bits += bits;
      }
    }
  }
  CHECK(stated_bits == doctest::Approx(real_bits).epsilon(0.02));
}

TEST_CASE("weighing rate against distortion costs less than plain rounding, and hardly ever more in one block") {
  Quantizer quantizer;
  std::mt19937 random(2);
  for (const float lambda : {0.03f, 0.1f, 0.2f}) {
    double plain_sum = 0, weighed_sum = 0, worst = 0;
    for (int i = 0; i < 300; ++i) {
      const Case c = random_case(random, kScales[i % 5]);
      QuantizeSettings settings;
      settings.lambda = lambda;
      const auto cost_of = [&](bool rate_distortion) {
        settings.rate_distortion = rate_distortion;
        std::vector<int32_t> levels;
        const QuantizedBlock block = quantizer.quantize(c, settings, levels);
        return quantizer.distortion(c, levels) + lambda * quantizer.bits(c, levels, block.end);
      };
      const double plain = cost_of(false), weighed = cost_of(true);
      plain_sum += plain;
      weighed_sum += weighed;
      worst = std::max(worst, weighed / plain);
    }
    CAPTURE(lambda);
    // Greedy choices do not foresee the contexts that they make: a little is lost now and then.
    CHECK(worst < 1.05);
    CHECK(weighed_sum < plain_sum);
  }
}

TEST_CASE("plain quantization rounds each coefficient on its own") {
  Quantizer quantizer;
  std::mt19937 random(3);
  for (int i = 0; i < 100; ++i) {
    const Case c = random_case(random, kScales[i % 5]);
    QuantizeSettings settings;
    settings.rate_distortion = false;
    std::vector<int32_t> levels, negated;
    quantizer.quantize(c, settings, levels);
    Case opposite = c;
    for (int32_t& coefficient : opposite.coefficients) coefficient = -coefficient;
    quantizer.quantize(opposite, settings, negated);
    const WeightTable weights(24);
    bool near = true, odd = true;
    for (size_t k = 0; k < levels.size(); ++k) {
      const double x =
          c.coefficients[k] * 64.0 / (quantization_step(kStepIndex) * (weights.weights(c.shape)[k] / 256.0));
      near = near && std::abs(levels[k] - x) <= 0.501;
      odd = odd && levels[k] == -negated[k];
    }
    CHECK(near);
    CHECK(odd);
  }
}

TEST_CASE("nothing but zeros costs nothing, and enormous coefficients stay within what the syntax can say") {
  Quantizer quantizer;
  Case c{{3, 3}, ExpectedSpectrum({}, {3, 3}), std::vector<int32_t>(64)};
  std::vector<int32_t> levels;
  const QuantizedBlock empty = quantizer.quantize(c, {}, levels);
  CHECK(empty.end == 0);
  CHECK(empty.bits == 0);
  CHECK(empty.distortion == 0);
  CHECK(std::count(levels.begin(), levels.end(), 0) == 64);
  c.coefficients.assign(64, 1 << 28);
  const QuantizedBlock full = quantizer.quantize(c, {}, levels);
  CHECK(full.end == 64);
  CHECK(*std::max_element(levels.begin(), levels.end()) <= 1 << 20);
}
