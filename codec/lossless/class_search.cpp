#include "lossless/class_search.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "base/linear_algebra.h"
#include "lossless/class_kernels.h"

namespace laq::lossless {
namespace {

using Predictor = std::array<float, kMostTaps>;

// Least squares of `count` unknowns; what is behind them makes the rows whole groups of the solver.
class NormalEquations {
 public:
  explicit NormalEquations(int count)
      : count_(count),
        row_((count + kDoubles - 1) / kDoubles * kDoubles),
        products_(static_cast<size_t>(row_) * row_),
        target_(row_) {
    for (int i = count; i < row_; ++i) product(i, i) = 1;
  }

  // i >= j
  double& product(int i, int j) { return products_[static_cast<size_t>(i) * row_ + j]; }
  double& target(int i) { return target_[i]; }
  double mean_of_diagonal() {
    double sum = 0;
    for (int i = 0; i < count_; ++i) sum += product(i, i);
    return sum / count_;
  }
  // Empty if there is no solution.
  std::vector<double> solution(double ridge) const {
    std::vector<double> factor(products_.size()), solution(row_);
    if (!laq::solve(products_.data(), ridge, target_.data(), row_, factor.data(), solution.data())) return {};
    return solution;
  }

 private:
  int count_, row_;
  std::vector<double> products_, target_;
};

// Weighted least squares of one class.
class Fit {
 public:
  explicit Fit(int taps) : taps_(taps), equations_(taps) {}

  void add(const BlockTaps& block, const BlockValues& weights) {
    add_products(block, taps_, weights, *sums_);
    weight_ = std::accumulate(weights.begin(), weights.end(), weight_);
    if (++pending_ == kMostPending) flush();
  }

  // noise: the variance by which each tap differs from the source. False if there is nothing to fit.
  bool solve(double noise, Predictor& predictor) {
    flush();
    const double ridge = 1e-4 * equations_.mean_of_diagonal() + noise * weight_ + 1e-6;
    const std::vector<double> solution = equations_.solution(ridge);
    if (solution.empty()) return false;
    constexpr double kUnit = 1 << kCoefficientBits, kMost = kMostCoefficient;
    for (int i = 0; i < taps_; ++i)
      predictor[i] = static_cast<float>(std::clamp(std::nearbyint(solution[i] * kUnit), -kMost, kMost) / kUnit);
    return true;
  }

 private:
  static constexpr int kMostPending = 16;  // blocks whose sums are exact enough

  void flush() {
    if (pending_ == 0) return;
    for (int i = 0; i < taps_; ++i) {
      for (int j = i; j <= taps_; ++j) {
        const float* const lanes = sums_->data() + (static_cast<size_t>(i) * kTapRows + j) * kBlockSide;
        const double sum = std::accumulate(lanes, lanes + kBlockSide, 0.0);
        if (j == taps_) {
          equations_.target(i) += sum;
        } else {
          equations_.product(j, i) += sum;
        }
      }
    }
    sums_->fill(0);
    pending_ = 0;
  }

  int taps_, pending_ = 0;
  double weight_ = 0;
  std::unique_ptr<PairSums> sums_ = std::make_unique<PairSums>();
  NormalEquations equations_;
};

class ClassSearch {
 public:
  ClassSearch(const PlaneSources& samples, const ClassSettings& settings, PlaneModel& model)
      : samples_(samples),
        settings_(settings),
        model_(model),
        taps_(model.taps()),
        width_(samples[0]->width()),
        height_(samples[0]->height()),
        blocks_(model.class_of.size()),
        errors_(blocks_),
        weights_(blocks_) {
    predictors_.resize(std::clamp<size_t>(blocks_ / 24, 1, static_cast<size_t>(settings.classes)));
  }

  void run() {
    begin();
    for (int round = 0; round < settings_.rounds; ++round) {
      weigh();
      fit();
      assign();
    }
    finish();
  }

 private:
  void gather(size_t block) {
    gather_taps(samples_, model_.references, static_cast<int>(block % model_.columns) * kBlockSide,
                static_cast<int>(block / model_.columns) * kBlockSide, taps_of_block_);
  }

