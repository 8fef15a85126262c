#include "target.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

namespace laq {
namespace {

constexpr int kLowest = 0, kHighest = 100 * kQualityUnits;
constexpr int kMaxEncodes = 10;
// A bracket this narrow holds no other file worth an encode: steps of quantization are further apart.
constexpr int kNarrow = 10;

struct Probe {
  int quality = 0;   // in units
  double value = 0;  // what rises with quality, less its target: reached where it is at least 0
};

// Where to look next for the crossing of zero: the secant, or a step along `slope` (value per unit) while one side of
// the bracket is still open.
int next_quality(const std::optional<Probe>& below, const std::optional<Probe>& reached, double slope) {
  if (below && reached) {
    const int width = reached->quality - below->quality;
    const double share = -below->value / (reached->value - below->value);
    const int inset = std::max(1, width / 8);
    return std::clamp(below->quality + static_cast<int>(std::lround(share * width)), below->quality + inset,
                      reached->quality - inset);
  }
  // A little further than the slope says, so as to close the bracket.
  const Probe& known = below ? *below : *reached;
  const double step = std::clamp(-known.value / slope * 1.15, -1.0 * kHighest, 1.0 * kHighest);
  const int least = 2 * kNarrow;
  const int next =
      known.quality + static_cast<int>(below ? std::max<double>(step, least) : std::min<double>(step, -least));
  return std::clamp(next, kLowest, kHighest);
}

// Counts the encodes of one search.
class Search {
 public:
  Search(const EncodeAtQuality& encode, const std::function<bool(float)>& progress)
      : encode_(encode), progress_(progress) {}

  // Encodes at a quality and reports the search's progress: every encode counts as the same share of the most there
  // can be.
  Result<std::vector<std::byte>> encode(int quality) {
    const float first = static_cast<float>(encodes_++) / kMaxEncodes;
    std::function<bool(float)> part;
    if (progress_) part = [this, first](float done) { return progress_(std::min(1.0f, first + done / kMaxEncodes)); };
    return encode_(static_cast<float>(quality) / kQualityUnits, part);
  }
  // One encode is kept for the end of the range.
  bool may_encode() const { return encodes_ < kMaxEncodes - 1; }
  Result<std::vector<std::byte>> finish(std::vector<std::byte> file) {
    if (progress_ && !progress_(1.0f)) return Error{ErrorCode::cancelled, "cancelled by the caller"};
    return file;
  }

 private:
  const EncodeAtQuality& encode_;
  const std::function<bool(float)>& progress_;
  int encodes_ = 0;
};

bool is_narrow(const std::optional<Probe>& below, const std::optional<Probe>& reached) {
  return below && reached && reached->quality - below->quality <= kNarrow;
}

std::string two_decimals(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

}  // namespace

Result<std::vector<std::byte>> encode_to_size(const EncodeAtQuality& encode, uint64_t target_bytes,
                                              const std::function<bool(float)>& progress) {
  constexpr int kFirst = 70 * kQualityUnits;
  constexpr double kSlope = 0.035 / kQualityUnits;  // of log(bytes): photographs between quality 50 and 90
  constexpr double kCloseEnough = 0.002;            // of log(bytes)
  Search search(encode, progress);
  // `fits` is what the search keeps: the largest quality that is not too large.
  std::optional<Probe> fits, too_large;
  std::vector<std::byte> best;
  int quality = kFirst;
  while (true) {
    Result<std::vector<std::byte>> file = search.encode(quality);
    if (!file) return file;
    const Probe probe{quality,
                      std::log(static_cast<double>(file->size())) - std::log(static_cast<double>(target_bytes))};
    if (file->size() <= target_bytes) {
      fits = probe;
      best = std::move(*file);
      if (quality == kHighest || probe.value > -kCloseEnough) break;
    } else {
      too_large = probe;
      if (quality == kLowest) {
        return Error{ErrorCode::limit_exceeded, "target_bytes is " + std::to_string(target_bytes) +
                                                    ", the smallest file of this picture has " +
                                                    std::to_string(file->size()) + " bytes"};
      }
    }
    if (is_narrow(fits, too_large)) break;
    if (search.may_encode()) {
      quality = next_quality(fits, too_large, kSlope);
    } else if (!fits) {
      quality = kLowest;
    } else {
      break;
    }
  }
  return search.finish(std::move(best));
}

Result<std::vector<std::byte>> encode_to_score(const EncodeAtQuality& encode, const ScoreFile& score, float target,
                                               const std::function<bool(float)>& progress) {
  constexpr double kSlope = 1.0 / kQualityUnits;  // quality is the score to expect
  constexpr double kCloseEnough = 0.05;           // above the least score
  const double least = target - kScoreTolerance;
  Search search(encode, progress);
  std::optional<Probe> below, reached;
  std::vector<std::byte> best;
  int quality = std::clamp(static_cast<int>(std::lround(target * kQualityUnits)), kLowest, kHighest);
  while (true) {
    Result<std::vector<std::byte>> file = search.encode(quality);
    if (!file) return file;
    const Result<double> scored = score(*file);
    if (!scored) return scored.error();
    const Probe probe{quality, *scored - least};
    if (probe.value >= 0) {
      // Noise of the score can make a file of higher quality the smaller one.
      if (best.empty() || file->size() <= best.size()) best = std::move(*file);
      reached = probe;
      if (quality == kLowest || probe.value < kCloseEnough) break;
    } else {
      below = probe;
      if (quality == kHighest) {
        return Error{ErrorCode::invalid_argument, "target_ssimulacra2 is " + two_decimals(target) +
                                                      ", the highest score of this picture is " +
                                                      two_decimals(*scored)};
      }
    }
    if (is_narrow(below, reached)) break;
    if (search.may_encode()) {
      quality = next_quality(below, reached, kSlope);
    } else if (!reached) {
      quality = kHighest;
    } else {
      break;
    }
  }
  return search.finish(std::move(best));
}

}  // namespace laq
