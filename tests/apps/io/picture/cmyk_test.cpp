// CMYK pictures become sRGB by their profile, or are refused.
#include "io/picture/cmyk.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include "io/picture/picture_formats.h"
#include "sample_pictures.h"

#ifdef LAQ_HAVE_LCMS2
#include "io/picture/little_cms.h"
#endif

#ifdef LAQ_HAVE_TIFF
#include "io/picture/tiff_file.h"
#endif

using laq::ErrorCode;

namespace {

constexpr uint32_t kSide = 16;

// One colour all over, in full inks of 0..255. Adobe's files have inverted samples, and may have them as YCCK.
std::vector<std::byte> cmyk_file(const std::array<JSAMPLE, 4>& inks, bool is_adobe, J_COLOR_SPACE space,
                                 const std::vector<std::byte>& icc) {
  jpeg_compress_struct session{};
  jpeg_error_mgr errors{};
  session.err = jpeg_std_error(&errors);
  jpeg_create_compress(&session);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&session, &bytes, &size);
  session.image_width = session.image_height = kSide;
  session.input_components = 4;
  session.in_color_space = JCS_CMYK;
  jpeg_set_defaults(&session);
  jpeg_set_colorspace(&session, space);
  jpeg_set_quality(&session, 100, TRUE);
  session.write_Adobe_marker = is_adobe ? TRUE : FALSE;
  jpeg_start_compress(&session, TRUE);
  if (!icc.empty())
    jpeg_write_icc_profile(&session, reinterpret_cast<const JOCTET*>(icc.data()), static_cast<unsigned>(icc.size()));
  std::array<JSAMPLE, 4 * kSide> samples;
  for (size_t i = 0; i < samples.size(); ++i)
    samples[i] = is_adobe ? static_cast<JSAMPLE>(255 - inks[i % 4]) : inks[i % 4];
  for (uint32_t y = 0; y < kSide; ++y) {
    JSAMPROW row = samples.data();
    jpeg_write_scanlines(&session, &row, 1);
  }
  jpeg_finish_compress(&session);
  jpeg_destroy_compress(&session);
  const auto* first = reinterpret_cast<const std::byte*>(bytes);
  const std::vector<std::byte> file(first, first + size);
  std::free(bytes);
  return file;
}

void check_refused(const std::vector<std::byte>& file) {
  const auto refused = laq::io::decode_jpeg(file, 1000);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::unsupported);
  CHECK(refused.error().message.find("CMYK") != std::string::npos);
}

}  // namespace

TEST_CASE("a CMYK JPEG without a profile, or with one of nonsense, is refused as such") {
  check_refused(cmyk_file({}, true, JCS_CMYK, {}));
  check_refused(cmyk_file({}, true, JCS_CMYK, std::vector<std::byte>(300)));
  check_refused(cmyk_file({}, true, JCS_YCCK, sample_icc()));
}

#ifdef LAQ_HAVE_LCMS2

namespace {

// Inks to CIE Lab, in 0..65535: each ink takes away light as if it were the complement of red, green or blue.
cmsInt32Number mix_inks(const cmsUInt16Number in[], cmsUInt16Number out[], void* to_lab) {
  std::array<cmsFloat64Number, 3> rgb;
  for (size_t c = 0; c < 3; ++c) rgb[c] = (1 - in[c] / 65535.0) * (1 - in[3] / 65535.0);
  cmsCIELab lab;
  cmsDoTransform(to_lab, rgb.data(), &lab, 1);
  cmsFloat2LabEncoded(out, &lab);
  return TRUE;
}

std::vector<std::byte> cmyk_profile() {
  namespace cms = laq::io::cms;
  const cms::Profile srgb(cmsCreate_sRGBProfile()), lab(cmsCreateLab4Profile(nullptr));
  const cms::Transform to_lab(
      cmsCreateTransform(srgb.get(), TYPE_RGB_DBL, lab.get(), TYPE_Lab_DBL, INTENT_RELATIVE_COLORIMETRIC, 0));
  cmsPipeline* pipeline = cmsPipelineAlloc(nullptr, 4, 3);
  cmsStage* table = cmsStageAllocCLut16bit(nullptr, 9, 4, 3, nullptr);
  cmsStageSampleCLut16bit(table, mix_inks, to_lab.get(), 0);
  // A table of version 4 stands between curves, which change nothing here.
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(nullptr, 4, nullptr));
  cmsPipelineInsertStage(pipeline, cmsAT_END, table);
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(nullptr, 3, nullptr));
  const cms::Profile profile(cmsCreateProfilePlaceholder(nullptr));
  cmsSetProfileVersion(profile.get(), 4.3);
  cmsSetDeviceClass(profile.get(), cmsSigOutputClass);
  cmsSetColorSpace(profile.get(), cmsSigCmykData);
  cmsSetPCS(profile.get(), cmsSigLabData);
  for (const auto tag : {cmsSigAToB0Tag, cmsSigAToB1Tag}) cmsWriteTag(profile.get(), tag, pipeline);
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile.get(), nullptr, &size);
  std::vector<std::byte> icc(size);
  cmsSaveProfileToMem(profile.get(), icc.data(), &size);
  cmsPipelineFree(pipeline);
  return icc;
}

