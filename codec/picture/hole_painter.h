// Pixels for tiles that are not there: the preview, enlarged, or gray.
#pragma once

#include <span>

#include <laq/partial.hpp>

#include "base/row_sink.h"
#include "picture/window_decoder.h"

namespace laq::picture {

// Paints the holes of rows on their way to another sink. All of the arguments outlive the painter.
class HolePainter : public RowSink {
 public:
  // holes: in the picture, within the part. preview: an eighth of the picture, or without pixels: then holes are gray,
  // and opaque.
  HolePainter(RowSink& sink, std::span<const PictureRegion> holes, const Picture& preview, const PictureHeader& header,
              const PartRequest& request)
      : sink_(sink), holes_(holes), preview_(preview), header_(header), request_(request) {}

  uint32_t rows_at_once() const override { return sink_.rows_at_once(); }
  RowsOfSamples room(uint32_t y) override { return sink_.room(y); }
  bool take(uint32_t y, uint32_t count) override;

 private:
  template <class Sample>
  void paint_row(const PictureRegion& hole, uint32_t y, Sample* row) const;

  RowSink& sink_;
  const std::span<const PictureRegion> holes_;
  const Picture& preview_;
  const PictureHeader& header_;
  const PartRequest& request_;
};

}  // namespace laq::picture
