// Chunks whose coefficients are those of a wavelet decomposition, or the samples themselves (identity: noise, which no
// transform makes easier to code), in trellis-coded quantization. The stream: preamble, mask, coefficients.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "array/chunk.h"
#include "array/transform/bands.h"
#include "base/framed_field.h"
#include "levels/trellis_row.h"

namespace laq::array {

enum class Transform : uint8_t { identity, wavelet, slowest_first_wavelet };

// The step of the identity, in steps of the wavelets: noise has few runs of zeros, so smaller steps serve it.
inline constexpr double kIdentityStep = 0.7745966692414834;  // the root of 0.6

constexpr double step_scale(Transform transform) {
  return transform == Transform::identity ? kIdentityStep : 1;
}

struct WaveletLayout {
  Decomposition decomposition;
  std::vector<Band> bands;

  WaveletLayout(const Grid& grid, Transform transform) {
    if (transform != Transform::identity) {
      decomposition = Decomposition::deepest(grid, transform == Transform::slowest_first_wavelet);
    }
    bands = bands_of(grid, decomposition);
  }
};

// Calls f(coefficient, norm of its band) for all coefficients.
template <class Function>
void for_each_coefficient(const Grid& grid, const std::vector<Band>& bands, double* coefficients, Function&& f) {
  for (const Band& band : bands) {
    for (int z = 0; z < band.sides[0]; ++z) {
      for (int y = 0; y < band.sides[1]; ++y) {
        double* const row =
            coefficients + (band.begin[0] + z) * grid.stride(0) + (band.begin[1] + y) * grid.stride(1) + band.begin[2];
        for (int x = 0; x < band.sides[2]; ++x) f(row[x], band.norm);
      }
    }
  }
}

// Codes the coefficients of a decomposition, row by row and band by band, as writer or reader (levels/trellis_row.h). A
// coefficient's magnitude is expected from those around it, in its own band and at the same place in earlier bands.
template <class Coder, class Chooser = NoChooser>
class CoefficientCoder {
 public:
  // is_dense: see TrellisRowCoder. chooser: of points, to a writer.
  CoefficientCoder(Coder& coder, const std::vector<Band>& bands, int state_bits, bool is_dense, Chooser chooser = {})
      : bands_(bands), rows_(coder, state_bits, is_dense, kFirstWeights, std::move(chooser)) {
    fields_.reserve(bands.size());
    for (const Band& band : bands) fields_.emplace_back(band.sides);
    features_.reserve(widest(bands));
    roots_.resize(widest(bands) + kBeside);
  }

  // What one allocates.
  static size_t bytes(const std::vector<Band>& bands) {
    size_t bytes =
        Row::bytes() + widest(bands) * (sizeof(Features) + sizeof(double)) + bands.size() * sizeof(MagnitudeField);
    for (const Band& band : bands) bytes += MagnitudeField::bytes(band.sides);
    return bytes;
  }

  // coefficients: of the whole grid, in steps, to a writer; the reconstructed ones come in their place. False if the
  // stream ends before them.
  bool code(const Grid& grid, double* coefficients) {
    for (size_t b = 0; b < bands_.size(); ++b) {
      const Band& band = bands_[b];
      rows_.begin_band();
      const auto row = [&](int z, int y) {
        double* const first =
            coefficients + (band.begin[0] + z) * grid.stride(0) + (band.begin[1] + y) * grid.stride(1) + band.begin[2];
        return std::span(first, static_cast<size_t>(band.sides[2]));
      };
      for (int z = 0; z < band.sides[0]; ++z) {
        for (int y = 0; y < band.sides[1]; ++y) {
          std::span<double> next;
          if (y + 1 < band.sides[1]) {
            next = row(z, y + 1);
          } else if (z + 1 < band.sides[0]) {
            next = row(z + 1, 0);
          }
          if (!code_row(static_cast<int>(b), z, y, row(z, y), next)) return false;
        }
      }
    }
    return true;
  }

 private:
  using MagnitudeField = FramedField<float>;  // the roots of a band's magnitudes, in single precision
  using Row = TrellisRowCoder<Coder, Chooser>;
  using Features = typename Row::Features;

  // Roots of magnitudes around a coefficient: above it, beside that one, and two rows above; at its place in the slice
  // before, and around it; in the parent band and around it; in the cousin bands and around them.
  enum Feature {
    up = TrellisRowState::kGiven,
    up_sides,
    up2,
    back,
    back_sides,
    parent,
    parent_sides,
    cousin,
    cousin_sides,
    kUsed
  };
  static_assert(static_cast<int>(kUsed) <= TrellisRowState::kFeatures);
  static constexpr Features kFirstWeights = {0.05, 0.2, 0.1, 0.1, 0.15, 0.05, 0.05, 0.1, 0.02, 0.15, 0.02, 0.1, 0.02};

