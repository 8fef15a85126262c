// Shared by reading and writing of an entropy-coded segment: the order of its blocks, and the free choices of a writer
// of JPEG files.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <laq/laq.hpp>

#include "entropy/model.h"
#include "jpeg/frame.h"

namespace laq::jpeg {

inline constexpr int kMostRun = 0x7fff;  // of blocks that end with one symbol

// Calls restart() before every restart interval but the first, and code(n, block) for each block of a scan in order; n
// counts the components of the scan. Either returns false to stop. The result: whether neither did. T.81, A.2.
template <class Restart, class Code>
bool walk_scan(Frame& frame, const Scan& scan, Restart&& restart, Code&& code) {
  int left = scan.restart_interval;
  const auto begins = [&] {
    if (scan.restart_interval == 0) return true;
    if (left == 0) {
      if (!restart()) return false;
      left = scan.restart_interval;
    }
    --left;
    return true;
  };
  if (scan.components.size() == 1) {
    Component& component = frame.components[scan.components.front().index];
    for (int y = 0; y < component.blocks_down; ++y) {
      for (int x = 0; x < component.blocks_across; ++x) {
        if (!begins() || !code(0, component.block(x, y))) return false;
      }
    }
    return true;
  }
  for (int row = 0; row < frame.mcus_down; ++row) {
    for (int column = 0; column < frame.mcus_across; ++column) {
      if (!begins()) return false;
      for (size_t n = 0; n < scan.components.size(); ++n) {
        Component& component = frame.components[scan.components[n].index];
        for (int y = 0; y < component.down; ++y) {
          for (int x = 0; x < component.across; ++x) {
            int16_t* const block = component.block(column * component.across + x, row * component.down + y);
            if (!code(static_cast<int>(n), block)) return false;
          }
        }
      }
    }
  }
  return true;
}

// What a writer is free to choose, as binary decisions that hardly cost anything where all are alike.
class Choices {
 public:
  // A bit that fills the last byte of a restart interval.
  template <class Coder>
  bool code_padding(Coder& coder, bool wanted) {
    last_ = coder.bit(padding_[last_], wanted);
    return last_;
  }
  // Whether a block that has nothing ends the run of such blocks before it, and begins another one. is_long: writers
  // that hold back few correction bits end it here.
  template <class Coder>
  bool code_new_run(Coder& coder, bool is_long, bool wanted) {
    return coder.bit(new_run_[is_long], wanted);
  }

 private:
  std::array<CountingModel, 2> padding_{}, new_run_{};
  bool last_ = true;
};

// Correction bits that are held back while a run of blocks lasts; libjpeg ends the run where there are more.
inline constexpr int kManyCorrections = 937;

}  // namespace laq::jpeg
