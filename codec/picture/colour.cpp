#include "picture/colour.h"

#include <algorithm>

#include "picture/colour_rows.h"

namespace laq::picture {
namespace {

constexpr int32_t kHalf = 1 << (kColourBits - 1);
constexpr int kBandRows = 16;

// Rounded to the nearest; denominator > 0.
int64_t rounded_quotient(int64_t numerator, int64_t denominator) {
  const int64_t doubled = 2 * numerator + denominator, quotient = doubled / (2 * denominator);
  return quotient - (doubled % (2 * denominator) < 0);
}

// Samples of `depth` bits in coding depth, and back: a shift where that has more bits, else rescaled to the full range
// together with the colour transform, so that there is one rounding. The shift back rounds ties to the even sample, so
// that encoding again and again neither brightens nor darkens. Sums are of samples times colour factors.
struct DepthScale {
  int depth;
  int coding_depth;
  int32_t max_sample = (1 << depth) - 1;
  int32_t max_coding = (1 << coding_depth) - 1;

  int32_t to_coding(int32_t sum) const {
    if (depth <= coding_depth) return ((sum << (coding_depth - depth)) + kHalf) >> kColourBits;
    return static_cast<int32_t>(rounded_quotient(int64_t{sum} * max_coding, int64_t{max_sample} << kColourBits));
  }
  // The sample of luma and what chroma adds to it.
  int32_t from_coding(int32_t luma, int32_t sum) const {
    if (depth <= coding_depth) return from_coding(luma + ((sum + kHalf) >> kColourBits));
    const int64_t most = int64_t{max_coding} << kColourBits;
    const int64_t colour = std::clamp((int64_t{luma} << kColourBits) + sum, int64_t{0}, most);
    return static_cast<int32_t>(rounded_quotient(colour * max_sample, most));
  }
  int32_t from_coding(int32_t v) const {
    if (depth > coding_depth) return from_coding(v, 0);
    const int shift = coding_depth - depth;
    if (shift == 0) return std::clamp(v, 0, max_sample);
    const int32_t below_half = (1 << (shift - 1)) - 1, is_odd = v >> shift & 1;
    return std::clamp((v + below_half + is_odd) >> shift, 0, max_sample);
  }
};

constexpr int32_t kOne = 1 << kColourBits;  // a factor

template <class Sample>
void rows_to_planes(const PictureView& picture, const PictureHeader& header, std::vector<Plane<uint16_t>>& planes,
                    int y0, int y1) {
  const DepthScale scale{header.depth, header.coding_depth()};
  const int channels = header.channels, width = static_cast<int>(header.width);
  const int32_t middle = 1 << (header.coding_depth() - 1);
  const auto clamp_chroma = [&](int32_t v) {
    return static_cast<uint16_t>(std::clamp(v + middle, 0, header.max_sample()));
  };
  for (int y = y0; y < y1; ++y) {
    const auto* in = reinterpret_cast<const Sample*>(static_cast<const std::byte*>(picture.samples) +
                                                     picture.row_bytes * std::min<size_t>(y, header.height - 1));
    uint16_t* const luma = planes[0].row(y);
    if (header.colour_planes() == 3) {
      uint16_t* const cb = planes[1].row(y);
      uint16_t* const cr = planes[2].row(y);
      for (int x = 0; x < width; ++x, in += channels) {
        const int32_t r = in[0], g = in[1], b = in[2];
        luma[x] = static_cast<uint16_t>(
            scale.to_coding(colour_factor(kRed) * r + colour_factor(kGreen) * g + colour_factor(kBlue) * b));
        constexpr double kCb = 0.5 / (1 - kBlue), kCr = 0.5 / (1 - kRed);
        cb[x] = clamp_chroma(scale.to_coding(colour_factor(-kRed * kCb) * r + colour_factor(-kGreen * kCb) * g +
                                             colour_factor(0.5) * b));
        cr[x] = clamp_chroma(scale.to_coding(colour_factor(0.5) * r + colour_factor(-kGreen * kCr) * g +
                                             colour_factor(-kBlue * kCr) * b));
      }
    } else {
      for (int x = 0; x < width; ++x, in += channels) luma[x] = static_cast<uint16_t>(scale.to_coding(in[0] * kOne));
    }
    if (header.has_alpha()) {
      uint16_t* const alpha = planes.back().row(y);
      in -= static_cast<ptrdiff_t>(channels) * width;
      for (int x = 0; x < width; ++x, in += channels)
        alpha[x] = static_cast<uint16_t>(scale.to_coding(in[channels - 1] * kOne));
    }
    for (Plane<uint16_t>& plane : planes)
      std::fill(plane.row(y) + width, plane.row(y) + plane.width(), plane.row(y)[width - 1]);
  }
}

template <class Sample>
void row_from_planes(const PlaneRows& rows, int y, const PictureHeader& header, std::byte* samples) {
  const DepthScale scale{header.depth, header.coding_depth()};
  const int channels = header.channels, width = rows.width;
  const int32_t middle = 1 << (header.coding_depth() - 1);
  const auto row_of = [&](const Plane<uint16_t>& plane) { return plane.row(rows.y + y) + rows.x; };
  auto* const row = reinterpret_cast<Sample*>(samples);
  const uint16_t* const luma = row_of(rows.planes[0]);
  Sample* out = row;
  if (channels == 3 && header.depth == 8) {
    row_to_rgb8(luma, row_of(rows.planes[1]), row_of(rows.planes[2]), width, header.coding_depth(),
                reinterpret_cast<uint8_t*>(row));
  } else if (header.colour_planes() == 3) {
    const uint16_t* const cb = row_of(rows.planes[1]);
    const uint16_t* const cr = row_of(rows.planes[2]);
    for (int x = 0; x < width; ++x, out += channels) {
      const int32_t l = luma[x], b = cb[x] - middle, r = cr[x] - middle;
      out[0] = static_cast<Sample>(scale.from_coding(l, kRedOfCr * r));
      // Adding -1 - p, which is rounded with ties up, is to subtract p, rounded with ties up.
      out[1] = static_cast<Sample>(scale.from_coding(l, -1 - (kGreenOfCb * b + kGreenOfCr * r)));
      out[2] = static_cast<Sample>(scale.from_coding(l, kBlueOfCb * b));
    }
  } else {
    for (int x = 0; x < width; ++x, out += channels) out[0] = static_cast<Sample>(scale.from_coding(luma[x]));
  }
  if (header.has_alpha()) {
    const uint16_t* const alpha = row_of(rows.planes.back());
    out = row + channels - 1;
    for (int x = 0; x < width; ++x, out += channels) *out = static_cast<Sample>(scale.from_coding(alpha[x]));
  }
}

}  // namespace

std::vector<Plane<uint16_t>> to_planes(const PictureView& picture, const PictureHeader& header,
                                       const Workers& workers) {
  std::vector<Plane<uint16_t>> planes;
  for (int i = 0; i < header.planes(); ++i) planes.emplace_back(header.padded_width(), header.padded_height());
  const int height = header.padded_height();
  parallel_for((height + kBandRows - 1) / kBandRows, workers, [&](int band, int) {
    const int y0 = band * kBandRows, y1 = std::min(y0 + kBandRows, height);
    if (header.depth > 8) {
      rows_to_planes<uint16_t>(picture, header, planes, y0, y1);
    } else {
      rows_to_planes<uint8_t>(picture, header, planes, y0, y1);
    }
  });
  return planes;
}

void from_planes(const PlaneRows& rows, const PictureHeader& header, const RowsOfSamples& out, const Workers& workers) {
  const auto row_of = header.depth > 8 ? row_from_planes<uint16_t> : row_from_planes<uint8_t>;
  parallel_for((rows.height + kBandRows - 1) / kBandRows, workers, [&](int band, int) {
    const int y0 = band * kBandRows, y1 = std::min(y0 + kBandRows, rows.height);
    for (int y = y0; y < y1; ++y) row_of(rows, y, header, out.first + out.row_bytes * static_cast<size_t>(y));
  });
}

Picture from_planes(const std::vector<Plane<uint16_t>>& planes, const PictureHeader& header, const Workers& workers) {
  Picture picture{header.width, header.height, header.channels, header.depth, {}, {}};
  picture.samples.resize(picture.row_bytes() * header.height);
  from_planes({planes, 0, 0, static_cast<int>(header.width), static_cast<int>(header.height)}, header,
              {picture.samples.data(), picture.row_bytes()}, workers);
  return picture;
}

}  // namespace laq::picture
