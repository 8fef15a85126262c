// laq itself: pictures, arrays with a bound on the error or a PSNR to reach, and models with bits an element.
#include <dlfcn.h>

#include "compare/codecs/codec_families.h"
#include "compare/codecs/model_tensors.h"
#include "io/array/array_file.h"
#include "io/attachments.h"
#include "io/file.h"
#include "io/model/model_frame.h"
#include "laq/tensor.hpp"

namespace laq::compare {
namespace {

// The file that holds the code at this address: a library, or the program.
Dl_info image_of(const void* address) {
  Dl_info info = {};
  dladdr(address, &info);
  return info;
}

}  // namespace

const std::string& version_of_build() {
  static const std::string version = [] {
    const Dl_info own = image_of(reinterpret_cast<const void*>(&image_of));
    const Dl_info library = image_of(reinterpret_cast<const void*>(&laq::version));
    const bool is_static = !library.dli_fname || library.dli_fbase == own.dli_fbase;
    const auto file = io::read_file(is_static ? "/proc/self/exe" : library.dli_fname);
    return std::string("laq ") + laq::version() + (file ? ", build " + content_hash(*file).substr(0, 8) : "");
  }();
  return version;
}

namespace {

class LaqCodec final : public Codec {
 public:
  LaqCodec(std::string name, const EncodeOptions& options) : Codec(std::move(name)), options_(options) {}

  std::string version() const override { return version_of_build(); }
  std::vector<double> default_qualities() const override { return {30, 40, 50, 60, 70, 80, 87, 92}; }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{0, 100, 0}; }

  Result<Encoded> encode(const Signal& signal, double quality, int threads) const override {
    const auto& picture = std::get<Picture>(signal);
    const Metadata metadata{.icc = picture.metadata.icc};
    PictureView view = picture.view();
    view.metadata = &metadata;
    EncodeOptions options = options_;
    options.quality = static_cast<float>(quality);
    options.threads = threads;
    return timed<Encoded>([&] { return laq::encode(view, options); });
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    return timed<Decoded>([&] { return laq::decode(file, {.threads = threads}); });
  }

 private:
  EncodeOptions options_;
};

class LaqArrayCodec final : public Codec {
 public:
  LaqArrayCodec(std::string name, ArrayTargetKind target) : Codec(std::move(name)), target_(target) {}

  std::string version() const override { return version_of_build(); }
  std::vector<double> default_qualities() const override {
    if (has_bound()) return {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 0};
    return {30, 45, 60, 75, 90, 105, 120};
  }
  std::optional<QualityScale> quality_scale() const override {
    return has_bound() ? QualityScale{1, 0, 0} : QualityScale{0, 1000, 0};
  }
  std::optional<double> error_bound(double quality) const override {
    return has_bound() ? std::optional(quality) : std::nullopt;
  }

  Result<Encoded> encode(const Signal& signal, double quality, int threads) const override {
    const auto& array = std::get<Array>(signal);
    return timed<Encoded>([&] {
      return laq::encode(array.view(), {.target = {target_, quality}, .threads = threads});
    });
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    return timed<Decoded>([&] { return laq::decode_array(file, {.threads = threads}); });
  }

 private:
  bool has_bound() const { return target_ == ArrayTargetKind::max_relative_error; }

  ArrayTargetKind target_;
};

// The file of a frame and the tensors around which it goes.
Result<std::vector<std::byte>> decoded_model(std::span<const std::byte> file, int threads) {
  const Result<Tensors> decoded = decode_tensors(file, {.threads = threads});
  if (!decoded) return decoded.error();
  std::vector<std::span<const std::byte>> tensors;
  for (const Tensor& tensor : decoded->tensors) tensors.emplace_back(tensor.data);
  const auto* const frame = io::find_attachment(decoded->attachments, io::kFrameName);
  if (!frame) return Error{ErrorCode::corrupt, "the file has no frame of a model"};
  return io::assemble_model(*frame, tensors);
}

class LaqModelCodec final : public Codec {
 public:
  LaqModelCodec(std::string name, const TensorEncodeOptions& options) : Codec(std::move(name)), options_(options) {}

