// Corrections of the few pixels whose colours a conversion does not give: a difference for each channel.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "entropy/coder.h"
#include "lossless/adaptive_number.h"
#include "lossless/colour_conversion.h"

namespace laq::lossless {

class Corrections {
 public:
  explicit Corrections(int width) : above_(static_cast<size_t>(width) + 2), now_(above_.size()) {}
  static size_t bytes(int width) { return 2 * (static_cast<size_t>(width) + 2); }

  void begin_row() {
    std::swap(above_, now_);
    now_[0] = 0;
  }
  // The context of whether a pixel is corrected is which of its neighbours are.
  template <class Coder>
  Rgb code(Coder& coder, int x, const Rgb& correction) {
    const int context = now_[x] + 2 * above_[x] + 4 * above_[x + 1] + 8 * above_[x + 2];
    const bool is_corrected = coder.bit(is_corrected_[context], correction != Rgb{});
    now_[x + 1] = is_corrected ? 1 : 0;
    Rgb found{};
    if (!is_corrected) return found;
    for (size_t channel = 0; channel < found.size(); ++channel)
      found[channel] = code_signed(coder, of_channel_[channel], correction[channel]);
    return found;
  }

 private:
  std::array<CountingModel, 16> is_corrected_;
  std::array<AdaptiveSigned, 3> of_channel_;
  std::vector<uint8_t> above_, now_;  // of pixel x at x + 1
};

}  // namespace laq::lossless
