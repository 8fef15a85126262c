#include "compare/measure/tensors.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "compare/codecs/model_tensors.h"
#include "compare/measure/measure.h"
#include "compare/measure/model_error.h"

namespace laq::compare {
namespace {

constexpr size_t kShown = 6;  // tensors with histograms and maps: the largest
constexpr int kMostAcross = 96, kMostDown = 64;
constexpr int kBins = 120;    // of a histogram
constexpr double kReach = 4;  // its ends, in root mean squares

double root_mean_square(std::span<const double> numbers) {
  double sum = 0, count = 0;
  for (const double number : numbers) {
    if (!std::isfinite(number)) continue;
    sum += number * number;
    ++count;
  }
  return std::sqrt(sum / count);
}

// Shares of the finite numbers in each bin; what lies beyond the ends is in none.
std::vector<double> shares_of(std::span<const double> numbers, double unit) {
  std::vector<double> shares(kBins);
  double count = 0;
  for (const double number : numbers) {
    if (!std::isfinite(number)) continue;
    ++count;
    const double bin = std::floor((number / unit / kReach + 1) / 2 * kBins);
    if (bin >= 0 && bin < kBins) ++shares[static_cast<size_t>(bin)];
  }
  for (double& share : shares) share /= count;
  return shares;
}

// The places of the largest tensors among those that are coded with loss.
std::vector<size_t> largest_of(const std::vector<const io::ModelTensor*>& tensors) {
  std::vector<size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](size_t i) { return tensors[i]->bytes; });
  order.resize(std::min(order.size(), kShown));
  return order;
}

// What a codec makes of the model.
struct Made {
  Encoded encoded;
  Decoded decoded;
  ModelError error;
};

Result<Made> make(const Codec& codec, const Model& model, double quality) {
  Result<Encoded> encoded = codec.encode(model, quality, 0);
  if (!encoded) return encoded.error();
  Result<Decoded> decoded = codec.decode(encoded->file, 0);
  if (!decoded) return decoded.error();
  Result<ModelError> error = model_error(model, decoded->model());
  if (!error) return error.error();
  return Made{std::move(*encoded), std::move(*decoded), std::move(*error)};
}

// Adds a line to each tensor.
void add_lines(const std::string& codec, const Made& made, std::vector<ComparedTensor>& tensors) {
  std::map<std::string_view, const TensorShare*> shares;
  for (const TensorShare& share : made.encoded.tensors) shares[share.name] = &share;
  for (size_t i = 0; i < tensors.size(); ++i) {
    ComparedTensor::Line& line = tensors[i].lines.emplace_back();
    line.codec = codec;
    line.snr = made.error.tensors[i].snr();
    const auto share = shares.find(tensors[i].name);
    if (share == shares.end()) continue;
    line.bits = share->second->bits;
    if (share->second->uniform_bits) line.gained_bits = *share->second->uniform_bits - line.bits;
  }
}

}  // namespace

ComparedTensor::LocalScale local_scale(std::span<const double> numbers, std::span<const uint64_t> shape) {
  ComparedTensor::LocalScale scale;
  if (numbers.empty()) return scale;
  const uint64_t count = numbers.size();
  scale.rows = 1;
  uint64_t above = 1;
  for (const uint64_t side : shape) {
    above *= side;
    const auto farness = [&](uint64_t rows) {
      return std::abs(std::log(static_cast<double>(rows) * static_cast<double>(rows) / static_cast<double>(count)));
    };
    if (farness(above) < farness(scale.rows)) scale.rows = above;
  }
  scale.columns = count / scale.rows;
  scale.width = static_cast<int>(std::min<uint64_t>(scale.columns, kMostAcross));
  scale.height = static_cast<int>(std::min<uint64_t>(scale.rows, kMostDown));
  const auto blocks = static_cast<size_t>(scale.width) * static_cast<size_t>(scale.height);
  std::vector<double> squares(blocks), counts(blocks);
  for (uint64_t i = 0; i < count; ++i) {
    if (!std::isfinite(numbers[i])) continue;
    const uint64_t y = i / scale.columns * static_cast<uint64_t>(scale.height) / scale.rows;
    const uint64_t x = i % scale.columns * static_cast<uint64_t>(scale.width) / scale.columns;
    const size_t block = y * static_cast<size_t>(scale.width) + x;
    squares[block] += numbers[i] * numbers[i];
    ++counts[block];
  }
  const double whole = root_mean_square(numbers);
  for (size_t i = 0; i < blocks; ++i)
    scale.decibels.push_back(10 * std::log10(squares[i] / counts[i] / (whole * whole)));
  return scale;
}

ComparedTensors measure_tensors(const Model& model, const std::string& image, const std::vector<const Codec*>& codecs,
                                const std::vector<Point>& points, double score, std::vector<std::string>& failures) {
  ComparedTensors result{image, {}, {}};
  std::vector<const io::ModelTensor*> coded;
  for (const io::ModelTensor& tensor : model.contents.tensors) {
    if (!is_coded_with_loss(tensor)) continue;
    coded.push_back(&tensor);
    ComparedTensor& compared = result.tensors.emplace_back();
    compared.name = tensor.name;
    compared.shape = tensor.shape;
  }
  const std::vector<size_t> shown = largest_of(coded);
  for (const size_t i : shown) {
    ComparedTensor& compared = result.tensors[i];
    const std::vector<double> numbers = numbers_of(model, *coded[i]);
    for (int bin = 0; bin < kBins; ++bin) compared.values.push_back(((2 * bin + 1.0) / kBins - 1) * kReach);
    compared.shares = shares_of(numbers, root_mean_square(numbers));
    compared.scale = local_scale(numbers, coded[i]->shape);
  }
  for (const Codec* codec : codecs) {
    const Point* point = nearest_point(points, codec->name(), image, score);
    if (!point) continue;
    const Result<Made> made = make(*codec, model, point->q);
    if (!made) {
      failures.push_back(codec->name() + ", " + image + ", tensors: " + made.error().message);
      continue;
    }
    result.points.push_back(*point);
    add_lines(codec->name(), *made, result.tensors);
    const Model& decoded = made->decoded.model();
    for (const size_t i : shown) {
      const auto again = std::ranges::find(decoded.contents.tensors, coded[i]->name, &io::ModelTensor::name);
      const double unit = root_mean_square(numbers_of(model, *coded[i]));
      result.tensors[i].lines.back().shares = shares_of(numbers_of(decoded, *again), unit);
    }
  }
  return result;
}

}  // namespace laq::compare
