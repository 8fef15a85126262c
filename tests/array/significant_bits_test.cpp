// Significant bits: decoded elements are never more than they hold.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <string>

#include <laq/array.hpp>

#include "array/search/recipe_search.h"
#include "base/element.h"

using namespace laq;
using namespace laq::array;

namespace {

struct Recording {
  ElementType type;
  uint8_t bits;
};
constexpr Recording kRecordings[] = {{ElementType::int16, 8},   {ElementType::int32, 24}, {ElementType::int32, 20},
                                     {ElementType::uint16, 12}, {ElementType::int8, 5},   {ElementType::uint8, 1},
                                     {ElementType::uint32, 24}, {ElementType::int16, 16}, {ElementType::int16, 200}};

// Waves that are cut off at both ends of the range, with some noise and, if wanted, a fill value.
std::vector<double> loud(const ElementRange& range, size_t count, bool has_fill) {
  std::vector<double> values(count);
  std::mt19937 random(1);
  for (size_t i = 0; i < count; ++i) {
    const double noise = static_cast<double>(random()) / 4294967296.0 - 0.5;
    const double share = 0.5 + 0.6 * std::sin(static_cast<double>(i) / 31) + 0.04 * noise;
    values[i] = range.round(range.least() + share * (range.greatest() - range.least()));
    if (has_fill && i % 97 == 5) values[i] = range.least();
  }
  return values;
}

}  // namespace

TEST_CASE("loud recordings stay within their significant bits, and within the bound") {
  for (const auto& recording : kRecordings) {
    const ElementType type = recording.type;  // no structured binding: clang does not let lambdas capture one
    const uint8_t bits = recording.bits;
    const ElementRange range(type, bits);
    const double width = range.greatest() - range.least();
    for (const std::vector<uint64_t>& shape :
         {std::vector<uint64_t>{1000}, {2, 500}, {20, 50}, {10, 10, 10}, {2, 5, 10, 10}}) {
      for (const bool has_fill : {false, true}) {
        const std::vector<double> values = loud(range, 1000, has_fill);
        std::vector<std::byte> elements(values.size() * element_bytes(type));
        store_values(type, values, elements);
        const ArrayView view{type, shape, elements.data(), {}, {48000, bits}};
        for (const ArrayTarget& target :
             {ArrayTarget{ArrayTargetKind::lossless, 0}, ArrayTarget{ArrayTargetKind::max_relative_error, 1e-3},
              ArrayTarget{ArrayTargetKind::max_relative_error, 0.05},
              ArrayTarget{ArrayTargetKind::max_relative_error, 2}, ArrayTarget{ArrayTargetKind::psnr, 20},
              ArrayTarget{ArrayTargetKind::snr, 40}, ArrayTarget{ArrayTargetKind::pointwise_relative, 0.1}}) {
          CAPTURE(static_cast<int>(type));
          CAPTURE(static_cast<int>(bits));
          CAPTURE(static_cast<int>(target.kind));
          const auto file = encode(view, {.target = target, .threads = 1, .effort = has_fill ? 8 : 5});
          REQUIRE(file.ok());
          const auto again = decode_array(*file);
          REQUIRE(again.ok());
          CHECK(again->signal.significant_bits == bits);
          const std::vector<double> found = values_of(type, again->data);
          double largest = 0;
          bool is_inside = true, is_relative = true;
          for (size_t i = 0; i < values.size(); ++i) {
            is_inside = is_inside && range.clamp(found[i]) == found[i];
            is_relative = is_relative && std::fabs(found[i] - values[i]) <= 0.1 * std::fabs(values[i]);
            largest = std::max(largest, std::fabs(found[i] - values[i]));
          }
          CHECK(is_inside);
          CHECK(inspect_array(*file)->max_error == largest);
          if (target.kind == ArrayTargetKind::lossless) CHECK(largest == 0);
          if (target.kind == ArrayTargetKind::max_relative_error) CHECK(largest <= target.value * width);
          if (target.kind == ArrayTargetKind::pointwise_relative) CHECK(is_relative);
        }
      }
    }
  }
}

TEST_CASE("every stage limits elements to the significant bits") {
  const ElementRange range(ElementType::int16, 8);
  for (const Fidelity fidelity : {Fidelity::max_error, Fidelity::mean_squared_error, Fidelity::relative_error}) {
    const double tolerance = fidelity == Fidelity::relative_error ? 0.5 : 7;
    const ChunkFormat format{ElementType::int16, {{1, 2, 1000}}, fidelity, tolerance, 8};
    const std::vector<double> values = loud(range, format.grid.size(), true);
    std::vector<std::byte> elements(format.bytes()), again(format.bytes());
    store_values(format.type, values, elements);
    for (int i = 0; i < kStages; ++i) {
      const Step step{static_cast<StageId>(i)};
      if (!allows(step.stage, format)) continue;
      CAPTURE(name_of(step.stage));
      const CodedChunk coded = encode_chunk(format, elements, {}, std::span(&step, 1));
      REQUIRE(decode_chunk(format, coded.stream, again));
      const std::vector<double> found = values_of(format.type, again);
      double largest = 0;
      for (size_t i = 0; i < found.size(); ++i) largest = std::max(largest, std::fabs(found[i] - values[i]));
      CHECK(coded.distortion.max_error == largest);
      CHECK(std::all_of(found.begin(), found.end(), [&](double x) { return range.clamp(x) == x; }));
    }
  }
}

TEST_CASE("elements beyond the significant bits are refused by name") {
  const std::vector<int32_t> elements = {0, 5, -8388608, 8388608};
  const auto file = encode({ElementType::int32, {4}, elements.data(), {}, {48000, 24}});
  REQUIRE_FALSE(file.ok());
  CHECK(file.error().code == ErrorCode::invalid_argument);
  CHECK(file.error().message.find("significant_bits is 24") != std::string::npos);
  CHECK(file.error().message.find("8388608") != std::string::npos);
  CHECK(encode({ElementType::int32, {3}, elements.data(), {}, {48000, 24}}).ok());
  CHECK(encode({ElementType::int32, {4}, elements.data(), {}, {48000, 0}}).ok());
  CHECK(encode({ElementType::int32, {4}, elements.data(), {}, {48000, 32}}).ok());
  const std::vector<uint16_t> naturals = {0, 4095, 4096};
  CHECK_FALSE(encode({ElementType::uint16, {3}, naturals.data(), {}, {0, 12}}).ok());
  CHECK(encode({ElementType::uint16, {2}, naturals.data(), {}, {0, 12}}).ok());
  const std::vector<float> singles = {-1e30f, 1e30f};  // which have no bits to leave out
  CHECK(encode({ElementType::float32, {2}, singles.data(), {}, {48000, 24}}).ok());
  const std::vector<int32_t> none;
  CHECK(encode({ElementType::int32, {0}, none.data(), {}, {48000, 24}}).ok());
}
