#include "divergence.h"

#include <cmath>
#include <cstdio>
#include <future>

#include "io/array/array_file.h"

namespace laq::model {

std::optional<Sequences> read_sequences(const std::string& path) {
  const Result<io::Noted<Array>> array = io::read_array(path);
  if (!array || array->type != ElementType::int32 || array->shape.size() != 2 || array->shape[0] < 2 ||
      array->shape[1] == 0) {
    const std::string reason = array ? "not int32 [sequences, tokens], at least two sequences" : array.error().message;
    std::fprintf(stderr, "%s: %s\n", path.c_str(), reason.c_str());
    return {};
  }
  const std::vector<double> tokens = io::to_doubles(*array);
  Sequences sequences(array->shape[0]);
  for (size_t i = 0; i < tokens.size(); ++i) sequences[i / array->shape[1]].push_back(static_cast<int32_t>(tokens[i]));
  return sequences;
}

std::vector<int32_t> seen_tokens(const std::vector<int32_t>& sequence) {
  std::vector<int32_t> seen = {1};
  seen.insert(seen.end(), sequence.begin(), sequence.end() - 1);
  return seen;
}

Predictions predict_all(const Transformer& model, const Sequences& sequences, const Hooks& hooks) {
  std::vector<std::future<std::vector<float>>> running;
  for (const std::vector<int32_t>& sequence : sequences)
    running.push_back(std::async(std::launch::async, [&] { return predict(model, seen_tokens(sequence), hooks); }));
  Predictions predictions;
  for (auto& one : running) predictions.push_back(one.get());
  return predictions;
}

Divergence divergence(const Predictions& exact, const Predictions& other, const Sequences& sequences, size_t first,
                      size_t last) {
  Divergence sum;
  size_t tokens = 0;
  for (size_t i = first; i < last; ++i) {
    const size_t vocabulary = exact[i].size() / sequences[i].size();
    for (size_t k = 0; k < exact[i].size(); ++k) {
      const auto p = static_cast<double>(exact[i][k]), q = static_cast<double>(other[i][k]);
      sum.kullback_leibler += std::exp2(p) * (p - q);
    }
    for (size_t t = 0; t < sequences[i].size(); ++t) {
      const size_t k = t * vocabulary + static_cast<size_t>(sequences[i][t]) % vocabulary;
      sum.cross_entropy_change += static_cast<double>(exact[i][k]) - static_cast<double>(other[i][k]);
    }
    tokens += sequences[i].size();
  }
  return {sum.kullback_leibler / static_cast<double>(tokens), sum.cross_entropy_change / static_cast<double>(tokens)};
}

}  // namespace laq::model
