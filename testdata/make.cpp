// make DIRECTORY: writes the pictures of this directory, every byte the same on every machine: integer arithmetic only.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace {

// A hash of up to three integers, evenly distributed. Steps of MurmurHash3's 32-bit finalizer.
uint32_t hash(uint32_t x, uint32_t y = 0, uint32_t seed = 0) {
  uint32_t h = x * 0x9e3779b1u ^ (y + 0x7f4a7c15u) * 0x85ebca6bu ^ (seed + 1) * 0xc2b2ae35u;
  h = (h ^ h >> 16) * 0x85ebca6bu;
  h = (h ^ h >> 13) * 0xc2b2ae35u;
  return h ^ h >> 16;
}

// Smooth noise: random values on a grid of `cell` samples (a power of two), joined by 3t^2 - 2t^3. Range [0, 65536).
int32_t smooth_noise(int x, int y, int cell, uint32_t seed) {
  const auto corner = [&](int i, int j) {
    return static_cast<int64_t>(hash(static_cast<uint32_t>(x / cell + i), static_cast<uint32_t>(y / cell + j), seed) >>
                                16);
  };
  const auto weight = [&](int position) {  // 0..65536
    const int64_t t = static_cast<int64_t>(position % cell) * 65536 / cell;
    return (3 * t * t - 2 * t * t / 65536 * t) / 65536;
  };
  const int64_t wx = weight(x), wy = weight(y);
  const int64_t top = corner(0, 0) * (65536 - wx) + corner(1, 0) * wx;
  const int64_t bottom = corner(0, 1) * (65536 - wx) + corner(1, 1) * wx;
  return static_cast<int32_t>((top / 65536 * (65536 - wy) + bottom / 65536 * wy) / 65536);
}

// 1/f noise: octaves from cells of `coarsest` samples down to single samples, each with half the amplitude of the one
// before, the spectrum of natural pictures. Range about [-32768, 32768), mean 0.
int32_t fractal_noise(int x, int y, int coarsest, uint32_t seed) {
  int32_t sum = 0;
  int32_t amplitude = 32768;
  for (int cell = coarsest; cell >= 1; cell /= 2, amplitude /= 2) {
    sum += (smooth_noise(x, y, cell, seed + static_cast<uint32_t>(cell)) - 32768) / 256 * amplitude / 256;
  }
  return sum;
}

struct Picture {
  int width, height, channels, maxval;
  std::vector<int> samples;
};

// sample(x, y, channel); clamped to 0..maxval.
Picture draw(int width, int height, int channels, int maxval, const std::function<int(int, int, int)>& sample) {
  Picture picture{width, height, channels, maxval, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) picture.samples.push_back(std::clamp(sample(x, y, c), 0, maxval));
    }
  }
  return picture;
}

