// A judge for `laq compare`: how far the predictions of a language model are from those of the original one.
//   model-judge MODEL --save FILE            writes the matrices of the model as a safetensors file
//   model-judge MODEL ORIGINAL DECODED       writes the Kullback-Leibler divergence, in bits a token, of the model with
//   the
//                                            matrices of DECODED from that with those of ORIGINAL
// MODEL is as model-bench has it. The divergence is over the second half of its sequences.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "compare/codecs/model_tensors.h"
#include "divergence.h"
#include "io/file.h"
#include "io/model/safetensors_writer.h"

namespace {

using namespace laq;
using namespace laq::model;

int fail(const std::string& message) {
  std::fprintf(stderr, "model-judge: %s\n", message.c_str());
  return 1;
}

std::vector<std::byte> safetensors_of(const Transformer& model) {
  std::vector<io::NamedTensor> tensors;
  for (const Matrix& matrix : model.matrices) {
    const auto bytes = std::as_bytes(std::span(matrix.values));
    tensors.push_back({matrix.name,
                       io::safetensors_type(ElementType::float32),
                       {matrix.rows, matrix.columns},
                       {bytes.begin(), bytes.end()}});
  }
  return io::write_safetensors(tensors, {});
}

// Gives the model the matrices of a safetensors file.
std::optional<Error> take_matrices(const std::string& path, Transformer& model) {
  Result<std::vector<std::byte>> file = io::read_file(path);
  if (!file) return file.error();
  const Result<compare::Model> tensors = compare::parse_model(std::move(*file));
  if (!tensors) return tensors.error();
  for (Matrix& matrix : model.matrices) {
    const auto tensor = std::ranges::find(tensors->contents.tensors, matrix.name, &io::ModelTensor::name);
    if (tensor == tensors->contents.tensors.end() || !tensor->element)
      return Error{ErrorCode::invalid_argument, "there is no matrix " + matrix.name};
    const std::vector<double> numbers = compare::numbers_of(*tensors, *tensor);
    if (numbers.size() != matrix.values.size())
      return Error{ErrorCode::invalid_argument, "the matrix " + matrix.name + " has another number of elements"};
    std::ranges::transform(numbers, matrix.values.begin(), [](double number) { return static_cast<float>(number); });
  }
  return std::nullopt;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::fprintf(stderr, "usage: model-judge MODEL --save FILE | model-judge MODEL ORIGINAL DECODED\n");
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  std::ifstream file(folder / "stories260K.bin", std::ios::binary);
  const std::optional<Transformer> model = read_transformer(file);
  if (!model) return fail("stories260K.bin is damaged or no model of llama2.c");
  if (std::string(arguments[2]) == "--save") {
    const auto error = io::write_file(arguments[3], safetensors_of(*model));
    return error ? fail(std::string(arguments[3]) + ": " + error->message) : 0;
  }
  std::optional<Sequences> sequences = read_sequences(folder / "tokens.npy");
  if (!sequences) return 1;
  sequences->erase(sequences->begin(), sequences->begin() + static_cast<std::ptrdiff_t>(sequences->size() / 2));
  Predictions predictions[2];
  for (int i = 0; i < 2; ++i) {
    Transformer judged = *model;
    if (const auto error = take_matrices(arguments[2 + i], judged))
      return fail(std::string(arguments[2 + i]) + ": " + error->message);
    predictions[i] = predict_all(judged, *sequences);
  }
  // Rounding may leave a little less than nothing.
  std::printf(
      "%.9g\n",
      std::max(0.0, divergence(predictions[0], predictions[1], *sequences, 0, sequences->size()).kullback_leibler));
  return 0;
}
