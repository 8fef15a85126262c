// What the module that encodes has beside that which decodes: pictures to files, and their scores. The original stays
// in the module between calls. apps/web/package/laq.js calls it.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <laq/laq.hpp>
#include <laq/metrics.hpp>

#include "answer.h"

// Given by the script: is told the share of the work that is done; 0 cancels.
extern "C" int laq_web_progress(float done);

namespace laq::web {
namespace {

Picture original;
std::optional<Ssimulacra2> reference;  // of the original, once a score was asked for

}  // namespace

// The picture that is encoded and that others are scored against: rows without gaps, samples of `depth` bits as in
// laq.hpp.
LAQ_EXPORT int laq_web_set_original(const uint8_t* samples, uint32_t width, uint32_t height, int channels, int depth) {
  return answer_with([&] {
    reference.reset();
    original = Picture{width, height, channels, depth, {}, {}};
    const auto* const begin = reinterpret_cast<const std::byte*>(samples);
    original.samples.assign(begin, begin + original.row_bytes() * height);
    return answer.succeed();
  });
}

LAQ_EXPORT int laq_web_encode(float quality, int effort) {
  return answer_with([&] {
    EncodeOptions options;
    options.quality = quality;
    options.effort = effort;
    options.threads = 1;
    options.progress = [](float done) { return laq_web_progress(done) != 0; };
    Result<std::vector<std::byte>> file = encode(original.view(), options);
    if (!file) return answer.fail(file.error());
    answer.bytes(std::move(*file));
    return answer.succeed();
  });
}

// The SSIMULACRA 2 of the original and the picture of a file.
LAQ_EXPORT int laq_web_score(const uint8_t* data, size_t size) {
  return answer_with([&] {
    DecodeOptions options;
    options.threads = 1;
    const Result<Picture> picture = decode({reinterpret_cast<const std::byte*>(data), size}, options);
    if (!picture) return answer.fail(picture.error());
    if (!reference) {
      Result<Ssimulacra2> prepared = Ssimulacra2::of(original.view());
      if (!prepared) return answer.fail(prepared.error());
      reference = std::move(*prepared);
    }
    const Result<double> score = reference->score(picture->view());
    if (!score) return answer.fail(score.error());
    answer.numbers(*score);
    return answer.succeed();
  });
}

}  // namespace laq::web
