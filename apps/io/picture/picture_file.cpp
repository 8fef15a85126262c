#include "io/picture/picture_file.h"

#include <cstring>
#include <new>
#include <utility>

#include "io/attachments.h"
#include "io/file.h"
#include "io/formats.h"
#include "io/picture/convert.h"
#include "io/picture/light.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

// The depth that a writer gets for samples of this depth.
int fitting_depth(const Picture& picture, Depths depths) {
  if (depths == Depths::any || picture.sample_format != SampleFormat::integer) return picture.depth;
  return depths == Depths::eight || picture.depth <= 8 ? 8 : 16;
}

bool must_turn(const FileFormat& format, const Metadata& metadata) {
  return metadata.orientation != 1 && !(format.holds & holds_orientation);
}

// Drops two numbers that are only a ratio where they would become a resolution.
void drop_false_resolution(const FileFormat& format, Metadata& metadata) {
  if (metadata.is_only_aspect && (format.holds & holds_resolution) && !(format.holds & holds_aspect))
    metadata.pixels_per_metre_x = metadata.pixels_per_metre_y = 0;
}

Result<Noted<Bytes>> encode_as(const FileFormat& format, const Picture& picture) {
  const bool turns = must_turn(format, picture.metadata);
  const int depth = fitting_depth(picture, format.depths);
  if (!turns && depth == picture.depth && !picture.metadata.is_only_aspect) return format.write_picture(picture);
  Picture fitting = turns ? upright(picture) : with_depth(picture, depth);
  if (fitting.depth != depth) fitting = with_depth(fitting, depth);
  drop_false_resolution(format, fitting.metadata);
  return format.write_picture(fitting);
}

// Notes what the format has no place for. The samples are not looked at.
void note_losses(const FileFormat& format, const Picture& picture, Notes& notes) {
  const Metadata& metadata = picture.metadata;
  const auto is_lost = [&](Holds what, bool is_there) { return is_there && !(format.holds & what); };
  if (format.depths == Depths::eight && picture.depth > 8)
    notes.lose("bits of a sample after the first 8 of " + std::to_string(picture.depth));
  if (is_lost(holds_icc, !metadata.icc.empty())) notes.lose("ICC profile");
  if (is_lost(holds_exif, !metadata.exif.empty())) notes.lose("Exif");
  if (is_lost(holds_xmp, !metadata.xmp.empty())) notes.lose("XMP");
  const bool has_pixel_size = metadata.pixels_per_metre_x != 0;
  if (is_lost(holds_resolution, has_pixel_size && !metadata.is_only_aspect)) notes.lose("resolution");
  if (is_lost(holds_aspect, has_pixel_size && metadata.is_only_aspect)) notes.lose("pixel aspect ratio");
  // Floating-point samples are written as light, which needs no code points.
  const bool is_srgb = metadata.code_points.value_or(CodePoints()) == CodePoints();
  if (picture.sample_format == SampleFormat::integer && is_lost(holds_code_points, !is_srgb))
    notes.lose("code points of colour");
  if (is_lost(holds_light, metadata.mastering_display || metadata.content_light)) notes.lose("light levels");
  for (const Attachment& attachment : metadata.attachments) {
    const bool is_hint = attachment.name == "from";  // for the choice of the format
    if (!is_hint && format.attachments.find(attachment.name) == std::string_view::npos)
      notes.lose(describe_attachment(attachment.name));
  }
}

// Makes rows fit for the writer of a format, and notes what that has no place for.
class FittingWriter : public RowWriter {
 public:
  static OpenedWriter open(const FileFormat& format, const Picture& picture, ByteSink& sink);

  std::optional<Error> write(const PictureView& rows) override;
  Result<Notes> finish() override {
    Result<Notes> notes = writer_->finish();
    if (notes) note_losses(format_, given_, *notes);
    return notes;
  }

 private:
  FittingWriter(const FileFormat& format, const Picture& picture)
      : format_(format),
        given_{picture.width,    picture.height,       picture.channels, picture.depth, {},
               picture.metadata, picture.sample_format},
        fitting_(given_) {
    fitting_.depth = fitting_depth(picture, format.depths);
    drop_false_resolution(format, fitting_.metadata);
  }

  const FileFormat& format_;
  const Picture given_;  // as the rows come; both without samples
  Picture fitting_;
  std::unique_ptr<RowWriter> writer_;
};

