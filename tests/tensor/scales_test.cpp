#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "tensor/scales_encoder.h"

namespace {

using namespace laq::tensor;

}  // namespace

TEST_CASE("the scales of a product of rows and columns are found") {
  MatrixView view;
  view.rows = 200;
  view.columns = 300;
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  std::vector<float> matrix(view.size());
  for (size_t i = 0; i < matrix.size(); ++i) {
    const double row = std::exp2(0.01 * static_cast<double>(i / 300)), column = i % 2 == 0 ? 1 : 4;
    matrix[i] = static_cast<float>(row * column * normal(random));
  }
  const FittedScales fit = fit_scales(view, matrix, 1);
  CHECK(fit.rows[199] / fit.rows[0] == doctest::Approx(std::exp2(1.99)).epsilon(0.2));
  CHECK(fit.columns[1] / fit.columns[0] == doctest::Approx(4).epsilon(0.2));
}

TEST_CASE("scales come back from their code") {
  std::vector<int16_t> scales = {-12, -12, 4, -200, 7, 7, 6};
  laq::SymbolWriter writer;
  ScaleModels models;
  std::vector<int16_t> written = scales;
  code_scales(writer, models, written, 1);
  const std::vector<std::byte> bytes = writer.finish();
  laq::SymbolReader reader(bytes);
  models = {};
  std::vector<int16_t> again(scales.size());
  code_scales(reader, models, again, 1);
  CHECK(again == scales);
}

TEST_CASE("amplitudes are powers of two by eighths") {
  CHECK(amplitude_of(0) == 1);
  CHECK(amplitude_of(-16) == 0.25);
  CHECK(amplitude_of(4) == doctest::Approx(std::sqrt(2.0)));
}

TEST_CASE("scales of damaged streams stay in their range") {
  std::mt19937 random(2);
  for (int run = 0; run < 200; ++run) {
    std::vector<std::byte> bytes(20);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
    laq::SymbolReader reader(bytes);
    ScaleModels models;
    std::vector<int16_t> scales(50);
    code_scales(reader, models, scales, 1);
    for (const int16_t scale : scales) CHECK((scale >= kLeastScale && scale <= kMostScale));
  }
}
