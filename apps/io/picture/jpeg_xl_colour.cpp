#include "io/picture/jpeg_xl_colour.h"

#include <jxl/encode.h>

#include <algorithm>
#include <iterator>

namespace laq::io {
namespace {

// Primaries of H.273 with their white points.
struct Named {
  uint8_t primaries;
  JxlPrimaries jxl;
  JxlWhitePoint white;
};
constexpr Named kNamed[] = {{1, JXL_PRIMARIES_SRGB, JXL_WHITE_POINT_D65},
                            {9, JXL_PRIMARIES_2100, JXL_WHITE_POINT_D65},
                            {11, JXL_PRIMARIES_P3, JXL_WHITE_POINT_DCI},
                            {12, JXL_PRIMARIES_P3, JXL_WHITE_POINT_D65}};

// These have the numbers of H.273.
constexpr JxlTransferFunction kTransfers[] = {JXL_TRANSFER_FUNCTION_709,  JXL_TRANSFER_FUNCTION_LINEAR,
                                              JXL_TRANSFER_FUNCTION_SRGB, JXL_TRANSFER_FUNCTION_PQ,
                                              JXL_TRANSFER_FUNCTION_DCI,  JXL_TRANSFER_FUNCTION_HLG};

}  // namespace

std::optional<CodePoints> code_points_of(const JxlColorEncoding& colour) {
  const bool is_gray = colour.color_space == JXL_COLOR_SPACE_GRAY;
  if (colour.color_space != JXL_COLOR_SPACE_RGB && !is_gray) return std::nullopt;
  if (std::ranges::find(kTransfers, colour.transfer_function) == std::end(kTransfers)) return std::nullopt;
  const auto transfer = static_cast<uint8_t>(colour.transfer_function);
  for (const Named& named : kNamed) {
    if (colour.white_point == named.white && (is_gray || colour.primaries == named.jxl))
      return CodePoints{named.primaries, transfer, 0, true};
  }
  return std::nullopt;
}

std::optional<JxlColorEncoding> colour_of(const CodePoints& points, bool is_gray) {
  const auto named = std::ranges::find(kNamed, points.primaries, &Named::primaries);
  const auto transfer = std::ranges::find(kTransfers, static_cast<JxlTransferFunction>(points.transfer));
  if (named == std::end(kNamed) || transfer == std::end(kTransfers) || !points.is_full_range) return std::nullopt;
  JxlColorEncoding colour;
  JxlColorEncodingSetToSRGB(&colour, is_gray);
  colour.primaries = named->jxl;
  colour.white_point = named->white;
  colour.transfer_function = *transfer;
  return colour;
}

}  // namespace laq::io
