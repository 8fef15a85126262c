#include "array/predict/multilevel.h"

namespace laq::array {

// Where a neighbour is missing, the one on the other side stands in, or a nearer one. The order of taps is that of the
// weights.

void Taps::add_planes(int z, int y) {
  const int planes = level_.grid.sides[0], rows = level_.grid.sides[1], step = level_.steps[1];
  const auto row = [&](int at_z, int at_y) -> const float* { return level_.values(0, at_z, at_y); };
  const int before = z - 1, after = z + 1 < planes ? z + 1 : before;
  const float *a = row(before, y), *b = row(after, y);
  add({a, b, row(z >= 3 ? z - 3 : before, y), row(z + 3 < planes ? z + 3 : after, y), a - 1, a + 1, b - 1, b + 1});
  if (is_enough()) return;
  const int above = y >= step ? y - step : y + step < rows ? y + step : y, below = y + step < rows ? y + step : above;
  add({row(before, above), row(before, below), row(after, above), row(after, below)});
  const float* const up = y >= step ? row(z, y - step) : a;
  add({up, z >= 3 ? row(z - 2, y) : up, up - 1, up + 1});
}

void Taps::add_rows(int z, int y) {
  const int planes = level_.grid.sides[0], rows = level_.grid.sides[1];
  const auto row = [&](int at_z, int at_y) -> const float* { return level_.values(0, at_z, at_y); };
  const int above = y - 1, below = y + 1 < rows ? y + 1 : above;
  const float *a = row(z, above), *b = row(z, below);
  const float* const up = y > 1 ? row(z, y - 2) : a;
  add({a, b, row(z, y >= 3 ? y - 3 : above), row(z, y + 3 < rows ? y + 3 : below), a - 1, a + 1, b - 1, b + 1, up});
  if (is_enough()) return;
  if (planes == 1) {
    add({up - 1, up + 1, a - 2, a + 2, b - 2, b + 2});
    return;
  }
  const float* const back = z > 0 ? row(z - 1, y) : up;
  const int before = z > 0 ? z - 1 : z + 1 < planes ? z + 1 : z, after = z + 1 < planes ? z + 1 : before;
  add({back, row(before, above), row(before, below), row(after, above), row(after, below)});
  add({up - 1, up + 1, back - 1, back + 1, z > 0 && y > 1 ? row(z - 1, y - 2) : up,
       z > 0 && y + 2 < rows ? row(z - 1, y + 2) : back});
}

void Taps::add_odd(int z, int y) {
  const int planes = level_.grid.sides[0], rows = level_.grid.sides[1];
  const auto row = [&](int at_z, int at_y) -> const float* { return level_.values(0, at_z, at_y); };
  const auto odd = [&](int at_z, int at_y) -> const float* { return level_.values(1, at_z, at_y); };
  const float* const own = row(z, y);
  const float* const up = y > 0 ? odd(z, y - 1) : own;
  const float* const above = y > 0 ? row(z, y - 1) : y + 1 < rows ? row(z, y + 1) : own;
  const float* const below = y + 1 < rows ? row(z, y + 1) : above;
  add({own, own + 1, own - 1, own + 2, up, above, above + 1, below, below + 1});
  if (is_enough()) return;
  const float* const back = z > 0 ? odd(z - 1, y) : up;
  if (planes > 1) {
    const float* const before = z > 0 ? row(z - 1, y) : z + 1 < planes ? row(z + 1, y) : own;
    const float* const after = z + 1 < planes ? row(z + 1, y) : before;
    add({back, before, before + 1, after, after + 1});
  }
  if (is_enough()) return;
  add({up - 1, up + 1, y > 1 ? odd(z, y - 2) : up, above - 1, above + 2});
  if (planes > 1) add_far_odd(z, y, back);
}

void Taps::add_far_odd(int z, int y, const float* back) {
  const int planes = level_.grid.sides[0], rows = level_.grid.sides[1];
  const int above = y > 0 ? y - 1 : y, below = y + 1 < rows ? y + 1 : y;
  add({back - 1, back + 1, z > 0 ? level_.values(1, z - 1, above) : back,
       z > 0 ? level_.values(1, z - 1, below) : back});
  for (const int at_z : {z > 0 ? z - 1 : z, z + 1 < planes ? z + 1 : z}) {
    for (const int at_y : {above, below}) {
      const float* const row = level_.values(0, at_z, at_y);
      add({row, row + 1});
    }
  }
}

}  // namespace laq::array
