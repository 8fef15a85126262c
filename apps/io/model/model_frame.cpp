#include "io/model/model_frame.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/model/model_tensors.h"

namespace laq::io {
namespace {

Error bad_frame(const std::string& what) {
  return {ErrorCode::corrupt, "the frame of the model is damaged: " + what};
}

}  // namespace

// An integer: the number of tensors. Of each two integers: the bytes between the one before it and it, and its bytes.
// Then the bytes between, and those after the last one.
Result<std::vector<std::byte>> frame_of(std::span<const std::byte> file, const ModelFile& model) {
  uint64_t around = file.size();
  for (const ModelTensor& tensor : model.tensors) around -= tensor.bytes;
  std::string frame;
  append_integer(frame, model.tensors.size());
  uint64_t end = 0;
  for (const ModelTensor& tensor : model.tensors) {
    append_integer(frame, tensor.offset - end);
    append_integer(frame, tensor.bytes);
    end = tensor.end();
  }
  if (around > kMaxAttachmentBytes || frame.size() > kMaxAttachmentBytes - around) {
    return Error{ErrorCode::limit_exceeded,
                 "has " + std::to_string(around) + " bytes beside its tensors, at most 64 MiB are kept"};
  }
  frame.reserve(frame.size() + around);
  end = 0;
  for (const ModelTensor& tensor : model.tensors) {
    frame += text_of(file.subspan(end, tensor.offset - end));
    end = tensor.end();
  }
  frame += text_of(file.subspan(end));
  const auto bytes = std::as_bytes(std::span(frame));
  return std::vector<std::byte>(bytes.begin(), bytes.end());
}

Result<ModelFrame> parse_frame(std::span<const std::byte> frame) {
  constexpr uint64_t kMostBytes = uint64_t{1} << 61;
  std::string_view rest = text_of(frame);
  const std::optional<uint64_t> count = take_integer(rest);
  if (!count || *count > std::min<uint64_t>(kMaxTensors, rest.size() / 2)) return bad_frame("it counts wrong");
  ModelFrame parsed;
  uint64_t around = 0, end = 0;
  parsed.tensors.reserve(*count);
  for (uint64_t i = 0; i < *count; ++i) {
    const std::optional<uint64_t> before = take_integer(rest), bytes = take_integer(rest);
    if (!before || !bytes || *before > frame.size() - around || *bytes > kMostBytes - std::min(end, kMostBytes))
      return bad_frame("it tells no place of tensor " + std::to_string(i + 1));
    around += *before;
    parsed.tensors.push_back({end + *before, *bytes});
    end += *before + *bytes;
  }
  if (around > rest.size()) return bad_frame("it was cut off");
  parsed.around = frame.last(rest.size());
  parsed.file_bytes = end + (rest.size() - around);
  return parsed;
}

void ModelFrame::put_around(std::span<std::byte> file) const {
  uint64_t end = 0;
  std::span<const std::byte> rest = around;
  const auto put = [&](uint64_t size) {
    std::ranges::copy(rest.first(size), file.begin() + static_cast<ptrdiff_t>(end));
    rest = rest.subspan(size);
  };
  for (const Extent& tensor : tensors) {
    put(tensor.offset - end);
    end = tensor.offset + tensor.bytes;
  }
  put(rest.size());
}

Result<std::vector<std::byte>> assemble_model(std::span<const std::byte> frame,
                                              std::span<const std::span<const std::byte>> tensors) {
  const Result<ModelFrame> parsed = parse_frame(frame);
  if (!parsed) return parsed.error();
  if (parsed->tensors.size() != tensors.size()) {
    return bad_frame("it is of " + std::to_string(parsed->tensors.size()) + " tensors, there are " +
                     std::to_string(tensors.size()));
  }
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].size() == parsed->tensors[i].bytes) continue;
    return bad_frame("tensor " + std::to_string(i + 1) + " has " + std::to_string(tensors[i].size()) +
                     " bytes, in the frame it has " + std::to_string(parsed->tensors[i].bytes));
  }
  std::vector<std::byte> file(parsed->file_bytes);
  parsed->put_around(file);
  for (size_t i = 0; i < tensors.size(); ++i)
    std::ranges::copy(tensors[i], file.begin() + static_cast<ptrdiff_t>(parsed->tensors[i].offset));
  return file;
}

}  // namespace laq::io
