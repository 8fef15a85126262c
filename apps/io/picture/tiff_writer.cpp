// TIFF by libtiff: the writer. Samples of 8 or 16 bits, and floating-point numbers of 32 bits, by Deflate with
// differences of neighbours.
#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "io/picture/light.h"
#include "io/picture/picture_formats.h"
#include "io/picture/tiff_file.h"
#include "io/picture/transfer.h"

namespace laq::io {
namespace {

// False if libtiff refuses a tag.
bool set_tags(TIFF* tiff, const Picture& picture) {
  const int colours = picture.channels < 3 ? 1 : 3;
  bool is_set = TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, picture.width) == 1;
  is_set &= TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, picture.height) == 1;
  const bool is_float = picture.sample_format != SampleFormat::integer;
  // Numbers of 16 bits become such of 32, which more programs read.
  is_set &= TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, is_float ? 32 : picture.depth) == 1;
  is_set &= TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, picture.channels) == 1;
  is_set &= TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == 1;
  is_set &= TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, colours == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB) == 1;
  is_set &= TIFFSetField(tiff, TIFFTAG_ORIENTATION, picture.metadata.orientation) == 1;
  if (is_float) is_set &= TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP) == 1;
  const CodePoints points = picture.metadata.code_points.value_or(CodePoints());
  const Primaries* const primaries = is_float ? primaries_of(points.primaries) : nullptr;
  if (primaries != nullptr && points.primaries != kPrimariesBt709) {
    std::array<float, 6> all{};
    std::copy_n(primaries->red, 2, all.begin());
    std::copy_n(primaries->green, 2, all.begin() + 2);
    std::copy_n(primaries->blue, 2, all.begin() + 4);
    is_set &= TIFFSetField(tiff, TIFFTAG_PRIMARYCHROMATICITIES, all.data()) == 1;
    is_set &= TIFFSetField(tiff, TIFFTAG_WHITEPOINT, primaries->white) == 1;
  }
  if (picture.channels > colours) {
    const uint16_t alpha = EXTRASAMPLE_UNASSALPHA;
    is_set &= TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &alpha) == 1;
  }
  if (TIFFIsCODECConfigured(COMPRESSION_ADOBE_DEFLATE)) {
    is_set &= TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE) == 1;
    is_set &= TIFFSetField(tiff, TIFFTAG_PREDICTOR, is_float ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL) == 1;
  }
  is_set &= TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(tiff, 0)) == 1;
  return is_set;
}

bool set_metadata(TIFF* tiff, const Metadata& metadata) {
  bool is_set = true;
  const auto set_bytes = [&](uint32_t tag, const std::vector<std::byte>& bytes) {
    if (!bytes.empty()) is_set &= TIFFSetField(tiff, tag, static_cast<uint32_t>(bytes.size()), bytes.data()) == 1;
  };
  set_bytes(TIFFTAG_ICCPROFILE, metadata.icc);
  set_bytes(TIFFTAG_XMLPACKET, metadata.xmp);
  if (metadata.pixels_per_metre_x != 0 && metadata.pixels_per_metre_y != 0) {
    const uint16_t unit = metadata.is_only_aspect ? RESUNIT_NONE : RESUNIT_CENTIMETER;
    is_set &= TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, unit) == 1;
    is_set &= TIFFSetField(tiff, TIFFTAG_XRESOLUTION, double(metadata.pixels_per_metre_x) / 100) == 1;
    is_set &= TIFFSetField(tiff, TIFFTAG_YRESOLUTION, double(metadata.pixels_per_metre_y) / 100) == 1;
  }
  return is_set;
}

class TiffRowWriter : public RowWriter {
 public:
  static OpenedWriter open(const Picture& picture, ByteSink& sink);

  std::optional<Error> write(const PictureView& rows) override;
  Result<Notes> finish() override {
    if (!file_.close()) return failure();
    Notes notes;
    if (!light_) return notes;
    light_->note_losses(notes);
    if (primaries_of(points_.primaries) == nullptr) notes.lose("primaries of code points");
    return notes;
  }

 private:
  TiffRowWriter(const Picture& picture, const char* mode, ByteSink& sink)
      : file_(mode, sink), points_(picture.metadata.code_points.value_or(CodePoints())) {
    if (picture.sample_format != SampleFormat::integer) light_.emplace(picture, false);
  }
  Error failure() const { return {ErrorCode::invalid_argument, "cannot make a TIFF file: " + file_.message()}; }

  TiffFile file_;
  const CodePoints points_;
  std::optional<LightWriter> light_;  // of floating-point samples
  std::vector<std::byte> row_;
  uint32_t rows_written_ = 0;
};

OpenedWriter TiffRowWriter::open(const Picture& picture, ByteSink& sink) {
  constexpr uint64_t kMostBytes = 0xf0000000;  // offsets of TIFF have 32 bits, those of BigTIFF 64
  const bool is_float = picture.sample_format != SampleFormat::integer;
  const uint64_t bytes =
      uint64_t{picture.row_bytes()} * picture.height * (is_float ? sizeof(float) / picture.sample_bytes() : 1);
  std::unique_ptr<TiffRowWriter> writer(new TiffRowWriter(picture, bytes < kMostBytes ? "w" : "w8", sink));
  TIFF* const tiff = writer->file_.get();
  if (!tiff || !set_tags(tiff, picture) || !set_metadata(tiff, picture.metadata)) return writer->failure();
  return std::unique_ptr<RowWriter>(std::move(writer));
}

std::optional<Error> TiffRowWriter::write(const PictureView& rows) {
  const size_t bytes = size_t{rows.width} * static_cast<size_t>(rows.channels) * (rows.depth > 8 ? 2 : 1);
  const auto* from = static_cast<const std::byte*>(rows.samples);
  for (uint32_t y = 0; y < rows.height; ++y, from += rows.row_bytes) {
    const std::span<const std::byte> row = light_ ? std::as_bytes(light_->row(from)) : std::span(from, bytes);
    row_.assign(row.begin(), row.end());  // libtiff takes the differences in place
    if (TIFFWriteScanline(file_.get(), row_.data(), rows_written_++, 0) != 1) return failure();
  }
  return std::nullopt;
}

}  // namespace

OpenedWriter create_tiff(const Picture& picture, ByteSink& sink) {
  return TiffRowWriter::open(picture, sink);
}

Result<Noted<std::vector<std::byte>>> encode_tiff(const Picture& picture) {
  return write_all_rows(create_tiff, picture);
}

}  // namespace laq::io
