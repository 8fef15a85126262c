#include "lossless/table_choice.h"

#include <algorithm>
#include <numeric>

#include "base/binary_logarithm.h"

namespace laq::lossless {
namespace {

// n log2 n
double times_logarithm(uint32_t n) {
  static const std::vector<double> kOfSmall = [] {
    std::vector<double> table(1 << 12);
    for (uint32_t i = 2; i < table.size(); ++i) table[i] = i * binary_logarithm(i);
    return table;
  }();
  return n < kOfSmall.size() ? kOfSmall[n] : n * binary_logarithm(n);
}

struct Cluster {
  TokenCounts counts{};
  double bits = 0;

  void price() {
    constexpr double kBitsOfToken = 5, kBitsOfTable = 12;
    uint32_t total = 0;
    bits = kBitsOfTable;
    for (const uint32_t count : counts) {
      total += count;
      bits -= times_logarithm(count);
      bits += count > 0 ? kBitsOfToken : 0.0;
    }
    bits += times_logarithm(total);
  }
};

// Merges clusters of neighbouring contexts as long as that saves bits, the most profitable pair first.
class Merging {
 public:
  explicit Merging(const std::vector<TokenCounts>& counts) : cluster_of_(kContexts, -1) {
    for (int context = 0; context < kContexts; ++context) {
      if (std::all_of(counts[context].begin(), counts[context].end(), [](uint32_t n) { return n == 0; })) continue;
      cluster_of_[context] = static_cast<int>(clusters_.size());
      clusters_.push_back({counts[context]});
      clusters_.back().price();
    }
    int before = -1;
    std::array<int, kFractionContexts> same_fraction;
    same_fraction.fill(-1);
    for (int context = 0; context < kContexts; ++context) {
      const int cluster = cluster_of_[context], fraction = context % kFractionContexts;
      if (cluster < 0) continue;
      if (before >= 0) link(before, cluster);
      if (same_fraction[fraction] >= 0) link(same_fraction[fraction], cluster);
      before = same_fraction[fraction] = cluster;
    }
  }

  void run() {
    auto count = static_cast<int>(clusters_.size());
    while (!links_.empty()) {
      const auto best =
          std::max_element(links_.begin(), links_.end(), [](const Link& a, const Link& b) { return a.gain < b.gain; });
      if (best->gain <= 0 && count <= kMostTables) break;
      merge(best->first, best->second);
      --count;
    }
  }

  void fill(PlaneModel& model) const;

 private:
  struct Link {
    int first, second;
    double gain;
  };

  double gain(int a, int b) const {
    Cluster both = clusters_[a];
    for (int token = 0; token < kMostTokens; ++token) both.counts[token] += clusters_[b].counts[token];
    both.price();
    return clusters_[a].bits + clusters_[b].bits - both.bits;
  }
  void link(int a, int b) {
    if (a != b) links_.push_back({a, b, gain(a, b)});
  }

  void merge(int a, int b) {
    for (int token = 0; token < kMostTokens; ++token) clusters_[a].counts[token] += clusters_[b].counts[token];
    clusters_[a].price();
    for (int& cluster : cluster_of_) cluster = cluster == b ? a : cluster;
    std::vector<Link> links;
    std::vector<bool> is_linked(clusters_.size());
    for (Link link : links_) {
      link.first = link.first == b ? a : link.first;
      link.second = link.second == b ? a : link.second;
      if (link.first == link.second) continue;
      if (link.first == a || link.second == a) {
        const int other = link.first == a ? link.second : link.first;
        if (is_linked[other]) continue;
        is_linked[other] = true;
        link.gain = gain(a, other);
      }
      links.push_back(link);
    }
    links_ = std::move(links);
  }

  std::vector<Cluster> clusters_;
  std::vector<int> cluster_of_;  // context
  std::vector<Link> links_;
};

// The frequencies as they are coded: each by its highest bits; the most frequent one has the rest of the sum.
TokenFrequencies told_frequencies(const TokenCounts& counts) {
  const uint64_t total = std::accumulate(counts.begin(), counts.end(), uint64_t{0});
  TokenFrequencies told_of{};
  int sum = 0;
  for (int token = 0; token < kMostTokens; ++token) {
    if (counts[token] == 0) continue;
    const int exact = std::max<int>(1, static_cast<int>((counts[token] * uint64_t{kFrequencySum} + total / 2) / total));
    const int dropped = exact - told(exact);
    const int unit = exact >= 1 << kToldBits ? 1 << (std::bit_width(static_cast<unsigned>(exact)) - kToldBits) : 1;
    told_of[token] = static_cast<uint16_t>(told(2 * dropped >= unit ? exact + unit : exact));
    sum += told_of[token];
  }
  while (sum > kFrequencySum) {
    uint16_t& most = *std::max_element(told_of.begin(), told_of.end());
    const int less = told(most - 1);
    sum -= most - less;
    most = static_cast<uint16_t>(less);
  }
  return told_of;
}

void Merging::fill(PlaneModel& model) const {
  std::vector<int> place(clusters_.size(), -1);
  int table = 0;
  for (int context = 0; context < kContexts; ++context) {
    const int cluster = cluster_of_[context];
    if (cluster >= 0 && place[cluster] < 0) {
      place[cluster] = static_cast<int>(model.tables.size());
      model.tables.push_back(told_frequencies(clusters_[cluster].counts));
    }
    // A context that does not occur takes the table that costs least to code.
    if (cluster >= 0) {
      table = place[cluster];
    } else {
      table = context >= kFractionContexts ? model.table_of[context - kFractionContexts] : 0;
    }
    model.table_of[context] = static_cast<uint8_t>(table);
  }
}

}  // namespace

void choose_tables(const std::vector<TokenCounts>& counts, PlaneModel& model) {
  Merging merging(counts);
  merging.run();
  merging.fill(model);
}

}  // namespace laq::lossless
