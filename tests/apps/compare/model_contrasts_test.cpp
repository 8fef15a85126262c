#include "compare/codecs/model_contrasts.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

using laq::compare::find_model_contrast;
using laq::compare::model_contrasts;
using laq::compare::ModelContrast;

namespace {

std::vector<float> gaussian(size_t count) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

double snr_of(const ModelContrast& contrast, const std::vector<float>& values) {
  std::vector<float> decoded = values;
  contrast.quantize_dequantize(decoded);
  double power = 0, error = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    power += std::pow(static_cast<double>(values[i]), 2);
    error += std::pow(static_cast<double>(values[i]) - static_cast<double>(decoded[i]), 2);
  }
  return 10 * std::log10(power / error);
}

}  // namespace

TEST_CASE("contrasts of model formats have the bits and the errors of their formats on Gaussian numbers") {
  struct Expectation {
    double bits, least_snr, largest_snr;
  };
  const std::map<std::string, Expectation> expectations = {
      {"uniform-3", {3, 12.5, 14.5}}, {"uniform-4", {4, 17.5, 20.3}},  {"uniform-5", {5, 22.5, 26}},
      {"uniform-6", {6, 28, 31.5}},   {"uniform-8", {8, 38.5, 42.5}},  {"absmax-3", {3.5, 12, 14.5}},
      {"absmax-4", {4.5, 19, 21}},    {"absmax-5", {5.5, 25.5, 27.5}}, {"absmax-6", {6.5, 31.5, 34}},
      {"Q4_0", {4.5, 20, 22}},        {"Q8_0", {8.5, 44, 46.5}},       {"Q4_K", {4.5, 21.3, 23}},
      {"NF4", {4.25, 19.5, 21.5}},    {"NVFP4", {4.5, 19.5, 21.5}},    {"MXFP4", {4.25, 17.5, 20}}};
  const std::vector<float> values = gaussian(1 << 15);
  CHECK(model_contrasts().size() == expectations.size());
  for (const auto& row : expectations) {
    const std::string& name = row.first;
    const Expectation& expected = row.second;
    CAPTURE(name);
    const ModelContrast* contrast = find_model_contrast(name);
    REQUIRE(contrast);
    CHECK(contrast->bits == expected.bits);
    const double snr = snr_of(*contrast, values);
    CHECK(snr > expected.least_snr);
    CHECK(snr < expected.largest_snr);
  }
  CHECK(!find_model_contrast("Q5_K"));
}

TEST_CASE("contrasts of model formats keep zeros, any length, and scale with the numbers") {
  for (const ModelContrast& contrast : model_contrasts()) {
    CAPTURE(contrast.name);
    std::vector<float> none, zeros(70);
    contrast.quantize_dequantize(none);
    contrast.quantize_dequantize(zeros);
    CHECK(zeros == std::vector<float>(70));
    const std::vector<float> odd = gaussian(300 + 7);
    std::vector<float> large = odd;
    for (float& value : large) value *= 16;
    CHECK(snr_of(contrast, odd) > 10);
    CHECK(snr_of(contrast, large) == doctest::Approx(snr_of(contrast, odd)).epsilon(0.01));
  }
}
