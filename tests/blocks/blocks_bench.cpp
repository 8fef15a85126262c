// Speed of blocks beside a kernel of the plain 4-bit kind on one core, in cache: weights in blocks of 32 with a scale
// of 16 bits, activations of 8 bits with a scale for each 32. Prints billions of weights a second (processor time) and
// the ratio to that kernel; the two take turns, and the best of many turns counts.
//   blocks-bench [TARGET]     TARGET (AVX2, SSE4 ...) chooses another SIMD target than the machine's best
#include <hwy/highway.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <laq/blocks.hpp>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

constexpr uint64_t kRows = 16, kColumns = 4096;
volatile float sink;

double seconds_of(const std::function<void()>& work) {
  constexpr int kRounds = 40;
  const std::clock_t begin = std::clock();
  for (int i = 0; i < kRounds; ++i) work();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / kRounds;
}

#if defined(__x86_64__)
struct PlainWeights {
  uint16_t scale;
  uint8_t nibbles[16];
};
struct PlainActivations {
  uint16_t scale;
  int8_t values[32];
};

__attribute__((target("avx2,fma,f16c"))) float dot_plain(const PlainWeights* weights,
                                                         const PlainActivations* activations, uint64_t blocks) {
  __m256 sum = _mm256_setzero_ps();
  const __m256i low = _mm256_set1_epi8(15), middle = _mm256_set1_epi8(8), ones = _mm256_set1_epi16(1);
  for (uint64_t b = 0; b < blocks; ++b) {
    const __m256 scale = _mm256_set1_ps(_cvtsh_ss(weights[b].scale) * _cvtsh_ss(activations[b].scale));
    const __m128i packed = _mm_loadu_si128(reinterpret_cast<const __m128i*>(weights[b].nibbles));
    const __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(packed), _mm_srli_epi16(packed, 4), 1);
    const __m256i codes = _mm256_sub_epi8(_mm256_and_si256(both, low), middle);
    const __m256i values = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(activations[b].values));
    const __m256i pairs = _mm256_maddubs_epi16(_mm256_sign_epi8(codes, codes), _mm256_sign_epi8(values, codes));
    sum = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(_mm256_madd_epi16(pairs, ones)), sum);
  }
  alignas(32) float parts[8];
  _mm256_store_ps(parts, sum);
  return ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]));
}
#endif

std::function<void()> plain_kernel() {
#if defined(__x86_64__)
  // All CPUs that have AVX2 have F16C, which clang cannot be asked for.
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return {};
  std::mt19937 random(1);
  std::vector<PlainWeights> weights(kRows * kColumns / 32);
  std::vector<PlainActivations> activations(kColumns / 32);
  for (PlainWeights& block : weights) {
    block.scale = 0x3c00;
    for (uint8_t& byte : block.nibbles) byte = static_cast<uint8_t>(random());
  }
  for (PlainActivations& block : activations) {
    block.scale = 0x3c00;
    for (int8_t& value : block.values) value = static_cast<int8_t>(static_cast<int>(random() % 255) - 127);
  }
  return [=] {
    for (uint64_t row = 0; row < kRows; ++row) {
      sink = dot_plain(weights.data() + row * kColumns / 32, activations.data(), kColumns / 32);
    }
  };
#else
  return {};
#endif
}

std::vector<float> gaussian(size_t count) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  std::vector<float> numbers(count);
  for (float& number : numbers) number = normal(random);
  return numbers;
}

}  // namespace

int main(int count, char** arguments) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    if (count > 1 && arguments[1] == std::string(hwy::TargetName(target))) hwy::SetSupportedTargetsForTest(target);
  }
  const std::function<void()> plain = plain_kernel();
  const std::vector<float> weights = gaussian(kRows * kColumns), activations = gaussian(kColumns);
  const auto print = [&](const char* name, int width, double seconds, double plain_seconds) {
    std::printf("%-10s width %d %7.2f G/s", name, width, 1e-9 * kRows * kColumns / seconds);
    if (plain) std::printf("   %.3f of the plain kernel", plain_seconds / seconds);
    std::printf("\n");
  };
  for (const int width : {1, 2, 3, 4, 5, 6, 8, 0}) {
    const auto tensor = laq::quantize_blocks(weights, kRows, kColumns, {.bits = 4.25, .width = width, .effort = 1});
    const auto view = laq::view_blocks(tensor->format, tensor->bytes);
    const auto quantized = laq::quantize_activations(*view, activations);
    std::vector<float> products(kRows);
    const auto dots = [&] { sink = laq::dot_blocks(*view, 0, *quantized, products) ? 0.0f : products[0]; };
    const auto unpack = [&] { sink = (*laq::dequantize_blocks(*view))[0]; };
    double plain_least = 1e9, dot_least = 1e9, unpack_least = 1e9;
    for (int turn = 0; turn < 60; ++turn) {
      if (plain) plain_least = std::min(plain_least, seconds_of(plain));
      dot_least = std::min(dot_least, seconds_of(dots));
      if (turn % 4 == 0) unpack_least = std::min(unpack_least, seconds_of(unpack));
    }
    if (width == 1 && plain) print("plain", 4, plain_least, plain_least);
    print("dot", width, dot_least, plain_least);
    print("dequantize", width, unpack_least, plain_least);
  }
}
