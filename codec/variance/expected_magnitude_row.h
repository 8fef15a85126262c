// What magnitudes are to be expected of the samples of a row: weighted sums of the magnitudes around each, whose
// weights learn. As MagnitudePredictor, but what is known before a row begins is summed for many samples at once, and
// weights learn after every part of the row. In single precision.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <vector>

namespace laq {

class MagnitudeRow {
 public:
  // Those that are known only when the sample before is decoded come first: the sample to the left, the one before
  // that, and means of those that were coded last.
  enum Late { left, left2, fast, slow, kLate };
  static constexpr int kMost = 16;  // features, with the late ones

  // weights: of the late features, then of the others; the values at the beginning.
  explicit MagnitudeRow(std::initializer_list<float> weights);

  // Takes rows of up to `width` samples.
  void resize(int width);
  static size_t bytes(int width) { return (kMost + 3) * sizeof(float) * (static_cast<size_t>(width) + kBeyond); }

  // Feature number `index`, at least kLate, of each sample of the row: to be filled, up to a whole eight of samples.
  float* feature(int index) { return features_[index].data(); }

  // For the part of the row from `first` up to `end`. roots: of the row, those before the present sample being decoded;
  // readable from two before to eight beyond.
  void begin_part(int first, int end);
  float expected(int x, const float* roots) {
    features_[fast][x] = mean_fast_;
    features_[slow][x] = mean_slow_;
    const float sum = ((sums_[x] + weights_[slow] * mean_slow_) + weights_[left2] * roots[x - 2]) +
                      (weights_[fast] * mean_fast_ + weights_[left] * roots[x - 1]);
    return expected_[x] = sum > 0 ? sum : 0;
  }
  void note(float root) {
    mean_fast_ += (root - mean_fast_) * 0.1f;
    mean_slow_ += (root - mean_slow_) * 0.01f;
  }
  void end_part(int first, int end, const float* roots);

 private:
  static constexpr int kBeyond = 8;

  int count_;
  std::array<float, kMost> weights_{};
  std::array<std::vector<float>, kMost> features_;
  std::vector<float> sums_, expected_, errors_;
  float mean_fast_ = 0, mean_slow_ = 1;
};

}  // namespace laq
