// The cascade that predicts series, and the syntax of their indices.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "array/predict/blend.h"
#include "array/predict/mixed_indices.h"
#include "array/predict/series_rows.h"
#include "array/search/reference_search.h"
#include "array/stages.h"
#include "entropy/coder.h"
#include "for_each_target.h"

using namespace laq;
using namespace laq::array;
using laq::test::for_each_target;

namespace {

constexpr int kWidth = 6000;

// Differences with the room around them that a cascade reads.
std::vector<double> framed(int width) {
  return std::vector<double>(SeriesCascade::kBefore + width + SeriesCascade::kBehind);
}

// The errors of the predictions of a row, whose differences difference_of(x) gives.
template <class Difference>
std::vector<double> errors_of(SeriesCascade& cascade, std::vector<double>& row, const std::vector<double>& above,
                              Difference&& difference_of) {
  const std::vector<double> none = framed(kWidth);
  double* const differences = row.data() + SeriesCascade::kBefore;
  cascade.begin_row(differences, above.data() + SeriesCascade::kBefore, none.data() + SeriesCascade::kBefore);
  std::vector<double> errors;
  for (int x = 1; x < kWidth; ++x) {
    const double predicted = cascade.predict(x);
    differences[x] = difference_of(x);
    errors.push_back(std::fabs(differences[x] - predicted));
    cascade.update(x, differences[x], x + 1 == kWidth);
  }
  return errors;
}

double mean_of_last(const std::vector<double>& errors) {
  constexpr int kLast = 1000;
  double sum = 0;
  for (auto error = errors.end() - kLast; error != errors.end(); ++error) sum += *error;
  return sum / kLast;
}

}  // namespace

TEST_CASE("the cascade learns a sum of waves, with the same errors on every target") {
  std::vector<double> first;
  for_each_target([&] {
    SeriesCascade cascade(1);
    std::vector<double> row = framed(kWidth);
    const std::vector<double> errors = errors_of(
        cascade, row, framed(kWidth), [](int x) { return 500 * std::sin(0.3 * x) + 250 * std::sin(0.71 * x + 1); });
    CHECK(mean_of_last(errors) < 0.05);
    if (first.empty()) first = errors;
    CHECK(errors == first);
  });
}

TEST_CASE("a row is predicted from the row above, from what lies ahead there, too") {
  std::mt19937 random(1);
  std::vector<double> above = framed(kWidth), row = framed(kWidth);
  SeriesCascade cascade(2);
  const std::vector<double> noise =
      errors_of(cascade, above, framed(kWidth), [&](int) { return static_cast<double>(random() % 2001) - 1000; });
  CHECK(mean_of_last(noise) > 400);
  const double* const source = above.data() + SeriesCascade::kBefore;
  const std::vector<double> errors =
      errors_of(cascade, row, above, [&](int x) { return 0.5 * source[x] - 0.25 * source[x + 3]; });
  CHECK(mean_of_last(errors) < 0.5);
}

TEST_CASE("a filter finds an echo beyond the regression") {
  std::mt19937 random(2);
  std::vector<double> row = framed(kWidth);
  SeriesCascade cascade(1);
  const double* const differences = row.data() + SeriesCascade::kBefore;
  const std::vector<double> errors = errors_of(cascade, row, framed(kWidth), [&](int x) {
    const double noise = static_cast<double>(random() % 201) - 100;
    return noise + (x > 150 ? 0.9 * differences[x - 150] : 0);
  });
  CHECK(mean_of_last(errors) < 100);  // a mean of 115 without it; 50 are noise
}

TEST_CASE("the cascade stays finite whatever the differences are") {
  SeriesCascade cascade(1);
  std::vector<double> row = framed(kWidth);
  std::mt19937 random(3);
  const std::vector<double> errors = errors_of(cascade, row, framed(kWidth), [&](int) {
    return std::ldexp(random() % 2 == 0 ? 1.0 : -1.0, static_cast<int>(random() % 61));
  });
  CHECK(std::all_of(errors.begin(), errors.end(), [](double error) { return std::isfinite(error); }));
}

