#include "api/quality_search.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

namespace laq {
namespace {

constexpr int kLowest = 0, kHighest = 100 * kQualityUnits;
constexpr int kMaxEncodes = 12;
// A bracket this narrow holds no other file worth an encode: steps of quantization are further apart.
constexpr int kNarrow = 2;

struct Probe {
  int quality = 0;   // in units
  double value = 0;  // what rises with quality, less its target: reached where it is at least 0
};

// Two qualities with the crossing of zero between them, as far as they are known.
class Bracket {
 public:
  // slope: value per unit to expect while one side is still open.
  explicit Bracket(double slope) : slope_(slope) {}

  void add(const Probe& probe) {
    std::optional<Probe>& side = probe.value < 0 ? below_ : reached_;
    std::optional<Probe>& other = probe.value < 0 ? reached_ : below_;
    // A side that stays holds the line back, where the values are far from one: it counts half each time.
    if (&side == last_ && other) other->value /= 2;
    side = probe;
    last_ = &side;
    if (width() == 0) least_step_ *= 4;
    const bool has_halved = width() <= width_then_ / 2;
    probes_since_ = has_halved ? 0 : probes_since_ + 1;
    if (has_halved || width_then_ == 0) width_then_ = width();
  }
  bool is_narrow() const { return width() > 0 && width() <= kNarrow; }

  // The quality to look at next.
  int next() const {
    if (width() == 0) return beyond_the_open_side();
    // No line, however it is held back, finds a jump.
    if (probes_since_ >= 4) return below_->quality + width() / 2;
    const double share = -below_->value / (reached_->value - below_->value);
    const int inset = std::max(1, width() / 16);
    return std::clamp(below_->quality + static_cast<int>(std::lround(share * width())), below_->quality + inset,
                      reached_->quality - inset);
  }

 private:
  // 0 while a side is open.
  int width() const { return below_ && reached_ ? reached_->quality - below_->quality : 0; }

  int beyond_the_open_side() const {
    // A little further than the slope says, so as to close the bracket, and further each time that it stays open.
    const Probe& known = below_ ? *below_ : *reached_;
    const int step = static_cast<int>(std::clamp(-known.value / slope_ * 1.15, -1.0 * kHighest, 1.0 * kHighest));
    return std::clamp(known.quality + (below_ ? std::max(step, least_step_) : std::min(step, -least_step_)), kLowest,
                      kHighest);
  }

  double slope_;
  std::optional<Probe> below_, reached_;
  const std::optional<Probe>* last_ = nullptr;  // the side of the last probe
  int width_then_ = 0;                          // when it had last become half as wide
  int probes_since_ = 0;
  int least_step_ = kNarrow;
};

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
  // The quality to try next; nothing if the search is over. One encode is kept for the `end` of the range: if no file
  // has met the target yet, that one does, or none.
  std::optional<int> next(const Bracket& bracket, bool is_met, int end) const {
    if (bracket.is_narrow()) return std::nullopt;
    if (encodes_ < kMaxEncodes - 1) return bracket.next();
    return is_met ? std::nullopt : std::optional(end);
  }
  Result<std::vector<std::byte>> finish(std::vector<std::byte> file) {
    if (progress_ && !progress_(1.0f)) return Error{ErrorCode::cancelled, "cancelled by the caller"};
    return file;
  }

 private:
  const EncodeAtQuality& encode_;
  const std::function<bool(float)>& progress_;
  int encodes_ = 0;
};

std::string three_digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

// A kind of score: how to make it rise with quality, and what to expect of photographs.
struct ScoreKind {
  const char* name;
  bool is_distance;  // falls with quality; its logarithm is searched for
  double tolerance;  // of the score, or of its logarithm
  double slope;      // per point of quality, of the same
  double at_70;      // the score at quality 70

