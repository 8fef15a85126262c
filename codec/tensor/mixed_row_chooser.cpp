#include "tensor/mixed_row_chooser.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace laq::tensor {
namespace {

constexpr float kInfinite = std::numeric_limits<float>::infinity();
constexpr int kExpectations = 30 * SizeClass::kPerOctave;  // classes of expected sizes, shifted or not

int expectation(float log_size) {
  const SizeClass size(log_size);
  return std::min(size.index + size.shift * SizeClass::kPerOctave, kExpectations - 1);
}

}  // namespace

MixedRowChooser::MixedRowChooser(int state_bits, double lambda)
    : trellis_(state_bits),
      lambda_(static_cast<float>(lambda)),
      entries_(trellis_.states()),
      costs_(trellis_.states()),
      next_costs_(trellis_.states()),
      choices_(trellis_.states()),
      own_(size_t{kDepth} * trellis_.states()),
      next_own_(own_.size()) {
  std::vector<int> seen(trellis_.states());
  for (int state = 0; state < trellis_.states(); ++state) {
    for (int half = 0; half < 2; ++half) {
      const int next = trellis_.next(state, half);
      entries_[next].from[seen[next]] = static_cast<uint16_t>(state);
      entries_[next].half[seen[next]++] = static_cast<uint8_t>(half);
    }
  }
  for (auto& list : prices_) list.resize(kExpectations);
}

// The sizes that are expected if every point is the nearest.
void MixedRowChooser::expect_sizes(const MixedState& now, std::span<const float> row) {
  constexpr float kDeadZone = 1.1f;  // steps; a coefficient up to here is expected to become zero
  constexpr float kOfZeros = 0.3f;   // share of such a coefficient that an innovation has on average
  RowMagnitudes magnitudes(now.columns);
  std::fill(common_.begin(), common_.end(), 0.0f);
  for (int c = 0; c < static_cast<int>(row.size()); ++c) {
    expected_[c] = magnitudes.predict(c, now.weights);
    const float value = row[c] - common_[c], size = std::fabs(value);
    const float nearest = size < kDeadZone ? 0 : std::floor(size + 0.5f);
    magnitudes.add(c, nearest);
    if (!now.predicts()) continue;
    now.prediction->propagate(c, nearest == 0 ? value * kOfZeros : std::copysign(nearest, value), common_.data());
  }
}

const MixedRowChooser::Prices& MixedRowChooser::prices(const MixedState& now, int quantizer, float expected) {
  constexpr double kLeast = 1e-3;
  Prices& prices = prices_[quantizer][expectation(expected)];
  if (prices.is_known) return prices;
  const Codebook codebook = now.codebooks[quantizer];
  const MagnitudeView view = RowMagnitudes::simple_view(codebook, expected);
  double above = 0;
  for (int k = 0; k < kPriced; ++k) {
    const double p = k < kLadder ? std::clamp(now.models.simple_probability(view, k), kLeast, 1 - kLeast) : 0.25;
    const bool has_sign = k > 0 || codebook == Codebook::odd || view.size.shift > 0;
    prices.bits[k] = lambda_ * static_cast<float>(above - std::log2(1 - p) + has_sign + view.size.shift);
    above -= std::log2(p);
  }
  prices.shift = view.size.shift;
  prices.is_known = true;
  return prices;
}

// The best point in each half of the quantizer: of the two around the value, the next towards zero, and zero.
MixedRowChooser::Choices MixedRowChooser::choose_points(Codebook codebook, const Prices& prices, float value) const {
  const int sign = value < 0 ? -1 : 1;
  const float size = std::fabs(value);
  Choices choices;
  for (Choice& choice : choices) choice = {kInfinite, 0, 0};
  const auto consider = [&](int distance) {
    const int point = sign * distance;
    const uint32_t units = magnitude_of(codebook, point) >> prices.shift;
    const float beyond = units > kLadder ? lambda_ * static_cast<float>(units - kLadder) * 0.25f : 0;
    const float innovation = innovation_of(codebook, point), error = value - innovation;
    const float cost = error * error + (prices.bits[std::min<uint32_t>(units, kLadder)] + beyond);
    Choice& choice = choices[half_of(codebook, point)];
    if (cost < choice.cost) choice = {cost, innovation, point};
  };
  const int odd = codebook == Codebook::even ? 0 : 1;
  const int below = static_cast<int>((size + static_cast<float>(odd)) * 0.5f) * 2 - odd;
  consider(below + 2);
  if (codebook == Codebook::odd) {
    consider(below);
    consider(below - 2);
    return choices;
  }
  if (below >= 0) consider(below);
  if (below >= 2) consider(below - 2);
  if (below != 0) consider(0);
  if (below < 0) consider(3);
  return choices;
}

