#include "io/formats.h"

#include <algorithm>
#include <iterator>

#include "io/array/array_file.h"
#include "io/array/npy.h"
#include "io/picture/picture_formats.h"
#include "io/sound/audio.h"

namespace laq::io {
namespace {

// Which libraries this build has. The functions of the others are null in the table.
#ifdef LAQ_HAVE_TIFF
constexpr bool kHasTiff = true;
#else
constexpr bool kHasTiff = false;
#endif

#ifdef LAQ_HAVE_EXR
constexpr bool kHasExr = true;
#else
constexpr bool kHasExr = false;
#endif
#ifdef LAQ_HAVE_GIF
constexpr bool kHasGif = true;
#else
constexpr bool kHasGif = false;
#endif

#ifdef LAQ_HAVE_WEBP
constexpr bool kHasWebp = true;
#else
constexpr bool kHasWebp = false;
#endif

#ifdef LAQ_HAVE_JXL
constexpr bool kHasJxl = true;
#else
constexpr bool kHasJxl = false;
#endif

#ifdef LAQ_HAVE_OPENJPEG
constexpr PictureReader* kReadJpeg2000 = [](std::span<const std::byte> file, uint64_t max_pixels) {
  return decode_jpeg_2000(file, max_pixels);
};
constexpr PictureWriter* kWriteJpeg2000 = [](const Picture& picture) { return encode_jpeg_2000(picture); };
#else
constexpr PictureReader* kReadJpeg2000 = nullptr;
constexpr PictureWriter* kWriteJpeg2000 = nullptr;
#endif

#ifdef LAQ_HAVE_HEIF
constexpr bool kHasHeif = true;
#else
constexpr bool kHasHeif = false;
#endif

Result<Noted<Bytes>> write_jpeg(const Picture& picture) {
  return encode_jpeg(picture);
}

template <FileKind kind>
OpenedWriter create_netpbm(const Picture& picture, ByteSink& sink) {
  return create_pnm(picture, kind, sink);
}
template <FileKind kind>
Result<Noted<Bytes>> write_netpbm(const Picture& picture) {
  return write_all_rows(create_netpbm<kind>, picture);
}
// Netpbm files that are written. Those of the kind netpbm are PGM, PPM or PAM, as the picture needs.
template <FileKind kind>
constexpr FileFormat netpbm_format(std::string_view extension) {
  return {.kind = kind,
          .name = "a Netpbm",
          .content = Content::picture,
          .extensions = extension,
          .read_picture = decode_pnm,
          .write_picture = write_netpbm<kind>,
          .open_rows = open_pnm,
          .create_rows = create_netpbm<kind>};
}

// The elements of an array for a format that holds nothing else.
Noted<Bytes> elements_of(const Array& array, Bytes file) {
  Noted<Bytes> noted(std::move(file));
  note_lost_sound(array, noted.notes);
  return noted;
}
Result<Noted<Bytes>> write_npy_elements(const Array& array) {
  return elements_of(array, write_npy(array));
}
std::optional<Noted<Bytes>> write_npy_head(const Array& array) {
  std::optional<Bytes> head = npy_head(array);
  if (!head) return std::nullopt;
  return elements_of(array, std::move(*head));
}
Result<Noted<Bytes>> write_raw(const Array& array) {
  return elements_of(array, array.data);
}
std::optional<Noted<Bytes>> write_raw_head(const Array& array) {
  return elements_of(array, {});
}

constexpr const char* kCodedWithLoss =
    "its sound was coded with loss already: keep it as it is, or convert it to WAV or FLAC first";

#ifdef LAQ_HAVE_SNDFILE
constexpr bool kHasSndfile = true;
#else
constexpr bool kHasSndfile = false;
#endif

// In the order of FileKind, which is that of lists for users.
constexpr FileFormat kFormats[] = {
    {FileKind::laq, "a LAQ", Content::other, "laq"},
    {.kind = FileKind::png,
     .name = "a PNG",
     .content = Content::picture,
     .extensions = "png",
     .read_picture = decode_png,
     .write_picture = encode_png,
     .open_rows = open_png,
     .create_rows = create_png,
     .depths = Depths::eight_or_sixteen,
     .holds = holds_metadata | holds_code_points | holds_light | holds_aspect,
     .attachments = "text iptc"},
    {.kind = FileKind::jpeg,
     .name = "a JPEG",
     .content = Content::picture,
     .extensions = "jpg jpeg jpe jfif jfi",
     .read_picture = decode_jpeg,
     .write_picture = write_jpeg,
     .depths = Depths::eight,
     .holds = holds_metadata | holds_aspect,
     .attachments = "text iptc xmpx gain"},
    netpbm_format<FileKind::netpbm>("pnm"),
    {.kind = FileKind::pbm,
     .name = "a Netpbm",
     .content = Content::picture,
     .extensions = "pbm",
     .read_picture = decode_pnm,
     .open_rows = open_pnm},
    netpbm_format<FileKind::pgm>("pgm"),
    netpbm_format<FileKind::ppm>("ppm"),
    netpbm_format<FileKind::pam>("pam"),
    {.kind = FileKind::tiff,
     .name = "a TIFF",
     .content = Content::picture,
     .extensions = "tif tiff",
     .read_picture = kHasTiff ? decode_tiff : nullptr,
     .write_picture = kHasTiff ? encode_tiff : nullptr,
     .open_rows = kHasTiff ? open_tiff : nullptr,
     .create_rows = kHasTiff ? create_tiff : nullptr,
     .depths = Depths::eight_or_sixteen,
     .holds = holds_icc | holds_xmp | holds_resolution | holds_orientation | holds_aspect | holds_floats,
     .package = "libtiff-dev"},
    {.kind = FileKind::gif,
     .name = "a GIF",
     .content = Content::picture,
     .extensions = "gif",
     .read_picture = kHasGif ? decode_gif : nullptr,
     .package = "libgif-dev",
     .is_only_read = true},
    {.kind = FileKind::bmp,
     .name = "a BMP",
     .content = Content::picture,
     .extensions = "bmp dib",
     .read_picture = decode_bmp,
     .write_picture = encode_bmp,
     .depths = Depths::eight,
     .holds = holds_icc | holds_resolution},
    {.kind = FileKind::pfm,
     .name = "a PFM",
     .content = Content::picture,
     .extensions = "pfm",
     .read_picture = decode_pfm,
     .write_picture = encode_pfm,
     .create_rows = create_pfm,
     .holds = holds_code_points | holds_floats},  // but for the primaries, which the writer notes
    {.kind = FileKind::exr,
     .name = "an OpenEXR",
     .content = Content::picture,
     .extensions = "exr",
     .read_picture = kHasExr ? decode_exr : nullptr,
     .write_picture = kHasExr ? encode_exr : nullptr,
     .create_rows = kHasExr ? create_exr : nullptr,
     .holds = holds_code_points | holds_floats,
     .attachments = "exrh",
     .package = "libopenexr-dev"},
    {.kind = FileKind::webp,
     .name = "a WebP",
     .content = Content::picture,
     .extensions = "webp",
     .read_picture = kHasWebp ? decode_webp : nullptr,
     .write_picture = kHasWebp ? encode_webp : nullptr,
     .depths = Depths::eight,
     .holds = holds_icc | holds_exif | holds_xmp | holds_orientation,
     .package = "libwebp-dev"},
    {.kind = FileKind::avif,
     .name = "an AVIF",
     .content = Content::picture,
     .extensions = "avif avifs",
     .read_picture = kHasHeif ? decode_heif : nullptr,
     .write_picture = kHasHeif ? encode_avif : nullptr,
     .holds = holds_icc | holds_exif | holds_xmp | holds_code_points,
     .package = "libheif-dev"},
    {.kind = FileKind::heif,
     .name = "a HEIF",
     .content = Content::picture,
     .extensions = "heic heif heics hif",
     .read_picture = kHasHeif ? decode_heif : nullptr,
     .write_picture = kHasHeif ? encode_heic : nullptr,
     .holds = holds_icc | holds_exif | holds_xmp | holds_code_points,
     .package = "libheif-dev"},
    {.kind = FileKind::jpeg_xl,
     .name = "a JPEG XL",
     .content = Content::picture,
     .extensions = "jxl",
     .read_picture = kHasJxl ? decode_jpeg_xl : nullptr,
     .write_picture = kHasJxl ? encode_jpeg_xl : nullptr,
     .holds = holds_icc | holds_exif | holds_xmp | holds_orientation | holds_code_points,
     .package = "libjxl-dev"},
    {.kind = FileKind::jpeg_2000,
     .name = "a JPEG 2000",
     .content = Content::picture,
     .extensions = "jp2 j2k j2c jpx jpf jpm",
     .read_picture = kReadJpeg2000,
     .write_picture = kWriteJpeg2000,
     .holds = holds_metadata,
     .package = "libopenjp2-7-dev"},
    {.kind = FileKind::camera_raw,
     .name = "a camera raw",
     .content = Content::picture,
     .extensions = "dng cr2 cr3 nef arw orf raf rw2 pef srw",
     .advice = "develop it to a 16-bit TIFF or PNG first, with darktable or dcraw"},
    {FileKind::qoi, "a QOI", Content::picture, "qoi"},
    {FileKind::photoshop, "a Photoshop", Content::picture, "psd psb"},
    {FileKind::gimp, "a GIMP", Content::picture, "xcf"},
    {.kind = FileKind::radiance,
     .name = "a Radiance HDR",
     .content = Content::picture,
     .extensions = "hdr",
     .advice = "convert it to OpenEXR or PFM first, which keep its range of light"},
    {FileKind::farbfeld, "a farbfeld", Content::picture, "ff"},
    {FileKind::dds, "a DDS", Content::picture, "dds"},
    {FileKind::icon, "an icon", Content::picture, "ico cur"},
    {.kind = FileKind::svg,
     .name = "an SVG",
     .content = Content::picture,
     .extensions = "svg svgz",
     .advice = "it is drawn in lines, which stay smaller and sharper as they are"},
    {.kind = FileKind::npy,
     .name = "an NPY",
     .content = Content::array,
     .extensions = "npy",
     .read_array = read_npy,
     .write_array = write_npy_elements,
     .write_array_head = write_npy_head},
    {.kind = FileKind::raw,
     .name = "a raw",
     .content = Content::array,
     .extensions = "raw",
     .write_array = write_raw,
     .write_array_head = write_raw_head},
    {.kind = FileKind::npz, .name = "an NPZ", .content = Content::array, .extensions = "npz", .read_array = read_npz},
    {.kind = FileKind::hdf5,
     .name = "an HDF5 or NetCDF",
     .content = Content::array,
     .extensions = "h5 hdf5 he5 hdf nc4",
     .advice = "read its arrays with h5py or xarray and save them with numpy.save"},
    {.kind = FileKind::hdf4,
     .name = "an HDF4",
     .content = Content::array,
     .extensions = "hdf4",
     .advice = "read its arrays with pyhdf and save them with numpy.save"},
    {.kind = FileKind::netcdf,
     .name = "a NetCDF",
     .content = Content::array,
     .extensions = "nc cdf",
     .advice = "read its arrays with netCDF4 or xarray and save them with numpy.save"},
    {.kind = FileKind::matlab,
     .name = "a MATLAB",
     .content = Content::array,
     .extensions = "mat",
     .advice = "read its arrays with scipy.io.loadmat and save them with numpy.save"},
    {.kind = FileKind::fits,
     .name = "a FITS",
     .content = Content::array,
     .extensions = "fits fit fts",
     .advice = "read its arrays with astropy.io.fits and save them with numpy.save"},
    {.kind = FileKind::parquet,
     .name = "a Parquet",
     .content = Content::array,
     .extensions = "parquet",
     .advice = "read its columns with pyarrow or pandas and save them with numpy.save"},
    {.kind = FileKind::arrow,
     .name = "an Arrow",
     .content = Content::array,
     .extensions = "arrow feather",
     .advice = "read its columns with pyarrow or pandas and save them with numpy.save"},
    {.kind = FileKind::grib,
     .name = "a GRIB",
     .content = Content::array,
     .extensions = "grib grb grib2",
     .advice = "read its fields with eccodes or xarray and save them with numpy.save"},
    {.kind = FileKind::pickle,
     .name = "a pickle",
     .content = Content::array,
     .extensions = "pkl",
     .advice = "load it in Python and save its arrays with numpy.save"},
    {.kind = FileKind::safetensors,
     .name = "a safetensors",
     .content = Content::model,
     .extensions = "safetensors",
     .read_model = read_safetensors},
    {.kind = FileKind::gguf,
     .name = "a GGUF",
     .content = Content::model,
     .extensions = "gguf",
     .read_model = read_gguf},
    {.kind = FileKind::onnx,
     .name = "an ONNX",
     .content = Content::model,
     .extensions = "onnx",
     .read_model = read_onnx},
    {.kind = FileKind::wav,
     .name = "a WAV",
     .content = Content::sound,
     .extensions = "wav wave bwf rf64",
     .read_array = read_audio,
     .write_array = write_wav},
    {.kind = FileKind::flac,
     .name = "a FLAC",
     .content = Content::sound,
     .extensions = "flac",
     .read_array = read_audio,
     .write_array = kHasSndfile ? write_flac : nullptr,
     .package = kHasSndfile ? nullptr : "libsndfile1-dev"},
    {.kind = FileKind::aiff,
     .name = "an AIFF",
     .content = Content::sound,
     .extensions = "aiff aif aifc",
     .read_array = read_audio,
     .write_array = write_aiff},
    {.kind = FileKind::wave64,
     .name = "a Wave64",
     .content = Content::sound,
     .extensions = "w64",
     .read_array = read_audio,
     .write_array = write_wave64},
    {.kind = FileKind::au,
     .name = "an AU",
     .content = Content::sound,
     .extensions = "au snd",
     .read_array = read_audio,
     .write_array = write_au},
    {.kind = FileKind::caf,
     .name = "a CAF",
     .content = Content::sound,
     .extensions = "caf",
     .read_array = read_audio,
     .write_array = write_caf},
    {.kind = FileKind::ogg,
     .name = "an Ogg",
     .content = Content::sound,
     .extensions = "ogg oga opus",
     .read_array = read_audio},
    {.kind = FileKind::mp3,
     .name = "an MP3",
     .content = Content::sound,
     .extensions = "mp3 mp2",
     .advice = kCodedWithLoss},
    {.kind = FileKind::aac, .name = "an AAC", .content = Content::sound, .extensions = "aac", .advice = kCodedWithLoss},
    {FileKind::m4a, "an M4A", Content::sound, "m4a m4b"},
    {FileKind::wavpack, "a WavPack", Content::sound, "wv"},
    {FileKind::monkeys_audio, "a Monkey's Audio", Content::sound, "ape"},
    {FileKind::eight_svx, "an 8SVX", Content::sound, "8svx"},
    {FileKind::midi, "a MIDI", Content::other, "mid midi"},
    {FileKind::zip, "a ZIP", Content::archive, "zip"},
    {FileKind::gzip, "a gzip", Content::archive, "gz tgz"},
    {FileKind::bzip2, "a bzip2", Content::archive, "bz2 tbz"},
    {FileKind::xz, "an xz", Content::archive, "xz txz"},
    {FileKind::zstandard, "a Zstandard", Content::archive, "zst"},
    {FileKind::seven_z, "a 7z", Content::archive, "7z"},
    {FileKind::rar, "a RAR", Content::archive, "rar"},
    {FileKind::tar, "a tar", Content::archive, "tar"},
    {FileKind::mp4, "an MP4", Content::video, "mp4 m4v"},
    {FileKind::quicktime, "a QuickTime", Content::video, "mov"},
    {FileKind::matroska, "a Matroska or WebM", Content::video, "mkv mka webm"},
    {FileKind::avi, "an AVI", Content::video, "avi"},
    {FileKind::pdf, "a PDF", Content::other, "pdf"},
    {FileKind::postscript, "a PostScript", Content::other, "ps eps"},
    {FileKind::elf, "an ELF program", Content::other, "so o"},
    {FileKind::xml, "an XML", Content::other, "xml"},
    {FileKind::html, "an HTML", Content::other, "html htm"},
    {FileKind::text, "a text", Content::other,
     "txt text md rst log json yaml yml toml ini css js rtf tex py ipynb c cc cpp h hpp rs go java sh csv tsv"},
    // Kinds that are known by their names only.
    {FileKind::unknown, "an unknown", Content::other,
     "apng mng tga pcx zarr edf bdf wma amr mpg mpeg ogv wmv lz4 br doc docx xls xlsx ppt pptx odt ods exe dll"},
};

constexpr bool rows_are_in_order() {
  for (size_t i = 0; i < std::size(kFormats); ++i) {
    if (static_cast<size_t>(kFormats[i].kind) != i) return false;
  }
  return std::size(kFormats) == static_cast<size_t>(FileKind::unknown) + 1;
}
static_assert(rows_are_in_order(), "the rows are in the order of FileKind");

}  // namespace

std::span<const FileFormat> all_formats() {
  return kFormats;
}

}  // namespace laq::io
