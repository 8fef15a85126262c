// The adaptive models of the picture syntax, and the classes of context that choose among them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "entropy/model.h"
#include "picture/syntax/block.h"

namespace laq::picture {

inline constexpr int kActivityClasses = 12;
inline constexpr int kBandClasses = 6;
inline constexpr int kExpectedClasses = 8;  // see ExpectedSpectrum
inline constexpr int kDensityClasses = 16;
inline constexpr int kAreas = 9;  // 4x4 .. 64x64, by log2
inline constexpr int kSizeClasses = 4;
inline constexpr int kPlaneClasses = 2;  // luma, chroma
inline constexpr int kEndClasses = 11;   // 1, 2, 3-4, 5-8 .. 513-1024 coefficients
inline constexpr int kRemainderPrefix = 12;
inline constexpr int kLikelyVectors = 2;

// The models for coefficients of luma, or of chroma.
struct CoefficientModels {
  // [of the second chroma plane, where the first one is coded][log2 area][expected density]
  std::array<std::array<std::array<Model, kDensityClasses>, kAreas>, 2> coded;
  // Number of coefficients up to the last one that is not zero: a binary tree over its class, by log2 area and expected
  // density, and the bit below the top one.
  std::array<std::array<std::array<Model, 16>, kDensityClasses / 2>, kAreas> end_class;
  std::array<std::array<Model, kEndClasses>, kSizeClasses> end_bit;
  // Magnitude: above 0, above 1, above 2, then an Exp-Golomb code whose prefix adapts.
  struct Magnitude {
    Model above_zero, above_one, above_two;
  };
  std::array<std::array<std::array<Magnitude, kActivityClasses>, kBandClasses>, kExpectedClasses> magnitude;
  std::array<std::array<std::array<Model, kRemainderPrefix>, kActivityClasses>, 3> remainder;
};

// The models for one component of a vector.
struct ComponentModels {
  std::array<Model, 16> octave;  // binary tree
  Model sign;
};

struct PictureModels {
  // [log2 size - 3][0..2 neighbours that are smaller][above smaller than left, or the reverse, or neither][decision]
  std::array<std::array<std::array<Model, 3>, 9>, 4> partition;
  std::array<std::array<Model, 3>, 3> step_changed;  // [how the neighbours' steps differ]: changed, sign, more
  std::array<Model, 8> step_magnitude;

  // [agreement of the neighbours' modes][rank in the list of likely modes]
  std::array<std::array<Model, 6>, 3> likely_mode;
  std::array<Model, 8> plain_mode;                  // a mode without direction: whether, and which
  std::array<Model, 64> direction;                  // binary tree over the direction
  std::array<std::array<Model, 8>, 2> chroma_mode;  // [left or above used chroma from luma]: binary tree
  std::array<std::array<Model, 2>, 2> alpha_sign;   // [plane]: not zero, sign
  std::array<std::array<Model, kMaxAlpha>, 2> alpha_magnitude;
  // [size class][kind of prediction][horizontal, vertical]
  std::array<std::array<std::array<Model, 2>, 4>, 4> transform;

  std::array<CoefficientModels, kPlaneClasses> coefficients;

  // The models for screen content. is_copy, is_palette: [how many of two neighbours are].
  std::array<Model, 3> is_copy, is_palette;
  std::array<Model, kLikelyVectors> likely_vector;
  ComponentModels vector_y;
  std::array<ComponentModels, 2> vector_x;  // [where the other component is zero]
  std::array<Model, kMaxColours - 2> more_colours;
  std::array<Model, 8> colour_is_used;  // [by age]
  Model colour_is_gray;
  std::array<Model, 64> first_index;  // [agreement of the neighbours]
  std::array<Model, 16> second_index;
  std::array<Model, kMaxColours> further_index;

  // All models as one array, in the order of their declaration.
  std::span<Model> all() { return {reinterpret_cast<Model*>(this), sizeof(*this) / sizeof(Model)}; }

  // Starts every model from its trained prior for planes of this base step index (see train_priors.cpp).
  explicit PictureModels(int prior_index);

  // Priors are trained for bands of base step indices.
  static constexpr int kBands = 5;
  static int band(int prior_index);
};

inline int area_class(BlockShape shape) {
  return shape.log2_area() - 4;
}

inline int size_class(BlockShape shape) {
  // 4x4, 4x8 | 8x8, 4x16, 8x16 | 16x16, 8x32, 16x32 | larger
  const int log2_area = shape.log2_area();
  return log2_area <= 5 ? 0 : log2_area <= 7 ? 1 : log2_area <= 9 ? 2 : 3;
}

}  // namespace laq::picture
