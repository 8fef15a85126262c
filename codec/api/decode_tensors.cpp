// The public functions that read tensors.
#include <algorithm>
#include <atomic>

#include <laq/tensor.hpp>

#include "array/box.h"
#include "base/checks.h"
#include "base/parallel.h"
#include "base/without_exceptions.h"
#include "container/container.h"
#include "container/metadata.h"
#include "tensor/tensor_codec.h"
#include "tensor/tensor_index.h"

namespace laq {
namespace {

// A file of tensors, taken apart.
struct Parts {
  tensor::TensorIndex index;
  std::vector<Attachment> attachments;
};

Result<Parts> parts_of(std::span<const std::byte> file, Verify verify, uint64_t max_bytes) {
  const Result<std::vector<Section>> sections = read_container(file, verify);
  if (!sections) return sections.error();
  const Result<std::span<const std::byte>> payload = content_of(*sections, kTensorSection);
  if (!payload) return payload.error();
  Result<std::vector<Attachment>> attachments = read_attachments(*sections, max_bytes);
  if (!attachments) return attachments.error();
  Result<tensor::TensorIndex> index = tensor::read_index(*payload, max_bytes - bytes_of(*attachments));
  if (!index) return in_section(kTensorSection, index.error());
  return Parts{std::move(*index), std::move(*attachments)};
}

// A part of a tensor that is decoded on its own.
struct PartToDecode {
  size_t tensor;
  tensor::TensorPart part;
};

Error damaged(const TensorInfo& info) {
  return Error{ErrorCode::corrupt, tensor::describe(info.name) + " holds an impossible value or ends too early"};
}

// Decodes those tensors of an index.
Result<std::vector<Tensor>> decode(const tensor::TensorIndex& index, std::span<const size_t> wanted,
                                   const DecodeOptions& options) {
  uint64_t needed = 0, largest_part = 0;
  std::vector<PartToDecode> parts;
  for (const size_t number : wanted) {
    const TensorInfo& info = index.tensors[number];
    const tensor::TensorFormat format{info.type, info.shape};
    if (format.elements() > options.max_pixels) {
      return Error{ErrorCode::limit_exceeded,
                   tensor::describe(info.name) + " has " + std::to_string(format.elements()) +
                       " elements, more than max_pixels (" + std::to_string(options.max_pixels) + ")"};
    }
    needed += format.bytes();
    for (tensor::TensorPart& part : tensor::parts_of(index.streams[number], format)) {
      largest_part = std::max(largest_part, part.format.elements());
      parts.push_back({number, std::move(part)});
    }
  }
  // What decoding takes at most: for an element, beside it, and for a part whatever its size (models of mixed rows).
  constexpr uint64_t kOfElement = 48, kOfPart = uint64_t{3} << 20;
  needed += (kOfElement * largest_part + kOfPart) *
            std::min<uint64_t>(parts.size(), static_cast<uint64_t>(resolve_threads(options.threads)));
  if (needed > options.max_bytes) return exceeds_memory(needed, options);

  std::vector<Tensor> tensors(index.tensors.size());
  std::vector<uint64_t> undecoded(index.tensors.size());
  for (const size_t number : wanted) {
    const TensorInfo& info = index.tensors[number];
    const tensor::TensorFormat format{info.type, info.shape};
    undecoded[number] = format.elements();
    tensors[number] = {info.name, info.type, info.shape, std::vector<std::byte>(format.bytes()), info.type_name};
  }
  for (const PartToDecode& part : parts) undecoded[part.tensor] -= part.part.format.elements();
  std::atomic<size_t> first_damaged{tensors.size()};
  for (const size_t number : wanted) {
    if (undecoded[number] != 0) first_damaged = std::min(first_damaged.load(), number);
  }
  parallel_for(static_cast<int>(parts.size()), options.threads, [&](int i, int) {
    const auto& [number, part] = parts[i];
    if (number >= first_damaged) return;
    const std::span<std::byte> elements =
        std::span(tensors[number].data)
            .subspan(part.first_element * element_bytes(part.format.type), part.format.bytes());
    if (tensor::decode_tensor(part.stream, part.format, elements)) return;
    size_t known = first_damaged;
    while (number < known && !first_damaged.compare_exchange_weak(known, number)) {
    }
  });
  if (first_damaged < tensors.size()) return damaged(index.tensors[first_damaged]);
  return tensors;
}

}  // namespace

Result<Tensors> decode_tensors(std::span<const std::byte> file, const DecodeOptions& options) {
  return without_exceptions([&]() -> Result<Tensors> {
    if (const auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
    Result<Parts> parts = parts_of(file, Verify::all, options.max_bytes);
    if (!parts) return parts.error();
    DecodeOptions rest = options;
    rest.max_bytes -= bytes_of(parts->attachments);
    std::vector<size_t> all(parts->index.tensors.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    const DefaultFloatingPoint environment;
    Result<std::vector<Tensor>> tensors = decode(parts->index, all, rest);
    if (!tensors) return in_section(kTensorSection, tensors.error());
    return Tensors{std::move(*tensors), std::move(parts->attachments)};
  });
}

Result<Tensor> decode_tensor(std::span<const std::byte> file, std::string_view name, const DecodeOptions& options) {
  return without_exceptions([&]() -> Result<Tensor> {
    if (const auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
    const Result<Parts> parts = parts_of(file, Verify::all_but_content, options.max_bytes);
    if (!parts) return parts.error();
    const auto found = std::ranges::find(parts->index.tensors, name, &TensorInfo::name);
    if (found == parts->index.tensors.end()) {
      return invalid("no tensor of the file is named '" + std::string(name) + "' (it has " +
                     std::to_string(parts->index.tensors.size()) + " of other names)");
    }
    const auto number = static_cast<size_t>(found - parts->index.tensors.begin());
    const DefaultFloatingPoint environment;
    Result<std::vector<Tensor>> tensors = decode(parts->index, std::span(&number, 1), options);
    if (!tensors) return in_section(kTensorSection, tensors.error());
    return std::move((*tensors)[number]);
  });
}

Result<TensorsInfo> inspect_tensors(std::span<const std::byte> file, const DecodeOptions& options) {
  return without_exceptions([&]() -> Result<TensorsInfo> {
    Result<Parts> parts = parts_of(file, Verify::all, options.max_bytes);
    if (!parts) return parts.error();
    return TensorsInfo{std::move(parts->index.tensors), std::move(parts->attachments)};
  });
}

bool holds_tensors(std::span<const std::byte> file) {
  return without_exceptions([&]() -> Result<std::span<const std::byte>> {
           const Result<std::vector<Section>> sections = read_container(file, Verify::all_but_content);
           if (!sections) return sections.error();
           return content_of(*sections, kTensorSection);
         })
      .ok();
}

}  // namespace laq
