// The public function that writes tensors: it checks everything that a caller gives, and decides which tensors keep
// every bit.
#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_set>

#include <laq/tensor.hpp>

#include "array/box.h"
#include "base/checks.h"
#include "base/element.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "base/without_exceptions.h"
#include "container/checksum.h"
#include "container/container.h"
#include "container/metadata.h"
#include "tensor/matrix_view.h"
#include "tensor/tensor_encoder.h"
#include "tensor/tensor_index.h"
#include "tensor/uniform_bits.h"

namespace laq {
namespace {

std::optional<Error> check(const TensorTarget& target) {
  switch (target.kind) {
    case TensorTargetKind::lossless:
      return std::nullopt;
    case TensorTargetKind::bits:
      return check_range("target.value (bits)", target.value, 1e-9, 1e9);
    case TensorTargetKind::snr:
      return check_range("target.value (decibels)", target.value, 0.0, 1000.0);
    case TensorTargetKind::max_error:
      return check_range("target.value", target.value, 0.0, std::numeric_limits<double>::max());
  }
  return invalid("target.kind is " + std::to_string(static_cast<int>(target.kind)) + ", it must be 0 to 3");
}

std::optional<Error> check(const TensorView& view) {
  if (view.name.size() > tensor::kMaxNameBytes || view.type_name.size() > tensor::kMaxNameBytes)
    return invalid("the name of the tensor or of its type has more than 65535 bytes");
  if (view.type > kLastElementType) {
    return invalid("type is " + std::to_string(static_cast<int>(view.type)) + ", it must be 0 to " +
                   std::to_string(static_cast<int>(kLastElementType)));
  }
  if (view.shape.size() > array::kMaxDimensions) return invalid("shape has more than 32 sides");
  const uint64_t elements = array::element_count(view.shape);
  if (elements > array::kMaxElements ||
      std::ranges::any_of(view.shape, [](uint64_t side) { return side > array::kMaxElements; })) {
    return invalid("shape has more than 2^40 elements");
  }
  if (view.data == nullptr && elements > 0) return invalid("data is null");
  if (!view.importance.empty()) {
    const uint64_t channels = elements == 0 ? 0 : tensor::MatrixView::of({view.type, view.shape}).channels();
    if (view.importance.size() != channels) {
      return invalid("importance has " + std::to_string(view.importance.size()) + " values, the tensor has " +
                     std::to_string(channels) + " input channels");
    }
  }
  if (std::ranges::any_of(view.importance, [](float value) { return !(value >= 0 && value <= 1e30F); }))
    return invalid("importance has a value that is negative, NaN or above 1e30");
  if (!view.target) return std::nullopt;
  if (is_integer(view.type) && view.target->kind != TensorTargetKind::lossless)
    return invalid("integers are kept without loss (leave out the target)");
  return check(*view.target);
}

std::optional<Error> check(std::span<const TensorView> tensors) {
  if (tensors.size() > tensor::kMaxTensors)
    return invalid("there are " + std::to_string(tensors.size()) + " tensors, there may be 2^20");
  std::unordered_set<std::string_view> names;
  for (const TensorView& view : tensors) {
    if (auto error = check(view)) return Error{error->code, tensor::describe(view.name) + ": " + error->message};
    if (!names.insert(view.name).second) return invalid(tensor::describe(view.name) + " is there twice");
  }
  return std::nullopt;
}

std::optional<Error> check(const TensorEncodeOptions& options) {
  if (auto error = check(options.target)) return error;
  if (options.shape > NoiseShape::relative)
    return invalid("shape is " + std::to_string(static_cast<int>(options.shape)) + ", it must be 0 or 1");
  if (auto error = check_range("effort", int64_t{options.effort}, 1, 9)) return error;
  if (auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return error;
  return check_attachments(options.attachments);
}

TensorTarget target_of(const TensorView& view, const TensorTarget& of_all) {
  if (view.target) return *view.target;
  return is_kept_by_default(view.type, view.shape) ? TensorTarget{} : of_all;
}

struct Encoded {
  TensorInfo info;
  std::vector<std::byte> stream;
};

// progress: as TensorOptions::progress.
Encoded encode_one(const TensorView& view, const TensorEncodeOptions& options, int threads,
                   const std::function<bool(uint64_t)>& progress) {
  const tensor::TensorFormat format{view.type, view.shape};
  const std::span<const std::byte> elements(static_cast<const std::byte*>(view.data), format.bytes());
  Encoded encoded{{view.name, view.type, view.shape, view.type_name, target_of(view, options.target)}, {}};
  tensor::TensorOptions settings;
  settings.target = encoded.info.target;
  settings.exponent = options.shape == NoiseShape::relative ? 0.5 : 0;
  settings.importance = view.importance;
  settings.effort = options.effort;
  settings.is_uniform = !options.adaptive_quantization;
  settings.threads = threads;
  settings.progress = progress;
  tensor::CodedTensor coded = tensor::encode_tensor(format, elements, settings);
  encoded.stream = std::move(coded.stream);
  encoded.info.bytes = encoded.stream.size();
  if (encoded.info.target.kind != TensorTargetKind::lossless) {
    encoded.info.power = coded.power;
    encoded.info.mean_squared_error = coded.mean_squared_error;
    encoded.info.max_error = coded.max_error;
    encoded.info.uniform_bits = tensor::uniform_bits(view.type, elements, coded.even_error);
  }
  return encoded;
}

// In the order of `tensors`; nothing if it was cancelled. Tensors of several parts are coded by all threads, one after
// the other, and the others side by side, the largest first.
std::optional<std::vector<Encoded>> encode_all(std::span<const TensorView> tensors,
                                               const TensorEncodeOptions& options) {
  std::vector<uint64_t> elements;
  for (const TensorView& view : tensors) elements.push_back(array::element_count(view.shape));
  std::vector<size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return elements[a] > elements[b]; });
  Progress progress(options.progress, std::accumulate(elements.begin(), elements.end(), uint64_t{0}));
  progress.advance(0);
  std::vector<Encoded> encoded(tensors.size());
  const auto encode = [&](size_t number, int threads) {
    if (progress.cancelled()) return;
    encoded[number] =
        encode_one(tensors[number], options, threads, [&](uint64_t coded) { return progress.advance(coded); });
  };
  size_t first = 0;
  for (; first < order.size() && elements[order[first]] > tensor::kPartElements; ++first)
    encode(order[first], options.threads);
  parallel_for(static_cast<int>(order.size() - first), options.threads,
               [&](int i, int) { encode(order[first + static_cast<size_t>(i)], 1); });
  if (progress.cancelled()) return std::nullopt;
  return encoded;
}

std::vector<std::byte> payload_of(std::span<const Encoded> encoded) {
  std::vector<TensorInfo> infos;
  std::vector<uint32_t> checksums;
  for (const Encoded& of : encoded) {
    infos.push_back(of.info);
    checksums.push_back(checksum(of.stream));
  }
  std::vector<std::byte> payload = tensor::write_index(infos, checksums);
  for (const Encoded& of : encoded) payload.insert(payload.end(), of.stream.begin(), of.stream.end());
  return payload;
}

}  // namespace

