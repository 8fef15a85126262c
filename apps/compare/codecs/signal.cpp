#include "compare/codecs/signal.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compare/codecs/model_tensors.h"
#include "io/array/array_file.h"
#include "io/file.h"
#include "io/picture/convert.h"
#include "io/picture/picture_file.h"

namespace laq::compare {

SignalKind kind_of(const Signal& signal) {
  return static_cast<SignalKind>(signal.index());
}

double elements_of(const Signal& signal) {
  double count = 1;
  if (const auto* const model = std::get_if<Model>(&signal)) {
    count = 0;
    for (const io::ModelTensor& tensor : model->contents.tensors) count += io::element_count(tensor.shape);
    return count;
  }
  for (const uint64_t side : sides_of(signal)) count *= static_cast<double>(side);
  return count;
}

double raw_bytes_of(const Signal& signal) {
  if (const auto* const model = std::get_if<Model>(&signal)) return static_cast<double>(model->file.size());
  const auto* const array = std::get_if<Array>(&signal);
  return static_cast<double>(array ? array->data.size() : std::get<Picture>(signal).samples.size());
}

std::vector<uint64_t> sides_of(const Signal& signal) {
  if (const auto* const array = std::get_if<Array>(&signal)) return array->shape;
  if (std::holds_alternative<Model>(signal)) return {};
  const auto& picture = std::get<Picture>(signal);
  return {picture.width, picture.height};
}

double range_of(std::span<const double> values) {
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  return greatest > least ? greatest - least : 0;
}

Result<Signal> read_signal(const std::string& path, SignalKind kind) {
  if (kind == SignalKind::array) {
    Result<io::Noted<Array>> array = io::read_array(path);
    if (!array) return array.error();
    return Signal(Array(std::move(*array)));
  }
  if (kind == SignalKind::model) {
    Result<std::vector<std::byte>> file = io::read_file(path);
    if (!file) return file.error();
    Result<Model> model = parse_model(std::move(*file));
    if (!model) return model.error();
    return Signal(std::move(*model));
  }
  const Result<io::Noted<Picture>> picture = io::read_picture(path);
  if (!picture) return picture.error();
  return Signal(io::upright(*picture));
}

const Words& words_of(SignalKind kind) {
  static constexpr Words kWords[] = {
      {"picture", "a picture", "pixel", "megapixels", "MP/s", "image", "pixels"},
      {"array", "an array", "element", "megabytes", "MB/s", "array", "elements"},
      {"model", "a model", "element", "megabytes", "MB/s", "model", "elements"},
  };
  return kWords[static_cast<size_t>(kind)];
}

}  // namespace laq::compare