  // Begins with classes of blocks of like activity: that of a gradient, or of how the gradient of the plane before
  // errs.
  void begin() {
    Predictor simple{};
    simple[0] = 1;
    simple[kLeftTaps] = -1;
    if (model_.references > 0) {
      const int first = kLeftTaps + static_cast<int>(kAboveTaps.size());
      simple[first] = 1;
      simple[first + 1] = -1;
      simple[first + 3] = 1;
    }
    BlockValues ones;
    ones.fill(1);
    std::vector<std::pair<float, size_t>> order;
    for (size_t block = 0; block < blocks_; ++block) {
      gather(block);
      order.emplace_back(weigh_errors(taps_of_block_, taps_, simple, ones, errors_[block]), block);
    }
    std::sort(order.begin(), order.end());
    for (size_t i = 0; i < blocks_; ++i)
      model_.class_of[order[i].second] = static_cast<uint8_t>(i * predictors_.size() / blocks_);
    for (Predictor& predictor : predictors_) predictor = simple;
  }

  // The place of what belongs to a sample, in lists of blocks.
  float& of_sample(std::vector<BlockValues>& values, int x, int y) const {
    const size_t block = static_cast<size_t>(y / kBlockSide) * model_.columns + x / kBlockSide;
    return values[block][y % kBlockSide * kBlockSide + x % kBlockSide];
  }

  // The weight of a sample is one over the mean error around it.
  void weigh() {
    constexpr int kReach = 2;
    std::vector<float> columns(width_ + 2 * kReach + 1);
    for (BlockValues& weights : weights_) weights.fill(0);
    for (int y = 0; y < height_; ++y) {
      const int y0 = std::max(0, y - kReach), y1 = std::min(height_ - 1, y + kReach);
      for (int x = 0; x < width_; ++x) {
        float sum = 0;
        for (int row = y0; row <= y1; ++row) sum += std::abs(of_sample(errors_, x, row));
        columns[x + kReach] = sum;
      }
      for (int x = 0; x < width_; ++x) {
        const int x0 = std::max(0, x - kReach), x1 = std::min(width_ - 1, x + kReach);
        float sum = 0;
        for (int column = x0; column <= x1; ++column) sum += columns[column + kReach];
        constexpr float kLeast = 0.4f;
        const auto count = static_cast<float>((y1 - y0 + 1) * (x1 - x0 + 1));
        of_sample(weights_, x, y) = 1 / (sum / count + kLeast * static_cast<float>(settings_.step));
      }
    }
  }

  void fit() {
    std::vector<std::vector<size_t>> members(predictors_.size());
    for (size_t block = 0; block < blocks_; ++block) members[model_.class_of[block]].push_back(block);
    const double noise = (double(settings_.step) * settings_.step - 1) / 6;
    for (size_t of_class = 0; of_class < predictors_.size(); ++of_class) {
      if (members[of_class].empty()) continue;
      Fit fit(taps_);
      for (const size_t block : members[of_class]) {
        gather(block);
        BlockValues squares;
        for (int i = 0; i < kBlockSamples; ++i) squares[i] = weights_[block][i] * weights_[block][i];
        fit.add(taps_of_block_, squares);
      }
      fit.solve(noise, predictors_[of_class]);
    }
  }

  // Gives each block to the predictor of fewest bits. An error costs its share of what is expected, and a class less if
  // a neighbour has it.
  void assign() {
    constexpr float kBitsOfError = 1.4427f;
    const float of_other = static_cast<float>(std::bit_width(predictors_.size())) + 1.5f;
    BlockValues tried;
    for (size_t block = 0; block < blocks_; ++block) {
      gather(block);
      uint8_t& chosen = model_.class_of[block];
      const int left = block % model_.columns > 0 ? model_.class_of[block - 1] : -1;
      const int above = block >= static_cast<size_t>(model_.columns) ? model_.class_of[block - model_.columns] : -1;
      float least = 0;
      for (size_t i = 0; i < predictors_.size(); ++i) {
        const bool is_near = static_cast<int>(i) == left || static_cast<int>(i) == above;
        const float bits = kBitsOfError * weigh_errors(taps_of_block_, taps_, predictors_[i], weights_[block], tried) +
                           (is_near ? (left == above ? 0.5f : 1.2f) : of_other);
        if (i > 0 && bits >= least) continue;
        least = bits;
        chosen = static_cast<uint8_t>(i);
        errors_[block] = tried;
      }
    }
  }

