#include "transform/cosine_transform.h"

#include <cmath>
#include <utility>

namespace laq {

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

}  // namespace laq
