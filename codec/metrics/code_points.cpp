#include "metrics/code_points.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>

#include "laq/metrics.hpp"

namespace laq {
namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;  // rows

constexpr uint8_t kBt709 = 1, kUnspecified = 2, kSrgb = 13, kHlg = 18;  // code points
constexpr float kWhite = 203;                                           // cd/m2 of diffuse white, ITU-R BT.2408

// ---- Transfer curves: an encoded value to linear light.

// ITU-R BT.709, 1.2 (also BT.601 and BT.2020): the inverse of the curve of the camera.
float bt709_to_linear(float v) {
  constexpr float kAlpha = 1.09929682680944f, kBeta = 0.018053968510807f;  // those of BT.2020 for 12 bits
  return v < 4.5f * kBeta ? v / 4.5f : std::pow((v + (kAlpha - 1)) / kAlpha, 1 / 0.45f);
}

// SMPTE ST 240, as H.273 has it.
float st240_to_linear(float v) {
  constexpr float kAlpha = 1.111572195921731f, kBeta = 0.022821585529445f;
  return v < 4 * kBeta ? v / 4 : std::pow((v + (kAlpha - 1)) / kAlpha, 1 / 0.45f);
}

// IEC 61966-2-1, 5.2.
float srgb_to_linear(float v) {
  return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f);
}

template <int tenths>
float gamma_to_linear(float v) {
  return std::pow(v, tenths / 10.0f);
}

float linear_to_linear(float v) {
  return v;
}

// SMPTE ST 428-1: the reference projector shows 48 of 52.37 cd/m2 as white.
float st428_to_linear(float v) {
  return std::pow(v, 2.6f) * (52.37f / 48);
}

// SMPTE ST 2084 (PQ), equation 4.1: 1 stands for 10000 cd/m2.
float pq_to_linear(float v) {
  constexpr double kM1 = 2610.0 / 16384, kM2 = 2523.0 / 4096 * 128;
  constexpr double kC1 = 3424.0 / 4096, kC2 = 2413.0 / 4096 * 32, kC3 = 2392.0 / 4096 * 32;
  const double power = std::pow(static_cast<double>(std::min(v, 1.0f)), 1 / kM2);
  const double luminance = std::pow(std::max(power - kC1, 0.0) / (kC2 - kC3 * power), 1 / kM1);
  return static_cast<float>(luminance * 10000 / kWhite);
}

// ARIB STD-B67 (HLG): the light of the scene, 0..1. show_scene() makes light of the display of it.
float hlg_to_scene(float v) {
  constexpr float kA = 0.17883277f, kB = 1 - 4 * kA, kC = 0.55991073f;
  return v <= 0.5f ? v * v / 3 : (std::exp((v - kC) / kA) + kB) / 12;
}

struct Transfer {
  uint8_t code;
  float (*to_linear)(float);
};
// ITU-T H.273, table 3. The logarithmic curves (9, 10) are of cameras that no picture file comes from.
constexpr Transfer kTransfers[] = {{1, bt709_to_linear},  {4, gamma_to_linear<22>}, {5, gamma_to_linear<28>},
                                   {6, bt709_to_linear},  {7, st240_to_linear},     {8, linear_to_linear},
                                   {11, bt709_to_linear}, {12, bt709_to_linear},    {kSrgb, srgb_to_linear},
                                   {14, bt709_to_linear}, {15, bt709_to_linear},    {16, pq_to_linear},
                                   {17, st428_to_linear}, {kHlg, hlg_to_scene}};

// ---- Primaries.

struct Chromaticity {
  double x, y;
};
constexpr Chromaticity kD65 = {0.3127, 0.3290}, kIlluminantC = {0.310, 0.316}, kEqualEnergy = {1 / 3.0, 1 / 3.0};

struct Primaries {
  uint8_t code;
  std::array<Chromaticity, 3> colours;  // red, green, blue
  Chromaticity white;
};
// ITU-T H.273, table 2.
constexpr Primaries kPrimaries[] = {
    {kBt709, {{{0.640, 0.330}, {0.300, 0.600}, {0.150, 0.060}}}, kD65},
    {4, {{{0.67, 0.33}, {0.21, 0.71}, {0.14, 0.08}}}, kIlluminantC},           // BT.470, system M
    {5, {{{0.64, 0.33}, {0.29, 0.60}, {0.15, 0.06}}}, kD65},                   // BT.470, systems B and G
    {6, {{{0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}}}, kD65},             // BT.601, 525 lines
    {7, {{{0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}}}, kD65},             // SMPTE ST 240
    {8, {{{0.681, 0.319}, {0.243, 0.692}, {0.145, 0.049}}}, kIlluminantC},     // film
    {9, {{{0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}}}, kD65},             // BT.2020
    {10, {{{1, 0}, {0, 1}, {0, 0}}}, kEqualEnergy},                            // XYZ
    {11, {{{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}}}, {0.314, 0.351}},  // DCI P3
    {12, {{{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}}}, kD65},            // Display P3
    {22, {{{0.630, 0.340}, {0.295, 0.605}, {0.155, 0.077}}}, kD65}};           // EBU 3213

Vector times(const Matrix& m, const Vector& v) {
  Vector out;
  for (size_t i = 0; i < 3; ++i) out[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
  return out;
}

Matrix times(const Matrix& a, const Matrix& b) {
  Matrix out = {};
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      for (size_t k = 0; k < 3; ++k) out[i][j] += a[i][k] * b[k][j];
    }
  }
  return out;
}

