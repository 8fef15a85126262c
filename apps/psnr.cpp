// psnr A B: the peak signal-to-noise ratio of two pictures of the same size in decibels, over all channels they share
// (alpha counts as a channel): 10 log10(1 / mean squared error), samples in 0..1. Prints "inf" where they are equal.
#include <cmath>
#include <cstdio>
#include <cstring>

#include "io/convert.h"
#include "io/picture_file.h"

namespace {

double sample(const laq::Picture& picture, size_t index) {
  if (picture.depth <= 8) return std::to_integer<int>(picture.samples[index]) / double((1 << picture.depth) - 1);
  uint16_t value;
  std::memcpy(&value, &picture.samples[2 * index], sizeof value);
  return value / double((1 << picture.depth) - 1);
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "psnr: two pictures are needed (psnr A B)\n");
    return 2;
  }
  laq::Picture pictures[2];
  for (int i = 0; i < 2; ++i) {
    laq::Result<laq::Picture> read = laq::io::read_picture(words[i + 1]);
    if (!read) {
      std::fprintf(stderr, "psnr: %s: %s\n", words[i + 1], read.error().message.c_str());
      return 1;
    }
    pictures[i] = std::move(*read);
  }
  // Gray against RGB is a picture against the same in colour.
  if (pictures[0].channels != pictures[1].channels) {
    for (laq::Picture& picture : pictures) picture = laq::io::with_colour(picture);
  }
  const laq::Picture &a = pictures[0], &b = pictures[1];
  if (a.width != b.width || a.height != b.height || a.channels != b.channels) {
    std::fprintf(stderr, "psnr: the pictures differ in size or channels (%ux%ux%d and %ux%ux%d)\n", a.width, a.height,
                 a.channels, b.width, b.height, b.channels);
    return 1;
  }
  const size_t samples = size_t{a.width} * a.height * a.channels;
  double squares = 0;
  for (size_t i = 0; i < samples; ++i) {
    const double difference = sample(a, i) - sample(b, i);
    squares += difference * difference;
  }
  if (squares == 0)
    std::puts("inf");
  else
    std::printf("%.3f\n", -10 * std::log10(squares / double(samples)));
  return 0;
}
