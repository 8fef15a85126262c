// The borders of blocks, by which a block is predicted from its neighbours: pictures are continuous across them.
//   T(u, v): the dequantized coefficients, u across, v down, with T(0, .) and T(., 0) divided by sqrt(2)
// At a border between two blocks, one above the other, cos((2y + 1) v pi / 16) is 1 from below and (-1)^v from above,
// so sum_v T(u, v) of the lower block is about sum_v (-1)^v T(u, v) of the upper one, for each u.
// Idea: packJPG (Stirner 2006-2013) and Lepton (Horn et al., 2017), which predict the first coefficients in this way.
#pragma once

#include <array>
#include <cstdint>

#include "jpeg/frame.h"

namespace laq::jpeg {

inline constexpr int kSide = 8;
using SideValues = std::array<float, kSide>;

// What neighbours see of a block.
struct Borders {
  SideValues below{}, right{};                              // the sums above for each u (v) at its lower (right) border
  std::array<SideValues, 2> lower_rows{}, right_columns{};  // samples, the border's first
};

// The factors by which coefficients are dequantized, with those of the transform.
struct Dequantization {
  std::array<float, kBlock> factors;  // to T(u, v)
  explicit Dequantization(const QuantizationTable& table);
};

// The samples of a block near its borders, of the coefficients but the first, and what neighbours see.
class BlockSamples {
 public:
  // Adds a coefficient T(u, v). All are to be added before finish(), and that is to be called before what follows it.
  void add(int u, int v, float value);
  void finish();

  // The sums of T(u, v) so far for a u (v), as the block above (on the left) expects them.
  float sum_down(int u) const { return sums_down_[u]; }
  float sum_across(int v) const { return sums_across_[v]; }

  // T(0, 0), as neighbours expect it along the upper and the left border.
  struct Expected {
    float value = 0;
    float spread = 0;
  };
  Expected expect_first(const Borders* above, const Borders* left) const;

  // first: T(0, 0).
  Borders borders(float first) const;

 private:
  std::array<SideValues, kSide> rows_{}, columns_{};               // waves across for each v, down for each u
  std::array<SideValues, 2> top_{}, bottom_{}, left_{}, right_{};  // rows and columns, the outermost first
  SideValues sums_down_{}, sums_across_{}, below_{}, beside_{};
};

}  // namespace laq::jpeg
