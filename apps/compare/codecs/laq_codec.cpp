#include "compare/codecs/codec_families.h"

namespace laq::compare {
namespace {

class LaqCodec final : public Codec {
 public:
  LaqCodec(std::string name, const EncodeOptions& options) : Codec(std::move(name)), options_(options) {}

  std::string version() const override { return std::string("laq ") + laq::version(); }
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
    const Stopwatch stopwatch;
    Result<std::vector<std::byte>> file = laq::encode(view, options);
    if (!file) return file.error();
    return Encoded{std::move(*file), stopwatch.seconds()};
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    DecodeOptions options;
    options.threads = threads;
    const Stopwatch stopwatch;
    Result<Picture> picture = laq::decode(file, options);
    if (!picture) return picture.error();
    return Decoded{std::move(*picture), stopwatch.seconds()};
  }

 private:
  EncodeOptions options_;
};

}  // namespace

Result<std::unique_ptr<Codec>> make_laq(CodecOptions& options) {
  EncodeOptions encode;
  encode.effort = options.number('e', 5, 1, 9);
  if (options.flag("psnr")) encode.tune = Tune::psnr;
  if (options.flag("noaq")) encode.adaptive_quantization = false;
  if (const auto error = options.error()) return *error;
  const std::string name = "laq-e" + std::to_string(encode.effort) + (encode.tune == Tune::psnr ? "-psnr" : "") +
                           (encode.adaptive_quantization ? "" : "-noaq");
  return std::unique_ptr<Codec>(std::make_unique<LaqCodec>(name, encode));
}

}  // namespace laq::compare
