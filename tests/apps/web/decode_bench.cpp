// The time that one thread takes to decode pictures, for the ratio of decode_bench.mjs to it: decode-bench FILE.laq...
// It prints the least of some runs of each file, in milliseconds of the processor, as the machine may be doing other
// things.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <span>
#include <string>

#include <laq/laq.hpp>

int main(int count, char** words) {
  for (const char* const name : std::span(words, static_cast<size_t>(count)).subspan(1)) {
    std::ifstream in(name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    double least = 1e9, pixels = 0;
    for (int run = 0; run < 15; ++run) {
      const std::clock_t begin = std::clock();
      const auto picture = laq::decode(std::as_bytes(std::span(text)), {.threads = 1});
      least = std::min(least, 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
      if (!picture) {
        std::fprintf(stderr, "decode-bench: %s: %s\n", name, picture.error().message.c_str());
        return 1;
      }
      pixels = static_cast<double>(picture->width) * picture->height;
    }
    std::printf("%s\t%.2f ms\t%.1f megapixels a second\n", name, least, pixels / least / 1e3);
  }
  return 0;
}
