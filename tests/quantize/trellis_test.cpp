// Trellis-coded quantization: the states of the codes, and the search against all sequences.
#include "quantize/trellis.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "quantize/trellis_search.h"

using namespace laq;

namespace {

// The least cost of a sequence that begins in `state`, by trying all of them.
double least_cost(const Trellis& trellis, std::span<const TrellisChoice> choices, int state) {
  if (choices.empty()) return 0;
  double least = std::numeric_limits<double>::infinity();
  for (int half = 0; half < 2; ++half) {
    const double cost = choices[0].cost[Trellis::quantizer(state)][half];
    least = std::min(least, cost + least_cost(trellis, choices.subspan(1), trellis.next(state, half)));
  }
  return least;
}

}  // namespace

TEST_CASE("two branches lead to each state of every code, and the two from a state lead apart") {
  for (int bits = Trellis::kLeastBits; bits <= Trellis::kMostBits; ++bits) {
    const Trellis trellis(bits);
    REQUIRE(trellis.states() == 1 << bits);
    std::vector<int> entries(trellis.states());
    for (int state = 0; state < trellis.states(); ++state) {
      CHECK(trellis.next(state, 0) != trellis.next(state, 1));
      for (int half = 0; half < 2; ++half) ++entries[trellis.next(state, half)];
    }
    CHECK(std::all_of(entries.begin(), entries.end(), [](int count) { return count == 2; }));
  }
}

TEST_CASE("neighbouring points of a quantizer lie in different halves") {
  for (int point = -20; point <= 18; point += 2) {
    CHECK(half_of(Codebook::even, point) != half_of(Codebook::even, point + 2));
    CHECK(half_of(Codebook::odd, point + 1) != half_of(Codebook::odd, point + 3));
  }
  CHECK(half_of(Codebook::odd_and_zero, 0) != half_of(Codebook::odd_and_zero, 1));
  CHECK(half_of(Codebook::odd_and_zero, -1) == half_of(Codebook::odd_and_zero, 1));
}

TEST_CASE("the search finds the cheapest of all sequences, and its points cost what it found") {
  std::mt19937 random(1);
  for (int trial = 0; trial < 50; ++trial) {
    const Trellis trellis(Trellis::kLeastBits + trial % 4);
    std::vector<TrellisChoice> choices(10);
    for (TrellisChoice& choice : choices) {
      for (int quantizer = 0; quantizer < 2; ++quantizer) {
        for (int half = 0; half < 2; ++half) {
          choice.cost[quantizer][half] = static_cast<float>(random() % 1000);
          choice.point[quantizer][half] = 2 * quantizer + half;
        }
      }
    }
    const int start = trial % trellis.states();
    std::vector<int> points(choices.size());
    TrellisSearch(trellis).run(choices, start, points);
    double cost = 0;
    int state = start;
    for (size_t i = 0; i < points.size(); ++i) {
      REQUIRE(points[i] / 2 == Trellis::quantizer(state));
      cost += choices[i].cost[points[i] / 2][points[i] % 2];
      state = trellis.next(state, points[i] % 2);
    }
    CHECK(cost == least_cost(trellis, choices, start));
  }
}
