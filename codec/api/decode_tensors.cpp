// The public functions that read tensors.
#include <algorithm>

#include <laq/tensor.hpp>

#include "array/box.h"
#include "base/checks.h"
#include "base/parallel.h"
#include "base/without_exceptions.h"
#include "container/checksum.h"
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
  Result<AttachedContent> parts = read_attached(file, kTensorSection, verify, max_bytes);
  if (!parts) return parts.error();
  Result<tensor::TensorIndex> index = tensor::read_index(parts->content, max_bytes - bytes_of(parts->attachments));
  if (!index) return in_section(kTensorSection, index.error());
  return Parts{std::move(*index), std::move(parts->attachments)};
}

// A part of a tensor that is decoded on its own, and where its elements go.
struct PartToDecode {
  size_t tensor;  // counts those that are decoded
  tensor::TensorPart part;
  bool is_good = false;
};

Error damaged(const TensorInfo& info) {
  return Error{ErrorCode::corrupt, tensor::describe(info.name) + " holds an impossible value or ends too early"};
}

// The memory that decoding takes beside the elements, at most.
uint64_t decoding_bytes(std::span<const PartToDecode> parts, int threads) {
  constexpr uint64_t kOfElement = 48, kOfPart = uint64_t{3} << 20;  // the latter are models of mixed rows
  uint64_t largest = 0;
  for (const PartToDecode& part : parts) largest = std::max(largest, part.part.format.elements());
  return (kOfElement * largest + kOfPart) *
         std::min<uint64_t>(parts.size(), static_cast<uint64_t>(resolve_threads(threads)));
}

// The tensors of an index with these numbers, in the order of the numbers.
Result<std::vector<Tensor>> decode(const tensor::TensorIndex& index, std::span<const size_t> wanted,
                                   const DecodeOptions& options) {
  uint64_t needed = 0;
  std::vector<PartToDecode> parts;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const TensorInfo& info = index.tensors[wanted[i]];
    const tensor::TensorFormat format{info.type, info.shape};
    if (format.elements() > options.max_pixels) {
      return Error{ErrorCode::limit_exceeded,
                   tensor::describe(info.name) + " has " + std::to_string(format.elements()) +
                       " elements, more than max_pixels (" + std::to_string(options.max_pixels) + ")"};
    }
    needed += format.bytes();
    std::vector<tensor::TensorPart> of_tensor = tensor::parts_of(index.streams[wanted[i]], format);
    if (of_tensor.empty()) return damaged(info);
    for (tensor::TensorPart& part : of_tensor) parts.push_back({i, std::move(part)});
  }
  needed += decoding_bytes(parts, options.threads);
  if (needed > options.max_bytes) return exceeds_memory(needed, options);

  std::vector<Tensor> tensors;
  for (const size_t number : wanted) {
    const TensorInfo& info = index.tensors[number];
    const tensor::TensorFormat format{info.type, info.shape};
    tensors.push_back({info.name, info.type, info.shape, std::vector<std::byte>(format.bytes()), info.type_name});
  }
  parallel_for(static_cast<int>(parts.size()), options.threads, [&](int i, int) {
    const tensor::TensorPart& part = parts[i].part;
    const size_t first = part.first_element * element_bytes(part.format.type);
    const auto elements = std::span(tensors[parts[i].tensor].data).subspan(first, part.format.bytes());
    parts[i].is_good = tensor::decode_tensor(part.stream, part.format, elements);
  });
  const auto bad = std::ranges::find(parts, false, &PartToDecode::is_good);
  if (bad != parts.end()) return damaged(index.tensors[wanted[bad->tensor]]);
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
    if (checksum(parts->index.streams[number]) != parts->index.checksums[number]) {
      return in_section(kTensorSection, {ErrorCode::corrupt, tensor::describe(found->name) + ": checksum is wrong"});
    }
    const DefaultFloatingPoint environment;
    Result<std::vector<Tensor>> tensors = decode(parts->index, std::span(&number, 1), options);
    if (!tensors) return in_section(kTensorSection, tensors.error());
    return std::move(tensors->front());
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
  const Result<bool> holds = without_exceptions([&]() -> Result<bool> { return has_content(file, kTensorSection); });
  return holds && *holds;
}

}  // namespace laq
