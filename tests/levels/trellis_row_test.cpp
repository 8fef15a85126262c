// Rows in trellis-coded quantization: a reader finds what a writer wrote, and the writer's choice weighs errors and
// bits.
#include "levels/trellis_row.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <span>
#include <vector>

#include "entropy/coder.h"
#include "levels/trellis_row_chooser.h"

using namespace laq;

namespace {

using Features = TrellisRowState::Features;
constexpr Features kWeights = {0.2, 0.3, 0.1, 0.2};
constexpr int kStateBits = 4;

std::vector<double> random_rows(size_t count, double scale) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal(0, scale);
  std::vector<double> rows(count);
  for (double& value : rows) value = normal(random);
  return rows;
}

struct Coded {
  std::vector<std::byte> stream;
  std::vector<double> reconstruction;
};

template <class RowCoder>
bool code_rows(RowCoder& coder, size_t width, std::vector<double>& rows) {
  bool is_whole = true;
  for (size_t begin = 0, end = width; begin < rows.size(); begin = end, end += width) {
    std::vector<Features> features(width);
    std::vector<double> roots(width + 2);
    const std::span<const double> next = std::span(rows).subspan(end, end < rows.size() ? width : 0);
    is_whole = is_whole && coder.code(features, rows.data() + begin, roots.data() + 2, next);
  }
  return is_whole;
}

Coded write(std::vector<double> rows, size_t width, bool is_dense, double lambda, size_t most_ahead = 0) {
  SymbolWriter writer;
  TrellisRowCoder coder(writer, kStateBits, is_dense, kWeights, TrellisRowChooser(kStateBits, lambda, most_ahead));
  CHECK(code_rows(coder, width, rows));
  return {writer.finish(), std::move(rows)};
}

double mean_squared_error(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum / static_cast<double>(a.size());
}

}  // namespace

TEST_CASE("a reader of trellis rows finds the coefficients that the writer settled on") {
  for (const bool is_dense : {false, true}) {
    for (const double scale : {0.1, 1.0, 30.0, 1e6}) {
      const size_t width = 1300;  // more than two segments
      const std::vector<double> rows = random_rows(2 * width, scale);
      const Coded coded = write(rows, width, is_dense, 0.1);
      SymbolReader reader(coded.stream);
      TrellisRowCoder coder(reader, kStateBits, is_dense, kWeights);
      std::vector<double> found(rows.size());
      CHECK(code_rows(coder, width, found));
      CHECK(found == coded.reconstruction);
      CHECK(!reader.is_past_end());
    }
  }
}

TEST_CASE("a larger lambda gives fewer bytes and larger errors") {
  const std::vector<double> rows = random_rows(4000, 2);
  const Coded fine = write(rows, 500, false, 0), coarse = write(rows, 500, false, 0.5);
  CHECK(coarse.stream.size() < fine.stream.size());
  CHECK(mean_squared_error(coarse.reconstruction, rows) > mean_squared_error(fine.reconstruction, rows));
}

TEST_CASE("points of trellis rows lie closer to the coefficients than those of a uniform quantizer of the same rate") {
  const std::vector<double> rows = random_rows(4000, 30);
  constexpr double kUniform = 2.0 * 2.0 / 12;  // squared steps, of a quantizer whose points lie two steps apart
  CHECK(mean_squared_error(write(rows, 500, true, 0).reconstruction, rows) < 0.8 * kUniform);
}

TEST_CASE("a writer that looks at the next row chooses points of less error and price in short rows") {
  const std::vector<double> rows = random_rows(8000, 3);
  constexpr double kLambda = 0.3;
  const auto cost = [&](const Coded& coded) {
    const double bits = 8 * static_cast<double>(coded.stream.size()) / static_cast<double>(rows.size());
    return mean_squared_error(coded.reconstruction, rows) + kLambda * bits;
  };
  CHECK(cost(write(rows, 8, false, kLambda, 12)) < 0.98 * cost(write(rows, 8, false, kLambda)));
}

TEST_CASE("a row whose stream ends too early is refused") {
  const Coded coded = write(random_rows(4000, 30), 500, false, 0.1);
  SymbolReader reader(std::span(coded.stream).first(coded.stream.size() / 2));
  TrellisRowCoder coder(reader, kStateBits, false, kWeights);
  std::vector<double> found(4000);
  CHECK(!code_rows(coder, 500, found));
}
