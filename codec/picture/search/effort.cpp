#include "picture/search/effort.h"

#include <array>

namespace laq::picture {
namespace {

// clang-format off
constexpr std::array<Effort, 9> kLadder = {{
  // partition                                                    luma modes, transforms         chroma   loop filters
  // sides  halves, from shares   early stop: cost, screen, error step inherit  est. sine quant. est. q.  debl. dir. presets
  {  5, 3,  false, 0.95f, 0.95f,  20, 4, 160,                     8,   4, 3,    1,  false, 1,    3,   1,  0,    1,   0},  // 1
  {  6, 3,  false, 0.95f, 0.95f,  20, 4, 160,                     8,   4, 3,    2,  true,  1,    3,   1,  1,    2,   1},  // 2
  {  6, 2,  false, 0.95f, 0.95f,  20, 4, 160,                     4,   4, 3,    2,  true,  1,    3,   1,  1,    2,   1},  // 3
  {  6, 2,  true,  0.95f, 0.95f,  20, 4, 120,                     4,   4, 2,    3,  true,  1,    4,   1,  3,    4,   3},  // 4
  {  6, 2,  true,  0.85f, 0.90f,  10, 2, 100,                     4,   4, 2,    4,  true,  2,    4,   2,  3,    4,   3},  // 5
  {  6, 2,  true,  0.80f, 0.90f,  6, 1.2f, 60,                    4,   4, 2,    4,  true,  2,    6,   2,  3,    4,   3},  // 6
  {  6, 2,  true,  0,     0.90f,  3, 0, 30,                       4,   4, 0,    6,  true,  3,    6,   2,  7,    8,   7},  // 7
  {  6, 2,  true,  0,     0.90f,  0, 0, 30,                       2,   8, 0,    8,  true,  4,    6,   4,  7,    8,   7},  // 8
  {  6, 2,  true,  0,     0.90f,  0, 0, 30,                       1,   8, 0,    16, true,  8,    6,   4,  7,    8,   7},  // 9
}};
// clang-format on

}  // namespace

const Effort& effort_row(int effort) {
  return kLadder[effort - 1];
}

}  // namespace laq::picture
