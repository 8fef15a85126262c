// laq blocks: the format of fixed rate that programs compute with. A file is the part of the model that is kept,
// as a LAQ file behind its size, and for each other tensor its blocks behind their format and size.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "compare/codecs/codec_families.h"
#include "compare/codecs/model_tensors.h"
#include "io/array/array_file.h"
#include "io/attachments.h"
#include "io/model/byte_cursor.h"
#include "io/model/model_frame.h"
#include "laq/blocks.hpp"
#include "laq/tensor.hpp"

namespace laq::compare {
namespace {

using Bytes = std::vector<std::byte>;

template <class Number>
void append(Bytes& file, const Number& number) {
  static_assert(std::is_trivially_copyable_v<Number>);
  const auto bytes = std::as_bytes(std::span(&number, 1));
  file.insert(file.end(), bytes.begin(), bytes.end());
}

void append_sized(Bytes& file, std::span<const std::byte> bytes) {
  append(file, uint64_t{bytes.size()});
  file.insert(file.end(), bytes.begin(), bytes.end());
}

class LaqBlocksCodec final : public Codec {
 public:
  explicit LaqBlocksCodec(int effort) : Codec("laq-blocks-e" + std::to_string(effort)), effort_(effort) {}

  std::string version() const override { return version_of_build(); }
  std::vector<double> default_qualities() const override { return {2.125, 3.125, 4.25, 5.25, 6.25, 8.25}; }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{0.25, 16, 0}; }

  Result<Encoded> encode(const Signal& signal, double quality, int threads) const override {
    const auto& model = std::get<Model>(signal);
    const Stopwatch stopwatch;
    const Result<Bytes> kept = kept_part(model);
    if (!kept) return kept.error();
    Encoded encoded;
    append_sized(encoded.file, *kept);
    for (const io::ModelTensor& tensor : model.contents.tensors) {
      if (!is_coded_with_loss(tensor)) continue;
      const std::vector<double> numbers = numbers_of(model, tensor);
      const uint64_t rows = tensor.shape.front();
      const Result<BlockTensor> blocks =
          quantize_blocks(std::vector<float>(numbers.begin(), numbers.end()), rows, numbers.size() / rows,
                          {.bits = quality, .effort = effort_, .threads = threads});
      if (!blocks) return Error{blocks.error().code, "tensor " + tensor.name + ": " + blocks.error().message};
      append(encoded.file, blocks->format);
      append_sized(encoded.file, blocks->bytes);
      encoded.tensors.push_back(
          {tensor.name, 8 * static_cast<double>(blocks->bytes.size()) / static_cast<double>(numbers.size())});
    }
    encoded.seconds = stopwatch.seconds();
    return encoded;
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    const Stopwatch stopwatch;
    io::ByteCursor cursor(file);
    const Result<Tensors> kept = decode_tensors(cursor.take(cursor.number(8)), {.threads = threads});
    if (!kept) return kept.error();
    const auto* const attachment = io::find_attachment(kept->attachments, io::kFrameName);
    if (!attachment) return damaged();
    const Result<io::ModelFrame> frame = io::parse_frame(*attachment);
    if (!frame) return frame.error();
    Bytes around(frame->file_bytes);
    frame->put_around(around);
    Result<Model> model = parse_model(std::move(around));
    if (!model) return model.error();
    auto next = kept->tensors.begin();
    for (const io::ModelTensor& tensor : model->contents.tensors) {
      if (!is_coded_with_loss(tensor)) {
        if (next == kept->tensors.end() || next->data.size() != tensor.bytes) return damaged();
        std::ranges::copy(next->data, model->file.begin() + static_cast<ptrdiff_t>(tensor.offset));
        ++next;
        continue;
      }
      BlockFormat format;
      const auto format_bytes = cursor.take(sizeof format);
      const auto block_bytes = cursor.take(cursor.number(8));
      if (cursor.has_failed()) break;
      std::memcpy(&format, format_bytes.data(), sizeof format);
      const Result<BlockView> view = view_blocks(format, block_bytes);
      const Result<std::vector<float>> values = view ? dequantize_blocks(*view, {threads}) : view.error();
      if (!values) return values.error();
      if (static_cast<double>(values->size()) != io::element_count(tensor.shape)) break;
      set_numbers(std::vector<double>(values->begin(), values->end()), tensor, *model);
    }
    if (cursor.has_failed() || cursor.rest() > 0) return damaged();
    return Decoded{std::move(*model), stopwatch.seconds()};
  }

 private:
  static Error damaged() { return {ErrorCode::corrupt, "the file of blocks is damaged"}; }

  int effort_;
};

}  // namespace

std::unique_ptr<Codec> make_laq_blocks(CodecOptions& options) {
  return std::make_unique<LaqBlocksCodec>(options.number('e', 5, 1, 9));
}

}  // namespace laq::compare
