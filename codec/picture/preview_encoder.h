// The preview of a picture that is encoded progressively: an eighth of its width and height, with a quality that suits
// a first look.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <laq/laq.hpp>

namespace laq::picture {

// Takes the rows of a picture, from the top to the bottom, and encodes the preview.
class PreviewEncoder {
 public:
  // picture: its samples are not looked at.
  explicit PreviewEncoder(const PictureView& picture);
  // Takes the preview itself, in place of rows.
  explicit PreviewEncoder(Picture preview) : preview_(std::move(preview)) {}

  // rows: as many as are a multiple of 8, or the last ones.
  void add(const PictureView& rows);

  // The payload of the section, when all rows are there. options: of the picture.
  Result<std::vector<std::byte>> encode(const EncodeOptions& options) const;

 private:
  Picture preview_;
  uint32_t rows_ = 0;  // that are there
};

}  // namespace laq::picture
