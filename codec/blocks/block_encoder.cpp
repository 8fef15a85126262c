#include "blocks/block_encoder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "blocks/block_code.h"
#include "blocks/trellis_path.h"

namespace laq {
namespace {

// Steps (scale times sub-scale) are tried on the grid of the scales, a decibel apart: grid point q is power_of_sixths(q),
// also beyond 255.
constexpr int kLargestStep = 255 + 24;  // 24 decibels: the largest sub-scale
constexpr int kFiner = 4;               // places of tables in a unit of levels

// Tables of a width. Values are distances from the middle in units of levels.
struct Quantizer {
  int width = 0;
  int wide = 1;                          // units of levels in a step: 4 for width 8, whose levels are four times as many
  float middle = 63.5f;                  // the level in the middle
  std::vector<uint8_t> levels;           // of width up to 6
  std::vector<std::array<uint8_t, 4>> nearest;  // index bits k of the nearest level of each subset, by place
  std::vector<float> errors;                    // expected, by place from the middle on

  float level(int index) const { return width == 8 ? static_cast<float>(index) : levels[static_cast<size_t>(index)]; }
};

Quantizer make_quantizer(int width) {
  Quantizer made;
  made.width = width;
  const int count = 2 << width;
  if (width == 8) {
    made.wide = 4;
    made.middle = 255.5f;
  } else {
    made.levels.assign(levels_of_width(width), levels_of_width(width) + count);
  }
  const int end = width == 8 ? kWideLevelEnd : kLevelEnd;
  const auto nearest_in = [&](float value, int subset) {
    int best = 0;
    for (int k = 1; k < count / 4; ++k) {
      const auto distance = [&](int index) { return std::fabs(made.level(4 * index + subset) - value); };
      if (distance(k) < distance(best)) best = k;
    }
    return best;
  };
  for (int place = 0; place <= end * kFiner; ++place) {
    std::array<uint8_t, 4>& nearest = made.nearest.emplace_back();
    for (int subset = 0; subset < 4; ++subset) {
      nearest[static_cast<size_t>(subset)] =
          static_cast<uint8_t>(nearest_in(static_cast<float>(place) / kFiner, subset));
    }
  }
  // A path can take two of the four subsets: the error is about the mean of what the pairs have.
  constexpr double kGain = 0.85;
  for (int place = 0; place <= 2 * end * kFiner; ++place) {
    const double value = made.middle + static_cast<double>(place) / kFiner;
    std::array<double, 4> squares;
    for (int subset = 0; subset < 4; ++subset) {
      const int k = made.nearest[static_cast<size_t>(std::min<double>(value, end) * kFiner)][static_cast<size_t>(subset)];
      const double error = made.level(4 * k + subset) - value;
      squares[static_cast<size_t>(subset)] = error * error;
    }
    const double pairs = std::min(squares[0], squares[2]) + std::min(squares[1], squares[3]);
    made.errors.push_back(static_cast<float>(kGain * 0.5 * pairs));
  }
  return made;
}

const Quantizer& quantizer_of(int width) {
  static const std::array<Quantizer, 9> all = [] {
    std::array<Quantizer, 9> made;
    for (int w = 1; w <= 8; ++w) {
      if (is_code_width(w)) made[static_cast<size_t>(w)] = make_quantizer(w);
    }
    return made;
  }();
  return all[static_cast<size_t>(width)];
}

// Exponents in sixths of an octave, about, of the sub-scales.
constexpr std::array<int, 8> kSubscaleSteps = {10, 12, 14, 16, 18, 20, 22, 24};

struct Scales {
  int scale = 0;
  std::array<uint8_t, kBlockGroups> sub = {};
};

// A block's elements by group, and what is known of each.
class BlockSearch {
 public:
  BlockSearch(const BlockSource& source, int width)
      : source_(source), quantizer_(quantizer_of(width)), lanes_(lanes_of(static_cast<int>(source.elements.size()))) {
    for (size_t i = 0; i < source.elements.size(); ++i) {
      const float size = std::fabs(source.elements[i]);
      float& peak = peaks_[static_cast<size_t>(group_of(static_cast<int>(i)))];
      peak = std::max(peak, size);
    }
    for (int g = 0; g < kBlockGroups; ++g) {
      begins_[static_cast<size_t>(g)] = step_of_peak(peaks_[static_cast<size_t>(g)]) - kReach;
    }
  }

  int group_of(int element) const { return element / lanes_ * 2 + (element % lanes_ >= kGroupLanes); }
  int lanes() const { return lanes_; }
  bool is_zero() const { return *std::max_element(peaks_.begin(), peaks_.end()) == 0; }