  static constexpr int kBeside = 2;  // roots before a row

  static int widest(const std::vector<Band>& bands) {
    int width = 0;
    for (const Band& band : bands) width = std::max(width, band.sides[2]);
    return width;
  }

  bool code_row(int b, int z, int y, std::span<double> row, std::span<const double> next) {
    if (bands_[b].sides[2] == 0) return true;
    MagnitudeField& field = fields_[b];
    extend_frame(field, z, y);
    gather(b, z, y);
    // A row's own roots are doubles while it is coded.
    float* const kept = field.at(z, y, 0);
    std::copy_n(kept - kBeside, kBeside, roots_.begin());
    if (!rows_.code(features_, row.data(), roots_.data() + kBeside, next)) return false;
    std::transform(roots_.begin() + kBeside, roots_.begin() + kBeside + bands_[b].sides[2], kept,
                   [](double root) { return static_cast<float>(root); });
    field.extend(z, y);
    return true;
  }

  // Before a row is coded: the samples beyond the border are taken to be like the nearest one that is decoded.
  static void extend_frame(MagnitudeField& field, int z, int y) {
    const int width = field.sides()[2];
    if (y == 0 && z > 0) {
      for (int above = 1; above <= MagnitudeField::kRows; ++above) {
        std::copy_n(field.at(z - 1, 0, -1), width + 2, field.at(z, -above, -1));
      }
    }
    float* const roots = field.at(z, y, 0);
    roots[-1] = roots[-2] = y > 0 ? roots[-field.row()] : z > 0 ? roots[-field.plane()] : 0;
  }

  // The features of a row that are known before it begins.
  void gather(int b, int z, int y) {
    const Band& band = bands_[b];
    const int width = band.sides[2];
    features_.assign(width, Features{});
    MagnitudeField& field = fields_[b];
    const ptrdiff_t row = field.row(), plane = field.plane();
    const float* at = field.at(z, y, 0);
    for (int x = 0; x < width; ++x, ++at) {
      Features& features = features_[x];
      features[up] = at[-row];
      features[up_sides] = 0.5 * (double{at[-row - 1]} + at[-row + 1]);
      features[up2] = at[-2 * row];
      if (z == 0) continue;
      const float* const behind = at - plane;
      features[back] = behind[0];
      features[back_sides] = 0.25 * around(behind, row);
    }
    for (const Band::Reference& reference : band.parents) refer(reference, z, y, parent, 1);
    for (const Band::Reference& reference : band.cousins) {
      refer(reference, z, y, cousin, 1.0 / static_cast<double>(band.cousins.size()));
    }
  }

  static double around(const float* at, ptrdiff_t row) {
    return (double{at[-1]} + at[1]) + (double{at[-row]} + at[row]);
  }

  // Adds the roots at the same place of another band, and around it.
  void refer(const Band::Reference& reference, int z, int y, int feature, double weight) {
    MagnitudeField& other = fields_[reference.band];
    const auto place_of = [&](int place, int axis) {
      return std::min(place >> reference.shift[axis], other.sides()[axis] - 1);
    };
    const int other_z = place_of(z, 0), other_y = place_of(y, 1);
    if (other_z < 0 || other_y < 0 || other.sides()[2] == 0) return;
    const float* const start = other.at(other_z, other_y, 0);
    const ptrdiff_t row = other.row();
    for (int x = 0; x < static_cast<int>(features_.size()); ++x) {
      const float* const at = start + place_of(x, 2);
      features_[x][feature] += weight * at[0];
      features_[x][feature + 1] += weight * 0.25 * around(at, row);
    }
  }

  const std::vector<Band>& bands_;
  Row rows_;
  std::vector<MagnitudeField> fields_;
  std::vector<Features> features_;  // of the row
  std::vector<double> roots_;       // of the row, and of what lies before it
};

// Turns points of the quantizers into elements, in place.
inline void reconstruct(const ElementRange& range, const Grid& grid, const WaveletLayout& layout, double step,
                        double mean, std::vector<double>& values) {
  for_each_coefficient(grid, layout.bands, values.data(), [step](double& point, double norm) { point *= step / norm; });
  recompose(grid, layout.decomposition, values.data());
  for (double& value : values) value = range.round(value + mean);
}

}  // namespace laq::array