// Sky with clouds and a sun, two ridges with their own texture and shading, a wall with a straight edge; faint grain
// over all.
int natural(int x, int y, int channel) {
  static constexpr std::array<int, 3> kSky = {96, 142, 208}, kCloud = {232, 234, 238}, kSun = {255, 244, 190};
  static constexpr std::array<int, 3> kFar = {92, 112, 132}, kNear = {74, 92, 44}, kWall = {178, 120, 92};
  const auto mix = [](int a, int b, int weight) { return a + (b - a) * std::clamp(weight, 0, 256) / 256; };
  const int grain =
      static_cast<int>(hash(static_cast<uint32_t>(x), static_cast<uint32_t>(y), static_cast<uint32_t>(channel)) % 7) -
      3;
  const int ridge_far = 84 + fractal_noise(x, 7, 64, 11) / 1400;
  const int ridge_near = 124 + fractal_noise(x, 3, 64, 23) / 1100;
  const bool is_wall = x > 176 && x < 238 && y > 92 + (x - 176) / 5 && y < 168;
  int value;
  if (is_wall) {
    const bool is_mortar = y % 9 == 0 || (x + (y / 9 % 2) * 8) % 16 == 0;
    const int stone =
        static_cast<int>(hash(static_cast<uint32_t>((x + (y / 9 % 2) * 8) / 16), static_cast<uint32_t>(y / 9), 5) %
                         32) -
        16;
    value =
        (is_mortar ? 196 - 10 * channel : kWall[channel] + stone) + fractal_noise(x, y, 8, 31) / 2600 - (x - 176) / 3;
  } else if (y > ridge_near) {
    value = kNear[channel] + fractal_noise(x, y, 16, 41) * (3 - channel / 2) / 1800 - (y - ridge_near) / 4;
  } else if (y > ridge_far) {
    value = kFar[channel] + fractal_noise(x, y, 32, 51) / 1500 + (y - ridge_far) / 3;
  } else {
    const int sky = kSky[channel] + (96 - y) * (channel == 2 ? 1 : -1) / 3;
    value = mix(sky, kCloud[channel], fractal_noise(x, 2 * y, 128, 61) / 90 + 40);
    const int distance = (x - 60) * (x - 60) + (y - 40) * (y - 40);
    value = mix(kSun[channel], value, distance < 150 ? 0 : (distance - 150) / 4);
  }
  return value + grain;
}

// Straight edges at many angles: a fan of sectors around the middle, drawn without trigonometry, in flat colours.
int fan(int x, int y, int channel, int width, int height) {
  const int dx = 2 * x - width + 1, dy = 2 * y - height + 1;
  int sector = 0;
  for (int i = -6; i <= 6; ++i) sector += dy * 8 > i * std::abs(i) * dx / 2;
  const bool is_ring = (dx * dx + dy * dy) / 700 % 2 == 1;
  return static_cast<int>(hash(static_cast<uint32_t>(sector + 16 * (dx > 0)), 0, static_cast<uint32_t>(channel)) %
                          200) +
         (is_ring ? 55 : 0);
}

// Something like text: glyphs of 5 x 7 random dots, mirrored left to right, in words of random length.
bool is_ink(int x, int y) {
  const int column = x / 7, line = y / 11, i = x % 7, j = y % 11;
  if (i >= 5 || j >= 7 || hash(static_cast<uint32_t>(column), static_cast<uint32_t>(line), 71) % 6 == 0) return false;
  const uint32_t letter = hash(static_cast<uint32_t>(column), static_cast<uint32_t>(line), 72) % 26;
  return hash(static_cast<uint32_t>(std::min(i, 4 - i)), static_cast<uint32_t>(j), letter) % 5 < 2;
}

int screen(int x, int y, int channel) {
  static constexpr std::array<int, 3> kBar = {40, 90, 170}, kPage = {250, 250, 246}, kPanel = {224, 226, 230},
                                      kInk = {24, 24, 32};
  if (y < 14) return is_ink(x + 7, y + 8) ? 255 : kBar[channel];
  if (x < 34) return (y - 14) % 20 < 2 ? 190 : kPanel[channel];
  return is_ink(x, y) ? kInk[channel] : kPage[channel];
}