bool is_near(const std::byte* rgb, const std::array<int, 3>& expected, int tolerance) {
  for (size_t c = 0; c < 3; ++c) {
    if (std::abs(std::to_integer<int>(rgb[c]) - expected[c]) > tolerance) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a CMYK JPEG becomes sRGB by its profile, inverted or not, also as YCCK") {
  const std::vector<std::byte> icc = cmyk_profile();
  struct Case {
    std::array<JSAMPLE, 4> inks;
    std::array<int, 3> colour;
  };
  for (const Case& sample :
       {Case{{0, 0, 0, 0}, {255, 255, 255}}, Case{{0, 255, 255, 0}, {255, 0, 0}}, Case{{255, 0, 255, 0}, {0, 255, 0}},
        Case{{0, 0, 0, 255}, {0, 0, 0}}, Case{{255, 255, 0, 0}, {0, 0, 255}}}) {
    for (const auto& [is_adobe, space] : {std::pair{true, JCS_CMYK}, {true, JCS_YCCK}, {false, JCS_CMYK}}) {
      const auto picture = laq::io::decode_jpeg(cmyk_file(sample.inks, is_adobe, space, icc), 1000);
      REQUIRE(picture.ok());
      CHECK(picture->channels == 3);
      CHECK(picture->metadata.icc.empty());
      CHECK(picture->notes.text() == "CMYK was converted to sRGB by its profile");
      REQUIRE(picture->samples.size() == kSide * kSide * 3);
      CHECK(is_near(picture->samples.data(), sample.colour, 8));
      CHECK(is_near(picture->samples.data() + 3 * (kSide * kSide - 1), sample.colour, 8));
    }
  }
}

#ifdef LAQ_HAVE_TIFF

TEST_CASE("a CMYK TIFF becomes sRGB by its profile, without one it is refused") {
  const std::vector<std::byte> icc = cmyk_profile();
  for (const int bits : {8, 16}) {
    for (const bool has_profile : {true, false}) {
      laq::io::MemorySink sink;
      laq::io::TiffFile file("w", sink);
      TIFF* const tiff = file.get();
      TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 3);
      TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 2);
      TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
      TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 4);
      TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_SEPARATED);
      if (has_profile) TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<uint32_t>(icc.size()), icc.data());
      std::vector<uint8_t> row(size_t{12} * bits / 8);
      for (size_t i = 0; i < row.size(); ++i) row[i] = i / (bits / 8) % 4 == 1 ? 255 : 0;  // magenta
      for (uint32_t y = 0; y < 2; ++y) TIFFWriteScanline(tiff, row.data(), y, 0);
      REQUIRE(file.close());
      const std::vector<std::byte> bytes = sink.take();
      const auto picture = laq::io::decode_tiff(bytes, 1000);
      REQUIRE(picture.ok() == has_profile);
      if (!has_profile) {
        CHECK(picture.error().message.find("without an ICC profile") != std::string::npos);
        continue;
      }
      CHECK(picture->channels == 3);
      CHECK(picture->depth == bits);
      CHECK(picture->metadata.icc.empty());
      CHECK(picture->notes.text() == laq::io::kCmykRemark);
      const uint32_t most = (1u << bits) - 1;
      for (size_t i = 0; i < 6; ++i) {
        CHECK(sample(*picture, 3 * i) > most * 9 / 10);
        CHECK(sample(*picture, 3 * i + 1) < most / 10);
        CHECK(sample(*picture, 3 * i + 2) > most * 9 / 10);
      }
    }
  }
}

#endif

TEST_CASE("CMYK of 16 bits becomes sRGB of 16 bits") {
  const auto converter = laq::io::CmykToSrgb::of(cmyk_profile(), 16, false);
  REQUIRE(converter.ok());
  const std::array<uint16_t, 8> inks = {0, 0, 0, 0, 0, 0, 0, 65535};
  std::array<uint16_t, 6> srgb = {};
  converter->convert(reinterpret_cast<const std::byte*>(inks.data()), reinterpret_cast<std::byte*>(srgb.data()), 2);
  CHECK(srgb[0] > 65000);
  CHECK(srgb[3] < 600);
}

#endif
