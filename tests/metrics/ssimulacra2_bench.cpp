// Megapixels per second of SSIMULACRA 2 on one thread: a score against a reference that is prepared, and both together.
// An argument (AVX2, SSE4 ...) chooses another SIMD target than the machine's best.
#include <benchmark/benchmark.h>
#include <hwy/highway.h>

#include <cstdint>
#include <string>

#include <laq/metrics.hpp>

namespace {

// Smooth shapes and noise, of about two megapixels.
laq::Picture photograph(int channels, int depth) {
  laq::Picture picture{1920, 1088, channels, depth, {}, {}};
  picture.samples.resize(picture.row_bytes() * picture.height);
  uint32_t noise = 1;
  for (uint32_t y = 0; y < picture.height; ++y) {
    for (uint32_t x = 0; x < picture.width; ++x) {
      for (int c = 0; c < channels; ++c) {
        noise = noise * 1664525 + 1013904223;
        const uint32_t value = (x * 60 / picture.width + y * 90 / picture.height + 60 * ((x / 97 + y / 61) % 2) +
                                20 * static_cast<uint32_t>(c) + (noise >> 28));
        const size_t i = (size_t{y} * picture.width + x) * static_cast<size_t>(channels) + static_cast<size_t>(c);
        if (depth > 8) {
          reinterpret_cast<uint16_t*>(picture.samples.data())[i] = static_cast<uint16_t>(value << (depth - 8));
        } else {
          picture.samples[i] = static_cast<std::byte>(value);
        }
      }
    }
  }
  return picture;
}

laq::Picture distorted(laq::Picture picture) {
  for (size_t i = 0; i < picture.samples.size(); i += 3) picture.samples[i] &= std::byte{0xF0};
  return picture;
}

void count_pixels(benchmark::State& state, const laq::Picture& picture) {
  state.counters["MP/s"] =
      benchmark::Counter(1e-6 * picture.width * picture.height, benchmark::Counter::kIsIterationInvariantRate);
}

void score(benchmark::State& state, int channels, int depth) {
  const laq::Picture a = photograph(channels, depth), b = distorted(a);
  const laq::Result<laq::Ssimulacra2> reference = laq::Ssimulacra2::of(a.view());
  for (auto _ : state) benchmark::DoNotOptimize(reference->score(b.view()));
  count_pixels(state, a);
}

void prepare_and_score(benchmark::State& state, int channels, int depth) {
  const laq::Picture a = photograph(channels, depth), b = distorted(a);
  for (auto _ : state) benchmark::DoNotOptimize(laq::Ssimulacra2::of(a.view())->score(b.view()));
  count_pixels(state, a);
}

}  // namespace

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (count > 1) {
    for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
      if (arguments[1] == std::string(hwy::TargetName(target))) hwy::SetSupportedTargetsForTest(target);
    }
  }
  for (const auto& [channels, depth] : {std::pair{3, 8}, {1, 8}, {4, 8}, {3, 16}}) {
    const std::string kind = "/" + std::to_string(channels) + "_channels/" + std::to_string(depth) + "_bit";
    benchmark::RegisterBenchmark(("score" + kind).c_str(), score, channels, depth)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("prepare_and_score" + kind).c_str(), prepare_and_score, channels, depth)
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::RunSpecifiedBenchmarks();
}