TEST_CASE("a blend follows the best of its predictions, and evens out those that are alike") {
  Blend<3> blend;
  for (int i = 0; i < 400; ++i) {
    blend.predict({10.0 + i % 2, 12, 0});
    blend.update(10.5);
  }
  CHECK(blend.least_error() == doctest::Approx(0.5).epsilon(0.01));
  CHECK(blend.predict({1, 5, 9}) == doctest::Approx(1).epsilon(0.01));
  Blend<2> even;
  for (int i = 0; i < 400; ++i) {
    even.predict({-1, 1});
    even.update(0);
  }
  CHECK(even.predict({-4, 8}) == doctest::Approx(2));
}

TEST_CASE("indices of every size come back") {
  std::mt19937_64 random(4);
  std::vector<int64_t> indices;
  std::vector<IndexView> views;
  const auto root = [&] { return std::sqrt(std::ldexp(1.0, static_cast<int>(random() % 60)) - 1); };
  for (int i = 0; i < 20000; ++i) {
    const auto size = static_cast<int64_t>(random() >> (5 + random() % 59));
    indices.push_back(random() % 2 == 0 ? size : -size);
    const double offset = static_cast<double>(random() % 1001) / 1000 - 0.5;
    views.push_back({root(), root(), root(), root(), root(), root(), root(), offset, static_cast<int>(random() % 27)});
  }
  SymbolWriter writer;
  MixedIndices written;
  for (size_t i = 0; i < indices.size(); ++i) written.code(writer, views[i], indices[i]);
  const std::vector<std::byte> bytes = writer.finish();
  SymbolReader reader(bytes);
  MixedIndices read;
  bool same = true;
  for (size_t i = 0; i < indices.size(); ++i) same = same && read.code(reader, views[i], 0) == indices[i];
  CHECK(same);
  CHECK_FALSE(reader.is_past_end());
}

TEST_CASE("rows refer to those that tell most of them, and take fewer bytes for it") {
  constexpr int kRows = 6, kColumns = 3000;
  const Grid grid{{1, kRows, kColumns}};
  std::mt19937 random(5);
  std::vector<double> values(size_t{kRows} * kColumns);
  const auto row = [&](int y) { return values.data() + static_cast<ptrdiff_t>(y) * kColumns; };
  for (int x = 0; x < kColumns; ++x) {
    for (const int y : {0, 1, 2, 4}) row(y)[x] = static_cast<double>(random() % 201) - 100;
    row(3)[x] = 2 * row(0)[x];
    row(5)[x] = row(1)[x] - row(2)[x];
  }
  const RowReferences references = find_references(values, grid);
  REQUIRE(references.size() == kRows);
  CHECK(references[3][0] == 3);
  CHECK(std::min(references[5][0], references[5][1]) == 3);
  CHECK(std::max(references[5][0], references[5][1]) == 4);

  std::vector<std::byte> elements(values.size() * sizeof(int16_t));
  store_values(ElementType::int16, values, elements);
  const ChunkFormat format{ElementType::int16, grid, Fidelity::max_error, 0};
  const auto coded = array::test::encode_by(StageId::cascade, SourceChunk(format.range(), grid, elements), format);
  REQUIRE(coded);
  CHECK(coded->bytes.size() < 4 * kColumns + 3000);  // four rows of noise, of nearly eight bits a sample
  std::vector<std::byte> decoded(elements.size());
  CHECK(array::test::decode_by(StageId::cascade, format, coded->bytes, decoded));
  CHECK(decoded == elements);
}

TEST_CASE("two rows, very many rows and rows of one sample have no references") {
  for (const Grid& grid : {Grid{{1, 2, 100}}, Grid{{1, kMostReferring + 1, 2}}, Grid{{1, 5, 1}}}) {
    CHECK(find_references(std::vector<double>(grid.size()), grid).empty());
  }
}

TEST_CASE("any bytes decode to something or are refused") {
  std::mt19937 random(6);
  for (const Grid& grid : {Grid{{1, 1, 900}}, Grid{{1, 40, 50}}, Grid{{3, 100, 3}}}) {
    const ChunkFormat format{ElementType::int32, grid, Fidelity::max_error, 0};
    std::vector<std::byte> elements(format.bytes());
    for (int i = 0; i < 30; ++i) {
      std::vector<std::byte> stream(random() % 3000);
      for (std::byte& byte : stream) byte = static_cast<std::byte>(random());
      array::test::decode_by(StageId::cascade, format, stream, elements);
    }
  }
}