// PGM or PPM for one or three channels, PAM else.
bool write(const std::string& path, const Picture& picture) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) return false;
  if (picture.channels == 2 || picture.channels == 4) {
    std::fprintf(file, "P7\nWIDTH %d\nHEIGHT %d\nDEPTH %d\nMAXVAL %d\nTUPLTYPE %s\nENDHDR\n", picture.width,
                 picture.height, picture.channels, picture.maxval,
                 picture.channels == 2 ? "GRAYSCALE_ALPHA" : "RGB_ALPHA");
  } else {
    std::fprintf(file, "P%d\n%d %d\n%d\n", picture.channels == 1 ? 5 : 6, picture.width, picture.height,
                 picture.maxval);
  }
  for (const int sample : picture.samples) {
    if (picture.maxval > 255) std::fputc(sample >> 8, file);
    std::fputc(sample & 255, file);
  }
  return std::fclose(file) == 0;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::fprintf(stderr, "make: a directory is needed\n");
    return 2;
  }
  const auto noise = [](int range) {
    return [range](int x, int y, int c) {
      return static_cast<int>(hash(static_cast<uint32_t>(x), static_cast<uint32_t>(y), static_cast<uint32_t>(c)) %
                              static_cast<uint32_t>(range));
    };
  };
  const auto disc = [](int x, int y, int size, int maxval) {  // opaque in the middle, soft edge
    const int dx = 2 * x - size + 1, dy = 2 * y - size + 1;
    return maxval - std::max(0, (dx * dx + dy * dy - size * size / 3) * (maxval / 255) / 4);
  };
  const std::vector<std::pair<std::string, Picture>> pictures = {
      {"natural.ppm", draw(256, 192, 3, 255, natural)},
      {"natural-gray.pgm", draw(96, 96, 1, 255, [](int x, int y, int) { return natural(x + 130, y + 60, 1); })},
      {"screen.ppm", draw(128, 96, 3, 255, screen)},
      {"text.pgm", draw(120, 88, 1, 255, [](int x, int y, int) { return is_ink(x, y) ? 0 : 255; })},
      {"edges.ppm", draw(96, 64, 3, 255, [](int x, int y, int c) { return fan(x, y, c, 96, 64); })},
      {"gradient.ppm",
       draw(80, 64, 3, 255, [](int x, int y, int c) { return c == 0   ? 3 * x
                                                             : c == 1 ? 4 * y
                                                                      : 2 * (x + 64 - y); })},
      {"gradient-16bit.pgm", draw(72, 48, 1, 65535, [](int x, int y, int) { return 20000 + 37 * x + 401 * y; })},
      {"natural-16bit.ppm",
       draw(40, 40, 3, 65535,
            [](int x, int y, int c) { return 257 * natural(x + 30, y + 60, c) + fractal_noise(x, y, 16, 81) / 64; })},
      {"gradient-10bit.pgm", draw(64, 32, 1, 1023, [](int x, int y, int) { return 16 * x + y / 8; })},
      {"noise.pgm", draw(64, 64, 1, 255, noise(256))},
      {"noise-16bit.ppm", draw(19, 23, 3, 65535, noise(65536))},
      {"flat.pgm", draw(70, 70, 1, 255, [](int, int, int) { return 93; })},
      {"alpha.pam",
       draw(64, 64, 4, 255,
            [&](int x, int y, int c) { return c == 3 ? disc(x, y, 64, 255) : natural(x + 20, y + 50, c); })},
      {"gray-alpha.pam",
       draw(33, 21, 2, 255, [&](int x, int y, int c) { return c == 1 ? disc(x, y, 27, 255) : 7 * x + y; })},
      {"alpha-16bit.pam",
       draw(18, 18, 4, 65535,
            [&](int x, int y, int c) { return c == 3 ? disc(x, y, 18, 65535) : 3000 * x + 500 * y * c; })},
      {"1x1.pgm", draw(1, 1, 1, 255, [](int, int, int) { return 200; })},
      {"1x1.ppm", draw(1, 1, 3, 255, [](int, int, int c) { return 60 * (c + 1); })},
      {"1x17.ppm", draw(1, 17, 3, 255, [](int, int y, int c) { return (c == 2 ? 9 : 15) * y; })},
      {"37x5.ppm", draw(37, 5, 3, 255, [](int x, int y, int c) { return fan(x, y, c, 37, 5); })},
      {"65x1.pgm", draw(65, 1, 1, 255, [](int x, int, int) { return x < 32 ? 4 * x : 255 - 3 * x; })},
  };
  for (const auto& [name, picture] : pictures) {
    const std::string path = std::string(words[1]) + "/" + name;
    if (!write(path, picture)) {
      std::fprintf(stderr, "make: %s: cannot be written\n", path.c_str());
      return 1;
    }
  }
  return 0;
}
