#include "transformer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "calibration.h"
#include "divergence.h"

using namespace laq::model;

namespace {

Transformer made_up_model(bool shares_classifier = true) {
  Transformer model = blank_transformer({16, 24, 2, 4, 2, 32, shares_classifier});
  Noise noise;
  for (Matrix& matrix : model.matrices)
    for (float& value : matrix.values) value = 0.5f * noise();
  return model;
}

const Sequences kSequences = {{3, 5, 7, 9, 31, 0, 2, 4}, {1, 1, 1, 8, 8, 8, 30, 12}};

Hooks identity() {
  const auto keep = [](std::span<float> /*values*/) {};
  return {[](size_t /*first*/, size_t /*count*/, std::span<float> /*input*/) {}, keep, keep};
}

std::string bytes_of(const Transformer& model) {
  const TransformerShape& shape = model.shape;
  std::string bytes;
  const auto write = [&](const void* data, size_t size) { bytes.append(static_cast<const char*>(data), size); };
  const auto write_floats = [&](const std::vector<float>& values) {
    write(values.data(), values.size() * sizeof(float));
  };
  const auto vocabulary = static_cast<int32_t>(shape.vocabulary);
  for (const size_t side : {shape.width, shape.hidden, shape.layers, shape.heads, shape.key_heads}) {
    const auto word = static_cast<int32_t>(side);
    write(&word, sizeof word);
  }
  for (const int32_t word : {shape.shares_classifier ? vocabulary : -vocabulary, int32_t{8}}) write(&word, sizeof word);
  write_floats(model.matrices[0].values);
  for (size_t layer = 0; layer < shape.layers; ++layer) write_floats(model.norms[2 * layer]);
  for (const LayerMatrix kind : {query, key, value, output})
    for (size_t layer = 0; layer < shape.layers; ++layer) write_floats(model.layer_matrix(layer, kind).values);
  for (size_t layer = 0; layer < shape.layers; ++layer) write_floats(model.norms[2 * layer + 1]);
  for (const LayerMatrix kind : {gate, down, up})
    for (size_t layer = 0; layer < shape.layers; ++layer) write_floats(model.layer_matrix(layer, kind).values);
  write_floats(model.norms.back());
  write_floats(std::vector<float>(8 * shape.width / shape.heads));
  if (!shape.shares_classifier) write_floats(model.matrices.back().values);
  return bytes;
}

std::optional<Transformer> model_from(const std::string& bytes) {
  std::istringstream file(bytes);
  return read_transformer(file);
}

}  // namespace

TEST_CASE("a transformer predicts the same on every run, and hooks that change nothing cost no divergence") {
  const Transformer model = made_up_model();
  const Predictions exact = predict_all(model, kSequences);
  CHECK(exact == predict_all(model, kSequences));
  const Divergence same = divergence(exact, predict_all(model, kSequences, identity()), kSequences, 0, 2);
  CHECK(same.kullback_leibler == 0);
  CHECK(same.cross_entropy_change == 0);
}

TEST_CASE("predictions are probabilities, and do not depend on tokens that follow") {
  const Transformer model = made_up_model();
  std::vector<int32_t> tokens = kSequences[0];
  const std::vector<float> before = predict(model, tokens);
  for (size_t t = 0; t < tokens.size(); ++t) {
    double sum = 0;
    for (size_t k = 0; k < 32; ++k) sum += std::exp2(static_cast<double>(before[t * 32 + k]));
    CHECK(sum == doctest::Approx(1));
  }
  tokens.back() = 17;
  const std::vector<float> after = predict(model, tokens);
  CHECK(std::equal(before.begin(), before.end() - 32, after.begin()));
  CHECK(before != after);
}

TEST_CASE("every hook is called where its numbers are used") {
  const Transformer model = made_up_model(false);
  const Predictions exact = predict_all(model, kSequences);
  const auto halve = [](std::span<float> values) {
    for (float& value : values) value /= 2;
  };
  std::vector<Hooks> hooks(2);
  hooks[0].key = halve;
  hooks[1].value = halve;
  for (const size_t matrix : {Transformer::index_of(0, query), Transformer::index_of(1, output),
                              Transformer::index_of(1, gate), Transformer::index_of(0, down), model.classifier()})
    hooks.push_back({[matrix, halve](size_t first, size_t /*count*/, std::span<float> input) {
                       if (first == matrix) halve(input);
                     },
                     {},
                     {}});
  for (const Hooks& hook : hooks)
    CHECK(divergence(exact, predict_all(model, kSequences, hook), kSequences, 0, 2).kullback_leibler > 1e-4);
}

TEST_CASE("a file of llama2.c gives its tensors, and a damaged one none") {
  for (const bool shares_classifier : {true, false}) {
    const Transformer model = made_up_model(shares_classifier);
    const std::string bytes = bytes_of(model);
    const auto again = model_from(bytes);
    REQUIRE(again);
    for (size_t i = 0; i < model.matrices.size(); ++i) CHECK(model.matrices[i].values == again->matrices[i].values);
    CHECK(model.norms == again->norms);
    CHECK(!model_from(bytes.substr(0, 20)));
    CHECK(!model_from(bytes.substr(0, 4000)));
    std::string odd = bytes;
    odd[0] = 15;  // no whole heads
    CHECK(!model_from(odd));
    std::string deep = bytes;
    deep[9] = 0x40;  // 16386 layers, which the file has no room for
    CHECK(!model_from(deep));
  }
}

TEST_CASE("calibration finds the loud inputs, and gives bits to the matrices that count") {
  Transformer model = made_up_model();
  for (float& norm : model.norms[0]) norm = 1e-3f;
  model.norms[0][5] = 3;
  const Calibration calibration = calibrate(model, kSequences);
  const std::vector<float>& channels = calibration.importance[Transformer::index_of(0, query)];
  CHECK(std::ranges::max_element(channels) - channels.begin() == 5);
  CHECK(std::accumulate(channels.begin(), channels.end(), 0.0f) == doctest::Approx(16));

  std::vector<double> sensitivity(model.matrices.size(), 1);
  sensitivity[3] = 64 * static_cast<double>(model.matrices[3].values.size());
  const std::vector<double> bits = allocate_bits(model, sensitivity, 4, 1);
  double sum = 0, elements = 0;
  for (size_t i = 0; i < bits.size(); ++i) {
    sum += bits[i] * static_cast<double>(model.matrices[i].values.size());
    elements += static_cast<double>(model.matrices[i].values.size());
  }
  CHECK(sum / elements == doctest::Approx(4));
  CHECK(std::ranges::max_element(bits) - bits.begin() == 3);
}
