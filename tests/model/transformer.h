// Transformer: float inference of a small language model in the plain file format of llama2.c, with hooks at the places
// where quantized inference rounds: weights are changed in place, inputs of matrix products and cached keys and values
// by functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace laq::model {

struct Matrix {
  std::string name;
  size_t rows = 0, columns = 0;  // outputs and inputs of the product
  std::vector<float> values;     // row after row
};

struct TransformerShape {
  size_t width, hidden, layers, heads, key_heads, vocabulary;
  bool shares_classifier;  // the classifier is the embedding

  size_t key_width() const { return width / heads * key_heads; }
};

// The matrices of a layer follow each other in this order; those that multiply the same input are neighbours.
enum LayerMatrix : uint8_t { query, key, value, output, gate, up, down, kLayerMatrices };

struct Transformer {
  TransformerShape shape;
  std::vector<Matrix> matrices;           // embedding, those of the layers, classifier if it has its own
  std::vector<std::vector<float>> norms;  // attention and feed-forward of each layer, then the last
  const Matrix& layer_matrix(size_t layer, LayerMatrix kind) const { return matrices[index_of(layer, kind)]; }
  static size_t index_of(size_t layer, LayerMatrix kind) { return 1 + layer * kLayerMatrices + kind; }
  size_t classifier() const { return shape.shares_classifier ? 0 : matrices.size() - 1; }
};

// A transformer of this shape whose matrices and norms hold zeros and ones.
Transformer blank_transformer(const TransformerShape& shape);

// Nothing if the file is none, or ends before the tensors of its header.
std::optional<Transformer> read_transformer(std::istream& file);

// Each is called for one token and may change the numbers; an empty function changes nothing.
struct Hooks {
  // The input that the matrices from `first` to `first + count - 1` multiply.
  std::function<void(size_t first, size_t count, std::span<float> input)> input;
  std::function<void(std::span<float> key)> key;  // all heads of a layer, after the rotation
  std::function<void(std::span<float> value)> value;
};

// The logarithms to base 2 of the probabilities of every token [position, vocabulary] after each of the tokens.
std::vector<float> predict(const Transformer& model, std::span<const int32_t> tokens, const Hooks& hooks = {});

}  // namespace laq::model
