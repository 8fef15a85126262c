#include <cmath>
#include <limits>

#include "entropy/lane_rans.h"

namespace laq {
namespace {

using Histogram = std::array<uint32_t, kLevelSymbols>;

// n log2 n.
double entropy_term(uint32_t count) {
  constexpr uint32_t kKnown = 1 << 12;
  static const std::vector<double> known = [] {
    std::vector<double> terms(kKnown);
    for (uint32_t n = 1; n < kKnown; ++n) terms[n] = n * std::log2(static_cast<double>(n));
    return terms;
  }();
  return count < kKnown ? known[count] : count * std::log2(static_cast<double>(count));
}

// Contexts that share a table.
struct Group {
  Histogram counts{};
  uint32_t total = 0;
  double bits = 0;  // of the symbols and the table
};

// Joins contexts as long as a common table is cheaper than two.
class TableSearch {
 public:
  explicit TableSearch(const LevelRows& rows) {
    // Several counts, so that runs of a symbol need not wait for each other.
    constexpr int kCounts = 4;
    using Histograms = std::array<Histogram, kMagnitudeClasses>;  // of a set
    std::vector<std::array<Histograms, kLevelSets>> counts(kCounts);
    for (const LevelRows::Row& row : rows.rows()) {
      const uint8_t *const classes = rows.classes() + row.begin, *const symbols = rows.symbols() + row.begin;
      Histograms *const a = &counts[0][row.set], *const b = &counts[1][row.set], *const c = &counts[2][row.set],
                        *const d = &counts[3][row.set];
      const int length = row.length;
      int i = 0;
      for (; i + kCounts <= length; i += kCounts) {
        ++(*a)[classes[i]][symbols[i]];
        ++(*b)[classes[i + 1]][symbols[i + 1]];
        ++(*c)[classes[i + 2]][symbols[i + 2]];
        ++(*d)[classes[i + 3]][symbols[i + 3]];
      }
      for (; i < length; ++i) ++(*a)[classes[i]][symbols[i]];
    }
    for (int context = 0; context < kLevelContexts; ++context) {
      Group& group = groups_[context];
      for (int s = 0; s < kLevelSymbols; ++s) {
        for (const auto& sets : counts) {
          group.counts[s] += sets[context / kMagnitudeClasses][context % kMagnitudeClasses][s];
        }
        if (group.counts[s] == 0) continue;
        first_ = std::min(first_, s);
        last_ = std::max(last_, s);
      }
      price(group);
      group_of_[context] = context;
    }
  }

  LevelTables find() {
    join(false);
    join(true);
    LevelTables result;
    std::array<int, kLevelContexts> number;
    number.fill(-1);
    uint8_t last = 0;
    for (int context = 0; context < kLevelContexts; ++context) {
      int group = context;
      while (group_of_[group] != group) group = group_of_[group];
      if (groups_[group].total > 0) {
        if (number[group] < 0) {
          number[group] = static_cast<int>(result.tables.size());
          result.tables.push_back(frequencies_of(groups_[group]));
        }
        last = static_cast<uint8_t>(number[group]);
      }
      result.of_context[context] = last;
    }
    if (result.tables.empty()) {
      groups_[0].counts[kZeroSymbol] = groups_[0].total = 1;
      result.tables.push_back(frequencies_of(groups_[0]));
    }
    return result;
  }

 private:
  void price(Group& group) const {
    constexpr double kBitsOfTable = 24, kBitsOfSymbol = 4.5;
    group.total = 0;
    double terms = 0, header = 0;
    for (int s = first_; s <= last_; ++s) {
      if (group.counts[s] == 0) continue;
      terms += entropy_term(group.counts[s]);
      group.total += group.counts[s];
      header += kBitsOfSymbol;
    }
    group.bits = group.total == 0 ? 0 : entropy_term(group.total) - terms + header + kBitsOfTable;
  }

  Group joined(int a, int b) const {
    Group group;
    for (int s = first_; s <= last_; ++s) group.counts[s] = groups_[a].counts[s] + groups_[b].counts[s];
    price(group);
    return group;
  }

  double gain(int a, int b) {
    double& known = gains_[a * kLevelContexts + b];
    if (std::isnan(known)) known = groups_[a].bits + groups_[b].bits - joined(a, b).bits;
    return known;
  }

  bool is_alive(int group) const { return group_of_[group] == group && groups_[group].total > 0; }

  // Neighbours within a set of contexts, or about the same class in different sets, while that gains.
  void join(bool across_sets) {
    for (;;) {
      double best = 0;
      int first = -1, second = -1, before = -1;
      const auto consider = [&](int a, int b) {
        const double bits = gain(a, b);
        if (bits <= best) return;
        best = bits;
        first = a;
        second = b;
      };
      for (int b = 0; b < kLevelContexts; ++b) {
        if (!is_alive(b)) continue;
        if (!across_sets) {
          if (before >= 0 && before / kMagnitudeClasses == b / kMagnitudeClasses) consider(before, b);
          before = b;
          continue;
        }
        for (int a = b % kMagnitudeClasses; a < b; a += kMagnitudeClasses) {
          for (const int near : {a - 1, a, a + 1}) {
            if (near >= 0 && near / kMagnitudeClasses < b / kMagnitudeClasses && is_alive(near)) consider(near, b);
          }
        }
      }
      if (first < 0) return;
      groups_[first] = joined(first, second);
      groups_[second].total = 0;
      group_of_[second] = first;
      for (int k = 0; k < kLevelContexts; ++k) {
        gains_[first * kLevelContexts + k] = gains_[k * kLevelContexts + first] = kUnknown;
      }
    }
  }

  // Frequencies as near to the counts as their sum allows.
  static LevelFrequencies frequencies_of(const Group& group) {
    LevelFrequencies frequencies{};
    int sum = 0, first = kLevelSymbols, last = 0;
    for (int s = 0; s < kLevelSymbols; ++s) {
      if (group.counts[s] == 0) continue;
      const double share = static_cast<double>(group.counts[s]) * kSlots / group.total;
      frequencies[s] = static_cast<uint16_t>(std::max(1.0, std::floor(share + 0.5)));
      sum += frequencies[s];
      first = std::min(first, s);
      last = s;
    }
    if (first == last) {
      frequencies[first] = kSlots - 1;
      frequencies[first > 0 ? first - 1 : 1] = 1;
      return frequencies;
    }
    for (; sum != kSlots; sum += sum < kSlots ? 1 : -1) {
      const int change = sum < kSlots ? 1 : -1;
      int best = -1;
      double most = -std::numeric_limits<double>::infinity();
      for (int s = first; s <= last; ++s) {
        const int now = frequencies[s];
        if (now == 0 || now + change == 0 || now + change == kSlots) continue;
        const double saved = group.counts[s] * std::log2(static_cast<double>(now + change) / now);
        if (saved <= most) continue;
        most = saved;
        best = s;
      }
      frequencies[best] = static_cast<uint16_t>(frequencies[best] + change);
    }
    return frequencies;
  }

  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  std::vector<Group> groups_ = std::vector<Group>(kLevelContexts);
  std::array<int, kLevelContexts> group_of_;
  std::vector<double> gains_ = std::vector<double>(kLevelContexts * kLevelContexts, kUnknown);
  int first_ = kLevelSymbols - 1, last_ = 0;
};

}  // namespace

LevelTables LevelRows::tables() const {
  return TableSearch(*this).find();
}

}  // namespace laq
