// The lapped transform and its inverse beside FFTW's cosine transform of the same blocks, which neither overlap nor
// give the same bits on every machine.
#include <benchmark/benchmark.h>
#include <fftw3.h>

#include <cmath>
#include <vector>

#include "transform/lapped_transform.h"

namespace {

constexpr size_t kSamples = size_t{1} << 20;

std::vector<double> make_line() {
  std::vector<double> line(kSamples);
  for (size_t i = 0; i < kSamples; ++i) line[i] = std::sin(0.01 * static_cast<double>(i));
  return line;
}

void report(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kSamples));
}

void lapped(benchmark::State& state) {
  const auto log2 = static_cast<int>(state.range(0));
  laq::LappedTransform transform(log2, log2);
  const std::vector<uint8_t> blocks(kSamples >> log2, static_cast<uint8_t>(log2));
  std::vector<double> line = make_line();
  for (auto _ : state) {
    transform.forward(blocks, line.data());
    transform.inverse(blocks, line.data());
  }
  report(state);
}
BENCHMARK(lapped)->DenseRange(4, 14, 2)->Unit(benchmark::kMillisecond);

void fftw(benchmark::State& state) {
  const int length = 1 << state.range(0);
  std::vector<double> line = make_line();
  const fftw_plan plan = fftw_plan_r2r_1d(length, line.data(), line.data(), FFTW_REDFT11, FFTW_MEASURE);
  for (auto _ : state) {
    for (int pass = 0; pass < 2; ++pass) {
      for (size_t i = 0; i < kSamples; i += length) fftw_execute_r2r(plan, line.data() + i, line.data() + i);
    }
    for (double& value : line) value *= 0.5 / length;
  }
  fftw_destroy_plan(plan);
  report(state);
}
BENCHMARK(fftw)->DenseRange(4, 14, 2)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
