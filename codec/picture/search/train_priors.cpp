// Makes priors.inc: where every adaptive model starts, for each band of base steps.
//
//   train-priors OUT.inc PICTURE.png...
//
// Every picture is encoded at a few qualities, and the decisions of each model are counted while its tiles are decoded.
// A model's prior is the mean of its relative frequencies over tiles, each weighted by its number of decisions up to
// kLearned: a model that is used more often than that has left its prior behind by then. Run it again after a change of
// syntax or contexts, starting from neutral priors or the old ones.
#include <png.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "entropy/coder.h"
#include "picture/picture_codec.h"
#include "picture/reconstruct/tile_decoder.h"
#include "picture/syntax/payload.h"
#include "picture/tile.h"

namespace {

using namespace laq;

constexpr double kLearned = 80;
constexpr float kQualities[] = {96, 92, 87, 83, 78, 73, 66, 58, 50, 38, 22};  // two or three a band

struct Count {
  double clear = 0;
  double set = 0;
};

class CountingReader : public SymbolReader {
 public:
  using SymbolReader::SymbolReader;

  bool bit(Model& model, bool = false) {
    const bool value = SymbolReader::bit(model);
    Count& count = counts[static_cast<size_t>(&model - first)];
    (value ? count.set : count.clear) += 1;
    return value;
  }

  Model* first = nullptr;
  std::vector<Count> counts;
};

bool read_png(const char* path, Picture& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file(&image, path)) return false;
  image.format = PNG_FORMAT_RGB;
  picture = Picture{image.width, image.height, 3, 8, {}, {}};
  picture.samples.resize(PNG_IMAGE_SIZE(image));
  return png_image_finish_read(&image, nullptr, picture.samples.data(), 0, nullptr) != 0;
}

// Adds what the tiles of a payload say to the sums of its band.
void count_payload(std::span<const std::byte> payload, std::vector<std::vector<Count>>& sums) {
  Result<picture::PicturePayload> parsed = picture::read_payload(payload);
  picture::CodedPicture picture(parsed->header);
  for (size_t piece = 0; piece < parsed->tiles.size(); ++piece) {
    const int group = static_cast<int>(piece) / picture.tiles();
    CountingReader reader(parsed->tiles[piece]);
    const picture::TileState tile = picture.tile_state(static_cast<int>(piece) % picture.tiles(), group);
    picture::TileDecoder decoder(tile, reader);
    const std::span<Model> models = decoder.models().all();
    reader.first = models.data();
    reader.counts.resize(models.size());
    decoder.decode();
    std::vector<Count>& band = sums[picture::PictureModels::band(tile.context.prior_index())];
    for (size_t i = 0; i < models.size(); ++i) {
      const Count& count = reader.counts[i];
      const double total = count.clear + count.set;
      if (total == 0) continue;
      const double weight = std::min(1.0, kLearned / total);
      band[i].clear += weight * count.clear;
      band[i].set += weight * count.set;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: train-priors OUT.inc PICTURE.png...\n");
    return 2;
  }
  const size_t models = picture::PictureModels(0).all().size();
  std::vector<std::vector<Count>> sums(picture::PictureModels::kBands, std::vector<Count>(models));
  for (int i = 2; i < argc; ++i) {
    Picture picture;
    if (!read_png(argv[i], picture)) {
      std::fprintf(stderr, "train-priors: %s: cannot read (must be a PNG file)\n", argv[i]);
      return 1;
    }
    for (const float quality : kQualities) {
      for (const Tune tune : {Tune::perceptual, Tune::psnr}) {
        EncodeOptions options;
        options.quality = quality;
        options.tune = tune;
        const auto payload = picture::encode_picture(picture.view(), options);
        if (!payload) return 1;
        count_payload(*payload, sums);
      }
    }
    std::fprintf(stderr, "%d/%d\r", i - 1, argc - 2);
  }
  std::FILE* out = std::fopen(argv[1], "w");
  if (!out) {
    std::fprintf(stderr, "train-priors: %s: cannot write\n", argv[1]);
    return 1;
  }
  std::fprintf(out, "// Made by train-priors: the probability of a set bit in 1/256, by band and model.\n");
  for (const std::vector<Count>& band : sums) {
    for (size_t i = 0; i < models; ++i) {
      // Half a decision each way keeps what was never seen at an even chance.
      const double probability = (band[i].set + 0.5) / (band[i].set + band[i].clear + 1);
      const long value = std::min(255L, std::max(1L, std::lround(probability * 256)));
      std::fprintf(out, "%ld,%s", value, i % 32 == 31 || i + 1 == models ? "\n" : "");
    }
  }
  return std::fclose(out) == 0 ? 0 : 1;
}
