// How much quantization changes what a model says: the divergence of its predictions from those of the float model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "transformer.h"

namespace laq::model {

// Sequences of tokens. The model sees token 1 and then each sequence but its last token, and predicts the sequence.
using Sequences = std::vector<std::vector<int32_t>>;

// An int32 .npy file [sequences, tokens]; nothing, after a message, if it is none.
std::optional<Sequences> read_sequences(const std::string& path);

// What the model sees when it predicts a sequence.
std::vector<int32_t> seen_tokens(const std::vector<int32_t>& sequence);

// The logarithms of the probabilities along each sequence. Each has a thread of its own: hooks are called by several.
using Predictions = std::vector<std::vector<float>>;
Predictions predict_all(const Transformer& model, const Sequences& sequences, const Hooks& hooks = {});

// Means over tokens, in bits.
struct Divergence {
  double kullback_leibler = 0;
  double cross_entropy_change = 0;
};

// From the predictions of the float model to the other ones, over sequences from `first` to `last - 1`.
Divergence divergence(const Predictions& exact, const Predictions& other, const Sequences& sequences, size_t first,
                      size_t last);

}  // namespace laq::model
