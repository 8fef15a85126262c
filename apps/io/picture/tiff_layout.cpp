#include "io/picture/tiff_layout.h"

#include <array>

#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

constexpr int kMostSamples = 32;  // of a pixel

Error not_read(const std::string& what) {
  return {ErrorCode::unsupported, "is a TIFF file " + what};
}

// The most bytes of samples that a byte of the file can hold. CCITT Group 4 has a bit for a row of any width.
uint64_t most_expansion(uint16_t compression) {
  switch (compression) {
    case COMPRESSION_NONE:
      return 1;
    case COMPRESSION_PACKBITS:
      return 64;  // two bytes for a run of 128
    case COMPRESSION_LZW:
      return 4096;  // strings of up to 3838 bytes for 9 to 12 bits
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE:
      return 1032;  // 258 bytes for two bits
    default:
      return uint64_t{1} << 17;  // Zstandard has four bytes for a run of 128 KB
  }
}

bool is_fax(uint16_t compression) {
  return compression == COMPRESSION_CCITTRLE || compression == COMPRESSION_CCITTRLEW ||
         compression == COMPRESSION_CCITTFAX3 || compression == COMPRESSION_CCITTFAX4;
}

// Do `file_bytes` suffice for the samples?
bool can_hold(const TiffLayout& layout, uint16_t compression, uint64_t file_bytes) {
  if (is_fax(compression)) return layout.height / 8 <= file_bytes;
  const uint64_t row_bits = uint64_t{layout.width} * layout.samples * layout.bits;
  return row_bits / 8 * layout.height / most_expansion(compression) <= file_bytes;
}

// Cameras put a small preview first, and name what is behind it in tags that not all of them share.
bool is_camera_raw(const TiffFile& file) {
  constexpr uint32_t kDngVersion = 50706;
  const void* data = nullptr;
  uint16_t count = 0;
  if (TIFFGetField(file.get(), kDngVersion, &data)) return true;
  return (file.long_number(TIFFTAG_SUBFILETYPE, 0) & FILETYPE_REDUCEDIMAGE) != 0 &&
         TIFFGetField(file.get(), TIFFTAG_SUBIFD, &count, &data);
}

