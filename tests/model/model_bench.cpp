// What quantization costs a language model: the divergence of its predictions from those of the float model against the
// bits of its weights, of the inputs of its matrix products, and of its cached keys and values.
//   model-bench [MODEL [FOLDER]]
// MODEL holds stories260K.bin, a model of llama2.c, and tokens.npy, sequences that it wrote. Encoders are calibrated on
// the first half of them and judged by the second. Prints tables in Markdown; FOLDER gets model-divergence.csv and
// .svg.
#include <atomic>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "calibration.h"
#include "formats.h"
#include "report.h"

namespace {

using namespace laq::model;

// The float model, and what others are compared with.
struct Bench {
  Transformer model;
  Sequences sequences;
  Predictions exact;
  Calibration calibration;
  Measurements measurements;

  size_t half() const { return sequences.size() / 2; }
};

void add(Bench& bench, Measurement measurement, const Transformer& model, const Hooks& hooks) {
  const Predictions predictions = predict_all(model, bench.sequences, hooks);
  const size_t half = bench.half(), all = bench.sequences.size();
  measurement.calibrated = divergence(bench.exact, predictions, bench.sequences, 0, half);
  measurement.held_out = divergence(bench.exact, predictions, bench.sequences, half, all);
  std::fprintf(stderr, "%s, %s: divergence %.5f\n", measurement.place.c_str(), measurement.name.c_str(),
               measurement.held_out.kullback_leibler);
  bench.measurements.push_back(std::move(measurement));
}

void measure_weights(Bench& bench) {
  for (const WeightFormat& format : weight_formats()) {
    Transformer quantized = bench.model;
    const double bits = format.quantize_dequantize(quantized, bench.calibration);
    double elements = 0, power = 0, error = 0;
    for (size_t m = 0; m < quantized.matrices.size(); ++m)
      for (size_t i = 0; i < quantized.matrices[m].values.size(); ++i) {
        const auto a = static_cast<double>(bench.model.matrices[m].values[i]);
        const auto b = static_cast<double>(quantized.matrices[m].values[i]);
        power += a * a;
        error += (a - b) * (a - b);
        ++elements;
      }
    add(bench, {"weights", format.family, format.name, bits / elements, 10 * std::log10(power / error), {}, {}},
        quantized, {});
  }
}

void measure_vectors(Bench& bench) {
  for (const VectorFormat& format : vector_formats()) {
    std::atomic<double> bits = 0, numbers = 0;
    const auto quantize = [&](std::span<float> values) {
      bits += format.quantize_dequantize(values);
      numbers += static_cast<double>(values.size());
    };
    Hooks inputs, all_inputs, keys, values, both;
    inputs.input = [&](size_t first, size_t /*count*/, std::span<float> input) {
      if (first != bench.model.classifier()) quantize(input);
    };
    all_inputs.input = [&](size_t /*first*/, size_t /*count*/, std::span<float> input) { quantize(input); };
    keys.key = values.value = both.key = both.value = quantize;
    const Hooks* hooks[] = {&inputs, &all_inputs, &keys, &values, &both};  // in the order of the places
    for (size_t i = 0; i < std::size(kVectorPlaces); ++i) {
      bits = 0;
      numbers = 0;
      add(bench, {kVectorPlaces[i], format.family, format.name, 0, NAN, {}, {}}, bench.model, *hooks[i]);
      bench.measurements.back().bits = bits / numbers;
    }
  }
}

bool write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file.good()) std::fprintf(stderr, "model-bench: cannot write %s\n", path.c_str());
  return file.good();
}

}  // namespace

int main(int count, char** arguments) {
  const std::filesystem::path folder = count > 1 ? arguments[1] : LAQ_SOURCE_ROOT "/../shared/signals/model";
  if (count > 3) {
    std::fprintf(stderr, "usage: model-bench [MODEL [FOLDER]]\n");
    return 2;
  }
  if (!std::filesystem::exists(folder / "stories260K.bin")) {
    std::printf("skipped: %s has no model\n", folder.c_str());
    return 0;
  }
  std::ifstream file(folder / "stories260K.bin", std::ios::binary);
  std::optional<Transformer> model = read_transformer(file);
  std::optional<Sequences> sequences = read_sequences(folder / "tokens.npy");
  if (!model) std::fprintf(stderr, "model-bench: stories260K.bin is damaged or no model of llama2.c\n");
  if (!model || !sequences) return 1;
  Bench bench = {std::move(*model), std::move(*sequences), {}, {}, {}};
  bench.exact = predict_all(bench.model, bench.sequences);
  bench.calibration = calibrate(
      bench.model,
      Sequences(bench.sequences.begin(), bench.sequences.begin() + static_cast<std::ptrdiff_t>(bench.half())));
  measure_weights(bench);
  measure_vectors(bench);

  std::printf("%s\n%s", weights_table(bench.measurements).c_str(), vectors_table(bench.measurements).c_str());
  if (count < 3) return 0;
  const std::filesystem::path out = arguments[2];
  const bool is_written = write(out / "model-divergence.csv", comma_separated(bench.measurements)) &&
                          write(out / "model-divergence.svg", chart(bench.measurements, "weights"));
  return is_written ? 0 : 1;
}
