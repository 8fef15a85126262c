// The syntax of the loop filters' parameters and of the presets that superblocks choose, written once for writer and
// reader.
#pragma once

#include <array>

#include "base/bytes.h"
#include "entropy/model.h"
#include "picture/syntax/filter_parameters.h"

namespace laq::picture {

inline void write_filter_parameters(ByteWriter& writer, const LoopFilterParameters& parameters, int planes) {
  for (int plane = 0; plane < planes; ++plane) writer.byte(parameters.deblock_strength[plane]);
  writer.byte(static_cast<uint8_t>(parameters.damping << 4 | parameters.presets));
  for (int i = 0; i < parameters.presets; ++i) {
    const auto& [luma, chroma] = parameters.preset[i];
    writer.byte(static_cast<uint8_t>(luma.primary << 4 | luma.secondary));
    if (planes > 1) writer.byte(static_cast<uint8_t>(chroma.primary << 4 | chroma.secondary));
  }
}

// False if a value is out of its range.
inline bool read_filter_parameters(ByteReader& reader, LoopFilterParameters& parameters, int planes) {
  bool valid = true;
  for (int plane = 0; plane < planes; ++plane) {
    parameters.deblock_strength[plane] = reader.byte();
    valid = valid && parameters.deblock_strength[plane] <= kMaxDeblockStrength;
  }
  const uint8_t kind = reader.byte();
  parameters.damping = kind >> 4;
  parameters.presets = kind & 15;
  valid = valid && parameters.damping <= kMaxDamping && parameters.presets <= kMaxDirectionalPresets;
  for (int i = 0; valid && i < parameters.presets; ++i) {
    DirectionalPreset& preset = parameters.preset[i];
    for (DirectionalStrength* strength : {&preset.luma, &preset.chroma}) {
      if (strength == &preset.chroma && planes == 1) continue;
      const uint8_t both = reader.byte();
      *strength = {static_cast<uint8_t>(both >> 4), static_cast<uint8_t>(both & 15)};
      valid = valid && strength->secondary <= kMaxSecondaryStrength;
    }
  }
  return valid;
}

// The choices of all superblocks, 0 .. `presets`, row by row. A reader may come back with choices above `presets`,
// which only a damaged stream has.
template <class Coder>
void code_superblock_presets(Coder& coder, SuperblockPresets& choices) {
  // [choice on the left]: binary tree over the choice
  std::array<std::array<Model, kMaxDirectionalPresets + 1>, kMaxDirectionalPresets + 1> models;
  for (int y = 0; y < choices.height(); ++y) {
    uint8_t* const row = choices.row(y);
    for (int x = 0; x < choices.width(); ++x) {
      auto& tree = models[x > 0 ? row[x - 1] : y > 0 ? choices.row(y - 1)[0] : 0];
      int node = 1;
      for (int i = 2; i >= 0; --i) node = 2 * node + coder.bit(tree[node], row[x] >> i & 1);
      row[x] = static_cast<uint8_t>(node - 8);
    }
  }
}

}  // namespace laq::picture
