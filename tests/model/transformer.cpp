#include "transformer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace laq::model {
namespace {

// One row for each token.
struct Rows {
  size_t columns = 0;
  std::vector<float> values;

  Rows(size_t rows, size_t columns) : columns(columns), values(rows * columns) {}
  size_t count() const { return values.size() / columns; }
  std::span<float> operator[](size_t row) { return std::span(values).subspan(row * columns, columns); }
  std::span<const float> operator[](size_t row) const { return std::span(values).subspan(row * columns, columns); }
};

Rows product(const Matrix& matrix, const Rows& inputs) {
  std::vector<float> transposed(matrix.values.size());
  for (size_t r = 0; r < matrix.rows; ++r)
    for (size_t c = 0; c < matrix.columns; ++c) transposed[c * matrix.rows + r] = matrix.values[r * matrix.columns + c];
  Rows outputs(inputs.count(), matrix.rows);
  for (size_t t = 0; t < inputs.count(); ++t) {
    float* sums = outputs[t].data();
    for (size_t c = 0; c < matrix.columns; ++c) {
      const float input = inputs[t][c];
      const float* column = &transposed[c * matrix.rows];
      for (size_t r = 0; r < matrix.rows; ++r) sums[r] += column[r] * input;
    }
  }
  return outputs;
}

Rows normalized(const Rows& inputs, const std::vector<float>& weights) {
  Rows outputs = inputs;
  for (size_t t = 0; t < inputs.count(); ++t) {
    const std::span<float> row = outputs[t];
    const float power = std::inner_product(row.begin(), row.end(), row.begin(), 0.0f);
    const float scale = 1 / std::sqrt(power / static_cast<float>(inputs.columns) + 1e-5f);
    for (size_t c = 0; c < row.size(); ++c) row[c] *= scale * weights[c];
  }
  return outputs;
}

// Turns the pairs of each head by angles that grow with the position.
void rotate(Rows& rows, size_t head_size) {
  for (size_t t = 0; t < rows.count(); ++t)
    for (size_t c = 0; c < rows.columns; c += 2) {
      const double exponent = static_cast<double>(c % head_size) / static_cast<double>(head_size);
      const double angle = static_cast<double>(t) / std::pow(10000.0, exponent);
      const auto cosine = static_cast<float>(std::cos(angle)), sine = static_cast<float>(std::sin(angle));
      const float a = rows[t][c], b = rows[t][c + 1];
      rows[t][c] = a * cosine - b * sine;
      rows[t][c + 1] = a * sine + b * cosine;
    }
}

void for_each_row(Rows& rows, const std::function<void(std::span<float>)>& hook) {
  if (!hook) return;
  for (size_t t = 0; t < rows.count(); ++t) hook(rows[t]);
}

void call_input_hook(const Hooks& hooks, size_t first, size_t count, Rows& inputs) {
  if (!hooks.input) return;
  for (size_t t = 0; t < inputs.count(); ++t) hooks.input(first, count, inputs[t]);
}

void add(Rows& sums, const Rows& terms) {
  std::ranges::transform(sums.values, terms.values, sums.values.begin(), std::plus());
}

// Softmax in place.
void to_probabilities(std::span<float> scores) {
  const float maximum = std::ranges::max(scores);
  float sum = 0;
  for (float& score : scores) sum += score = std::exp(score - maximum);
  for (float& score : scores) score /= sum;
}

// What one head reads from the tokens up to each.
void attend(const Rows& queries, const Rows& keys, const Rows& values, size_t head, const TransformerShape& shape,
            Rows& results) {
  const size_t size = shape.width / shape.heads, at = head * size,
               key_at = head / (shape.heads / shape.key_heads) * size;
  std::vector<float> weights;
  for (size_t t = 0; t < queries.count(); ++t) {
    weights.assign(t + 1, 0);
    for (size_t s = 0; s <= t; ++s)
      for (size_t c = 0; c < size; ++c) weights[s] += queries[t][at + c] * keys[s][key_at + c];
    for (float& weight : weights) weight /= std::sqrt(static_cast<float>(size));
    to_probabilities(weights);
    for (size_t s = 0; s <= t; ++s)
      for (size_t c = 0; c < size; ++c) results[t][at + c] += weights[s] * values[s][key_at + c];
  }
}

void attention_step(const Transformer& model, size_t layer, const Hooks& hooks, Rows& state) {
  const TransformerShape& shape = model.shape;
  Rows inputs = normalized(state, model.norms[2 * layer]);
  call_input_hook(hooks, Transformer::index_of(layer, query), 3, inputs);
  Rows queries = product(model.layer_matrix(layer, query), inputs);
  Rows keys = product(model.layer_matrix(layer, key), inputs);
  Rows values = product(model.layer_matrix(layer, value), inputs);
  rotate(queries, shape.width / shape.heads);
  rotate(keys, shape.width / shape.heads);
  for_each_row(keys, hooks.key);
  for_each_row(values, hooks.value);
  Rows read(state.count(), shape.width);
  for (size_t head = 0; head < shape.heads; ++head) attend(queries, keys, values, head, shape, read);
  call_input_hook(hooks, Transformer::index_of(layer, output), 1, read);
  add(state, product(model.layer_matrix(layer, output), read));
}

void feed_forward_step(const Transformer& model, size_t layer, const Hooks& hooks, Rows& state) {
  Rows inputs = normalized(state, model.norms[2 * layer + 1]);
  call_input_hook(hooks, Transformer::index_of(layer, gate), 2, inputs);
  Rows hidden = product(model.layer_matrix(layer, gate), inputs);
  const Rows factors = product(model.layer_matrix(layer, up), inputs);
  for (size_t i = 0; i < hidden.values.size(); ++i)
    hidden.values[i] *= factors.values[i] / (1 + std::exp(-hidden.values[i]));
  call_input_hook(hooks, Transformer::index_of(layer, down), 1, hidden);
  add(state, product(model.layer_matrix(layer, down), hidden));
}

void to_log_probabilities(std::span<float> scores) {
  const float maximum = std::ranges::max(scores);
  double sum = 0;
  for (const float score : scores) sum += std::exp(static_cast<double>(score - maximum));
  for (float& score : scores)
    score = static_cast<float>((static_cast<double>(score - maximum) - std::log(sum)) / std::log(2.0));
}

bool read_floats(std::istream& file, std::vector<float>& values) {
  const auto bytes = static_cast<std::streamsize>(values.size() * sizeof(float));
  return file.read(reinterpret_cast<char*>(values.data()), bytes).gcount() == bytes;
}

// Floats of the matrices.
double matrix_elements(const TransformerShape& shape) {
  const auto width = static_cast<double>(shape.width), key_width = static_cast<double>(shape.key_width());
  const double of_layer = width * (2 * width + 2 * key_width + 3 * static_cast<double>(shape.hidden));
  return static_cast<double>(shape.vocabulary) * width + static_cast<double>(shape.layers) * of_layer;
}

bool has_room_for(std::istream& file, const TransformerShape& shape) {
  const std::streamoff place = file.tellg();
  file.seekg(0, std::ios::end);
  const std::streamoff left = file.tellg() - place;
  file.seekg(place);
  return matrix_elements(shape) * sizeof(float) <= static_cast<double>(left);
}

std::optional<TransformerShape> read_shape(std::istream& file) {
  std::array<int32_t, 7> header{};  // width, hidden, layers, heads, heads of keys, vocabulary, length of sequences
  if (!file.read(reinterpret_cast<char*>(header.data()), sizeof header)) return {};
  const bool shares_classifier = header[5] > 0;
  header[5] = std::abs(header[5]);
  constexpr int32_t kLargest = 1 << 16;  // a benchmark's model is small
  if (std::ranges::any_of(header, [](int32_t side) { return side < 1 || side > kLargest; })) return {};
  const bool has_whole_heads =
      header[0] % header[3] == 0 && header[0] / header[3] % 2 == 0 && header[3] % header[4] == 0;
  if (!has_whole_heads) return {};
  return TransformerShape{static_cast<size_t>(header[0]),
                          static_cast<size_t>(header[1]),
                          static_cast<size_t>(header[2]),
                          static_cast<size_t>(header[3]),
                          static_cast<size_t>(header[4]),
                          static_cast<size_t>(header[5]),
                          shares_classifier};
}

}  // namespace