bool is_kept_by_default(ElementType type, std::span<const uint64_t> shape) {
  constexpr uint64_t kFewElements = 1024;
  const auto long_sides = std::ranges::count_if(shape, [](uint64_t side) { return side > 1; });
  return is_integer(type) || long_sides < 2 || array::element_count({shape.begin(), shape.end()}) < kFewElements;
}

Result<std::vector<std::byte>> encode(std::span<const TensorView> tensors, const TensorEncodeOptions& options) {
  return without_exceptions([&]() -> Result<std::vector<std::byte>> {
    if (const auto error = check(tensors)) return *error;
    if (const auto error = check(options)) return *error;
    TensorEncodeOptions guarded = options;
    guarded.progress = cancel_on_exception(options.progress);
    const DefaultFloatingPoint environment;
    const std::optional<std::vector<Encoded>> encoded = encode_all(tensors, guarded);
    if (!encoded) return Error{ErrorCode::cancelled, "cancelled"};
    const std::vector<std::byte> payload = payload_of(*encoded);
    const std::vector<OwnedSection> attachments = write_attachments(options.attachments);
    std::vector<Section> sections;
    for (const OwnedSection& section : attachments) sections.push_back(section.view());
    sections.push_back({kTensorSection, payload});
    return write_container(sections);
  });
}

}  // namespace laq
