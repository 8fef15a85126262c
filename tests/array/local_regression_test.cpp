// Local regression in bands: what it learns, that every target gives the same bits, and what damage does.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <vector>

#include "array/predict/index_coder-inl.h"
#include "array/predict/regression_bands.h"
#include "array/search/recipe_search.h"
#include "base/element.h"
#include "for_each_target.h"

using namespace laq;
using namespace laq::array;
using laq::test::for_each_target;

namespace {

double wave(int z, int y, int x) {
  return 100 * std::sin(0.4 * x + 0.7 * y + 0.3 * z) + 50 * std::cos(0.9 * x - 0.5 * y);
}

double rounded_wave(int z, int y, int x) {
  return std::nearbyint(wave(z, y, x));
}

template <class Value>
std::vector<double> field_of(const Grid& grid, Value&& value) {
  std::vector<double> values;
  for (int z = 0; z < grid.sides[0]; ++z) {
    for (int y = 0; y < grid.sides[1]; ++y) {
      for (int x = 0; x < grid.sides[2]; ++x) values.push_back(static_cast<float>(value(z, y, x)));
    }
  }
  return values;
}

std::vector<std::byte> elements_of(ElementType type, std::span<const double> values) {
  std::vector<std::byte> elements(values.size() * element_bytes(type));
  store_values(type, values, elements);
  return elements;
}

struct Written {
  std::vector<std::byte> stream;
  std::vector<double> values;
  uint64_t first_raw;
};

Written write(ElementType type, const Grid& grid, const std::vector<double>& values, double bound,
              const std::vector<bool>& masked = {}, int learnt_distance = 2, int exponent = 20) {
  const std::vector<std::byte> elements = elements_of(type, values);
  InterleavedRansWriter writer(rans_states_of(grid));
  ResidualCoder residuals(writer, ElementRange(type), bound, ResidualCoder<InterleavedRansWriter>::kNone,
                          {values, elements, 1, exponent});
  Written written;
  written.values.resize(values.size());
  code_regression_bands(residuals, grid, masked, learnt_distance, residuals.first(),
                        [&](size_t place, std::span<const double> row) {
                          std::copy(row.begin(), row.end(), written.values.begin() + static_cast<ptrdiff_t>(place));
                        });
  written.first_raw = residuals.first_raw();
  written.stream = writer.finish();
  return written;
}

std::vector<double> read(ElementType type, const Grid& grid, std::span<const std::byte> stream, double bound,
                         uint64_t first_raw, const std::vector<bool>& masked = {}, int learnt_distance = 2) {
  InterleavedRansReader reader(stream, rans_states_of(grid));
  ResidualCoder residuals(reader, ElementRange(type), bound, first_raw);
  std::vector<double> values(grid.size());
  code_regression_bands(residuals, grid, masked, learnt_distance, residuals.first(),
                        [&](size_t place, std::span<const double> row) {
                          std::copy(row.begin(), row.end(), values.begin() + static_cast<ptrdiff_t>(place));
                        });
  return values;
}

}  // namespace

TEST_CASE(
    "fields of any shape are decoded as the writer knows them, within the bound, with the same bytes on every target") {
  for (const Grid& grid : {Grid{{4, 40, 50}}, Grid{{1, 2, 1}}, Grid{{1, 2, 2}}, Grid{{1, 37, 3}}, Grid{{2, 1, 1}},
                           Grid{{3, 5, 7}}, Grid{{1, 9, 100}}, Grid{{9, 1, 40}}, Grid{{5, 4, 24}}}) {
    CAPTURE(grid.sides[0]);
    CAPTURE(grid.sides[1]);
    CAPTURE(grid.sides[2]);
    const std::vector<double> values = field_of(grid, wave);
    for (const ElementType type : {ElementType::float32, ElementType::float64}) {
      std::vector<std::byte> first;
      for_each_target([&] {
        const Written written = write(type, grid, values, 0.01, {}, 1);
        if (first.empty()) first = written.stream;
        CHECK(written.stream == first);
        CHECK(read(type, grid, written.stream, 0.01, written.first_raw, {}, 1) == written.values);
        double worst = 0;
        for (size_t i = 0; i < values.size(); ++i) worst = std::max(worst, std::fabs(values[i] - written.values[i]));
        CHECK(worst <= 0.01);
      });
    }
  }
}

