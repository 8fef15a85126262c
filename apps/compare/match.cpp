#include "compare/match.h"

#include <algorithm>
#include <cmath>

#include "compare/codec_families.h"

namespace laq::compare {
namespace {

constexpr int kMaxSteps = 8, kMaxNeighbours = 8;  // encodes

double value_of(const Point& point, MatchKind kind) {
  return kind == MatchKind::bytes ? std::log(point.bytes) : point.ssimulacra2;
}

// An end of the interval that holds the target: how far its value is above.
struct End {
  double q;
  double excess;
};

// Of a program the finest step of which the qualities that were asked for are multiples: 1, or any.
double step_of(const Codec& codec, const std::vector<Point>& points) {
  if (const std::optional<double> step = codec.quality_step()) return *step;
  const auto is_integer = [](const Point& point) { return point.q == std::round(point.q); };
  return std::all_of(points.begin(), points.end(), is_integer) ? 1 : 0;
}

// Neighbours in quality with the target between them.
std::optional<std::pair<End, End>> bracket(const std::vector<End>& ends) {
  for (size_t i = 1; i < ends.size(); ++i) {
    if ((ends[i - 1].excess <= 0) != (ends[i].excess <= 0)) return std::pair(ends[i - 1], ends[i]);
  }
  return std::nullopt;
}

Error no_match(const Codec& codec, MatchKind kind, double target, double nearest) {
  const bool by_bytes = kind == MatchKind::bytes;
  const auto text = [&](double value) { return number_text(by_bytes ? std::round(std::exp(value)) : value); };
  return {ErrorCode::invalid_argument, codec.name() + ": nothing comes near " + (by_bytes ? "" : "SSIMULACRA 2 of ") +
                                           text(target) + (by_bytes ? " bytes" : "") + " (nearest: " + text(nearest) +
                                           "; measure more qualities)"};
}

}  // namespace

Result<Matched> measure_at(const Codec& codec, const MatchReference& reference, double quality, int threads) {
  const Result<Encoded> encoded = codec.encode(reference.picture, quality, threads);
  if (!encoded) return encoded.error();
  Result<Decoded> decoded = codec.decode(encoded->file, threads);
  if (!decoded) return decoded.error();
  const PictureView original = reference.picture.view(), view = decoded->picture.view();
  const Result<double> score = reference.ssimulacra2.score(view);
  if (!score) return score.error();
  const Result<Psnr> signal_to_noise = psnr(original, view);
  if (!signal_to_noise) return signal_to_noise.error();
  Point point{codec.name(), quality, reference.image};
  point.pixels = static_cast<double>(reference.picture.width) * reference.picture.height;
  point.bytes = static_cast<double>(encoded->file.size());
  point.ssimulacra2 = *score;
  point.psnr_rgb = signal_to_noise->rgb;
  point.psnr_y = signal_to_noise->y;
  point.psnr_yuv = signal_to_noise->yuv;
  return Matched{point, std::move(decoded->picture)};
}

Result<Matched> match(const Codec& codec, const MatchReference& reference, const std::vector<Point>& points,
                      MatchKind kind, double target, int threads) {
  const double goal = kind == MatchKind::bytes ? std::log(target) : target;
  const double tolerance = kMatchTolerance[static_cast<int>(kind)];
  std::vector<End> ends;
  for (const Point& point : points) {
    const double excess = value_of(point, kind) - goal;
    if (std::isfinite(excess)) ends.push_back({point.q, excess});
  }
  if (ends.empty()) return Error{ErrorCode::invalid_argument, codec.name() + ": no points were measured"};
  std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.q < b.q; });
  const auto nearer = [](const End& a, const End& b) { return std::abs(a.excess) < std::abs(b.excess); };
  End best = *std::min_element(ends.begin(), ends.end(), nearer);
  std::optional<Matched> matched;  // what was encoded at best.q
  const double step = step_of(codec, points);
  std::optional<Error> error;
  // How far above the goal the codec is at this quality; what is best so far is kept.
  const auto excess_at = [&](double q) {
    Result<Matched> tried = measure_at(codec, reference, q, threads);
    if (!tried) {
      error = tried.error();
      return 0.0;
    }
    const End end{q, value_of(tried->point, kind) - goal};
    if (nearer(end, best)) {
      best = end;
      matched = std::move(*tried);
    }
    return end.excess;
  };
  const auto is_met = [&] { return std::abs(best.excess) <= tolerance || error; };
  if (auto interval = bracket(ends)) {
    auto [low, high] = *interval;
    const double width = high.q - low.q;
    for (int i = 0; i < kMaxSteps && !is_met() && high.q - low.q > std::max(step, width / 256); ++i) {
      // Every third time the middle: false position alone may creep along from one side.
      const double share = i % 3 == 2 ? 0.5 : low.excess / (low.excess - high.excess);
      double q = low.q + share * (high.q - low.q);
      if (step > 0) q = std::clamp(std::round(q / step) * step, low.q + step, high.q - step);
      const End end{q, excess_at(q)};
      ((end.excess <= 0) == (low.excess <= 0) ? low : high) = end;
    }
    // Curves of small pictures are rough: what no interval holds may lie beside it.
    for (int i = 1; i <= kMaxNeighbours && !is_met() && step == 0; ++i) {
      excess_at((low.q + high.q) / 2 + (i % 2 ? 1 : -1) * width / 128 * ((i + 1) / 2));
    }
  }
  if (error) return *error;
  if (std::abs(best.excess) > kLooseMatch * tolerance) return no_match(codec, kind, goal, goal + best.excess);
  if (!matched) return measure_at(codec, reference, best.q, threads);
  return std::move(*matched);
}

}  // namespace laq::compare
