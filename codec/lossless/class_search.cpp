#include "lossless/class_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/linear_algebra.h"
#include "lossless/class_kernels.h"

namespace laq::lossless {
namespace {

using Predictor = std::array<float, kMostTaps>;

// Least squares of `count` unknowns; rows are padded to whole groups of the solver.
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
  double& product(int i, int j) { return products_[static_cast<size_t>(j) * row_ + i]; }
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

double sum_of_lanes(const float* lanes) {
  return ((double(lanes[0]) + lanes[4]) + (double(lanes[2]) + lanes[6])) +
         ((double(lanes[1]) + lanes[5]) + (double(lanes[3]) + lanes[7]));
}

// Weighted least squares of one class.
class Fit {
 public:
  explicit Fit(int taps) : taps_(taps), sums_(kPairSums), equations_(taps) {}

  void add(const BlockTaps& block, const BlockValues& weights) {
    add_products(block, taps_, weights, sums_.data());
    std::array<float, kBlockSide> lanes{};
    for (int i = 0; i < kBlockSamples; ++i) lanes[i % kBlockSide] += weights[i];
    weight_ += sum_of_lanes(lanes.data());
    if (++pending_ == kMostPending) flush();
  }

  bool is_empty() const { return weight_ == 0; }
  // noise: the variance of the differences between decoded and source samples of this plane. A tap is a difference to
  // the sample above, so all taps and the sample itself share the noise of that one. False if there is nothing to fit.
  bool solve(double noise, Predictor& predictor) {
    flush();
    constexpr int kOwnTaps = tap_count(0);
    if (noise > 0) {
      for (int i = 0; i < kOwnTaps; ++i) {
        for (int j = 0; j <= i; ++j) equations_.product(i, j) += noise * weight_ * (i == j ? 2 : 1);
        equations_.target(i) += noise * weight_;
      }
    }
    const double ridge = 1e-4 * equations_.mean_of_diagonal() + 1e-6;
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
        const double sum = sum_of_lanes(sums_.data() + (static_cast<size_t>(i) * kTapRows + j) * kBlockSide);
        if (j == taps_) {
          equations_.target(i) += sum;
        } else {
          equations_.product(j, i) += sum;
        }
      }
    }
    std::fill(sums_.begin(), sums_.end(), 0.0f);
    pending_ = 0;
  }

  int taps_, pending_ = 0;
  double weight_ = 0;
  std::vector<float> sums_;
  NormalEquations equations_;
};

class ClassSearch {
 public:
  ClassSearch(const FramedPlane& source, const PlaneSources& samples, const ClassSettings& settings, PlaneModel& model)
      : source_(source),
        samples_(samples),
        settings_(settings),
        model_(model),
        taps_(model.taps()),
        height_(samples[0]->height()),
        width_(samples[0]->width()),
        blocks_(model.class_of.size()),
        weights_(blocks_) {
    predictors_.resize(std::clamp<size_t>(blocks_ / 24, 1, static_cast<size_t>(settings.classes)));
  }

  // The first rounds look at some of the blocks only.
  void run() {
    constexpr size_t kLeastBlocksOfClass = 32, kMostApart = 4;
    const size_t apart = std::clamp<size_t>(blocks_ / (predictors_.size() * kLeastBlocksOfClass), 1, kMostApart);
    begin();
    for (int round = 0; round < settings_.rounds; ++round)
      refine(round > 0, round + 1 < settings_.rounds ? static_cast<int>(apart) : 1);
    assign_all();
    finish();
  }

  // Goes on from the classes of the model, with weights that stay.
  void improve(std::vector<BlockValues> weights) {
    weights_ = std::move(weights);
    weighs_ = false;
    predictors_.resize(model_.classes.size());
    for (size_t i = 0; i < predictors_.size(); ++i) {
      for (int tap = 0; tap < taps_; ++tap)
        predictors_[i][tap] = static_cast<float>(model_.classes[i][tap]) / (1 << kCoefficientBits);
    }
    refine(true, 1);
    assign_all();
    model_.classes.clear();
    finish();
  }

