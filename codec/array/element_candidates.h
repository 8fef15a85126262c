// What the next element of a chunk may be like, by what was coded before it: its neighbours, a prediction from them,
// and earlier places where the same elements stood. For mixed_bytes.h. Source: the match model of Mahoney's lpaq.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "array/chunk.h"
#include "array/element_bits.h"
#include "base/element.h"

namespace laq::array {

// The place in a table of so many (fewer than 2^32) that a hash stands for.
inline size_t place_of(uint64_t hash, size_t places) {
  return static_cast<size_t>((hash >> 32) * places >> 32);
}

// The match model: finds an earlier place whose preceding elements equal the latest ones, and follows it.
class RepeatedElements {
 public:
  // Elements are alike if they differ in none but the `ignored_bits` lowest bits, and in the sign if `sign` is its bit.
  RepeatedElements(size_t elements, uint64_t sign, int ignored_bits, int alike)
      : sign_(sign), ignored_bits_(ignored_bits), alike_(alike), places_(places(elements)) {}
  static size_t bytes(size_t elements) { return sizeof(uint32_t) * places(elements); }

  // The place of the element that the next one is expected to be like; 0 if there is none.
  size_t place() const { return place_; }
  // How many elements before the next one were as expected.
  int length() const { return length_; }

  bool are_alike(uint64_t a, uint64_t b) const { return key_of(a) == key_of(b); }

  // The element that was coded last. expected: the element at place(); any number if there is none.
  void follow(uint64_t element, uint64_t expected) {
    if (place_ > 0) {
      length_ = are_alike(element, expected) ? length_ + 1 : 0;
      ++place_;
    }
    for (int i = alike_ - 1; i > 0; --i) last_[i] = last_[i - 1];
    last_[0] = key_of(element);
  }
  // Of the latest elements, the same for those that are alike. Its upper bits are the ones that look random.
  uint64_t hash() const {
    uint64_t hash = 0;
    for (int i = 0; i < alike_; ++i) {
      const uint64_t mixed = (hash + last_[i]) * kMultiplier;
      hash = mixed ^ (hash >> 31);
    }
    return hash;
  }
  // Looks for a place if there is none, or if it was wrong. index: of the element that was coded last.
  void look(size_t index) {
    if (index + 1 < static_cast<size_t>(alike_)) return;
    uint32_t& place = places_[place_of(hash(), places_.size())];
    if (length_ == 0 && place > 0) {
      place_ = place;
      length_ = 1;
    }
    place = static_cast<uint32_t>(index + 1);
  }

 private:
  static constexpr uint64_t kMultiplier = 0x9e3779b97f4a7c15;
  static constexpr int kMostAlike = 3;

  // Four bytes for an element are taken by two tables.
  static size_t places(size_t elements) { return std::max<size_t>(elements / 2, 256); }

  uint64_t key_of(uint64_t element) const { return (element & ~sign_) >> ignored_bits_; }

  uint64_t sign_;
  int ignored_bits_, alike_;
  std::array<uint64_t, kMostAlike> last_{};  // keys, the newest first
  std::vector<uint32_t> places_;             // behind elements of a hash; 0: none
  size_t place_ = 0;
  int length_ = 0;
};

// The bit of the sign of floating-point elements; 0 for integers.
inline uint64_t sign_of(ElementType type) {
  return is_floating_point(type) ? uint64_t{1} << (8 * element_bytes(type) - 1) : 0;
}
// Repeats of all bits, and of the upper five of eight bits.
inline RepeatedElements repeats(ElementType type, size_t elements) {
  return {elements, sign_of(type), 0, 3};
}
inline RepeatedElements near_repeats(ElementType type, size_t elements) {
  return {elements, sign_of(type), static_cast<int>(3 * element_bytes(type)), 2};
}

// What the next element may be like, by what was coded before it. Elements come in raster order.
class ElementCandidates {
 public:
  enum Candidate { kLeft, kAbove, kPredicted, kRepeat, kNearRepeat, kBefore, kCandidates };
  static constexpr int kAgreements = 1 << kCandidates;
  static constexpr int kLengths = 16, kNearLengths = 8;  // of repeats, 0: none
  static constexpr size_t kRun = 8;                      // elements
  static constexpr int kLongRepeat = 8;                  // elements
  static constexpr uint32_t kSurroundings = 16 * 5;

