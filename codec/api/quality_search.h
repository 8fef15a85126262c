// Quality search: looks for the quality at which a file has a size, or a picture a score.
//
// Both are monotone in quality but for noise, so the search keeps a bracket of two qualities, asks between them where a
// straight line through them meets the target (regula falsi; the Illinois rule: M. Dowell and P. Jarratt, BIT 1971),
// and keeps a distance from both ends so that the bracket always shrinks. The logarithm of the size is close to linear
// in quality, the score even closer.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <laq/laq.hpp>

namespace laq {

// The finest difference of quality that a stream states.
inline constexpr int kQualityUnits = 100;
// The whole file at this quality (0..100); calls progress as EncodeOptions::progress is called. An Error ends the
// search.
using EncodeAtQuality =
    std::function<Result<std::vector<std::byte>>(float quality, const std::function<bool(float)>& progress)>;
// The score of a file, in the numbers of the target's kind.
using ScoreFile = std::function<Result<double>(std::span<const std::byte> file)>;

// The file of the largest quality that is found with not more than target_bytes; limit_exceeded if even quality 0
// needs more. progress may be null.
Result<std::vector<std::byte>> encode_to_size(const EncodeAtQuality& encode, uint64_t target_bytes,
                                              const std::function<bool(float)>& progress);

// A file that misses the target by at most its tolerance (TargetKind), from the side of fewer bytes if there is one, or
// the smallest that is found with a better score; invalid_argument if even quality 100 stays below. target: a score
// in its range. progress may be null.
Result<std::vector<std::byte>> encode_to_score(const EncodeAtQuality& encode, const ScoreFile& score,
                                               const Target& target, const std::function<bool(float)>& progress);

}  // namespace laq
