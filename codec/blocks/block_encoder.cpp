#include "blocks/block_encoder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "blocks/block_code.h"
#include "blocks/trellis_path.h"

namespace laq {
namespace {

// Steps (scale times sub-scale) are first sought on the grid of the scales, a decibel apart.
constexpr int kFirstStep = -40, kLastStep = 255 + 24;  // below any scale; 24 decibels: the largest sub-scale

float grid_step(int q) {
  static const std::array<float, kLastStep - kFirstStep + 1> kSteps = [] {
    std::array<float, kLastStep - kFirstStep + 1> made;
    for (int step = kFirstStep; step <= kLastStep; ++step) {
      made[static_cast<size_t>(step - kFirstStep)] = power_of_sixths(step, 0);
    }
    return made;
  }();
  return kSteps[static_cast<size_t>(std::clamp(q, kFirstStep, kLastStep) - kFirstStep)];
}

constexpr int kFiner = 4;        // places of tables in a unit of levels
constexpr float kReach = 63.5f;  // of the largest level, in steps

// Tables of a width. Values are distances from the middle in units of levels.
struct Quantizer {
  int width = 0;
  int wide = 1;                 // units of levels in a step: 4 for width 8, whose levels are four times as many
  float middle = 63.5f;         // the level in the middle
  float unit_square = 1;        // of levels, in steps
  std::vector<uint8_t> levels;  // of width up to 6
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
    made.unit_square = 1.0f / 16;
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
      const int k =
          made.nearest[static_cast<size_t>(std::min<double>(value, end) * kFiner)][static_cast<size_t>(subset)];
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

// Sub-scales on the grid, about.
constexpr std::array<int, 8> kSubscaleSteps = {10, 12, 14, 16, 18, 20, 22, 24};

struct Scales {
  int scale = 0;
  std::array<uint8_t, kBlockGroups> sub = {};
};

// What is known of a group of elements.
struct Group {
  int count = 0;
  float peak = 0;
  float sizes[kGroupLanes], weights[kGroupLanes];
  int best = 0;  // step on the grid
  float least = 0;
};

// A block's elements by group, and the search for their scales.
class BlockSearch {
 public:
  BlockSearch(const BlockSource& source, int width)
      : source_(source), quantizer_(quantizer_of(width)), lanes_(lanes_of(static_cast<int>(source.elements.size()))) {
    for (int i = 0; i < static_cast<int>(source.elements.size()); ++i) {
      Group& group = groups_[static_cast<size_t>(group_of(i))];
      const float size = std::fabs(source.elements[static_cast<size_t>(i)]);
      group.sizes[group.count] = size;
      group.weights[group.count++] = weight(i);
      group.peak = std::max(group.peak, size);
      peak_ = std::max(peak_, size);
    }
    for (Group& group : groups_) find_step(group);
  }

  int group_of(int element) const { return element / lanes_ * 2 + (element % lanes_ >= kGroupLanes); }
  int lanes() const { return lanes_; }
  bool is_zero() const { return peak_ == 0; }

  // What the groups are expected to have, each with the step that suits it if it is not too far below the largest.
  double expected_error() const {
    const int lowest = largest_step() - (kSubscaleSteps.back() - kSubscaleSteps.front());
    double sum = 0;
    for (const Group& group : groups_) {
      if (group.peak != 0) sum += group.best >= lowest ? group.least : error_of(group, grid_step(lowest));
    }
    return sum;
  }

  // The scale that suits the largest group best with the largest sub-scale.
  int first_scale() const { return std::clamp(largest_step() - kSubscaleSteps.back(), 1, 255); }

  // Chooses sub-scales for a scale and returns the error to expect.
  double choose_subscales(Scales& scales) const {
    const float unit = grid_step(scales.scale);
    double sum = 0;
    for (size_t g = 0; g < kBlockGroups; ++g) {
      const Group& group = groups_[g];
      if (group.peak == 0) continue;
      const int nearest = std::clamp((group.best - scales.scale - kSubscaleSteps[0] + 1) / 2, 0, 7);
      float least = std::numeric_limits<float>::infinity();
      for (int k = std::max(nearest - 1, 0); k <= std::min(nearest + 1, 7); ++k) {
        const float error = error_of(group, unit * kSubscales[static_cast<size_t>(k)]);
        if (error >= least) continue;
        least = error;
        scales.sub[g] = static_cast<uint8_t>(k);
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
    const float unit = grid_step(scales.scale);
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
  float weight(int element) const { return source_.weights == nullptr ? 1.0f : source_.weights[element]; }

  int largest_step() const {
    int largest = kFirstStep;
    for (const Group& group : groups_) {
      if (group.peak != 0) largest = std::max(largest, group.best);
    }
    return largest;
  }

  float error_of(const Group& group, float step) const {
    const float to_place = static_cast<float>(kFiner * quantizer_.wide) / step;
    const auto last = static_cast<float>(quantizer_.errors.size() - 1);
    float sum = 0;
    for (int i = 0; i < group.count; ++i) {
      const float place = group.sizes[i] * to_place;
      const float beyond = place * (1.0f / kFiner) - quantizer_.middle;
      sum += group.weights[i] * (place < last ? quantizer_.errors[static_cast<size_t>(place)] : beyond * beyond);
    }
    return sum * step * step * quantizer_.unit_square;
  }

  // Goes down from the step that just holds the peak while the error falls.
  void find_step(Group& group) const {
    if (group.peak == 0) return;
    int low = kFirstStep, high = kLastStep;
    while (low < high) {
      const int middle = low + (high - low) / 2;
      (grid_step(middle) * kReach >= group.peak ? high : low) =
          grid_step(middle) * kReach >= group.peak ? middle : middle + 1;
    }
    group.best = low;
    group.least = error_of(group, grid_step(low));
    for (int q = low - 1, worse = 0; q >= kFirstStep && worse < 4; --q) {
      const float error = error_of(group, grid_step(q));
      if (error >= group.least) {
        ++worse;
        continue;
      }
      group.least = error;
      group.best = q;
    }
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
  float peak_ = 0;
  std::array<Group, kBlockGroups> groups_;
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
  return BlockSearch(source, width).expected_error();
}

double encode_block(const BlockSource& source, int width, int effort, std::byte* to) {
  if (width == 0) return expected_error(source, 0);
  BlockSearch search(source, width);
  if (search.is_zero()) {
    std::memset(to, 0, static_cast<size_t>(block_bytes(width, search.lanes())));
    return 0;
  }
  // Scales in the order of their expected errors; so many of them are tried by the trellis.
  constexpr int kCandidates = 12;
  std::array<std::pair<double, Scales>, kCandidates> candidates;
  for (int i = 0; i < kCandidates; ++i) {
    Scales& scales = candidates[static_cast<size_t>(i)].second;
    scales.scale = std::clamp(search.first_scale() + 3 - i, 1, 255);
    candidates[static_cast<size_t>(i)].first = search.choose_subscales(scales);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  double least = std::numeric_limits<double>::infinity();
  Scales best;
  std::array<uint8_t, kBlockElements> codes = {};
  const int tries = std::max(1, effort - 3);
  for (int i = 0; i < tries; ++i) {
    const Scales& scales = candidates[static_cast<size_t>(i)].second;
    std::array<uint8_t, kBlockElements> other = {};
    const double error = search.quantize(scales, other.data());
    if (error >= least) continue;
    least = error;
    best = scales;
    codes = other;
  }
  pack_codes(codes.data(), width, search.lanes(), pack_header(best, search.lanes(), to));
  return least;
}

}  // namespace laq