  // What the candidates say of a byte, of which those before are known.
  struct View {
    std::array<uint32_t, kCandidates> bytes;  // the candidate's own byte
    // How the bytes before compare with those of the candidate, as numbers: 0 if they are equal, 1 if they are one
    // less, 2 if they are one more, 3 otherwise.
    std::array<uint32_t, kCandidates> states;
  };
  struct Guess {
    uint32_t byte;
    uint32_t agreement;  // bit c is set if candidate c has points and this byte
  };

  // elements: packed; those before the next one are looked at.
  ElementCandidates(const ChunkFormat& format, std::span<const std::byte> elements)
      : elements_(elements),
        width_(static_cast<size_t>(format.grid.sides[2])),
        slice_(width_ * static_cast<size_t>(format.grid.sides[1])),
        rows_(static_cast<size_t>(format.grid.sides[1])),
        bytes_(static_cast<int>(element_bytes(format.type))),
        sign_(sign_of(format.type)),
        order_(format.type),
        repeat_(repeats(format.type, format.grid.size())),
        near_repeat_(near_repeats(format.type, format.grid.size())) {}

  // The memory that it takes.
  static size_t bytes(const ChunkFormat& format) { return 2 * RepeatedElements::bytes(format.grid.size()); }

  // Finds those candidates of the next element that stand beside it. Whether they are all the same, and none is at the
  // border.
  bool find_neighbours() {
    const bool has_slice = index_ >= slice_;
    uint64_t &left = candidates_[kLeft], &above = candidates_[kAbove], &before = candidates_[kBefore];
    left = index_ > 0 ? bits_of(index_ - 1) : 0;
    above = y_ > 0 ? bits_of(index_ - width_) : has_slice ? bits_of(index_ - slice_) : left;
    before = has_slice ? bits_of(index_ - slice_) : y_ > 1 ? bits_of(index_ - 2 * width_) : above;
    return y_ > 0 && left == above && left == before;
  }
  uint64_t left() const { return candidates_[kLeft]; }

  // Whether kRun elements come next in the row, and those above and before them are all like the left one, as the
  // neighbours of the next one are.
  bool are_calm() const {
    if (x_ % kRun != 0 || x_ + kRun > width_) return false;
    const size_t before = index_ >= slice_ ? slice_ : y_ > 1 ? 2 * width_ : width_;
    for (size_t i = 1; i < kRun; ++i) {
      if (bits_of(index_ + i - width_) != left() || bits_of(index_ + i - before) != left()) return false;
    }
    return true;
  }

  // Tells which elements farther around, and whether the repeat, are like the neighbours of the next element, which are
  // the same.
  uint32_t surroundings() const {
    const bool has_slice = index_ >= slice_;
    const size_t before = has_slice ? slice_ : y_ > 1 ? 2 * width_ : width_;
    const auto differs = [this](size_t back) { return uint32_t{bits_of(index_ - back) != left()}; };
    const uint32_t around = differs(x_ > 0 ? width_ + 1 : width_) |
                            differs(x_ + 1 < width_ ? width_ - 1 : width_) << 1 |
                            differs(x_ + 1 < width_ ? before - 1 : before) << 2 |
                            (has_slice && y_ + 1 < rows_ ? differs(slice_ - width_) << 3 : 0);
    if (repeat_.place() == 0) return around;
    const bool is_long = repeat_.length() >= kLongRepeat;
    return around + 16 * (1 + 2 * uint32_t{bits_of(repeat_.place()) != left()} + uint32_t{is_long});
  }