Matrix inverse(const Matrix& m) {
  const auto minor = [&](size_t i, size_t j) {
    const size_t r0 = (i + 1) % 3, r1 = (i + 2) % 3, c0 = (j + 1) % 3, c1 = (j + 2) % 3;
    return m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0];
  };
  const double determinant = m[0][0] * minor(0, 0) + m[0][1] * minor(0, 1) + m[0][2] * minor(0, 2);
  Matrix out;
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) out[i][j] = minor(j, i) / determinant;
  }
  return out;
}

Vector xyz_of(const Chromaticity& c) {
  return {c.x / c.y, 1, (1 - c.x - c.y) / c.y};
}

// Linear red, green and blue to CIE XYZ, where white has the luminance 1 (SMPTE RP 177).
Matrix to_xyz(const Primaries& primaries) {
  Matrix columns;
  for (size_t c = 0; c < 3; ++c) {
    const auto [x, y] = primaries.colours[c];
    columns[0][c] = x;
    columns[1][c] = y;
    columns[2][c] = 1 - x - y;
  }
  const Vector scale = times(inverse(columns), xyz_of(primaries.white));
  for (Vector& row : columns) {
    for (size_t c = 0; c < 3; ++c) row[c] *= scale[c];
  }
  return columns;
}

// The white point `from` becomes `to` in the way of Bradford (ICC.1:2022, annex E).
Matrix adaptation(const Chromaticity& from, const Chromaticity& to) {
  constexpr Matrix kBradford = {{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}};
  const Vector cone_from = times(kBradford, xyz_of(from)), cone_to = times(kBradford, xyz_of(to));
  Matrix scaled = kBradford;
  for (size_t i = 0; i < 3; ++i) {
    for (double& value : scaled[i]) value *= cone_to[i] / cone_from[i];
  }
  return times(inverse(kBradford), scaled);
}

template <class Row, size_t count>
const Row* find(const Row (&table)[count], uint8_t code, uint8_t if_unspecified) {
  const auto row = std::ranges::find(table, code == kUnspecified ? if_unspecified : code, &Row::code);
  return row == std::end(table) ? nullptr : &*row;
}

// ---- Pixels.

struct ColourTransform {
  float (*to_linear)(float);
  bool is_hlg;
  int colours;
  float scale, offset;         // of encoded values, to make 0 black and 1 white
  Vector luminance;            // weights of red, green and blue
  std::optional<Matrix> srgb;  // from these primaries to those of sRGB, if they differ

  void operator()(Plane<float>& row, int width) const {
    for (int c = 0; c < colours; ++c) {
      float* const values = row.row(c);
      for (int x = 0; x < width; ++x) values[x] = to_linear(std::max(values[x] * scale + offset, 0.0f));
    }
    if (is_hlg) show_scene(row, width);
    if (srgb && colours == 3) change_primaries(row, width);
  }

  // ITU-R BT.2100, table 5: the display raises the luminance of the scene to the power of 1.2; its white is 1000 cd/m2.
  void show_scene(Plane<float>& row, int width) const {
    constexpr float kGamma = 1.2f, kPeak = 1000 / kWhite;
    for (int x = 0; x < width; ++x) {
      float luminance_of_scene = colours == 1 ? row.row(0)[x] : 0;
      for (int c = 0; c < colours && colours == 3; ++c)
        luminance_of_scene += static_cast<float>(luminance[static_cast<size_t>(c)]) * row.row(c)[x];
      const float gain = kPeak * std::pow(luminance_of_scene, kGamma - 1);
      for (int c = 0; c < colours; ++c) row.row(c)[x] *= gain;
    }
  }

  void change_primaries(Plane<float>& row, int width) const {
    for (int x = 0; x < width; ++x) {
      const Vector colour = times(*srgb, Vector{row.row(0)[x], row.row(1)[x], row.row(2)[x]});
      for (int c = 0; c < 3; ++c) row.row(c)[x] = static_cast<float>(colour[static_cast<size_t>(c)]);
    }
  }
};

}  // namespace

Result<double> linear_light(double encoded, uint8_t transfer) {
  const Transfer* const curve = find(kTransfers, transfer, kSrgb);
  if (curve == nullptr) {
    return Error{ErrorCode::unsupported,
                 "the transfer curve " + std::to_string(transfer) + " is not known (convert the picture to sRGB)"};
  }
  return static_cast<double>(curve->to_linear(std::max(static_cast<float>(encoded), 0.0f)));
}

Result<LightTransform> code_point_transform(const CodePoints& points, int depth, bool is_gray) {
  const Primaries* const primaries = find(kPrimaries, points.primaries, kBt709);
  const Transfer* const transfer = find(kTransfers, points.transfer, kSrgb);
  if (primaries == nullptr || transfer == nullptr) {
    return Error{ErrorCode::unsupported, "the colours have code points that are not known (primaries " +
                                             std::to_string(points.primaries) + ", transfer " +
                                             std::to_string(points.transfer) +
                                             "); convert the picture to sRGB, or remove them"};
  }
  const bool has_srgb_primaries = is_gray || primaries->code == kBt709;
  if (has_srgb_primaries && transfer->code == kSrgb && points.is_full_range) return LightTransform();
  ColourTransform transform{transfer->to_linear, transfer->code == kHlg, is_gray ? 1 : 3, 1, 0, {}, {}};
  if (!points.is_full_range) {  // H.273, 8.3: black is 16 and white 235 for 8 bits
    const float unit = std::exp2(static_cast<float>(depth - 8)), peak = std::exp2(static_cast<float>(depth)) - 1;
    transform.scale = peak / (219 * unit);
    transform.offset = -16.0f / 219;
  }
  const Matrix xyz = to_xyz(*primaries);
  transform.luminance = xyz[1];
  if (!has_srgb_primaries) {
    transform.srgb = times(inverse(to_xyz(kPrimaries[0])), times(adaptation(primaries->white, kD65), xyz));
  }
  return LightTransform(transform);
}

}  // namespace laq
