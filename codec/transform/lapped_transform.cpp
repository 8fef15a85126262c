#include "transform/lapped_transform.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace laq {
namespace {

// The window falls as sin(pi / 2 sin^2(x)), where x falls from pi / 2 to 0: how values turn that are `i` before and
// behind a cut, of `overlap` on each side.
Rotation rotation_at(int i, int overlap) {
  const double sine = rotation_of(0.125 - (2 * i + 1) / (16.0 * overlap)).sine;
  return rotation_of(0.25 * (sine * sine));
}

}  // namespace

CosineTransform::CosineTransform(int log2_length)
    : length_(1 << log2_length), twist_(length_ / 2), roots_(length_ / 2) {
  const double scale = std::sqrt(std::sqrt(2.0 / length_));
  for (int i = 0; i < length_ / 2; ++i) {
    const Rotation twist = rotation_of((8 * i + 1) / (16.0 * length_));
    twist_[i] = {scale * twist.cosine, scale * twist.sine};
    roots_[i] = rotation_of(2.0 * i / length_);
  }
  for (Halves* halves : {&now_, &next_}) {
    halves->real.resize(length_ / 2);
    halves->imaginary.resize(length_ / 2);
  }
}

void CosineTransform::run(double* values) {
  const int half = length_ / 2;
  double* re = now_.real.data();
  double* im = now_.imaginary.data();
  for (int i = 0; i < half; ++i) {
    const double a = values[2 * i], b = values[length_ - 1 - 2 * i];
    const Rotation& twist = twist_[i];
    re[i] = a * twist.cosine + b * twist.sine;
    im[i] = b * twist.cosine - a * twist.sine;
  }
  transform();
  re = now_.real.data();
  im = now_.imaginary.data();
  for (int i = 0; i < half; ++i) {
    const Rotation& twist = twist_[i];
    values[2 * i] = re[i] * twist.cosine + im[i] * twist.sine;
    values[length_ - 1 - 2 * i] = re[i] * twist.sine - im[i] * twist.cosine;
  }
}

// In place of now_.
void CosineTransform::transform() {
  int count = length_ / 2, stride = 1;
  for (; count >= 4; count /= 4, stride *= 4) {
    if (stride == 1) {
      radix4<1>(count, stride);
    } else if (stride == 4) {
      radix4<4>(count, stride);
    } else {
      radix4<0>(count, stride);
    }
    std::swap(now_, next_);
  }
  if (count == 2) {
    radix2(stride);
    std::swap(now_, next_);
  }
}

// Four transforms in place of one of `count` numbers, for `stride` of them side by side.
template <int kStride>
void CosineTransform::radix4(int count, int any_stride) {
  const int stride = kStride > 0 ? kStride : any_stride;
  const int quarter = count / 4, distance = quarter * stride;
  const double* __restrict re = now_.real.data();
  const double* __restrict im = now_.imaginary.data();
  double* __restrict out_re = next_.real.data();
  double* __restrict out_im = next_.imaginary.data();
  for (int p = 0; p < quarter; ++p, re += stride, im += stride, out_re += 4 * stride, out_im += 4 * stride) {
    const Rotation w1 = roots_[p * stride], w2 = roots_[2 * p * stride], w3 = roots_[3 * p * stride];
    for (int q = 0; q < stride; ++q) {
      const double a_re = re[q], b_re = re[q + distance], c_re = re[q + 2 * distance], d_re = re[q + 3 * distance];
      const double a_im = im[q], b_im = im[q + distance], c_im = im[q + 2 * distance], d_im = im[q + 3 * distance];
      const double even_re = a_re + c_re, even_im = a_im + c_im, odd_re = b_re + d_re, odd_im = b_im + d_im;
      const double rest_re = a_re - c_re, rest_im = a_im - c_im, turn_re = b_im - d_im, turn_im = d_re - b_re;
      out_re[q] = even_re + odd_re;
      out_im[q] = even_im + odd_im;
      const double x_re = rest_re + turn_re, x_im = rest_im + turn_im;
      out_re[q + stride] = x_re * w1.cosine + x_im * w1.sine;
      out_im[q + stride] = x_im * w1.cosine - x_re * w1.sine;
      const double y_re = even_re - odd_re, y_im = even_im - odd_im;
      out_re[q + 2 * stride] = y_re * w2.cosine + y_im * w2.sine;
      out_im[q + 2 * stride] = y_im * w2.cosine - y_re * w2.sine;
      const double z_re = rest_re - turn_re, z_im = rest_im - turn_im;
      out_re[q + 3 * stride] = z_re * w3.cosine + z_im * w3.sine;
      out_im[q + 3 * stride] = z_im * w3.cosine - z_re * w3.sine;
    }
  }
}

void CosineTransform::radix2(int stride) {
  for (int q = 0; q < stride; ++q) {
    next_.real[q] = now_.real[q] + now_.real[q + stride];
    next_.imaginary[q] = now_.imaginary[q] + now_.imaginary[q + stride];
    next_.real[q + stride] = now_.real[q] - now_.real[q + stride];
    next_.imaginary[q + stride] = now_.imaginary[q] - now_.imaginary[q + stride];
  }
}

LappedTransform::LappedTransform(int least_log2, int most_log2) : least_log2_(least_log2) {
  for (int log2 = least_log2; log2 <= most_log2; ++log2) {
    transforms_.emplace_back(log2);
    const int overlap = 1 << (log2 - 1);
    std::vector<Rotation>& rotations = rotations_.emplace_back();
    for (int i = 0; i < overlap; ++i) rotations.push_back(rotation_at(i, overlap));
  }
}

void LappedTransform::transform_blocks(std::span<const uint8_t> log2_lengths, double* line) {
  for (const uint8_t log2 : log2_lengths) {
    transforms_[log2 - least_log2_].run(line);
    line += ptrdiff_t{1} << log2;
  }
}

// Calls turn(value before a cut, value behind it, rotation) for all that overlap.
template <class Turn>
void LappedTransform::for_each_pair(std::span<const uint8_t> log2_lengths, double* line, Turn&& turn) const {
  for (size_t i = 1; i < log2_lengths.size(); ++i) {
    line += ptrdiff_t{1} << log2_lengths[i - 1];
    const std::vector<Rotation>& rotations = rotations_[std::min(log2_lengths[i - 1], log2_lengths[i]) - least_log2_];
    const auto overlap = static_cast<ptrdiff_t>(rotations.size());
    for (ptrdiff_t k = 0; k < overlap; ++k) turn(line[-1 - k], line[k], rotations[k]);
  }
}

void LappedTransform::forward(std::span<const uint8_t> log2_lengths, double* line) {
  for_each_pair(log2_lengths, line,
                [](double& before, double& behind, const Rotation& rotation) { rotation.turn_back(before, behind); });
  transform_blocks(log2_lengths, line);
}

void LappedTransform::inverse(std::span<const uint8_t> log2_lengths, double* line) {
  transform_blocks(log2_lengths, line);
  for_each_pair(log2_lengths, line,
                [](double& before, double& behind, const Rotation& rotation) { rotation.turn(before, behind); });
}

}  // namespace laq