  // The best scales by expected errors, and that error.
  double choose(Scales& best) {
    estimate();
    const int top = *std::max_element(begins_.begin(), begins_.end()) + kReach - kSubscaleSteps.back() + 1;
    double least = std::numeric_limits<double>::infinity();
    for (int scale = std::clamp(top - 12, 1, 255); scale <= std::clamp(top, 1, 255); ++scale) {
      Scales tried;
      tried.scale = scale;
      const double error = choose_subscales(tried);
      if (error < least) {
        least = error;
        best = tried;
      }
    }
    return least;
  }

  double choose_subscales(Scales& scales) const {
    double sum = 0;
    for (int g = 0; g < kBlockGroups; ++g) {
      float least = std::numeric_limits<float>::infinity();
      for (int k = 0; k < 8; ++k) {
        const float error = estimated(g, scales.scale + kSubscaleSteps[static_cast<size_t>(k)]);
        if (error < least) {
          least = error;
          scales.sub[static_cast<size_t>(g)] = static_cast<uint8_t>(k);
        }
      }
      sum += least;
    }
    return sum;
  }

  // Quantizes with given scales. codes: of the element in vector j, lane l at 32 j + l.
  double quantize(const Scales& scales, uint8_t* codes) const {
    SubsetCosts costs[kBlockElements];
    std::array<uint8_t, 4> indices[kBlockElements];
    float steps[kBlockGroups];
    const float unit = power_of_sixths(scales.scale, 0);
    for (int g = 0; g < kBlockGroups; ++g) steps[g] = unit * kSubscales[scales.sub[static_cast<size_t>(g)]];
    const int count = lanes_ * kBlockVectors;
    for (int t = 0; t < count; ++t) {
      const int i = t % kBlockVectors * lanes_ + t / kBlockVectors;
      if (i >= static_cast<int>(source_.elements.size())) {
        costs[t] = {};
        indices[t] = {};
        continue;
      }
      const float step = steps[group_of(i)];
      price(source_.elements[static_cast<size_t>(i)] / step, weight(i) * step * step, costs[t], indices[t]);
    }
    uint8_t bits[kBlockElements];
    const float cost = find_trellis_path(costs, count, bits);
    unsigned history = 0;
    for (int t = 0; t < count; ++t) {
      const unsigned z1 = bits[t] ^ (history & 1) ^ (history >> 5 & 1), z0 = (history >> 1 ^ history >> 3) & 1;
      codes[t % kBlockVectors * kBlockLanes + t / kBlockVectors] =
          static_cast<uint8_t>(indices[t][2 * z1 + z0] << 1 | bits[t]);
      history = (history << 1 | bits[t]) & (kTrellisStates - 1);
    }
    return cost;
  }

 private:
  static constexpr int kReach = 14;           // decibels below the step that just holds the peak
  static constexpr int kGrid = kReach + 3;    // steps that are estimated

  float weight(int element) const { return source_.weights == nullptr ? 1.0f : source_.weights[element]; }

