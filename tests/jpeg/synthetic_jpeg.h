// JPEG files of any layout, made of random coefficients and random choices of their writer by the writer of the codec.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "entropy/coder.h"
#include "jpeg/content.h"
#include "jpeg/frame.h"
#include "jpeg/headers.h"
#include "jpeg/scan_writer.h"

namespace laq::test {

struct JpegLayout {
  int width = 40, height = 24;
  std::vector<int> sampling = {0x22, 0x11, 0x11};  // of each component
  bool is_progressive = false;
  bool is_interleaved = true;
  int restart_interval = 0;
  uint32_t seed = 1;
};

class SyntheticJpeg {
 public:
  explicit SyntheticJpeg(const JpegLayout& layout) : layout_(layout), random_(layout.seed) {
    put({0xff, 0xd8});
    put_tables();
    put_frame();
    put({0xff, 0xfe, 0, 6, 't', 'e', 's', 't'});
    put_scans();
    put({0xff, 0xd9});
    write();
  }
  const std::vector<std::byte>& file() const { return file_; }

 private:
  void put(std::initializer_list<int> bytes) {
    for (const int byte : bytes) headers_.push_back(static_cast<std::byte>(byte));
  }
  int count() const { return static_cast<int>(layout_.sampling.size()); }

  // Quantization that grows with the frequency; Huffman tables with codes of 8 and 9 bits for every symbol.
  void put_tables() {
    put({0xff, 0xdb, 0, 67, 0});
    for (int i = 0; i < 64; ++i) put({3 + i});
    for (const int table : {0x00, 0x10}) {
      put({0xff, 0xc4, (19 + 256) >> 8, (19 + 256) & 255, table});
      for (int length = 1; length <= 16; ++length) put({length == 8 || length == 9 ? 128 : 0});
      for (int symbol = 0; symbol < 256; ++symbol) put({symbol});
    }
    if (layout_.restart_interval > 0)
      put({0xff, 0xdd, 0, 4, layout_.restart_interval >> 8, layout_.restart_interval & 255});
  }
  void put_frame() {
    put({0xff, layout_.is_progressive ? 0xc2 : 0xc1, 0, 8 + 3 * count(), 8, layout_.height >> 8, layout_.height & 255,
         layout_.width >> 8, layout_.width & 255, count()});
    for (int i = 0; i < count(); ++i) put({i + 1, layout_.sampling[i], 0});
  }
  void put_scan(int first, int last, int from, int to, int approximation) {
    put({0xff, 0xda, 0, 6 + 2 * (last - first), last - first});
    for (int i = first; i < last; ++i) put({i + 1, 0});
    put({from, to, approximation});
  }
  void put_scans() {
    const auto of_all = [&](int from, int to, int approximation) {
      if (layout_.is_interleaved && (from == 0 || count() == 1)) return put_scan(0, count(), from, to, approximation);
      for (int i = 0; i < count(); ++i) put_scan(i, i + 1, from, to, approximation);
    };
    if (!layout_.is_progressive) return of_all(0, 63, 0);
    of_all(0, 0, 0x01);
    of_all(1, 5, 0x02);
    of_all(6, 63, 0x02);
    of_all(1, 63, 0x21);
    of_all(0, 0, 0x10);
    of_all(1, 63, 0x10);
  }

  void fill(jpeg::Component& component) {
    const bool has_padding = layout_.is_interleaved && !layout_.is_progressive;
    int first = 0;
    for (int y = 0; y < (has_padding ? component.padded_down : component.blocks_down); ++y) {
      for (int x = 0; x < (has_padding ? component.padded_across : component.blocks_across); ++x) {
        int16_t* const block = component.block(x, y);
        first += static_cast<int>(random_() % 41) - 20;
        block[0] = static_cast<int16_t>(first);
        for (uint32_t k = 1, last = random_() % 64; k < last; ++k) {
          const int size = static_cast<int>(64 / (k + 1) + 1);
          if (random_() % 3 == 0)
            block[jpeg::kZigzag[k]] = static_cast<int16_t>(int(random_() % (2 * size + 1)) - size);
        }
      }
    }
  }

  void write() {
    auto plan = jpeg::plan_of(headers_);
    jpeg::allocate(plan->frame);
    for (jpeg::Component& component : plan->frame.components) fill(component);
    std::vector<std::byte> choices(4096);
    for (std::byte& byte : choices) byte = static_cast<std::byte>(random_());
    SymbolReader coder(choices);
    jpeg::Choices models;
    jpeg::Headers walk(headers_);
    for (bool has_scan = true; has_scan;) {
      const size_t from = walk.position();
      if (walk.read_to_scan(has_scan)) return;
      const size_t to = has_scan ? walk.position() : headers_.size();
      file_.insert(file_.end(), headers_.begin() + static_cast<ptrdiff_t>(from),
                   headers_.begin() + static_cast<ptrdiff_t>(to));
      if (has_scan) jpeg::write_scan(walk, plan->frame, models, coder, size_t{1} << 24, file_);
    }
  }

  JpegLayout layout_;
  std::mt19937 random_;
  std::vector<std::byte> headers_, file_;
};

inline std::vector<std::byte> synthetic_jpeg(const JpegLayout& layout) {
  return SyntheticJpeg(layout).file();
}

}  // namespace laq::test
