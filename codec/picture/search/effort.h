// The effort ladder: how much the encoder tries. One row an effort, one column a knob; nothing else looks at the
// effort.
#pragma once

namespace laq::picture {

struct Effort {
  // Partition. Blocks of `largest` to `smallest` a side (log2) are tried; `halves`: and halves of squares.
  int largest;
  int smallest;
  bool halves;
  // Halves are tried only if four quarters cost at least this share of the whole block. They are chosen by squared
  // error at the cost of texture, so a picture that is tuned for the eye has them in clear cases only.
  float halves_ratio;
  float halves_ratio_perceptual;
  // Early termination: a square is not cut if as one block it costs less than early_stop_cost bits for each sample of
  // its side, and no 8x8 samples of it have a squared error of early_stop_error bits or more. In screen content a
  // little ink on a flat ground costs few bits and is seen: there the cost alone decides.
  float early_stop_cost;
  float early_stop_cost_screen;
  float early_stop_error;

  // Luma modes. One of `direction_step` directions is tried at first. Squares up to `largest_inheriting` (log2 of the
  // side), and all halves, try the `inherited_modes` best modes of the node above instead.
  int direction_step;
  int inherited_modes;
  int largest_inheriting;
  int estimated_modes;   // modes whose coefficients are estimated
  bool sine_transforms;  // DST-VII is tried
  int quantized;         // modes and transforms that are quantized before one is chosen; at most 8
  int chroma_modes;      // chroma modes that are estimated: so many of ChromaMode
  int quantized_chroma;  // chroma modes that are quantized before one is chosen; at most 8

  // Loop filters. Strengths of deblocking that are tried (0: the usual one is taken without a trial), strengths of the
  // directional filter that are tried (1: none), and presets of it that a picture may have.
  int deblock_strengths;
  int directional_strengths;
  int directional_presets;
};

// effort: 1 (fastest) .. 9 (smallest files).
const Effort& effort_row(int effort);

}  // namespace laq::picture
