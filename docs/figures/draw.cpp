// draw-figures PICTURE.ppm FOLDER: draws the figures of docs/how-it-works.md, the same on every run. From the top of
// the tree: build/docs/figures/draw-figures testdata/natural.ppm docs/figures
#include <cstdio>

#include "figures.h"

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "usage: draw-figures PICTURE.ppm FOLDER\n");
    return 2;
  }
  return figures::draw_picture_figures(arguments[1], arguments[2]) && figures::draw_array_figures(arguments[2]) ? 0 : 1;
}