TEST_CASE("local regression learns waves, which Lorenzo's predictor cannot") {
  const Grid grid{{4, 40, 50}};
  // Lorenzo's predictor leaves differences of dozens, which take more than 12 bits in steps of 0.02.
  const Written written = write(ElementType::float32, grid, field_of(grid, wave), 0.01);
  CHECK(written.stream.size() * 8 < 7 * grid.size());
}

TEST_CASE("local regression learns nothing from masked samples") {
  const Grid grid{{4, 40, 50}};
  // A band of samples far off, all masked: what is learnt elsewhere stays good.
  std::vector<bool> masked(grid.size());
  for (size_t i = 0; i < masked.size(); ++i) masked[i] = i % 50 >= 40;
  const std::vector<double> values =
      field_of(grid, [](int z, int y, int x) { return x >= 40 ? 1e5 * ((x * 7 + y * 3) % 5) : wave(z, y, x); });
  const Written written = write(ElementType::float32, grid, values, 0.01, masked);
  CHECK(read(ElementType::float32, grid, written.stream, 0.01, written.first_raw, masked) == written.values);
  CHECK(written.stream.size() * 8 < 8 * grid.size());
}

TEST_CASE("values that no index brings within the bound are raw elements, and indices of any size come back") {
  const Grid grid{{3, 10, 20}};
  std::mt19937_64 random(5);
  std::vector<double> values;
  for (size_t i = 0; i < grid.size(); ++i) {
    const double size = std::ldexp(1.0, static_cast<int>(random() % 600) - 300);
    values.push_back(random() % 2 == 0 ? size : -size);
  }
  values[7] = std::numeric_limits<double>::max();
  for (const double bound : {0.0, 1e-3, 1e30}) {
    const Written written = write(ElementType::float64, grid, values, bound);
    if (bound < 1) CHECK(written.first_raw != ResidualCoder<InterleavedRansWriter>::kNone);
    CHECK(read(ElementType::float64, grid, written.stream, bound, written.first_raw) == written.values);
    for (size_t i = 0; i < values.size(); ++i) CHECK(std::fabs(values[i] - written.values[i]) <= bound);
  }
}

TEST_CASE("columns of float32 samples, some of them raw, come back within the bound, the same on every target") {
  constexpr double kHuge = 3e38, kBound = 0.01;
  for (const Grid& grid : {Grid{{1, 37, 60}}, Grid{{1, 130, 90}}, Grid{{3, 61, 50}}}) {
    for (const int one_in : {3, 50, 2000}) {
      std::mt19937 random(static_cast<unsigned>(one_in));
      std::vector<double> values = field_of(grid, wave);
      for (double& value : values) {
        if (random() % one_in == 0) value = static_cast<float>(random() % 2 == 0 ? kHuge : -kHuge);
      }
      for (const int one_masked : {0, 7}) {
        CAPTURE(one_in);
        std::vector<bool> masked(one_masked > 0 ? grid.size() : 0);
        for (size_t i = 0; i < masked.size(); ++i) masked[i] = i % static_cast<size_t>(one_masked) == 1;
        std::vector<std::byte> first;
        for_each_target([&] {
          const Written written = write(ElementType::float32, grid, values, kBound, masked, 2, 127);
          if (first.empty()) first = written.stream;
          CHECK(written.stream == first);
          CHECK(read(ElementType::float32, grid, written.stream, kBound, written.first_raw, masked) == written.values);
          double worst = 0;
          for (size_t i = 0; i < values.size(); ++i) {
            // A raw element stands in the elements, and is whatever predicts others in the values.
            if (std::fabs(values[i]) < kHuge / 2 && (masked.empty() || !masked[i]))
              worst = std::max(worst, std::fabs(values[i] - written.values[i]));
          }
          CHECK(worst <= kBound);
        });
      }
    }
  }
}

TEST_CASE("fields of every small width come back, of one state and of four, with masks and in heights of any kind") {
  for (const int depth : {1, 3}) {
    for (int width = 1; width <= 30; ++width) {
      CAPTURE(depth);
      CAPTURE(width);
      const Grid grid{{depth, width < 28 ? 2 + width % 7 : 302, width}};
      const std::vector<double> values = field_of(grid, wave);
      std::vector<bool> masked(grid.size());
      for (size_t i = 0; i < masked.size(); ++i) masked[i] = i % 11 < 2;  // the first one, too
      for (const int distance : {1, 2}) {
        const Written written = write(ElementType::float32, grid, values, 0.01, masked, distance);
        CHECK(read(ElementType::float32, grid, written.stream, 0.01, written.first_raw, masked, distance) ==
              written.values);
      }
    }
  }
  CHECK(rans_states_of(Grid{{1, 302, 28}}) > 1);
}