  // The smallest step whose levels hold a peak.
  int step_of_peak(float peak) const {
    int low = 0, high = kLargestStep;
    while (low < high) {
      const int middle = (low + high) / 2;
      if (power_of_sixths(middle, 0) * 63.5f >= peak) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  void estimate() {
    for (auto& group : estimates_) group.fill(0);
    float inverses[kBlockGroups][kGrid];
    for (int g = 0; g < kBlockGroups; ++g) {
      for (int q = 0; q < kGrid; ++q) {
        inverses[g][q] = static_cast<float>(kFiner * quantizer_.wide) /
                         power_of_sixths(begins_[static_cast<size_t>(g)] + q, 0);
      }
    }
    const auto last = static_cast<float>(quantizer_.errors.size() - 1);
    for (size_t i = 0; i < source_.elements.size(); ++i) {
      const auto g = static_cast<size_t>(group_of(static_cast<int>(i)));
      const float size = std::fabs(source_.elements[i]), own = weight(static_cast<int>(i));
      for (int q = 0; q < kGrid; ++q) {
        const float place = std::min(size * inverses[g][q], last);
        estimates_[g][static_cast<size_t>(q)] += own * quantizer_.errors[static_cast<size_t>(place)];
      }
    }
    for (int g = 0; g < kBlockGroups; ++g) {
      for (int q = 0; q < kGrid; ++q) {
        const float step = static_cast<float>(kFiner) / inverses[g][q];
        estimates_[static_cast<size_t>(g)][static_cast<size_t>(q)] *= step * step;
      }
    }
  }

  float estimated(int group, int step) const {
    const auto g = static_cast<size_t>(group);
    if (peaks_[g] == 0) return 0;
    const int place = step - begins_[g];
    if (place < 0) return std::numeric_limits<float>::max() * 1e-3f;
    if (place < kGrid) return estimates_[g][static_cast<size_t>(place)];
    // Ever larger steps: the error grows with their square.
    const float ratio = power_of_sixths(255 + 2 * (place - kGrid + 1), 0);
    return estimates_[g][kGrid - 1] * ratio;
  }

  void price(float value, float weight, SubsetCosts& costs, std::array<uint8_t, 4>& indices) const {
    const float level = value * static_cast<float>(quantizer_.wide) + quantizer_.middle;
    const float last = 2 * quantizer_.middle;
    const float place = std::min(std::max(level, 0.0f), last) * kFiner + 0.5f;
    indices = quantizer_.nearest[static_cast<size_t>(place)];
    const float scale = weight / static_cast<float>(quantizer_.wide * quantizer_.wide);
    for (int c = 0; c < 4; ++c) {
      const int subset = kSubsetOfCost[c];
      const float error = quantizer_.level(4 * indices[static_cast<size_t>(subset)] + subset) - level;
      costs.of[c] = error * error * scale;
    }
  }

  const BlockSource& source_;
  const Quantizer& quantizer_;
  int lanes_;
  std::array<float, kBlockGroups> peaks_ = {};
  std::array<int, kBlockGroups> begins_ = {};
  std::array<std::array<float, kGrid>, kBlockGroups> estimates_ = {};
};

// Bit `bit` of each code as a plane of L bytes: bit j of byte l for vector j, lane l.
std::byte* pack_plane(const uint8_t* codes, int lanes, int bit, std::byte* to) {
  for (int l = 0; l < lanes; ++l) {
    unsigned byte = 0;
    for (int j = 0; j < kBlockVectors; ++j) byte |= (codes[j * kBlockLanes + l] >> bit & 1u) << j;
    *to++ = static_cast<std::byte>(byte);
  }
  return to;
}

void pack_codes(const uint8_t* codes, int width, int lanes, std::byte* to) {
  const auto at = [&](int j, int l) { return codes[j * kBlockLanes + l]; };
  int planes = 0;
  if (width == 8) {
    for (int j = 0; j < kBlockVectors; ++j) {
      for (int l = 0; l < lanes; ++l) *to++ = static_cast<std::byte>(at(j, l));
    }
    return;
  }
  if (width >= 4) {
    const auto nibble = [](unsigned code) { return (code & 1) << 3 | (code >> 1 & 7); };
    for (int j = 0; j < kBlockVectors; j += 2) {
      for (int l = 0; l < lanes; ++l) *to++ = static_cast<std::byte>(nibble(at(j, l)) | nibble(at(j + 1, l)) << 4);
    }
    planes = 4;
  }
  for (int bit = planes; bit < width; ++bit) to = pack_plane(codes, lanes, bit, to);
}

std::byte* pack_header(const Scales& scales, int lanes, std::byte* to) {
  *to++ = static_cast<std::byte>(scales.scale);
  uint64_t bits = 0;
  const int every = lanes > kGroupLanes ? 1 : 2;
  for (int g = 0; g < kBlockGroups; g += every) {
    bits |= uint64_t{scales.sub[static_cast<size_t>(g)]} << (3 * g / every);
  }
  for (int i = 0; i < subscale_bytes(lanes); ++i) *to++ = static_cast<std::byte>(bits >> (8 * i));
  return to;
}

}  // namespace

double expected_error(const BlockSource& source, int width) {
  if (width == 0) {
    double sum = 0;
    for (size_t i = 0; i < source.elements.size(); ++i) {
      const double element = source.elements[i];
      sum += element * element * (source.weights == nullptr ? 1.0 : source.weights[i]);
    }
    return sum;
  }
  Scales scales;
  return BlockSearch(source, width).choose(scales);
}

double encode_block(const BlockSource& source, int width, int effort, std::byte* to) {
  if (width == 0) return expected_error(source, 0);
  BlockSearch search(source, width);
  if (search.is_zero()) {
    std::memset(to, 0, static_cast<size_t>(block_bytes(width, search.lanes())));
    return 0;
  }
  Scales best;
  search.choose(best);
  std::array<uint8_t, kBlockElements> codes = {};
  double least = search.quantize(best, codes.data());
  const int tries = (effort - 3) / 2;  // scales above and below
  const int middle = best.scale;
  for (int i = 1; i <= 2 * tries; ++i) {
    Scales tried;
    tried.scale = middle + (i % 2 ? 1 : -1) * ((i + 1) / 2);
    if (tried.scale < 1 || tried.scale > 255) continue;
    search.choose_subscales(tried);
    std::array<uint8_t, kBlockElements> other = {};
    const double error = search.quantize(tried, other.data());
    if (error >= least) continue;
    least = error;
    best = tried;
    codes = other;
  }
  pack_codes(codes.data(), width, search.lanes(), pack_header(best, search.lanes(), to));
  return least;
}

}  // namespace laq
