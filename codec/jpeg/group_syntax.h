// Groups of MCU rows, each an independent stream, so that threads code them side by side.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "jpeg/block_syntax.h"

namespace laq::jpeg {

// The rows of MCUs that a group has.
struct GroupRows {
  int from, to;
  static GroupRows of(int group, int groups, const Frame& frame) {
    const auto at = [&](int n) { return static_cast<int>(int64_t{frame.mcus_down} * n / groups); };
    return {at(group), at(group + 1)};
  }
};

// Codes the blocks of a component, row by row.
class ComponentCoder {
 public:
  // other: the component before, whose blocks are known; null if there is none.
  ComponentCoder(Component& component, const ComponentCoder* other, const GroupRows& rows,
                 const Dequantization& factors);

  // False if the reader is past the end of its stream.
  template <class Coder>
  bool code(Coder& coder, BlockModels& models) {
    for (int y = from_; y < to_; ++y) {
      for (int x = 0; x < component_.padded_across; ++x) {
        const Neighbours around = neighbours(x, y);
        Borders borders;
        coded_[place(x, y)] = models.code(coder, around, factors_, component_.block(x, y), borders);
        borders_[x] = borders;
      }
      if (coder.is_past_end()) return false;
    }
    return true;
  }

 private:
  size_t place(int x, int y) const { return size_t(y - from_) * component_.padded_across + x; }
  Neighbours neighbours(int x, int y) const;

  Component& component_;
  const ComponentCoder* other_;
  bool is_like_other_;  // blocks lie at the same places
  int from_, to_;
  const Dequantization& factors_;
  std::vector<CodedBlock> coded_;
  std::vector<Borders> borders_;  // of the row above, and from the left on of this one
};

// The bytes that the stream of a group has at least: a file cannot claim more blocks than its bytes allow.
uint64_t least_group_bytes(const Frame& frame, const GroupRows& rows);

// The memory that coding takes: coefficients, the JPEG file (twice while it grows), and what threads work with.
uint64_t coding_bytes(const Frame& frame, uint64_t file_bytes, int groups, int threads);

template <class Coder>
bool code_group(Coder& coder, Frame& frame, std::span<const Dequantization> factors, const GroupRows& rows) {
  // The first component has models of its own, the others share theirs.
  std::array<std::unique_ptr<BlockModels>, 2> models;
  std::vector<std::unique_ptr<ComponentCoder>> coders;
  for (size_t n = 0; n < frame.components.size(); ++n) {
    std::unique_ptr<BlockModels>& of = models[n > 0];
    if (!of) of = std::make_unique<BlockModels>();
    const ComponentCoder* const other = n > 0 ? coders.back().get() : nullptr;
    coders.push_back(std::make_unique<ComponentCoder>(frame.components[n], other, rows, factors[n]));
    if (!coders.back()->code(coder, *of)) return false;
  }
  return true;
}

}  // namespace laq::jpeg