OpenedWriter FittingWriter::open(const FileFormat& format, const Picture& picture, ByteSink& sink) {
  std::unique_ptr<FittingWriter> fitting(new FittingWriter(format, picture));
  OpenedWriter writer = format.create_rows(fitting->fitting_, sink);
  if (!writer) return writer.error();
  fitting->writer_ = std::move(*writer);
  return std::unique_ptr<RowWriter>(std::move(fitting));
}

std::optional<Error> FittingWriter::write(const PictureView& rows) {
  if (fitting_.depth == given_.depth) return writer_->write(rows);
  Picture narrow{rows.width, 1, rows.channels, given_.depth, {}, {}};
  narrow.samples.resize(narrow.row_bytes());
  for (uint32_t y = 0; y < rows.height; ++y) {
    std::memcpy(narrow.samples.data(), static_cast<const std::byte*>(rows.samples) + rows.row_bytes * y,
                narrow.row_bytes());
    const Picture row = with_depth(narrow, fitting_.depth);
    if (auto error = writer_->write(row.view())) return error;
  }
  return std::nullopt;
}

// A picture of floating-point samples for a format without them.
Result<Noted<Bytes>> encode_as_integers(const Picture& picture, FileKind kind) {
  const Noted<Picture> integers = without_floats(picture);
  Result<Noted<Bytes>> file = encode_picture(integers, kind);
  for (const std::string& remark : integers.notes.remarks) {
    if (file) file->notes.remark(remark);
  }
  return file;
}

}  // namespace

bool writes_rows(FileKind kind, SampleFormat sample_format, const Metadata& metadata) {
  const FileFormat& format = format_of(kind);
  const bool holds_samples = sample_format == SampleFormat::integer || (format.holds & holds_floats);
  return format.create_rows && holds_samples && !must_turn(format, metadata);
}

OpenedWriter create_picture(const Picture& picture, FileKind kind, ByteSink& sink) {
  try {
    return FittingWriter::open(format_of(kind), picture, sink);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "not enough memory to write the picture"};
  }
}

OpenedRows open_picture(std::span<const std::byte> file, uint64_t max_pixels) {
  try {
    const FileFormat& format = format_of(recognise_kind(file));
    if (!format.open_rows) return std::unique_ptr<RowReader>();
    OpenedRows reader = format.open_rows(file, max_pixels);
    if (reader && !(*reader)->is_sequential()) return std::unique_ptr<RowReader>();
    return reader;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "the picture does not fit into memory"};
  }
}

Error too_many_pixels(uint64_t max_pixels) {
  return {ErrorCode::limit_exceeded, "more than " + std::to_string(max_pixels) + " pixels (make the picture smaller)"};
}

Result<Noted<Picture>> decode_picture(std::span<const std::byte> file, uint64_t max_pixels) {
  try {
    const FileFormat& format = format_of(recognise_kind(file));
    if (format.read_picture) return format.read_picture(file, max_pixels);
    if (format.kind == FileKind::laq)
      return Error{ErrorCode::unsupported, "is a LAQ file already (decode it first: laq decode)"};
    return not_readable(file);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "the picture does not fit into memory"};
  }
}

Result<Noted<std::vector<std::byte>>> encode_picture(const Picture& picture, FileKind kind) {
  const FileFormat& format = format_of(kind);
  if (!format.write_picture) return not_writable(format.usual_extension());
  try {
    if (picture.sample_format != SampleFormat::integer && !(format.holds & holds_floats))
      return encode_as_integers(picture, kind);
    if (writes_rows(kind, picture.sample_format, picture.metadata)) {
      const auto create = [&](const Picture& whole, ByteSink& sink) {
        return FittingWriter::open(format, whole, sink);
      };
      return write_all_rows(create, picture);
    }
    Result<Noted<Bytes>> file = encode_as(format, picture);
    if (file) note_losses(format, picture, file->notes);
    return file;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "not enough memory to write the picture"};
  }
}

Result<Noted<Picture>> read_picture(const std::string& path, uint64_t max_pixels) {
  const Result<std::vector<std::byte>> file = read_file(path);
  if (!file) return file.error();
  Result<Noted<Picture>> picture = decode_picture(*file, max_pixels);
  if (!picture || picture->sample_format == SampleFormat::integer) return picture;
  Noted<Picture> integers = without_floats(*picture);
  integers.notes.not_kept = picture->notes.not_kept;
  return integers;
}

std::optional<Error> write_picture(const std::string& path, const Picture& picture, FileKind kind) {
  const Result<Noted<std::vector<std::byte>>> file = encode_picture(picture, kind);
  if (!file) return file.error();
  return write_file(path, *file);
}

}  // namespace laq::io