TEST_CASE("indices of every size come back in units of every size") {
  constexpr int64_t kGreatest = BoundedQuantizer::kMaxCounted;
  std::vector<int64_t> indices;
  for (const int64_t size :
       {int64_t{0}, int64_t{1}, int64_t{7}, int64_t{8}, int64_t{1} << 30, kGreatest - 1, kGreatest}) {
    indices.push_back(size);
    indices.push_back(-size);
  }
  for (const int shift : {0, 1, 2, 31, 58, 59}) {
    CAPTURE(shift);
    InterleavedRansWriter writer(4);
    IndexModels of_writer, of_reader;
    const auto code_all = [&](auto& coder, IndexModels& models, const auto& wanted) {
      std::vector<int64_t> found;
      for (const bool turned : {false, true}) {
        for (const int64_t index : wanted) {
          const auto wanted_now = laq::array::HWY_NAMESPACE::wanted_index(index, shift, turned);
          const int symbol = laq::array::HWY_NAMESPACE::code_symbol(coder, 1, models.units[3], symbol_of(wanted_now));
          found.push_back(laq::array::HWY_NAMESPACE::code_rest(coder, models, symbol, shift, turned, wanted_now));
        }
      }
      return found;
    };
    const std::vector<int64_t> coded = code_all(writer, of_writer, indices);
    const std::vector<std::byte> stream = writer.finish();
    InterleavedRansReader reader(stream, 4);
    CHECK(code_all(reader, of_reader, std::vector<int64_t>(indices.size())) == coded);
    std::vector<int64_t> twice = indices;
    twice.insert(twice.end(), indices.begin(), indices.end());
    CHECK(coded == twice);
  }
}

TEST_CASE("damaged streams of local regression give some values, and short ones end") {
  struct Kind {
    ElementType type;
    Grid grid;
    double bound;
  };
  std::mt19937 random(6);
  for (const Kind& kind :
       {Kind{ElementType::float32, {{3, 12, 20}}, 0.01}, Kind{ElementType::float32, {{1, 96, 90}}, 0.01},
        Kind{ElementType::float64, {{3, 12, 20}}, 0}, Kind{ElementType::int16, {{2, 12, 20}}, 1}}) {
    const Written written = write(kind.type, kind.grid, field_of(kind.grid, rounded_wave), kind.bound);
    for (int i = 0; i < 100; ++i) {
      std::vector<std::byte> stream = written.stream;
      for (int k = 0; k < 3; ++k) stream[random() % stream.size()] = static_cast<std::byte>(random());
      const uint64_t first_raw = i % 2 == 0 ? random() % 50 : written.first_raw;
      CHECK(read(kind.type, kind.grid, stream, kind.bound, first_raw).size() == kind.grid.size());
      if (i > 0) continue;
      const auto half = std::span(written.stream).first(written.stream.size() / 2);
      InterleavedRansReader reader(half, rans_states_of(kind.grid));
      ResidualCoder residuals(reader, ElementRange(kind.type), kind.bound, written.first_raw);
      code_regression_bands(residuals, kind.grid, {}, 2, residuals.first(), [](size_t, std::span<const double>) {});
      CHECK(reader.is_past_end());
    }
  }
}

TEST_CASE("fields of more samples than the coder's states last come back, with masked samples and without") {
  for (const bool has_masked : {false, true}) {
    for (const Grid& grid : {Grid{{1, 300, 450}}, Grid{{3, 260, 131}}}) {
      const ChunkFormat format{ElementType::float32, grid, Fidelity::max_error, 0};
      std::vector<double> values(grid.size());
      for (size_t i = 0; i < values.size(); ++i) {
        values[i] = std::sin(static_cast<double>(i % 450) / 30) + 1e-4 * static_cast<double>(i * i % 7);
        if (has_masked && i % 1001 == 5) values[i] = std::nan("");
      }
      std::vector<std::byte> elements(format.bytes()), again(elements.size());
      store_values(format.type, values, elements);
      static constexpr Step kStep{StageId::local_regression};
      const CodedChunk coded = encode_chunk(format, elements, {}, std::span(&kStep, 1));
      REQUIRE(coded.recipe == Recipe{kStep});
      CHECK(decode_chunk(format, coded.stream, again));
      CHECK(again == elements);
      // A stream that ends where states restart is damaged.
      CHECK_FALSE(decode_chunk(format, std::span(coded.stream).first(coded.stream.size() / 3), again));
    }
  }
}