 private:
  void assign_all() {
    for (size_t block = 0; block < blocks_; ++block) {
      gather(block);
      assign(block);
    }
  }
  void gather(size_t block) {
    gather_taps(source_, samples_, model_.references, static_cast<int>(block % model_.columns) * kBlockSide,
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
    std::vector<std::pair<float, size_t>> order;
    for (size_t block = 0; block < blocks_; ++block) {
      gather(block);
      BlockValues errors;
      predictor_errors(taps_of_block_, taps_, simple, errors);
      float sum = 0;
      for (const float error : errors) sum += std::abs(error);
      order.emplace_back(sum, block);
      weigh(block, errors);
    }
    std::sort(order.begin(), order.end());
    for (size_t i = 0; i < blocks_; ++i)
      model_.class_of[order[i].second] = static_cast<uint8_t>(i * predictors_.size() / blocks_);
    for (Predictor& predictor : predictors_) predictor = simple;
  }

  // The weight of a sample is one over the mean error around it, within the block.
  void weigh(size_t block, const BlockValues& errors) {
    constexpr int kReach = 2;
    constexpr float kLeast = 0.4f;
    const int rows = std::min(kBlockSide, height_ - static_cast<int>(block / model_.columns) * kBlockSide);
    const int columns = std::min(kBlockSide, width_ - static_cast<int>(block % model_.columns) * kBlockSide);
    const float least = kLeast * static_cast<float>(settings_.step);
    std::array<float, kBlockSide + 2 * kReach> sums{};
    BlockValues& weights = weights_[block];
    weights.fill(0);
    for (int y = 0; y < rows; ++y) {
      const int y0 = std::max(0, y - kReach), y1 = std::min(rows - 1, y + kReach);
      std::fill(sums.begin(), sums.end(), 0.0f);
      for (int row = y0; row <= y1; ++row) {
        for (int x = 0; x < columns; ++x) sums[x + kReach] += std::abs(errors[row * kBlockSide + x]);
      }
      for (int x = 0; x < columns; ++x) {
        const auto count =
            static_cast<float>((y1 - y0 + 1) * (std::min(columns - 1, x + kReach) - std::max(0, x - kReach) + 1));
        const float sum = ((sums[x] + sums[x + 1]) + (sums[x + 2] + sums[x + 3])) + sums[x + 4];
        weights[y * kBlockSide + x] = count / (sum + least * count);
      }
    }
  }

  // Fits predictors to the blocks of each class, which are chosen anew first if the predictors have been fitted.
  // Looks at one block of so many.
  void refine(bool are_fitted, int apart) {
    std::vector<Fit> fits(predictors_.size(), Fit(taps_));
    for (size_t block = 0; block < blocks_; ++block) {
      if ((block % model_.columns + 3 * (block / model_.columns)) % apart != 0) continue;
      gather(block);
      if (are_fitted) {
        assign(block);
        if (weighs_) {
          BlockValues errors;
          predictor_errors(taps_of_block_, taps_, predictors_[model_.class_of[block]], errors);
          weigh(block, errors);
        }
      }
      BlockValues squares;
      for (int i = 0; i < kBlockSamples; ++i) squares[i] = weights_[block][i] * weights_[block][i];
      fits[model_.class_of[block]].add(taps_of_block_, squares);
    }
    // A tenth of the variance of uniform noise: where most residuals are 0, decoded samples are no worse than
    // predictions. Without any noise, predictors could amplify the errors that they predict from.
    constexpr double kShareOfNoise = 0.1;
    const double noise = kShareOfNoise * (double(settings_.step) * settings_.step - 1) / 12;
    for (size_t i = 0; i < predictors_.size(); ++i) {
      if (!fits[i].is_empty()) fits[i].solve(noise, predictors_[i]);
    }
  }

  // Gives a block to the predictor of fewest bits. The cost of an error is relative to the expected error; a class
  // costs less if a neighbour has it.
  void assign(size_t block) {
    constexpr float kBitsOfError = 1.4427f;
    const float of_other = static_cast<float>(std::bit_width(predictors_.size())) + 1.5f;
    uint8_t& chosen = model_.class_of[block];
    const int left = block % model_.columns > 0 ? model_.class_of[block - 1] : -1;
    const int above = block >= static_cast<size_t>(model_.columns) ? model_.class_of[block - model_.columns] : -1;
    const float of_neighbour = left == above ? 0.5f : 1.2f;
    float least = std::numeric_limits<float>::max();
    const int last = chosen, count = static_cast<int>(predictors_.size());
    const auto bits_of_class = [&](int i) { return i == left || i == above ? of_neighbour : of_other; };
    const auto consider = [&](int i, int k) {
      const float least_of_class = std::min(bits_of_class(i), bits_of_class(k));
      const std::array<float, 2> sums = weigh_errors(taps_of_block_, taps_, predictors_[i], predictors_[k],
                                                     weights_[block], (least - least_of_class) / kBitsOfError);
      for (const auto& [sum, of] : {std::pair(sums[0], i), std::pair(sums[1], k)}) {
        const float bits = kBitsOfError * sum + bits_of_class(of);
        if (bits >= least) continue;
        least = bits;
        chosen = static_cast<uint8_t>(of);
      }
    };
    // The class of the last round comes first, so that others are abandoned sooner.
    consider(last, left >= 0 ? left : last);
    for (int i = 0; i < count; i += 2) consider(i, std::min(i + 1, count - 1));
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

  const FramedPlane& source_;
  const PlaneSources& samples_;
  const ClassSettings settings_;
  PlaneModel& model_;
  bool weighs_ = true;  // samples, by the errors around them
  int taps_, height_, width_;
  size_t blocks_;
  std::vector<Predictor> predictors_;
  std::vector<BlockValues> weights_;
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
  ClassSearch(*samples[0], samples, settings, model).run();
}

void improve_classes(const FramedPlane& source, const PlaneSources& estimates, int step,
                     std::vector<BlockValues> weights, PlaneModel& model) {
  ClassSearch(source, estimates, {static_cast<int>(model.classes.size()), 1, step}, model).improve(std::move(weights));
}

void fit_weights(const PlaneSources& errors, PlaneModel& model) {
  // In a small plane the weights of farther errors cost more bits than they save.
  constexpr int64_t kFewSamples = 1 << 16;
  constexpr int kNearErrors = 8, kFarErrors = static_cast<int>(kAboveErrors.size()) - kNearErrors;
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
      if (samples <= kFewSamples) std::fill_n(features.begin() + kLeftErrors + kNearErrors, kFarErrors, 0.0);
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
