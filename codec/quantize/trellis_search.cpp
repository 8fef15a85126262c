#include "quantize/trellis_search.h"

#include <algorithm>
#include <limits>

namespace laq {

TrellisSearch::TrellisSearch(const Trellis& trellis)
    : entries_(trellis.states()), costs_(trellis.states()), next_costs_(trellis.states()) {
  std::vector<int> seen(trellis.states());
  for (int state = 0; state < trellis.states(); ++state) {
    for (int half = 0; half < 2; ++half) {
      const int next = trellis.next(state, half);
      entries_[next].from[seen[next]] = static_cast<uint16_t>(state);
      entries_[next].half[seen[next]++] = static_cast<uint8_t>(half);
    }
  }
}

void TrellisSearch::run(std::span<const TrellisChoice> choices, int state, std::span<int> points) {
  const size_t states = entries_.size();
  decisions_.resize(choices.size() * states);
  std::fill(costs_.begin(), costs_.end(), std::numeric_limits<double>::infinity());
  costs_[state] = 0;
  for (size_t i = 0; i < choices.size(); ++i) {
    const auto& cost = choices[i].cost;
    uint8_t* const decision = decisions_.data() + i * states;
    for (size_t s = 0; s < states; ++s) {
      const Entry& entry = entries_[s];
      const double first = costs_[entry.from[0]] + cost[entry.from[0] & 1][entry.half[0]];
      const double second = costs_[entry.from[1]] + cost[entry.from[1] & 1][entry.half[1]];
      decision[s] = second < first;
      next_costs_[s] = second < first ? second : first;
    }
    costs_.swap(next_costs_);
  }
  size_t at = std::min_element(costs_.begin(), costs_.end()) - costs_.begin();
  for (size_t i = choices.size(); i-- > 0;) {
    const Entry& entry = entries_[at];
    const int chosen = decisions_[i * states + at];
    const size_t from = entry.from[chosen];
    points[i] = choices[i].point[from & 1][entry.half[chosen]];
    at = from;
  }
}

}  // namespace laq