// Sets the colour; returns why it cannot.
std::optional<Error> set_colour(const TiffFile& file, uint16_t photometric, uint16_t compression, TiffLayout& layout) {
  switch (photometric) {
    case PHOTOMETRIC_MINISBLACK:
      layout.colour = TiffColour::gray;
      return std::nullopt;
    case PHOTOMETRIC_MINISWHITE:
      layout.colour = TiffColour::inverted_gray;
      return std::nullopt;
    case PHOTOMETRIC_RGB:
      layout.colour = TiffColour::rgb;
      return std::nullopt;
    case PHOTOMETRIC_PALETTE:
      layout.colour = TiffColour::palette;
      return std::nullopt;
    case PHOTOMETRIC_SEPARATED: {
      layout.colour = TiffColour::cmyk;
      const bool is_cmyk = file.number(TIFFTAG_INKSET, INKSET_CMYK) == INKSET_CMYK && layout.samples >= 4;
      if (is_cmyk && !layout.is_float && (layout.bits == 8 || layout.bits >= 16)) return std::nullopt;
      return not_read("of inks that are not CMYK of 8 or 16 bits (convert it to RGB first)");
    }
    case PHOTOMETRIC_YCBCR: {
      if (compression == COMPRESSION_JPEG && layout.bits == 8) {
        TIFFSetField(file.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        layout.colour = TiffColour::rgb;
        return std::nullopt;
      }
      layout.colour = TiffColour::converted;
      std::array<char, 1024> why = {};
      if (layout.bits == 8 && TIFFRGBAImageOK(file.get(), why.data())) return std::nullopt;
      break;
    }
    default:
      break;
  }
  return not_read("of a colour that is not read, number " + std::to_string(photometric) +
                  " (convert it to RGB or gray first)");
}

// Finds alpha among the samples behind the colour.
void set_alpha(const TiffFile& file, TiffLayout& layout) {
  const int stored = layout.colour == TiffColour::palette ? 1 : layout.colours();
  uint16_t count = 0;
  const uint16_t* types = nullptr;
  const bool has_types = TIFFGetField(file.get(), TIFFTAG_EXTRASAMPLES, &count, &types) == 1;
  if (!has_types || layout.colour == TiffColour::cmyk) count = 0;  // alpha of inks is none that a picture has
  for (int i = 0; i < count && stored + i < layout.samples && layout.alpha < 0; ++i) {
    if (types[i] == EXTRASAMPLE_UNSPECIFIED) continue;
    layout.alpha = stored + i;
    layout.is_premultiplied = types[i] == EXTRASAMPLE_ASSOCALPHA;
  }
  const bool may_have_alpha = layout.colour != TiffColour::palette && layout.colour != TiffColour::cmyk;
  if (count == 0 && layout.samples == stored + 1 && may_have_alpha) {
    layout.alpha = stored;
    layout.alpha_is_guessed = true;
  }
  layout.further_samples = layout.samples - stored - (layout.alpha >= 0 ? 1 : 0);
}

std::optional<Error> check_format(const TiffFile& file, TiffLayout& layout) {
  const uint16_t format = file.number(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  layout.is_float = format == SAMPLEFORMAT_IEEEFP;
  if (layout.is_float && (layout.bits != 32 || layout.is_planar || layout.is_tiled)) {
    return not_read("of floating-point samples that are not 32 bits wide, pixel by pixel in strips (save it so)");
  }
  if (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID && !layout.is_float)
    return not_read("of signed or complex samples, which is rather an array (save it with numpy.save)");
  if (!layout.is_float && (layout.bits < 1 || (layout.bits > 16 && layout.bits != 32)))
    return not_read("of samples of " + std::to_string(layout.bits) + " bits (save it with 8 or 16 bits)");
  if (layout.samples > kMostSamples) {
    return not_read("with " + std::to_string(layout.samples) +
                    " samples a pixel, which is rather an array (save it with numpy.save)");
  }
  return std::nullopt;
}

}  // namespace

Error damaged_tiff(const std::string& what) {
  return {ErrorCode::corrupt, "damaged TIFF file: " + what + " (copy it again from its source)"};
}

Result<TiffLayout> read_tiff_layout(const TiffFile& file, uint64_t file_bytes, uint64_t max_pixels) {
  TiffLayout layout;
  layout.width = file.long_number(TIFFTAG_IMAGEWIDTH, 0);
  layout.height = file.long_number(TIFFTAG_IMAGELENGTH, 0);
  layout.bits = file.number(TIFFTAG_BITSPERSAMPLE, 1);
  layout.samples = file.number(TIFFTAG_SAMPLESPERPIXEL, 1);
  layout.is_tiled = TIFFIsTiled(file.get());
  layout.is_planar = file.number(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  const uint16_t compression = file.number(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  if (layout.width == 0 || layout.height == 0 || layout.samples == 0) return damaged_tiff("its width or height is 0");
  if (uint64_t{layout.width} * layout.height > max_pixels) return too_many_pixels(max_pixels);
  if (is_camera_raw(file)) return Error{ErrorCode::unsupported, "is a camera raw file (develop it first)"};
  if (!TIFFIsCODECConfigured(compression)) {
    return not_read("of a compression that libtiff does not have here, number " + std::to_string(compression) +
                    " (save it with LZW or Deflate)");
  }
  if (auto error = check_format(file, layout)) return *error;
  if (!can_hold(layout, compression, file_bytes)) return damaged_tiff("it has too few bytes for its width and height");
  uint16_t photometric = layout.samples < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
  photometric = file.number(TIFFTAG_PHOTOMETRIC, photometric);
  if (auto error = set_colour(file, photometric, compression, layout)) return *error;
  if (layout.colour == TiffColour::rgb && layout.samples < 3) return damaged_tiff("it has too few samples for RGB");
  if (layout.colour == TiffColour::palette && (layout.bits > 8 || layout.is_float))
    return damaged_tiff("it has a palette of too many colours");
  if (layout.is_float && layout.colour == TiffColour::inverted_gray)
    return not_read("of floating-point samples whose 0 is white (save it with black as 0)");
  if (layout.colour != TiffColour::converted) set_alpha(file, layout);
  return layout;
}

}  // namespace laq::io
