// Codes the blocks of a lapped transform, as writer or reader (levels/trellis_row.h). A coefficient's magnitude is
// expected from those of lower frequencies, from those of the blocks before around the same frequency, and from those
// of the channel before at the same time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "levels/trellis_row.h"

namespace laq::array {

// The roots of a block's magnitudes, with margins for the neighbours of those at its ends.
class BlockRoots {
 public:
  static constexpr int kMargin = 3;

  double* data() { return roots_.data() + kMargin; }
  const double* data() const { return roots_.data() + kMargin; }
  size_t length() const { return roots_.size() - 2 * kMargin; }
  std::span<const double> view() const { return {data(), length()}; }

  void clear(size_t length) { roots_.assign(length + 2 * kMargin, 0.0); }

  // Adds a spectrum, after it is brought to this number of frequencies. An empty one adds nothing.
  void add(std::span<const double> from, double weight) {
    const size_t count = length();
    if (from.empty()) return;
    if (from.size() <= count) {
      const size_t each = count / from.size();
      for (size_t i = 0; i < count; ++i) data()[i] += weight * from[i / each];
    } else {
      const size_t each = from.size() / count;
      const double share = weight / static_cast<double>(each);
      for (size_t i = 0; i < count; ++i) {
        double sum = 0;
        for (size_t k = 0; k < each; ++k) sum += from[i * each + k];
        data()[i] += sum * share;
      }
    }
  }

  // Frequencies beyond the ends are taken to be like the nearest one.
  void extend() {
    std::fill_n(data() - kMargin, kMargin, data()[0]);
    std::fill_n(data() + length(), kMargin, data()[length() - 1]);
  }

  void assign(size_t length, std::span<const double> from) {
    clear(length);
    add(from, 1);
    extend();
  }

 private:
  std::vector<double> roots_;
};

template <class Coder, class Chooser = NoChooser>
class LappedCoder {
 public:
  static constexpr int kBandwidths = 64;

  // bandwidth: the share of all frequencies, in parts of kBandwidths, beyond which all coefficients are zero.
  // chooser: of points, to a writer.
  LappedCoder(Coder& coder, int state_bits, int bandwidth, Chooser chooser = {})
      : rows_(coder, state_bits, false, kFirstWeights, std::move(chooser)), bandwidth_(bandwidth) {}

  // What a reader allocates for channels of a length whose blocks have up to `block` coefficients.
  static size_t bytes(size_t length, size_t block) {
    constexpr size_t kRows = 7;  // of roots, beside the features
    return 2 * length * sizeof(double) + length / 8 + block * (kRows * sizeof(double) + 3 * sizeof(Features) / 2) +
           Row::bytes();
  }

  // Codes the blocks of a channel one after the other. coefficients: in steps, to a writer; the reconstructed ones come
  // in their place. False if the stream ends before them.
  bool code_channel(std::span<const uint8_t> log2_lengths, double* coefficients) {
    size_t total = 0;
    for (const uint8_t log2 : log2_lengths) total += size_t{1} << log2;
    roots_.assign(total, 0.0);
    std::span<const double> last, second_last;
    history_.clear(0);
    Place other;
    rows_.begin_band();
    size_t begin = 0;
    for (const uint8_t log2 : log2_lengths) {
      const size_t length = size_t{1} << log2, width = width_of(length);
      before_.assign(length, last);
      earlier_.assign(length, second_last);
      mean_.assign(length, history_.view());
      gather_other(begin, length, other);
      gather(width);
      block_.clear(length);
      block_.data()[-1] = block_.data()[-2] = before_.data()[0];
      if (!rows_.code(features_, coefficients + begin, block_.data())) return false;
      std::fill(coefficients + begin + width, coefficients + begin + length, 0.0);
      std::copy_n(block_.data(), length, roots_.begin() + static_cast<ptrdiff_t>(begin));
      second_last = last;
      last = std::span(roots_).subspan(begin, length);
      history_.clear(length);
      history_.add(begin > 0 ? mean_.view() : last, 1 - kRate);
      history_.add(last, kRate);
      begin += length;
    }
    other_roots_.swap(roots_);
    other_lengths_.assign(log2_lengths.begin(), log2_lengths.end());
    return true;
  }

 private:
  using Row = TrellisRowCoder<Coder, Chooser>;
  using Features = typename Row::Features;

  // Roots of magnitudes around the same frequency: in the block before (at the frequency, beside it, further off), in
  // the one before that, in a running mean over blocks, and in the other channel, which is the one before.
  enum Feature {
    before = TrellisRowState::kGiven,
    before_sides,
    before_far,
    earlier,
    mean,
    mean_sides,
    across,
    across_sides,
    across_far,
    kUsed
  };
  static_assert(static_cast<int>(kUsed) <= TrellisRowState::kFeatures);
  static constexpr Features kFirstWeights = {0.05, 0.2, 0.1, 0.1, 0.15, 0.05, 0.05, 0.05, 0.05, 0.05, 0.1, 0.02, 0.02};
  static constexpr double kRate = 0.1;  // of the running mean

  // A block of the other channel.
  struct Place {
    size_t index = 0, begin = 0;
  };

  size_t width_of(size_t length) const {
    return (length * static_cast<size_t>(bandwidth_) + kBandwidths - 1) / kBandwidths;
  }

  // Gathers the mean over the blocks of the other channel that overlap with a block. place: the first of them is there
  // or later; it moves on.
  void gather_other(size_t begin, size_t length, Place& place) {
    across_.clear(length);
    const auto length_of = [this](const Place& at) { return size_t{1} << other_lengths_[at.index]; };
    while (place.index < other_lengths_.size() && place.begin + length_of(place) <= begin) {
      place.begin += length_of(place);
      ++place.index;
    }
    Place at = place;
    while (at.index < other_lengths_.size() && at.begin < begin + length) {
      const size_t other_length = length_of(at);
      const double share = std::min(1.0, static_cast<double>(other_length) / static_cast<double>(length));
      across_.add(std::span(other_roots_).subspan(at.begin, other_length), share);
      at.begin += other_length;
      ++at.index;
    }
    across_.extend();
  }

  // The features that are known before a block begins.
  void gather(size_t width) {
    features_.resize(width);
    const auto around = [](const double* at, int distance) { return 0.5 * (at[-distance] + at[distance]); };
    for (size_t i = 0; i < width; ++i) {
      Features& features = features_[i];
      const double* at = before_.data() + i;
      features[before] = at[0];
      features[before_sides] = around(at, 1);
      features[before_far] = 0.5 * (around(at, 2) + around(at, 3));
      features[earlier] = earlier_.data()[i];
      at = mean_.data() + i;
      features[mean] = at[0];
      features[mean_sides] = 0.5 * (around(at, 1) + around(at, 2));
      at = across_.data() + i;
      features[across] = at[0];
      features[across_sides] = around(at, 1);
      features[across_far] = 0.5 * (around(at, 2) + around(at, 3));
    }
  }

  Row rows_;
  int bandwidth_;
  std::vector<double> roots_, other_roots_;  // of this channel, and of the one before
  std::vector<uint8_t> other_lengths_;
  BlockRoots block_, before_, earlier_, mean_, across_, history_;
  std::vector<Features> features_;
};

}  // namespace laq::array
