#include "compare/codecs/codec_families.h"

namespace laq::compare {
namespace {

class LaqArrayCodec final : public Codec {
 public:
  LaqArrayCodec(std::string name, ArrayTargetKind target) : Codec(std::move(name)), target_(target) {}

  std::string version() const override { return std::string("laq ") + laq::version(); }
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
    const Stopwatch stopwatch;
    Result<std::vector<std::byte>> file =
        laq::encode(std::get<Array>(signal).view(), {.target = {target_, quality}, .threads = threads});
    if (!file) return file.error();
    return Encoded{std::move(*file), stopwatch.seconds()};
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    DecodeOptions options;
    options.threads = threads;
    const Stopwatch stopwatch;
    Result<Array> array = laq::decode_array(file, options);
    if (!array) return array.error();
    return Decoded{std::move(*array), stopwatch.seconds()};
  }

 private:
  bool has_bound() const { return target_ == ArrayTargetKind::max_relative_error; }

  ArrayTargetKind target_;
};

}  // namespace

Result<std::unique_ptr<Codec>> make_laq_array(CodecOptions& options) {
  const bool is_psnr = options.flag("psnr");
  if (const auto error = options.error()) return *error;
  return std::unique_ptr<Codec>(is_psnr ? std::make_unique<LaqArrayCodec>("laq-psnr", ArrayTargetKind::psnr)
                                        : std::make_unique<LaqArrayCodec>("laq", ArrayTargetKind::max_relative_error));
}

}  // namespace laq::compare