Transformer blank_transformer(const TransformerShape& shape) {
  Transformer model = {shape, {}, {}};
  const auto add_matrix = [&](const std::string& name, size_t rows, size_t columns) {
    model.matrices.push_back({name, rows, columns, std::vector<float>(rows * columns)});
  };
  add_matrix("embedding", shape.vocabulary, shape.width);
  for (size_t layer = 0; layer < shape.layers; ++layer) {
    const std::string prefix = "layer" + std::to_string(layer) + ".";
    add_matrix(prefix + "query", shape.width, shape.width);
    add_matrix(prefix + "key", shape.key_width(), shape.width);
    add_matrix(prefix + "value", shape.key_width(), shape.width);
    add_matrix(prefix + "output", shape.width, shape.width);
    add_matrix(prefix + "gate", shape.hidden, shape.width);
    add_matrix(prefix + "up", shape.hidden, shape.width);
    add_matrix(prefix + "down", shape.width, shape.hidden);
  }
  if (!shape.shares_classifier) add_matrix("classifier", shape.vocabulary, shape.width);
  model.norms.assign(2 * shape.layers + 1, std::vector<float>(shape.width, 1));
  return model;
}

std::optional<Transformer> read_transformer(std::istream& file) {
  const std::optional<TransformerShape> shape = read_shape(file);
  if (!shape || !has_room_for(file, *shape)) return {};
  Transformer model = blank_transformer(*shape);
  bool is_whole = read_floats(file, model.matrices[0].values);
  const auto read_norms = [&](size_t first) {
    for (size_t layer = 0; layer < shape->layers; ++layer)
      is_whole = is_whole && read_floats(file, model.norms[2 * layer + first]);
  };
  const auto read_matrices = [&](LayerMatrix kind) {
    for (size_t layer = 0; layer < shape->layers; ++layer)
      is_whole = is_whole && read_floats(file, model.matrices[Transformer::index_of(layer, kind)].values);
  };
  read_norms(0);
  for (const LayerMatrix kind : {query, key, value, output}) read_matrices(kind);
  read_norms(1);
  for (const LayerMatrix kind : {gate, down, up}) read_matrices(kind);
  is_whole = is_whole && read_floats(file, model.norms.back());
  // Tables of the rotation lie before a classifier of its own. They have a cosine and a sine for each pair and
  // position.
  if (!shape->shares_classifier) {
    file.seekg(-static_cast<std::streamoff>(model.matrices.back().values.size() * sizeof(float)), std::ios::end);
    is_whole = is_whole && read_floats(file, model.matrices.back().values);
  }
  if (!is_whole) return {};
  return model;
}

std::vector<float> predict(const Transformer& model, std::span<const int32_t> tokens, const Hooks& hooks) {
  Rows state(tokens.size(), model.shape.width);
  const std::vector<float>& embedding = model.matrices[0].values;
  for (size_t t = 0; t < tokens.size(); ++t) {
    const size_t token = static_cast<size_t>(tokens[t]) % model.shape.vocabulary;
    std::ranges::copy(std::span(embedding).subspan(token * state.columns, state.columns), state[t].begin());
  }
  for (size_t layer = 0; layer < model.shape.layers; ++layer) {
    attention_step(model, layer, hooks, state);
    feed_forward_step(model, layer, hooks, state);
  }
  Rows inputs = normalized(state, model.norms.back());
  call_input_hook(hooks, model.classifier(), 1, inputs);
  Rows scores = product(model.matrices[model.classifier()], inputs);
  for (size_t t = 0; t < scores.count(); ++t) to_log_probabilities(scores[t]);
  return std::move(scores.values);
}

}  // namespace laq::model