  // Leaves out classes that no block has.
  void finish() {
    std::vector<int> place(predictors_.size(), -1);
    for (uint8_t& of_block : model_.class_of) {
      if (place[of_block] < 0) {
        place[of_block] = static_cast<int>(model_.classes.size());
        Coefficients& coefficients = model_.classes.emplace_back();
        coefficients.fill(0);
        for (int tap = 0; tap < taps_; ++tap)
          coefficients[tap] = static_cast<int16_t>(std::lround(predictors_[of_block][tap] * (1 << kCoefficientBits)));
      }
      of_block = static_cast<uint8_t>(place[of_block]);
    }
  }

  const PlaneSources& samples_;
  const ClassSettings& settings_;
  PlaneModel& model_;
  int taps_, width_, height_;
  size_t blocks_;
  std::vector<Predictor> predictors_;
  std::vector<BlockValues> errors_, weights_;
  BlockTaps taps_of_block_;
};

// What an error at (x, y) may be expected from.
void features_of(const PlaneSources& errors, int references, int x, int y, std::array<double, kMostErrors>& features) {
  int count = 0;
  for (int left = 1; left <= kLeftErrors; ++left) features[count++] = errors[0]->row(y)[x - left];
  for (const Offset& offset : kAboveErrors) features[count++] = errors[0]->row(y + offset.y)[x + offset.x];
  for (int reference = 1; reference <= references; ++reference) {
    for (const Offset& offset : kReferenceErrors)
      features[count++] = errors[reference]->row(y + offset.y)[x + offset.x];
  }
  features[count] = 1 << kSampleFraction;
}

}  // namespace

void find_classes(const PlaneSources& samples, const ClassSettings& settings, PlaneModel& model) {
  ClassSearch(samples, settings, model).run();
}

void fit_weights(const PlaneSources& errors, PlaneModel& model) {
  const int count = model.errors(), width = errors[0]->width(), height = errors[0]->height();
  std::vector<double> weights(count);
  std::fill_n(weights.begin(), kLeftErrors + 2, 0.25);
  for (const int stride : {16, 6}) {
    NormalEquations equations(count);
    std::array<double, kMostErrors> features{};
    const int64_t samples = int64_t{width} * height;
    for (int64_t at = 0; at < samples; at += samples < 4096 ? 1 : stride + 1) {
      const int x = static_cast<int>(at % width), y = static_cast<int>(at / width);
      features_of(errors, model.references, x, y, features);
      double expected = 0;
      for (int i = 0; i < count; ++i) expected += weights[i] * features[i];
      constexpr double kLeast = 16;  // a quarter of a level
      expected = std::max(expected, 0.0) + kLeast;
      const double factor_of = 1 / (expected * expected), error = errors[0]->row(y)[x];
      for (int i = 0; i < count; ++i) {
        const double weighted = factor_of * features[i];
        for (int j = 0; j <= i; ++j) equations.product(i, j) += weighted * features[j];
        equations.target(i) += weighted * error;
      }
    }
    const std::vector<double> solution = equations.solution(1e-4 * equations.mean_of_diagonal() + 1e-9);
    if (solution.empty()) break;
    weights.assign(solution.begin(), solution.begin() + count);
  }
  for (int i = 0; i < count; ++i) {
    model.weights[i] = static_cast<int16_t>(
        std::clamp<double>(std::nearbyint(weights[i] * (1 << kWeightBits)), -kMostWeight, kMostWeight));
  }
}

}  // namespace laq::lossless
