// Encoder: samples to a picture payload.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/ablation.h"
#include "base/checks.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "entropy/coder.h"
#include "picture/colour.h"
#include "picture/encoder_header.h"
#include "picture/picture_codec.h"
#include "picture/search/loop_filter_search.h"
#include "picture/search/screen_content.h"
#include "picture/search/tile_encoder.h"
#include "picture/syntax/filter_syntax.h"
#include "picture/syntax/payload.h"
#include "picture/tile.h"
#include "quantize/step.h"
#include "variance/local_variance.h"
#include "variance/mask_field.h"
#include "variance/step_field.h"

namespace laq::picture {
namespace {

// Step indices at quality 0, 10 .. 100, by which the mean SSIMULACRA2 score of photographs is the quality.
constexpr std::array<float, 11> kIndexOfQuality = {160, 156, 151, 146, 141, 135, 129, 120, 107, 85, 24};

// The table is for steps in quarters of an 8-bit level. An index counts coding samples, of which deep pictures have
// four times as many.
int index_of_coding_samples(const PictureHeader& header) {
  return kStepsPerOctave * (header.coding_depth() - 10);
}

// The step index of a quality that would be coded in 10 bits. The highest ten qualities of deep pictures go on to a
// step of one level of their depth, where no loss follows; those of others end below a quarter of a level.
float step_index_of(float quality, int depth) {
  const int tens = std::min(9, static_cast<int>(quality / 10));
  const float share = quality / 10 - static_cast<float>(tens);
  const float best = depth <= 8 ? kIndexOfQuality[10]
                                : std::min(kIndexOfQuality[10], static_cast<float>(kStepsPerOctave * (12 - depth)));
  return std::lerp(kIndexOfQuality[tens], tens == 9 ? best : kIndexOfQuality[tens + 1], share);
}

// Both hold for pictures of more than 8 bits. Below steps of two coding samples rounding in 12 bits counts as much as
// quantization, and bounds take the place of transforms. Pictures that need transforms go on to less than one coding
// sample.
constexpr float kLeastIndex = 16, kFinestIndex = -8;

// The step index of a quality, in sixteenths.
int base_step(float quality, const PictureHeader& header) {
  const float index = step_index_of(quality, header.depth);
  const float kept = header.depth <= 8 ? index : std::max(index, kFinestIndex);
  return static_cast<int>(std::lround((kept + static_cast<float>(index_of_coding_samples(header))) * kStepFractions));
}

Plane<uint8_t> uniform_field(const Plane<uint16_t>& luma, int step_index) {
  Plane<uint8_t> field((luma.width() + kStepGroup - 1) / kStepGroup, (luma.height() + kStepGroup - 1) / kStepGroup);
  for (int y = 0; y < field.height(); ++y) std::fill_n(field.row(y), field.width(), static_cast<uint8_t>(step_index));
  return field;
}

}  // namespace

// Pictures up to 0.6 megapixels are one tile, larger ones are cut evenly into tiles of about 512 samples a side; screen
// content of 2.4 megapixels and 1024 samples, so that there is more to copy.
void choose_tiles(PictureHeader& header) {
  const bool large = header.screen_content[0];
  const int64_t pixels = header.padded_width() * static_cast<int64_t>(header.padded_height());
  const auto side = [&](int superblocks) {
    const int wanted = large ? 16 : 8;
    const int parts = std::max(1, (superblocks + wanted / 2) / wanted);
    return static_cast<uint8_t>(std::min(255, (superblocks + parts - 1) / parts));
  };
  const bool single = pixels <= (large ? 4 : 1) * 768 * 768 && header.padded_width() < 255 * kSuperblockSize &&
                      header.padded_height() < 255 * kSuperblockSize;
  header.tile_width = single ? static_cast<uint8_t>(header.superblock_columns()) : side(header.superblock_columns());
  header.tile_height = single ? static_cast<uint8_t>(header.superblock_rows()) : side(header.superblock_rows());
}

std::optional<uint32_t> bound_of_quality(float quality, int depth) {
  const float index = step_index_of(quality, depth);
  if (depth <= 8 || index >= kLeastIndex) return std::nullopt;
  const int of_levels = static_cast<int>(std::lround(index)) + kStepsPerOctave * (depth - 10);
  // A bound of N has steps of 2 N + 1 levels, which is nearest where N is half of the step, rounded down.
  return std::max(1u, quantization_step(of_levels) >> (kStepFraction + 1));
}

// How colours are quantized beside their step. What is drawn has sharp edges, whose every frequency counts. Steps that
// are too fine to be seen become the same for all frequencies and planes.
void choose_quantization(PictureHeader& header) {
  const float index = header.base_step_index + header.step_fraction / static_cast<float>(kStepFractions) -
                      static_cast<float>(index_of_coding_samples(header));
  const float seen =
      header.depth <= 8 ? 1 : std::clamp((index - kLeastIndex) / (kIndexOfQuality[9] - kLeastIndex), 0.0f, 1.0f);
  for (int plane = 0; plane < 3; ++plane) {
    PlaneQuantization& q = header.quantization[plane];
    if (header.tune == Tune::perceptual) {
      q.slope = header.screen_content[0] ? (plane == 0 ? 8 : 12) : (plane == 0 ? 24 : 44);
      q.step_offset = plane == 0 ? 0 : 6;
    } else {
      q.step_offset = plane == 0 ? 0 : 12;
      q.centroid = {1, 1};
    }
    if (!is_used("frequency_weights")) q.slope = 0;
    q.slope = static_cast<uint8_t>(std::lround(seen * q.slope));
    q.step_offset = static_cast<int8_t>(std::lround(seen * q.step_offset));
  }
}

PictureHeader make_header(const PictureView& picture, const EncodeOptions& options) {
  PictureHeader header;
  header.width = picture.width;
  header.height = picture.height;
  header.channels = picture.channels;
  header.depth = picture.depth;
  header.quality = options.quality;
  header.tune = options.tune;
  header.step_unit = 2;
  header.adaptive_quantization =
      options.adaptive_quantization && options.tune == Tune::perceptual && is_used("adaptive_steps");
  const int step = base_step(options.quality, header);
  header.base_step_index = static_cast<uint8_t>(step / kStepFractions);
  header.step_fraction = static_cast<uint8_t>(step % kStepFractions);
  const int finest = index_of_coding_samples(header);
  header.alpha_step_index = static_cast<uint8_t>(finest + (header.base_step_index - finest) / 2);
  return header;
}

std::vector<Plane<uint8_t>> step_fields(const PictureHeader& header, const Plane<uint16_t>& luma,
                                        const QualityMask* mask, int first_row) {
  std::vector<Plane<uint8_t>> fields;
  if (header.adaptive_quantization) {
    StepFieldSettings field;
    field.base_step_index = header.base_step_index;
    field.step_unit = header.step_unit;
    field.strength = 14;
    field.reference = 136;
    const Plane<int16_t> activity = local_activity(luma.view(), header.coding_depth());
    const Plane<int16_t> texture = is_used("texture")
                                       ? texture_offset(luma.view(), header.coding_depth(), activity)
                                       : Plane<int16_t>((activity.width() + 1) / 2, (activity.height() + 1) / 2);
    fields.push_back(step_field(activity, texture, field));
  } else {
    fields.push_back(uniform_field(luma, header.base_step_index));
  }
  if (mask != nullptr)
    apply_mask({*mask, header.width, header.height, first_row}, header.base_step_index, header.step_unit, fields[0]);
  if (header.has_alpha()) fields.push_back(uniform_field(luma, header.alpha_step_index));
  return fields;
}

Result<std::vector<std::byte>> encode_picture(const PictureView& picture, const EncodeOptions& options) {
  PictureHeader header = make_header(picture, options);
  const Workers workers(options.threads, options.pool);
  Progress progress(options.progress,
                    static_cast<uint64_t>(header.groups()) * header.padded_width() * header.padded_height());
  const Error cancelled = {ErrorCode::cancelled, "cancelled by the caller"};
  const std::vector<Plane<uint16_t>> source = to_planes(picture, header, workers);
  for (int group = 0; group < header.groups(); ++group) {
    const Plane<uint16_t>& samples = source[group == 0 ? 0 : header.colour_planes()];
    header.screen_content[group] = is_screen_content(samples.view(), header.coding_depth());
  }
  if (!progress.advance(0)) return cancelled;
  choose_quantization(header);
  choose_tiles(header);
  CodedPicture coded(header, workers);

  std::vector<Plane<uint8_t>> fields = step_fields(header, source[0], options.mask, 0);
  if (!progress.advance(0)) return cancelled;
  const int pieces = static_cast<int>(coded.groups.size()) * coded.tiles();
  std::vector<std::vector<std::byte>> bytes(pieces);
  parallel_for(pieces, workers, [&](int piece, int) {
    if (progress.cancelled()) return;
    const int group = piece / coded.tiles();
    const PlaneGroup& g = coded.groups[group];
    TileEncoder encoder(
        coded.tile_state(piece % coded.tiles(), group), std::span(source).subspan(g.first_plane, g.planes),
        fields[group], search_settings(options.effort, options.tune == Tune::perceptual, header.screen_content[group]));
    bytes[piece] = encoder.encode([&](uint64_t pixels) { return progress.advance(pixels); });
    const Rectangle tile = header.tile_rectangle(piece % coded.tiles());
    bytes[piece].resize(std::max(bytes[piece].size(), static_cast<size_t>(least_stream_bytes(tile.area()))));
  });
  if (progress.cancelled()) return cancelled;

  std::vector<std::vector<std::byte>> presets;
  for (int group = 0; group < header.groups(); ++group) {
    const PlaneGroup& g = coded.groups[group];
    const LoopFilterSettings filter{effort_row(options.effort), options.tune == Tune::perceptual};
    LoopFilterChoice choice =
        choose_loop_filter(coded.group_planes(group), std::span(source).subspan(g.first_plane, g.planes),
                           coded.cells[group], header.max_sample(), filter, workers);
    header.loop_filter[group] = choice.parameters;
    SymbolWriter writer;
    if (choice.parameters.presets > 0) code_superblock_presets(writer, choice.presets);
    presets.push_back(choice.parameters.presets > 0 ? writer.finish() : std::vector<std::byte>());
  }
  return write_payload(header, presets, bytes);
}

}  // namespace laq::picture
