// What the headers of a JPEG file say, and the planes of its coefficients. Names follow ITU-T T.81 (1992).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace laq::jpeg {

inline constexpr int kBlock = 64;  // coefficients of a block
inline constexpr int kMostComponents = 4;

// The place in a block, row by row, of each coefficient in zigzag order (T.81, figure A.6).
inline constexpr std::array<uint8_t, kBlock> kZigzag = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                                                        12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                                                        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                                                        58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

using QuantizationTable = std::array<uint16_t, kBlock>;  // in the order of kZigzag's places: row by row

// A table as a DHT segment gives it.
struct HuffmanTable {
  bool is_defined = false;
  std::array<uint8_t, 17> counts{};    // of codes of each length, 1 .. 16
  std::array<uint8_t, 256> symbols{};  // in the order of their codes
};

struct Component {
  uint8_t id = 0;
  int across = 1, down = 1;             // sampling factors
  int table = 0;                        // of quantization
  int blocks_across = 0;                // that cover the picture: what a scan of this component alone has
  int blocks_down = 0;                  //
  int padded_across = 0;                // whole MCUs: what a scan of several components has
  int padded_down = 0;                  //
  std::vector<int16_t> coefficients{};  // of all padded blocks, row by row

  int16_t* block(int x, int y) { return coefficients.data() + (size_t(y) * padded_across + x) * kBlock; }
  const int16_t* block(int x, int y) const { return coefficients.data() + (size_t(y) * padded_across + x) * kBlock; }
  uint64_t padded_blocks() const { return uint64_t(padded_across) * padded_down; }
};

struct Frame {
  int width = 0, height = 0;
  bool is_progressive = false;
  int mcus_across = 0, mcus_down = 0;
  std::vector<Component> components{};

  uint64_t blocks() const {
    uint64_t sum = 0;
    for (const Component& component : components) sum += component.padded_blocks();
    return sum;
  }
};

struct ScanComponent {
  int index = 0;  // in Frame::components
  int dc_table = 0, ac_table = 0;
};

struct Scan {
  std::vector<ScanComponent> components{};
  int from = 0, to = kBlock - 1;  // spectral selection, in zigzag order
  int high = 0, low = 0;          // successive approximation
  int restart_interval = 0;       // in MCUs; 0: none
};

}  // namespace laq::jpeg