// The choices of every state at column c.
void MixedRowChooser::find_choices(const MixedState& now, int c, float value) {
  const std::array<const Prices*, 2> priced = {&prices(now, 0, expected_[c]), &prices(now, 1, expected_[c])};
  if (!now.predicts()) {
    const std::array<Choices, 2> both = {choose_points(now.codebooks[0], *priced[0], value),
                                         choose_points(now.codebooks[1], *priced[1], value)};
    for (size_t s = 0; s < choices_.size(); ++s) choices_[s] = both[Trellis::quantizer(static_cast<int>(s))];
    return;
  }
  std::array<float, kDepth> effects{};  // of own innovations, at their places
  for (int j = std::max(0, c - kDepth + 1); j < c; ++j) effects[j % kDepth] = now.prediction->effect(j)[c];
  const float rest = value - common_[c];
  for (size_t s = 0; s < choices_.size(); ++s) {
    if (costs_[s] == kInfinite) {
      for (Choice& choice : choices_[s]) choice.cost = kInfinite;
      continue;
    }
    const float* const own = &own_[s * kDepth];
    std::array<float, 8> sums{};
    for (int i = 0; i < kDepth; i += 8) {
      for (int k = 0; k < 8; ++k) sums[k] += effects[i + k] * own[i + k];
    }
    const float predicted = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    const int quantizer = Trellis::quantizer(static_cast<int>(s));
    choices_[s] = choose_points(now.codebooks[quantizer], *priced[quantizer], rest - predicted);
  }
}

// Every state's survivor at column c.
void MixedRowChooser::extend(int c, bool predicts) {
  Step* const steps = &steps_[static_cast<size_t>(c) * entries_.size()];
  for (size_t s = 0; s < entries_.size(); ++s) {
    const Entry& entry = entries_[s];
    const Choice& first = choices_[entry.from[0]][entry.half[0]];
    const Choice& second = choices_[entry.from[1]][entry.half[1]];
    const float first_cost = costs_[entry.from[0]] + first.cost, second_cost = costs_[entry.from[1]] + second.cost;
    const bool is_second = second_cost < first_cost;
    const Choice& choice = is_second ? second : first;
    next_costs_[s] = is_second ? second_cost : first_cost;
    steps[s] = {entry.from[is_second], choice.point};
    if (!predicts) continue;
    std::copy_n(&own_[size_t{entry.from[is_second]} * kDepth], kDepth, &next_own_[s * kDepth]);
    next_own_[s * kDepth + c % kDepth] = choice.innovation;
  }
  costs_.swap(next_costs_);
  if (predicts) own_.swap(next_own_);
}

// Commits the innovation that becomes too old for the survivors to keep their own: that of the cheapest one. Survivors
// that differ in it are dropped.
void MixedRowChooser::settle(const MixedState& now, int c) {
  const size_t best = std::min_element(costs_.begin(), costs_.end()) - costs_.begin();
  const int place = c % kDepth;
  const float innovation = own_[best * kDepth + place];
  for (size_t s = 0; s < costs_.size(); ++s) {
    if (own_[s * kDepth + place] != innovation) costs_[s] = kInfinite;
  }
  now.prediction->propagate(c, innovation, common_.data());
}

std::span<const int> MixedRowChooser::choose(const MixedState& state, std::span<const float> row) {
  const auto columns = static_cast<int>(row.size());
  expected_.resize(columns);
  common_.resize(columns);
  points_.resize(columns);
  steps_.resize(row.size() * entries_.size());
  for (auto& list : prices_) {
    for (Prices& prices : list) prices.is_known = false;
  }
  expect_sizes(state, row);
  std::fill(common_.begin(), common_.end(), 0.0f);
  std::fill(costs_.begin(), costs_.end(), kInfinite);
  costs_[state.state] = 0;
  const bool predicts = state.predicts();
  for (int c = 0; c < columns; ++c) {
    if (predicts && c >= kDepth) settle(state, c - kDepth);
    find_choices(state, c, row[c]);
    extend(c, predicts);
  }
  size_t at = std::min_element(costs_.begin(), costs_.end()) - costs_.begin();
  for (int c = columns; c-- > 0;) {
    const Step& step = steps_[static_cast<size_t>(c) * entries_.size() + at];
    points_[c] = step.point;
    at = step.from;
  }
  return points_;
}

}  // namespace laq::tensor
