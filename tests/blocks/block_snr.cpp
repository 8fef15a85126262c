// Signal-to-noise ratios of blocks: for every folder of .npy files (float32, C order) the mean over its tensors,
// weighted by elements, and the mean over folders.
//   block-snr FOLDER [BITS [EFFORT [WIDTH]]]     FOLDER holds a folder for each net
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <laq/blocks.hpp>

namespace {

std::vector<float> read_npy(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  constexpr size_t kPreamble = 10;  // magic, version, length of the header
  if (bytes.size() < kPreamble || bytes.find("'<f4'") == std::string::npos) return {};
  const size_t header = kPreamble + static_cast<uint8_t>(bytes[8]) + size_t{256} * static_cast<uint8_t>(bytes[9]);
  std::vector<float> elements((bytes.size() - header) / sizeof(float));
  std::memcpy(elements.data(), bytes.data() + header, elements.size() * sizeof(float));
  return elements;
}

struct Total {
  double decibels = 0, elements = 0, bytes = 0;
};

void measure(const std::vector<float>& elements, const laq::BlockOptions& options, Total& total) {
  const auto tensor = laq::quantize_blocks(elements, 1, elements.size(), options);
  if (!tensor) {
    std::fprintf(stderr, "%s\n", tensor.error().message.c_str());
    std::exit(1);
  }
  const auto view = laq::view_blocks(tensor->format, tensor->bytes);
  const auto again = laq::dequantize_blocks(*view);
  double power = 0, error = 0;
  for (size_t i = 0; i < elements.size(); ++i) {
    power += std::pow(elements[i], 2);
    error += std::pow(elements[i] - (*again)[i], 2);
  }
  const auto count = static_cast<double>(elements.size());
  total.decibels += count * 10 * std::log10(power / error);
  total.elements += count;
  total.bytes += static_cast<double>(tensor->bytes.size());
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  laq::BlockOptions options;
  if (count > 2) options.bits = std::atof(arguments[2]);
  if (count > 3) options.effort = std::atoi(arguments[3]);
  if (count > 4) options.width = std::atoi(arguments[4]);
  double sum = 0, bits = 0;
  int nets = 0;
  for (const auto& net : std::filesystem::directory_iterator(arguments[1])) {
    Total total;
    for (const auto& file : std::filesystem::directory_iterator(net.path())) {
      const std::vector<float> elements = read_npy(file.path());
      if (!elements.empty()) measure(elements, options, total);
    }
    if (total.elements == 0) continue;
    ++nets;
    sum += total.decibels / total.elements;
    bits += 8 * total.bytes / total.elements;
    std::printf("%-28s %7.3f dB %7.4f bits\n", net.path().filename().c_str(), total.decibels / total.elements,
                8 * total.bytes / total.elements);
  }
  std::printf("%-28s %7.3f dB %7.4f bits\n", "mean", sum / nets, bits / nets);
}
