#include "compare/measure/match.h"

#include <algorithm>
#include <cmath>

#include "compare/codecs/codec_families.h"

namespace laq::compare {
namespace {

constexpr int kMaxSteps = 8, kMaxNeighbours = 8;  // encodes

double value_of(const Point& point, MatchKind kind) {
  return kind == MatchKind::bytes ? std::log(point.bytes) : point.ssimulacra2;
}

// An end of the interval that holds the target, and how far its value lies above the target.
struct End {
  double q;
  double excess;
};

// The scale of the codec. For a program, which has none, it is the range that was measured, in steps of 1 if all
// measured qualities are whole numbers.
QualityScale scale_of(const Codec& codec, const std::vector<End>& ends) {
  if (const std::optional<QualityScale> scale = codec.quality_scale()) return *scale;
  const auto is_integer = [](const End& end) { return end.q == std::round(end.q); };
  return {ends.front().q, ends.back().q, std::all_of(ends.begin(), ends.end(), is_integer) ? 1.0 : 0.0};
}

// Two neighbours in quality whose values enclose the target.
std::optional<std::pair<End, End>> bracket(const std::vector<End>& ends) {
  for (size_t i = 1; i < ends.size(); ++i) {
    if ((ends[i - 1].excess <= 0) != (ends[i].excess <= 0)) return std::pair(ends[i - 1], ends[i]);
  }
  return std::nullopt;
}

Error no_match(const Codec& codec, MatchKind kind, double target, double nearest) {
  const bool by_bytes = kind == MatchKind::bytes;
  const auto text = [&](double value) { return number_text(by_bytes ? std::round(std::exp(value)) : value); };
  return {ErrorCode::invalid_argument,
          codec.name() + ": no quality comes near " + (by_bytes ? "" : "SSIMULACRA 2 of ") + text(target) +
              (by_bytes ? " bytes" : "") + " (nearest: " + text(nearest) + "; measure more qualities)"};
}

// Decodes a file and measures the result.
Result<Matched> measure_file(const Codec& codec, const Original& original, double quality,
                             std::span<const std::byte> file, int threads) {
  Result<Decoded> decoded = codec.decode(file, threads);
  if (!decoded) return decoded.error();
  Point point{begin_measurement(codec, original.name, quality, original.signal)};
  point.bytes = static_cast<double>(file.size());
  if (const auto error = measure_match(original, decoded->picture().view(), point)) return *error;
  return Matched{point, std::get<Picture>(std::move(decoded->signal))};
}

// A search for a match, which keeps the best encode so far.
class Search {
 public:
  Search(const Codec& codec, const Original& original, MatchKind kind, double goal, int threads, End first)
      : codec_(codec), original_(original), kind_(kind), goal_(goal), threads_(threads), best_(first) {}

  // Encodes at this quality, and returns how far above the goal the result lies. An error gives 0, which ends the
  // search.
  End try_at(double q) {
    Result<Encoded> encoded = codec_.encode(original_.signal, q, threads_);
    if (!encoded) return fail(encoded.error());
    std::optional<Matched> matched;
    double value = std::log(static_cast<double>(encoded->file.size()));
    if (kind_ == MatchKind::score) {
      Result<Matched> measured = measure_file(codec_, original_, q, encoded->file, threads_);
      if (!measured) return fail(measured.error());
      value = measured->point.ssimulacra2;
      matched = std::move(*measured);
    }
    const End end{q, value - goal_};
    if (std::abs(end.excess) < std::abs(best_.excess)) {
      best_ = end;
      file_ = std::move(encoded->file);
      matched_ = std::move(matched);
    }
    return end;
  }

  bool is_over() const { return error_ || std::abs(best_.excess) <= kMatchTolerance[static_cast<int>(kind_)]; }

  Result<Matched> finish() {
    if (error_) return *error_;
    if (std::abs(best_.excess) > kLooseMatch * kMatchTolerance[static_cast<int>(kind_)]) {
      return no_match(codec_, kind_, goal_, goal_ + best_.excess);
    }
    if (matched_) return std::move(*matched_);
    if (file_.empty())
      return measure_at(codec_, original_, best_.q, threads_);  // the best is a point that was measured before
    return measure_file(codec_, original_, best_.q, file_, threads_);
  }

 private:
  End fail(const Error& error) {
    error_ = error;
    return {0, 0};
  }

  const Codec& codec_;
  const Original& original_;
  MatchKind kind_;
  double goal_;
  int threads_;
  End best_;
  std::vector<std::byte> file_;
  std::optional<Matched> matched_;
  std::optional<Error> error_;
};

}  // namespace

Result<Matched> measure_at(const Codec& codec, const Original& original, double quality, int threads) {
  const Result<Encoded> encoded = codec.encode(original.signal, quality, threads);
  if (!encoded) return encoded.error();
  return measure_file(codec, original, quality, encoded->file, threads);
}

Result<Matched> match(const Codec& codec, const Original& original, const std::vector<Point>& points, MatchKind kind,
                      double target, int threads) {
  const double goal = kind == MatchKind::bytes ? std::log(target) : target;
  std::vector<End> ends;
  for (const Point& point : points) {
    if (point.codec != codec.name() || point.image != original.name) continue;
    const double excess = value_of(point, kind) - goal;
    if (std::isfinite(excess)) ends.push_back({point.q, excess});
  }
  if (ends.empty()) return Error{ErrorCode::invalid_argument, codec.name() + ": no points were measured"};
  const auto by_quality = [](const End& a, const End& b) { return a.q < b.q; };
  std::sort(ends.begin(), ends.end(), by_quality);
  const QualityScale scale = scale_of(codec, ends);
  const auto nearer = [](const End& a, const End& b) { return std::abs(a.excess) < std::abs(b.excess); };
  Search search(codec, original, kind, goal, threads, *std::min_element(ends.begin(), ends.end(), nearer));
  if (!bracket(ends)) {
    // All points are above the goal, or all are below it: try the end of the scale.
    ends.push_back(search.try_at(ends.front().excess > 0 ? scale.worst : scale.best));
    std::sort(ends.begin(), ends.end(), by_quality);
  }
  if (const auto interval = bracket(ends)) {
    auto [low, high] = *interval;
    const double width = high.q - low.q;
    for (int i = 0; i < kMaxSteps && !search.is_over() && high.q - low.q > std::max(scale.step, width / 1024); ++i) {
      // Every third step takes the middle: false position alone may approach slowly from one side.
      const double share = i % 3 == 2 ? 0.5 : low.excess / (low.excess - high.excess);
      double q = low.q + share * (high.q - low.q);
      if (scale.step > 0) q = std::clamp(std::round(q), low.q + scale.step, high.q - scale.step);
      const End end = search.try_at(q);
      ((end.excess <= 0) == (low.excess <= 0) ? low : high) = end;
    }
    // Curves of small pictures are rough, so a better match may lie near the interval but outside of it.
    for (int i = 1; i <= kMaxNeighbours && !search.is_over() && scale.step == 0; ++i) {
      const double q = (low.q + high.q) / 2 + (i % 2 ? 1 : -1) * width / 128 * ((i + 1) / 2);
      search.try_at(std::clamp(q, interval->first.q, interval->second.q));
    }
  }
  return search.finish();
}

}  // namespace laq::compare