  double rising(double score) const { return is_distance ? -std::log(score) : score; }
};

ScoreKind score_kind(TargetKind kind) {
  switch (kind) {
    case TargetKind::psnr:
      return {"psnr", false, 0.05, 0.2, 34.5};
    case TargetKind::butteraugli:
      return {"butteraugli", true, std::log(1.02), 0.027, 1.2};
    default:
      return {"ssimulacra2", false, 0.3, 1, 70};
  }
}

}  // namespace

Result<std::vector<std::byte>> encode_to_size(const EncodeAtQuality& encode, uint64_t target_bytes,
                                              const std::function<bool(float)>& progress) {
  constexpr int kFirst = 70 * kQualityUnits;
  constexpr double kSlope = 0.035 / kQualityUnits;  // of log(bytes): photographs between quality 50 and 90
  constexpr double kCloseEnough = 0.002;            // of log(bytes)
  Search search(encode, progress);
  Bracket bracket(kSlope);
  std::vector<std::byte> best;
  for (std::optional<int> quality = kFirst; quality; quality = search.next(bracket, !best.empty(), kLowest)) {
    Result<std::vector<std::byte>> file = search.encode(*quality);
    if (!file) return file;
    // One byte above the target is the crossing, so that a file of its very size is below.
    const double excess = std::log(static_cast<double>(file->size())) - std::log(static_cast<double>(target_bytes) + 1);
    bracket.add({*quality, excess});
    if (file->size() <= target_bytes) {
      best = std::move(*file);
      if (quality == kHighest || excess > -kCloseEnough) break;
    } else if (quality == kLowest) {
      return Error{ErrorCode::limit_exceeded, "the target is " + std::to_string(target_bytes) +
                                                  " bytes, the smallest file of this picture has " +
                                                  std::to_string(file->size()) + " bytes"};
    }
  }
  return search.finish(std::move(best));
}

Result<std::vector<std::byte>> encode_to_score(const EncodeAtQuality& encode, const ScoreFile& score,
                                               const Target& target, const std::function<bool(float)>& progress) {
  const ScoreKind kind = score_kind(target.kind);
  const double wanted = kind.rising(target.value), least = wanted - kind.tolerance / 2;
  Search search(encode, progress);
  Bracket bracket(kind.slope / kQualityUnits);
  // Noise of the score can put no file near the crossing: then one that misses the target by little on the other side.
  std::vector<std::byte> best, nearest;
  double best_miss = 0, least_miss = kind.tolerance;
  // The ends of the range are slow to encode and far from a line.
  const double guess = std::clamp(70 + (wanted - kind.rising(kind.at_70)) / kind.slope, 5.0, 95.0);
  const int first = static_cast<int>(std::lround(guess * kQualityUnits));
  for (std::optional<int> quality = first; quality; quality = search.next(bracket, !best.empty(), kHighest)) {
    Result<std::vector<std::byte>> file = search.encode(*quality);
    if (!file) return file;
    const Result<double> scored = score(*file);
    if (!scored) return scored.error();
    const double surplus = kind.rising(*scored) - least, miss = std::abs(kind.rising(*scored) - wanted);
    bracket.add({*quality, surplus});
    if (miss <= least_miss) {
      nearest = *file;
      least_miss = miss;
    }
    if (surplus >= 0) {
      // Noise can also make a file of higher quality the smaller one.
      if (best.empty() || file->size() <= best.size()) {
        best = std::move(*file);
        best_miss = miss;
      }
      if (quality == kLowest || surplus < kind.tolerance / 2) break;
    } else if (quality == kHighest) {
      return Error{ErrorCode::invalid_argument, std::string("the target ") + kind.name + " is " +
                                                    three_digits(target.value) +
                                                    ", the best that this picture reaches is " + three_digits(*scored)};
    }
  }
  const bool is_met = best_miss <= kind.tolerance || nearest.empty();
  return search.finish(std::move(is_met ? best : nearest));
}

}  // namespace laq