  // Finds the candidates that find_neighbours() has left out.
  void find() {
    auto& [left, above, predicted, repeat, near_repeat, before] = candidates_;
    const auto number = [this](uint64_t bits) { return order_.from_bits(bits); };
    uint64_t expected = number(left);
    if (y_ > 0) {
      expected += number(above) - number(x_ > 0 ? bits_of(index_ - width_ - 1) : above);
    } else if (x_ > 1) {
      expected += number(left) - number(bits_of(index_ - 2));
    }
    predicted = order_.to_bits(expected & order_.greatest());
    repeat = repeat_.place() > 0 ? bits_of(repeat_.place()) : predicted;
    near_repeat = near_repeat_.place() > 0 ? bits_of(near_repeat_.place()) : predicted;
    length_ = repeat_.place() > 0 ? 1 + std::min(repeat_.length(), 2 * (kLengths - 2)) / 2 : 0;
    near_length_ = near_repeat_.place() > 0 ? 1 + std::min(near_repeat_.length(), 2 * (kNearLengths - 2)) / 2 : 0;
  }

  // element: the bits of the one whose candidates were found.
  void advance(uint64_t element) {
    for (RepeatedElements* const repeat : {&repeat_, &near_repeat_}) {
      repeat->follow(element, candidates_[repeat == &repeat_ ? kRepeat : kNearRepeat]);
      repeat->look(index_);
    }
    step();
  }
  // Passes an element that is like its neighbours; no other candidates were found for it.
  void pass() {
    for (RepeatedElements* const repeat : {&repeat_, &near_repeat_}) {
      repeat->follow(left(), repeat->place() > 0 ? bits_of(repeat->place()) : 0);
    }
    step();
  }
  size_t index() const { return index_; }  // of the next element

  // Both give the class of a repeat's length so far, which is 0 if there is no repeat.
  int length() const { return length_; }
  int near_length() const { return near_length_; }

  View view(int place, uint64_t before) const {
    View view;
    for (int i = 0; i < kCandidates; ++i) {
      view.bytes[i] = static_cast<uint32_t>(candidates_[i] >> (8 * place) & 0xff);
      view.states[i] = state_of(candidates_[i], place, before);
    }
    return view;
  }

  // The byte that gets most points from the candidates whose bytes before are right; of several such bytes, that of the
  // first candidate. The agreement is empty if none gives points.
  Guess guess(const View& view) const {
    // Found by trial, see docs/tuning-log.md, "Mixed bytes by guesses".
    constexpr int kOfNeighbour = 2, kOfRepeat = 3, kOfNearRepeat = 2;
    std::array<int, kCandidates> points = {kOfNeighbour,
                                           kOfNeighbour,
                                           kOfNeighbour,
                                           length_ > 0 ? kOfRepeat + length_ : 0,
                                           near_length_ > 0 ? kOfNearRepeat + near_length_ : 0,
                                           kOfNeighbour};
    for (int i = 0; i < kCandidates; ++i) points[i] = view.states[i] == 0 ? points[i] : 0;
    Guess guess{view.bytes[0], 0};
    for (int i = 0, most = -1; i < kCandidates; ++i) {
      if (i > 0 && view.bytes[i] == guess.byte) continue;
      int sum = 0;
      uint32_t agreement = 0;
      for (int j = 0; j < kCandidates; ++j) {
        const int given = view.bytes[j] == view.bytes[i] ? points[j] : 0;
        sum += given;
        agreement |= uint32_t{given > 0} << j;
      }
      if (sum <= most) continue;
      most = sum;
      guess = {view.bytes[i], agreement};
    }
    return guess;
  }

 private:
  void step() {
    ++index_;
    if (++x_ < width_) return;
    x_ = 0;
    if (++y_ == rows_) y_ = 0;
  }

  uint64_t bits_of(size_t index) const { return bits_at(elements_, static_cast<size_t>(bytes_), index); }

  uint32_t state_of(uint64_t candidate, int place, uint64_t before) const {
    if (place == bytes_ - 1) return 0;
    const int shift = 8 * (place + 1);
    const uint64_t expected = (candidate & ~sign_) >> shift, found = before & ~(sign_ >> shift);
    return expected == found ? 0 : expected == found + 1 ? 1 : expected + 1 == found ? 2 : 3;
  }

  std::span<const std::byte> elements_;
  size_t width_, slice_, rows_;
  int bytes_;
  uint64_t sign_;
  OrderedPatterns order_;
  RepeatedElements repeat_, near_repeat_;
  size_t index_ = 0, x_ = 0, y_ = 0;  // of the next element
  std::array<uint64_t, kCandidates> candidates_{};
  int length_ = 0, near_length_ = 0;
};

}  // namespace laq::array
