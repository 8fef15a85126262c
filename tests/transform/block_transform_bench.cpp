// Nanoseconds per sample of the block transforms, for all sizes, beside FFTW's two-dimensional real-to-real transforms.
// An argument (AVX2, SSE4 ...) chooses another SIMD target than the machine's best.
// "quarter": the inverse of a block whose coefficients are zero outside of the lowest half of each axis.
#include <benchmark/benchmark.h>
#include <fftw3.h>
#include <hwy/highway.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "transform/block_transform.h"

namespace {

using laq::BlockShape;
using laq::Kernel;
using laq::TransformType;

void count_samples(benchmark::State& state, BlockShape size) {
  using benchmark::Counter;
  state.counters["ns_per_sample"] =
      Counter(1e-9 * size.width() * size.height(), Counter::kIsIterationInvariantRate | Counter::kInvert);
}

std::vector<int16_t> random_residual(BlockShape size) {
  std::mt19937 random(1);
  std::vector<int16_t> residual(static_cast<size_t>(size.width()) * size.height());
  for (auto& sample : residual) sample = static_cast<int16_t>(static_cast<int>(random() % 511) - 255);
  return residual;
}

void forward(benchmark::State& state, BlockShape size, TransformType type) {
  const auto residual = random_residual(size);
  std::vector<int32_t> coefficients(residual.size());
  for (auto _ : state) {
    laq::forward_transform({residual.data(), size.width()}, size, type, coefficients.data());
    benchmark::ClobberMemory();
  }
  count_samples(state, size);
}

void inverse(benchmark::State& state, BlockShape size, TransformType type, int part) {
  const int coded_width = laq::coded_size(size.width()), coded_height = laq::coded_size(size.height());
  const int nonzero_width = coded_width / part, nonzero_height = coded_height / part;
  const laq::NonzeroExtent nonzero{static_cast<uint8_t>(nonzero_width), static_cast<uint8_t>(nonzero_height)};
  std::mt19937 random(1);
  std::vector<int32_t> coefficients(static_cast<size_t>(coded_width) * coded_height);
  for (int v = 0; v < nonzero_height; ++v) {
    for (int u = 0; u < nonzero_width; ++u) {
      coefficients[v * coded_width + u] = static_cast<int32_t>(random() % 1023) - 511;
    }
  }
  std::vector<int16_t> residual(static_cast<size_t>(size.width()) * size.height());
  for (auto _ : state) {
    laq::inverse_transform(coefficients.data(), nonzero, size, type, {residual.data(), size.width()});
    benchmark::ClobberMemory();
  }
  count_samples(state, size);
}

void fftw(benchmark::State& state, BlockShape size, fftw_r2r_kind kind) {
  const size_t samples = static_cast<size_t>(size.width()) * size.height();
  const std::unique_ptr<double, decltype(&fftw_free)> in(fftw_alloc_real(samples), fftw_free);
  const std::unique_ptr<double, decltype(&fftw_free)> out(fftw_alloc_real(samples), fftw_free);
  const fftw_plan plan = fftw_plan_r2r_2d(size.height(), size.width(), in.get(), out.get(), kind, kind, FFTW_PATIENT);
  const auto residual = random_residual(size);
  std::copy(residual.begin(), residual.end(), in.get());
  for (auto _ : state) {
    fftw_execute(plan);
    benchmark::ClobberMemory();
  }
  fftw_destroy_plan(plan);
  count_samples(state, size);
}

void register_size(BlockShape size) {
  const TransformType cosine, sine{Kernel::dst7, Kernel::dst7};
  const auto name = [&](const char* what) {
    return std::string(what) + "/" + std::to_string(size.width()) + "x" + std::to_string(size.height());
  };
  const auto add = [&](const char* what, auto function, auto... arguments) {
    benchmark::RegisterBenchmark(name(what).c_str(), function, size, arguments...);
  };
  const bool has_sine = size.width() <= laq::kMaxDstSize && size.height() <= laq::kMaxDstSize;
  add("forward_dct2", forward, cosine);
  add("inverse_dct2", inverse, cosine, 1);
  add("inverse_dct2_quarter", inverse, cosine, 2);
  if (has_sine) {
    add("forward_dst7", forward, sine);
    add("inverse_dst7", inverse, sine, 1);
    add("inverse_dst7_quarter", inverse, sine, 2);
  }
  add("fftw_forward_dct2", fftw, FFTW_REDFT10);
  add("fftw_inverse_dct2", fftw, FFTW_REDFT01);
}

}  // namespace

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (count > 1) {
    for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
      if (arguments[1] == std::string(hwy::TargetName(target))) hwy::SetSupportedTargetsForTest(target);
    }
  }
  for (int log2_height = 2; log2_height <= 6; ++log2_height) {
    for (int log2_width = 2; log2_width <= 6; ++log2_width) register_size({log2_width, log2_height});
  }
  benchmark::RunSpecifiedBenchmarks();
}
