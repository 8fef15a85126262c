// draw-figures PICTURE.ppm FOLDER: draws the figures of docs/how-it-works.md, the same on every run. From the top of
// the tree: build/docs/figures/draw-figures testdata/natural.ppm docs/figures
#include <cstdio>

#include "figures.h"

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "usage: draw-figures PICTURE.ppm FOLDER\n");
    return 2;
  }
  const bool is_drawn = figures::draw_picture_figures(arguments[1], arguments[2]) &&
                        figures::draw_array_figures(arguments[2]) && figures::draw_efforts(arguments[2]);
  return is_drawn ? 0 : 1;
}