  std::string version() const override { return version_of_build(); }
  std::vector<double> default_qualities() const override { return {1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 8, 0}; }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{0, 64, 0}; }

  Result<Encoded> encode(const Signal& signal, double quality, int threads) const override {
    const auto& model = std::get<Model>(signal);
    TensorEncodeOptions options = options_;
    options.threads = threads;
    if (quality > 0) options.target = {TensorTargetKind::bits, quality};
    Result<Encoded> encoded = timed<Encoded>([&] { return encoded_model(model, options); });
    if (encoded) encoded->tensors = shares_of(encoded->file);
    return encoded;
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    const Stopwatch stopwatch;
    Result<std::vector<std::byte>> decoded = decoded_model(file, threads);
    if (!decoded) return decoded.error();
    const double seconds = stopwatch.seconds();
    Result<Model> model = parse_model(std::move(*decoded));
    if (!model) return model.error();
    return Decoded{std::move(*model), seconds};
  }

 private:
  static Result<std::vector<std::byte>> encoded_model(const Model& model, TensorEncodeOptions& options) {
    Result<std::vector<std::byte>> frame = io::frame_of(model.file, model.contents);
    if (!frame) return frame.error();
    const Attachment attachment{std::string(io::kFrameName), std::move(*frame)};
    options.attachments = std::span(&attachment, 1);
    std::vector<TensorView> views;
    for (const io::ModelTensor& tensor : model.contents.tensors) views.push_back(io::view_of(tensor, model.file));
    return laq::encode(views, options);
  }

  static std::vector<TensorShare> shares_of(std::span<const std::byte> file) {
    std::vector<TensorShare> shares;
    const Result<TensorsInfo> info = inspect_tensors(file);
    if (!info) return shares;
    for (const TensorInfo& tensor : info->tensors) {
      if (is_kept_by_default(tensor.type, tensor.shape)) continue;
      shares.push_back({tensor.name, 8 * static_cast<double>(tensor.bytes) / io::element_count(tensor.shape)});
      if (tensor.uniform_bits > 0) shares.back().uniform_bits = tensor.uniform_bits;
    }
    return shares;
  }

  TensorEncodeOptions options_;
};

}  // namespace

std::unique_ptr<Codec> make_laq(CodecOptions& options) {
  EncodeOptions encode;
  encode.effort = options.number('e', 5, 1, 9);
  if (options.flag("psnr")) encode.tune = Tune::psnr;
  if (options.flag("noaq")) encode.adaptive_quantization = false;
  const std::string name = "laq-e" + std::to_string(encode.effort) + (encode.tune == Tune::psnr ? "-psnr" : "") +
                           (encode.adaptive_quantization ? "" : "-noaq");
  return std::make_unique<LaqCodec>(name, encode);
}

std::unique_ptr<Codec> make_laq_array(CodecOptions& options) {
  if (options.flag("psnr")) return std::make_unique<LaqArrayCodec>("laq-psnr", ArrayTargetKind::psnr);
  return std::make_unique<LaqArrayCodec>("laq", ArrayTargetKind::max_relative_error);
}

std::unique_ptr<Codec> make_laq_model(CodecOptions& options) {
  TensorEncodeOptions encode;
  encode.effort = options.number('e', 5, 1, 9);
  if (options.flag("mse")) encode.shape = NoiseShape::mse;
  if (options.flag("uniform")) encode.adaptive_quantization = false;
  const std::string name = "laq-e" + std::to_string(encode.effort) + (encode.shape == NoiseShape::mse ? "-mse" : "") +
                           (encode.adaptive_quantization ? "" : "-uniform");
  return std::make_unique<LaqModelCodec>(name, encode);
}

}  // namespace laq::compare
