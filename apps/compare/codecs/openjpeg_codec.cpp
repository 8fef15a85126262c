// OpenJPEG: JPEG 2000 with the irreversible transform and one quality layer of a given compression ratio.
#include <openjpeg.h>

#include <algorithm>

#include "compare/codecs/codec_families.h"
#include "io/picture/picture_formats.h"

namespace laq::compare {
namespace {

class OpenjpegCodec final : public Codec {
 public:
  OpenjpegCodec() : Codec("j2k") {}

  std::string version() const override { return std::string("openjpeg ") + opj_version(); }
  std::vector<double> default_qualities() const override { return {200, 100, 60, 40, 28, 19, 13, 9, 6}; }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{1000, 2, 0}; }

  Result<Encoded> encode(const Signal& signal, double quality, int threads) const override {
    const Picture plain = without_extras(std::get<Picture>(signal));
    const io::Jpeg2000Options options{
        .ratio = std::max(quality, 1.0), .may_be_bare = true, .threads = thread_count(threads)};
    return timed<Encoded>([&] { return io::encode_jpeg_2000(plain, options); });
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    return timed<Decoded>([&] { return io::decode_jpeg_2000(file, io::kMaxPixels, thread_count(threads)); });
  }
};

}  // namespace

std::unique_ptr<Codec> make_j2k(CodecOptions&) {
  return std::make_unique<OpenjpegCodec>();
}

}  // namespace laq::compare
