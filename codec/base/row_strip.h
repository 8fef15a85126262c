// The rows of a picture that are in work while its caller gives it row by row.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <laq/partial.hpp>

#include "base/checks.h"

namespace laq {

class RowStrip {
 public:
  // Sizes are those of `picture`, whose samples are not looked at. `give` outlives the strip.
  RowStrip(const PictureView& picture, const GiveRows& give) : kind_(picture), give_(give) {
    kind_.row_bytes = size_t{picture.width} * static_cast<size_t>(picture.channels) * (picture.depth > 8 ? 2 : 1);
  }

  // Takes rows up to `end`. An error if the caller cancels, or gives samples that the depth does not have.
  std::optional<Error> take_until(int end) {
    const int taken = first_ + static_cast<int>(samples_.size() / kind_.row_bytes);
    if (end <= taken) return std::nullopt;
    samples_.resize(kind_.row_bytes * static_cast<size_t>(end - first_));
    std::byte* const at = samples_.data() + kind_.row_bytes * static_cast<size_t>(taken - first_);
    if (!give_(static_cast<uint32_t>(taken), static_cast<uint32_t>(end - taken), at, kind_.row_bytes))
      return Error{ErrorCode::cancelled, "cancelled by the caller"};
    return check_samples(rows(taken, end));
  }
  // `y` is at most the end of the rows taken.
  void drop_before(int y) {
    if (y <= first_) return;
    samples_.erase(samples_.begin(), samples_.begin() + static_cast<ptrdiff_t>(kind_.row_bytes) * (y - first_));
    first_ = y;
  }
  // Rows that have been taken and not dropped.
  PictureView rows(int begin, int end) const {
    PictureView view = kind_;
    view.height = static_cast<uint32_t>(end - begin);
    view.samples = samples_.data() + kind_.row_bytes * static_cast<size_t>(begin - first_);
    return view;
  }

 private:
  PictureView kind_;
  const GiveRows& give_;
  std::vector<std::byte> samples_;
  int first_ = 0;
};

}  // namespace laq
