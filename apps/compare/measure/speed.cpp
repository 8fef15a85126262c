#include "compare/measure/speed.h"

#include <algorithm>
#include <set>

#include "compare/codecs/codec_families.h"
#include "compare/codecs/process.h"
#include "compare/measure/measure.h"
#include "compare/measure/statistics.h"

namespace laq::compare {
namespace {

double median(std::vector<double> values) {
  if (values.empty()) return kAbsent;
  std::sort(values.begin(), values.end());
  return percentile(values, 0.5);
}

// The results of the rounds of one codec.
struct Rounds {
  std::vector<double> encode_seconds, decode_seconds;
  std::vector<std::byte> file;
  double counted_bytes = 0;
  std::string failure;
};

void run_once(const SpeedRun& run, const Signal& signal, int threads, Rounds& rounds) {
  Result<Encoded> encoded = run.codec->encode(signal, run.quality, threads);
  const Result<Decoded> decoded = encoded ? run.codec->decode(encoded->file, threads) : encoded.error();
  if (!decoded) {
    rounds.failure = decoded.error().message;
    return;
  }
  rounds.encode_seconds.push_back(encoded->seconds);
  rounds.decode_seconds.push_back(decoded->seconds);
  rounds.counted_bytes = encoded->counted_bytes();
  rounds.file = std::move(encoded->file);
}

// The peak is unknown if it is no larger than what every process inherits from this one.
double peak_of_program(std::optional<double> peak_bytes) {
  const Result<Finished> idle = run_command(":");
  const bool is_known = idle.ok() && peak_bytes && *peak_bytes > 1.02 * idle->peak_bytes;
  return is_known ? *peak_bytes : kAbsent;
}

void measure_memory(const SpeedRun& run, const Signal& signal, int threads, const Rounds& rounds, Speed& speed) {
  free_unused_memory();
  if (run.codec->is_program()) {
    const Result<Encoded> encoded = run.codec->encode(signal, run.quality, threads);
    const Result<Decoded> decoded = run.codec->decode(rounds.file, threads);
    if (encoded.ok()) speed.encode_peak_bytes = peak_of_program(encoded->peak_bytes);
    if (decoded.ok()) speed.decode_peak_bytes = peak_of_program(decoded->peak_bytes);
    return;
  }
  const auto encode = [&] { return run.codec->encode(signal, run.quality, threads).ok(); };
  const auto decode = [&] { return run.codec->decode(rounds.file, threads).ok(); };
  speed.encode_peak_bytes = peak_bytes_of(encode).value_or(kAbsent);
  speed.decode_peak_bytes = peak_bytes_of(decode).value_or(kAbsent);
}

}  // namespace

std::vector<Speed> compare_speed(const std::vector<SpeedRun>& runs, const Signal& signal, const std::string& image,
                                 const SpeedOptions& options, const std::function<bool(double)>& progress,
                                 std::vector<std::string>& failures) {
  std::vector<Speed> speeds;
  std::set<std::string> failed;  // a codec is reported once, though it may fail with every number of threads
  std::set<int> counts;
  for (const int threads : options.threads) counts.insert(thread_count(threads));
  const size_t steps = counts.size() * runs.size() * static_cast<size_t>(options.rounds + options.memory);
  size_t done = 0;
  const auto go_on = [&] { return !progress || progress(static_cast<double>(++done) / static_cast<double>(steps)); };
  for (const int threads : counts) {
    std::vector<Rounds> rounds(runs.size());
    for (int round = 0; round < options.rounds; ++round) {
      for (size_t turn = 0; turn < runs.size(); ++turn) {
        // Each round begins with another codec, because the first one after a pause runs at another clock frequency.
        const size_t i = (turn + static_cast<size_t>(round)) % runs.size();
        if (rounds[i].failure.empty()) run_once(runs[i], signal, threads, rounds[i]);
        if (!go_on()) return {};
      }
    }
    for (size_t i = 0; i < runs.size(); ++i) {
      const std::string& name = runs[i].codec->name();
      if (!rounds[i].failure.empty()) {
        if (failed.insert(name).second) failures.push_back(name + ", " + image + ", speed: " + rounds[i].failure);
        if (options.memory && !go_on()) return {};
        continue;
      }
      Speed speed{begin_measurement(*runs[i].codec, image, runs[i].quality, signal), threads};
      speed.bytes = rounds[i].counted_bytes;
      speed.encode_seconds = median(rounds[i].encode_seconds);
      speed.decode_seconds = median(rounds[i].decode_seconds);
      if (options.memory) {
        measure_memory(runs[i], signal, threads, rounds[i], speed);
        if (!go_on()) return {};
      }
      speeds.push_back(speed);
    }
  }
  return speeds;
}

}  // namespace laq::compare
