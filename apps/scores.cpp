// scores A B: how near picture B is to picture A of the same size. Prints the peak signal-to-noise ratio over red,
// green and blue in decibels ("inf" where they are equal) and the SSIMULACRA 2 score.
#include <cstdio>

#include "io/convert.h"
#include "io/picture_file.h"
#include "laq/metrics.hpp"

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "scores: two pictures are needed (scores A B)\n");
    return 2;
  }
  laq::Picture pictures[2];
  for (int i = 0; i < 2; ++i) {
    const laq::Result<laq::Picture> read = laq::io::read_picture(words[i + 1]);
    if (!read) {
      std::fprintf(stderr, "scores: %s: %s\n", words[i + 1], read.error().message.c_str());
      return 1;
    }
    // Gray against RGB is a picture against the same in colour; depths are compared at the reference's.
    pictures[i] = laq::io::with_depth(laq::io::with_colour(*read), i == 0 ? read->depth : pictures[0].depth);
  }
  const laq::Picture &a = pictures[0], &b = pictures[1];
  if (a.width != b.width || a.height != b.height) {
    std::fprintf(stderr, "scores: the pictures differ in size (%ux%u and %ux%u)\n", a.width, a.height, b.width,
                 b.height);
    return 1;
  }
  const laq::Result<laq::Psnr> psnr = laq::psnr(a.view(), b.view());
  const laq::Result<laq::Ssimulacra2> ssimulacra2 = laq::Ssimulacra2::of(a.view());
  const laq::Result<double> score = ssimulacra2 ? ssimulacra2->score(b.view()) : ssimulacra2.error();
  if (!psnr || !score) {
    std::fprintf(stderr, "scores: %s\n", (psnr ? score.error() : psnr.error()).message.c_str());
    return 1;
  }
  std::printf("%.3f %.3f\n", psnr->rgb, *score);
  return 0;
}
