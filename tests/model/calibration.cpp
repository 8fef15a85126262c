#include "calibration.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace laq::model {
namespace {

// Deviations of noise for every element, whose geometric mean is `relative` of that of the root mean squares which rows
// and columns let expect.
std::vector<float> shaped_deviations(const Matrix& matrix, std::span<const float> importance, double relative) {
  std::vector<double> rows(matrix.rows, 1e-20), columns(matrix.columns, 1e-20);
  double all = 1e-20;
  for (size_t i = 0; i < matrix.values.size(); ++i) {
    const double square = std::pow(static_cast<double>(matrix.values[i]), 2);
    rows[i / matrix.columns] += square / static_cast<double>(matrix.columns);
    columns[i % matrix.columns] += square / static_cast<double>(matrix.rows);
    all += square / static_cast<double>(matrix.values.size());
  }
  double excess = 0;  // of the logarithms
  std::vector<float> deviations;
  for (size_t i = 0; i < matrix.values.size(); ++i) {
    const double row = rows[i / matrix.columns], column = columns[i % matrix.columns];
    const double weight = std::max(static_cast<double>(importance[i % matrix.columns]), 1e-6);
    deviations.push_back(static_cast<float>(std::sqrt(std::sqrt(row) / weight)));
    excess += std::log(static_cast<double>(deviations.back())) - 0.5 * std::log(row * column / all);
  }
  const double scale = relative * std::exp(-excess / static_cast<double>(deviations.size()));
  for (float& deviation : deviations) deviation *= static_cast<float>(scale);
  return deviations;
}

std::vector<std::vector<float>> importance_of_inputs(const Transformer& model, const Sequences& sequences) {
  std::vector<std::vector<float>> importance;
  for (const Matrix& matrix : model.matrices) importance.emplace_back(matrix.columns, 0.0f);
  Hooks hooks;
  hooks.input = [&](size_t first, size_t count, std::span<float> input) {
    for (size_t matrix = first; matrix < first + count; ++matrix)
      for (size_t c = 0; c < input.size(); ++c) importance[matrix][c] += input[c] * input[c];
  };
  for (const std::vector<int32_t>& sequence : sequences) predict(model, seen_tokens(sequence), hooks);
  for (std::vector<float>& channels : importance) {
    const float mean = std::accumulate(channels.begin(), channels.end(), 0.0f) / static_cast<float>(channels.size());
    for (float& channel : channels) channel = mean > 0 ? channel / mean : 1;
  }
  return importance;
}

}  // namespace

double Noise::uniform() {
  state_ = state_ * 6364136223846793005u + 1442695040888963407u;
  return (static_cast<double>(state_ >> 11) + 0.5) / 9007199254740992.0;
}

float Noise::operator()() {
  const double radius = std::sqrt(-2 * std::log(uniform()));
  return static_cast<float>(radius * std::cos(2 * std::numbers::pi * uniform()));
}

Calibration calibrate(const Transformer& model, const Sequences& sequences) {
  Calibration result = {importance_of_inputs(model, sequences), {}};
  const Predictions exact = predict_all(model, sequences);
  constexpr double kRelative = 0.05;  // about the error of four bits
  constexpr int kDraws = 2;
  Noise noise;
  Transformer noisy = model;
  for (size_t i = 0; i < model.matrices.size(); ++i) {
    const std::vector<float>& values = model.matrices[i].values;
    const std::vector<float> deviations = shaped_deviations(model.matrices[i], result.importance[i], kRelative);
    double sum = 0;
    for (int draw = 0; draw < kDraws; ++draw) {
      for (size_t k = 0; k < values.size(); ++k) noisy.matrices[i].values[k] = values[k] + deviations[k] * noise();
      sum += divergence(exact, predict_all(noisy, sequences), sequences, 0, sequences.size()).kullback_leibler;
    }
    result.sensitivity.push_back(sum / kDraws / (kRelative * kRelative));
    noisy.matrices[i].values = values;
  }
  return result;
}

std::vector<double> allocate_bits(const Transformer& model, std::span<const double> sensitivity, double bits,
                                  double least) {
  double low = -64, high = 64, elements = 0;
  for (const Matrix& matrix : model.matrices) elements += static_cast<double>(matrix.values.size());
  std::vector<double> result(sensitivity.size());
  constexpr int kBisections = 60;
  for (int step = 0; step < kBisections; ++step) {
    const double level = (low + high) / 2;
    double sum = 0;
    for (size_t i = 0; i < result.size(); ++i) {
      const auto size = static_cast<double>(model.matrices[i].values.size());
      result[i] = std::max(least, level + 0.5 * std::log2(std::max(sensitivity[i], 1e-12) / size));
      sum += result[i] * size;
    }
    (sum > bits * elements ? high : low) = level;
  }
  return result;
}

}  // namespace laq::model
