// laq itself: pictures, and arrays with a bound on the error or a PSNR to reach.
#include <dlfcn.h>

#include "compare/codecs/codec_families.h"
#include "io/file.h"

namespace laq::compare {
namespace {

// The file that holds the code at this address: a library, or the program.
Dl_info image_of(const void* address) {
  Dl_info info = {};
  dladdr(address, &info);
  return info;
}

// The version, and a hash of the file that holds the encoder: points of another build are measured again.
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

}  // namespace laq::compare
