#include "batch/decode_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

#include "batch/strip.h"
#include "io/array/array_file.h"
#include "io/array/npy.h"
#include "io/attachments.h"
#include "io/file.h"
#include "io/model/model_frame.h"
#include "io/output.h"
#include "io/picture/part_metadata.h"
#include "io/picture/picture_file.h"
#include "io/sound/audio.h"
#include "laq/jpeg.hpp"
#include "laq/partial.hpp"
#include "laq/tensor.hpp"
#include "options.h"
#include "region.h"
#include "terminal.h"

namespace laq::command {
namespace {

// The error if a file holds something else than the name of the output says.
Error wrong_kind(const std::string& held, const std::string& endings) {
  return {ErrorCode::unsupported, "the file holds " + held + " (end OUT in " + endings + ", or give --format)"};
}

// Adds the losses of decoding a part to those of writing the file.
void lose_all(const io::Notes& of_part, io::Notes& notes) {
  for (const std::string& name : of_part.not_kept) notes.lose(name);
}

// One file on its way from the input to the output.
class FileDecoder {
 public:
  FileDecoder(const DecodeSettings& settings, const Job& job, const Resources& resources)
      : settings_(settings), output_(job.output), options_(settings.options) {
    options_.threads = resources.threads;
    options_.progress = resources.progress;
  }

  Outcome run();

 private:
  using Bytes = std::vector<std::byte>;

  Outcome decode_array_to(const io::FileFormat& format);
  Outcome decode_picture_to(const io::FileFormat* format);
  Outcome decode_jpeg_to(std::span<const std::byte> file, const io::FileFormat& format);
  Result<PartialPicture> decode_pixels(std::span<const std::byte> file, const PartOptions& part) const;
  Outcome decode_model_to(const io::FileFormat& format);
  std::optional<Outcome> decode_pieces_to(const io::FileFormat& format, const io::FileView& view);
  Result<Array> decode_one_tensor(std::span<const std::byte> file) const;
  Result<Array> decode_part(std::span<const std::byte> file, const std::vector<Range>& ranges) const;
  Outcome decode_rows_to(const io::FileView& view, const io::Noted<Picture>& header, const PartOptions& part);
  void tell_holes(const std::vector<PictureRegion>& holes) const;
  Outcome write(size_t file_bytes, const std::string& what, const Result<io::Noted<Bytes>>& bytes) const;
  Outcome tell_written(size_t file_bytes, const std::string& what, uint64_t bytes, const io::Notes& notes) const;

  Outcome fail_input(const Error& error) const { return failed(fail_reading(output_.input, error)); }
  Outcome fail_output(const Error& error) const { return failed(fail_writing(output_.path, error)); }
  Outcome fail_kind(const std::string& held, const std::string& endings) const {
    return fail_input(wrong_kind(held, endings));
  }

  const DecodeSettings& settings_;
  io::Output output_;
  DecodeOptions options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Outcome FileDecoder::run() {
  const io::FileFormat* const wanted = wanted_format(settings_, output_.path);
  if (wanted && wanted->write_array) return decode_array_to(*wanted);
  if (settings_.level > 0) {
    return failed(fail_usage("--level is for arrays, and " + output_.path + " is not the name of one (end it in " +
                                 io::array_endings() + "; pictures have --scale)",
                             "decode"));
  }
  const bool is_model = wanted && wanted->read_model;
  if (!settings_.tensor.empty() || (is_model && !settings_.region.empty())) {
    const std::string option =
        settings_.region.empty() ? "--tensor gives an array" : "--region is for arrays and pictures";
    return failed(fail_usage(option + ", and " + output_.path + " is not the name of one (end it in " +
                                 io::array_endings() + ", or give --format)",
                             "decode"));
  }
  if (is_model) return decode_model_to(*wanted);
  return decode_picture_to(wanted);
}

Outcome FileDecoder::decode_array_to(const io::FileFormat& format) {
  const std::optional<std::vector<Range>> ranges = parse_ranges(settings_.region);
  if (!settings_.region.empty() && !ranges) {
    return failed(fail_usage(
        "--region: " + shortened(settings_.region) + " is not a list of ranges, such as 10:20,:64,-1", "decode"));
  }
  output_.kind = format.kind;
  if (const auto error = io::check_output(output_)) return fail_output(*error);
  const Result<io::FileView> view = io::FileView::open(output_.input, options_.max_bytes);
  if (!view) return fail_input(view.error());
  const std::span<const std::byte> file = view->bytes();
  if (settings_.level > 0 && holds_array(file)) {
    const Result<ArrayInfo> info = inspect_array(file, options_);
    if (info && io::numpy_form(info->type, info->shape, info->attachments).is_complex)
      return fail_input({ErrorCode::unsupported, "holds complex numbers, which have no levels (leave out --level)"});
    const Result<Array> array = decode_array_level(file, settings_.level, options_);
    if (!array) return failed(fail_reading_laq(output_.input, array.error(), file));
    const std::string what = io::shape_name(array->shape) + " " + io::type_name(array->type);
    return write(file.size(), what, format.write_array(*array));
  }
  if (settings_.region.empty() && holds_array(file)) {
    if (const std::optional<Outcome> done = decode_pieces_to(format, *view)) return *done;
  }
  Result<Array> array = holds_tensors(file)        ? decode_one_tensor(file)
                        : settings_.region.empty() ? decode_array(file, options_)
                                                   : decode_part(file, *ranges);
  if (!array && (inspect(file).ok() || holds_jpeg(file)))
    return fail_kind("a picture, not an array", io::picture_endings());
  if (!array) return failed(fail_reading_laq(output_.input, array.error(), file));
  if (settings_.strip) io::strip_sound(array->attachments);
  const std::string what = io::shape_name(array->shape) + " " + io::type_name(array->type);
  return write(file.size(), what, format.write_array(*array));
}

// Calls use(index) for every index below the sides, the last one fastest, until one gives an Error.
template <class Use>
std::optional<Error> for_each_index(std::span<const uint64_t> sides, Use&& use) {
  std::vector<uint64_t> index(sides.size());
  while (true) {
    if (auto error = use(index)) return error;
    size_t side = sides.size();
    while (side > 0 && ++index[side - 1] == sides[side - 1]) index[--side] = 0;
    if (side == 0) return std::nullopt;
  }
}

// The sides of pieces of an array: whole chunks, which are cut along the slowest sides first until a piece is small.
std::vector<uint64_t> piece_sides(const ArrayInfo& info) {
  constexpr double kMostBytes = 1 << 26;
  std::vector<uint64_t> sides = info.shape;
  for (size_t side = 0; side < sides.size(); ++side) {
    const double bytes = io::element_count(sides) * static_cast<double>(element_bytes(info.type));
    if (bytes <= kMostBytes) break;
    const uint64_t chunk = info.chunk_shape.size() == sides.size() ? info.chunk_shape[side] : 1;
    const double bytes_of_chunks = bytes / static_cast<double>(sides[side]) * static_cast<double>(chunk);
    sides[side] = std::min(sides[side], chunk * static_cast<uint64_t>(std::max(1.0, kMostBytes / bytes_of_chunks)));
  }
  return sides;
}

// Writes the elements of a region, which are packed, to their places in a file whose elements begin at `first`.
bool put_region(const ArrayInfo& info, const ArrayRegion& region, std::span<const std::byte> elements, uint64_t first,
                io::FileWriter& file) {
  // Up to the last side that the region does not fill, its elements follow each other in the file.
  size_t last = info.shape.size() - 1;
  while (last > 0 && region.size[last] == info.shape[last]) --last;
  uint64_t of_index = element_bytes(info.type);
  for (size_t side = last + 1; side < info.shape.size(); ++side) of_index *= info.shape[side];
  const uint64_t run = region.size[last] * of_index;
  uint64_t done = 0;
  const auto put = [&](std::span<const uint64_t> index) -> std::optional<Error> {
    uint64_t place = 0;
    for (size_t side = 0; side <= last; ++side)
      place = place * info.shape[side] + region.begin[side] + (side < last ? index[side] : 0);
    if (!file.put(first + place * of_index, elements.subspan(done, run))) return file.failure();
    done += run;
    return std::nullopt;
  };
  return !for_each_index(std::span(region.size).first(last), put);
}

// Decodes a large array and writes it piece by piece, in the memory of a piece; nothing if it is small, or the format
// wants its elements in another order.
std::optional<Outcome> FileDecoder::decode_pieces_to(const io::FileFormat& format, const io::FileView& view) {
  constexpr double kMostWholeBytes = 1 << 26;
  const std::span<const std::byte> file = view.bytes();
  const Result<ArrayInfo> info = inspect_array(file, options_);
  if (!info || !format.write_array_head) return std::nullopt;
  const double count = io::element_count(info->shape);
  const size_t bytes = element_bytes(info->type);
  if (count * static_cast<double>(bytes) <= kMostWholeBytes || count > static_cast<double>(options_.max_pixels))
    return std::nullopt;
  Array header{info->type, info->shape, {}, info->signal, info->attachments};
  if (settings_.strip) io::strip_sound(header.attachments);
  const std::optional<io::Noted<Bytes>> head = format.write_array_head(header);
  if (!head) return std::nullopt;

  const Result<std::unique_ptr<io::FileWriter>> output = io::open_output(output_);
  if (!output) return fail_output(output.error());
  (*output)->put(0, *head);
  const std::vector<uint64_t> sides = piece_sides(*info);
  std::vector<uint64_t> pieces;
  for (size_t side = 0; side < sides.size(); ++side)
    pieces.push_back((info->shape[side] + sides[side] - 1) / sides[side]);
  Bytes elements;
  double done = 0;  // elements
  const std::optional<Error> damaged = for_each_index(pieces, [&](std::span<const uint64_t> piece) {
    ArrayRegion region;
    for (size_t side = 0; side < sides.size(); ++side) {
      region.begin.push_back(piece[side] * sides[side]);
      region.size.push_back(std::min(sides[side], info->shape[side] - region.begin[side]));
    }
    const double size = io::element_count(region.size);
    elements.resize(static_cast<size_t>(size) * bytes);
    DecodeOptions options = options_;
    if (options_.progress) {
      options.progress = [&](float share) {
        return options_.progress(static_cast<float>((done + share * size) / count));
      };
    }
    std::optional<Error> error = decode_array_into(file, {info->type, region.size, elements.data()}, &region, options);
    done += size;
    if (!error && !put_region(*info, region, elements, head->size(), **output)) error = (*output)->failure();
    view.release();
    return error;
  });
  if ((*output)->has_failed()) return fail_output((*output)->failure());
  if (damaged) return failed(fail_reading_laq(output_.input, *damaged, file));
  if (const auto error = (*output)->finish()) return fail_output(*error);
  return tell_written(file.size(), io::shape_name(info->shape) + " " + io::type_name(info->type), (*output)->bytes(),
                      head->notes);
}

Result<Array> FileDecoder::decode_one_tensor(std::span<const std::byte> file) const {
  if (!settings_.region.empty())
    return Error{ErrorCode::unsupported, "the file holds tensors, and --region is for arrays"};
  if (settings_.level > 0) return Error{ErrorCode::unsupported, "the file holds tensors, and --level is for arrays"};
  std::string name = settings_.tensor;  // if it is given, nothing else of the file is read
  std::vector<Attachment> attachments;
  if (name.empty()) {
    Result<TensorsInfo> info = inspect_tensors(file, options_);
    if (!info) return info.error();
    if (info->tensors.size() != 1) {
      return wrong_kind(std::to_string(info->tensors.size()) + " tensors, of which --tensor NAME takes one",
                        io::model_endings());
    }
    name = info->tensors.front().name;
    // What came with an array that was coded as a tensor belongs to it; the frame of a model does not.
    if (io::find_attachment(info->attachments, io::kFrameName) == nullptr) attachments = std::move(info->attachments);
  }
  Result<Tensor> tensor = decode_tensor(file, name, options_);
  if (!tensor) return tensor.error();
  return Array{tensor->type, std::move(tensor->shape), std::move(tensor->data), {}, std::move(attachments)};
}

Outcome FileDecoder::decode_model_to(const io::FileFormat& format) {
  output_.kind = format.kind;
  if (const auto error = io::check_output(output_)) return fail_output(*error);
  const Result<Bytes> file = io::read_file(output_.input, options_.max_bytes);
  if (!file) return fail_input(file.error());
  if (holds_array(*file)) return fail_kind("an array, not a model", io::array_endings());
  if (!holds_tensors(*file)) {
    if (inspect(*file).ok() || holds_jpeg(*file)) return fail_kind("a picture, not a model", io::picture_endings());
  } else if (const io::FileKind kind = io::usual_kind_of(*file); kind != format.kind) {
    return fail_kind("tensors of " + std::string(io::format_of(kind).name) + " file",
                     io::format_of(kind).usual_extension());
  }
  Result<Tensors> decoded = decode_tensors(*file, options_);
  if (!decoded) return failed(fail_reading_laq(output_.input, decoded.error(), *file));
  std::vector<std::span<const std::byte>> tensors;
  for (const Tensor& tensor : decoded->tensors) tensors.emplace_back(tensor.data);
  // The frame is there, as the kind of file was told by it.
  Result<Bytes> model = io::assemble_model(*io::find_attachment(decoded->attachments, io::kFrameName), tensors);
  if (!model) return fail_input(model.error());
  const std::string what = std::to_string(tensors.size()) + (tensors.size() == 1 ? " tensor" : " tensors");
  return write(file->size(), what, io::Noted<Bytes>(std::move(*model)));
}

Result<Array> FileDecoder::decode_part(std::span<const std::byte> file, const std::vector<Range>& ranges) const {
  const Result<ArrayInfo> info = inspect_array(file);  // verifies the checksums; decoding a region does not
  if (!info) return info.error();
  const io::NumpyForm form = io::numpy_form(info->type, info->shape, info->attachments);
  const Result<ArrayRegion> region = region_of(ranges, form.shape);
  if (!region) return region.error();
  return decode_array_region(file, form.coded(*region), options_);
}

// The picture, or the part of it that the settings name; and what is missing of it.
Result<PartialPicture> FileDecoder::decode_pixels(std::span<const std::byte> file, const PartOptions& part) const {
  if (part.region || part.reduction > 1 || part.allow_partial) return laq::decode_part(file, part);
  Result<Picture> picture = decode(file, options_);
  if (!picture) return picture.error();
  return PartialPicture{std::move(*picture), {}};
}

void FileDecoder::tell_holes(const std::vector<PictureRegion>& holes) const {
  if (holes.empty()) return;
  const PictureRegion& first = holes.front();
  say("laq: " + output_.input + ": cut off: " + std::to_string(holes.size()) +
      (holes.size() == 1 ? " tile is" : " tiles are") + " missing, the first at " + std::to_string(first.x) + "," +
      std::to_string(first.y) + " (filled in)");
}

// Decodes the picture, or the part of it, and writes it row by row, in the memory that some rows take.
Outcome FileDecoder::decode_rows_to(const io::FileView& view, const io::Noted<Picture>& header,
                                    const PartOptions& part) {
  const Result<std::unique_ptr<io::FileWriter>> output = io::open_output(output_);
  if (!output) return fail_output(output.error());
  const io::OpenedWriter writer = io::create_picture(header, output_.kind, **output);
  if (!writer) return fail_output(writer.error());
  std::optional<Error> failure;
  const TakeRows take = [&](const PictureView& rows, uint32_t) {
    failure = (*writer)->write(rows);
    view.release();
    return !failure;
  };
  const Result<PartInfo> decoded = decode_part_rows(view.bytes(), take, part);
  Result<io::Notes> notes = failure || !decoded ? io::Notes() : (*writer)->finish();
  if (!notes) failure = notes.error();
  if (notes) lose_all(header.notes, *notes);
  if (failure) return fail_output((*output)->has_failed() ? (*output)->failure() : *failure);
  if (!decoded) return failed(fail_reading_laq(output_.input, decoded.error(), view.bytes()));
  if (const auto error = (*output)->finish()) return fail_output(*error);
  tell_holes(decoded->missing);
  return tell_written(view.bytes().size(), std::to_string(header.width) + "x" + std::to_string(header.height),
                      (*output)->bytes(), *notes);
}

Outcome FileDecoder::decode_picture_to(const io::FileFormat* format) {
  PartOptions part = {
      {}, settings_.scale.empty() ? 1 : settings_.scale.back() - '0', settings_.allow_partial, options_};
  if (!settings_.region.empty()) {
    part.region = parse_picture_region(settings_.region);
    if (!part.region) {
      return failed(fail_usage(
          "--region: " + shortened(settings_.region) + " is not x,y,width,height in pixels, such as 100,80,512,512",
          "decode"));
    }
  }
  // Report errors that can be known before any work.
  const bool is_written = format && format->write_picture;
  output_.kind = is_written ? format->kind : io::FileKind::png;
  if (const auto error = is_written ? io::check_output(output_) : io::check_name(output_)) return fail_output(*error);
  if (!is_written) return fail_output(io::not_writable(output_.path));
  const Result<io::FileView> view = io::FileView::open(output_.input, options_.max_bytes);
  if (!view) return fail_input(view.error());
  const std::span<const std::byte> file = view->bytes();
  if (holds_array(file)) return fail_kind("an array, not a picture", io::array_endings());
  if (holds_tensors(file)) return fail_kind("tensors, not a picture", io::model_endings());
  if (holds_jpeg(file)) return decode_jpeg_to(file, *format);
  if (!part.allow_partial) {
    const Result<Info> info = inspect(file, options_);  // verifies the checksums; decoding rows or a part does not
    if (!info) return failed(fail_reading_laq(output_.input, info.error(), file));
    view->release();
  }
  Result<PartInfo> info = part_info(file, part);
  if (!info) return failed(fail_reading_laq(output_.input, info.error(), file));
  const io::DecodedPart decoded_part = {part.reduction, part.region.has_value()};
  if (io::writes_rows(output_.kind, info->sample_format, info->metadata)) {
    io::Noted<Picture> header(Picture{
        info->width, info->height, info->channels, info->depth, {}, std::move(info->metadata), info->sample_format});
    if (settings_.strip) strip(header.metadata);
    io::fit_to_part(decoded_part, header.metadata, header.notes);
    return decode_rows_to(*view, header, part);
  }
  Result<PartialPicture> decoded = decode_pixels(file, part);
  if (!decoded) return failed(fail_reading_laq(output_.input, decoded.error(), file));
  Picture& picture = decoded->picture;
  tell_holes(decoded->missing);
  io::Notes notes;
  if (settings_.strip) strip(picture.metadata);
  io::fit_to_part(decoded_part, picture.metadata, notes);
  Result<io::Noted<Bytes>> bytes = io::encode_picture(picture, format->kind);
  if (bytes) lose_all(notes, bytes->notes);
  return write(file.size(), std::to_string(picture.width) + "x" + std::to_string(picture.height), bytes);
}

// The JPEG file as it was, or its samples in another format.
Outcome FileDecoder::decode_jpeg_to(std::span<const std::byte> file, const io::FileFormat& format) {
  if (!settings_.region.empty() || !settings_.scale.empty() || settings_.allow_partial) {
    return fail_input(Error{ErrorCode::unsupported,
                            "the file keeps a JPEG file, of which no part can be decoded (decode the whole)"});
  }
  if (format.kind == io::FileKind::jpeg) {
    if (settings_.strip)
      return failed(fail_usage("--strip would change a JPEG file that is kept exactly (leave it out)", "decode"));
    Result<Bytes> jpeg = decode_jpeg(file, options_);
    if (!jpeg) return fail_input(jpeg.error());
    return write(file.size(), "JPEG", io::Noted<Bytes>(std::move(*jpeg)));
  }
  Result<Picture> picture = decode_any_picture(output_.input, file, options_);
  if (!picture) return fail_input(picture.error());
  if (settings_.strip) strip(picture->metadata);
  return write(file.size(), std::to_string(picture->width) + "x" + std::to_string(picture->height),
               io::encode_picture(*picture, format.kind));
}

// Writes what was decoded.
Outcome FileDecoder::write(size_t file_bytes, const std::string& what, const Result<io::Noted<Bytes>>& bytes) const {
  if (!bytes) return fail_output(bytes.error());
  if (const auto error = io::write_output(output_, *bytes)) return fail_output(*error);
  return tell_written(file_bytes, what, bytes->size(), bytes->notes);
}

// Tells what a file that is written has lost, and what --verbose asks for.
Outcome FileDecoder::tell_written(size_t file_bytes, const std::string& what, uint64_t bytes,
                                  const io::Notes& notes) const {
  note_writing(output_.path, notes);
  if (settings_.is_verbose) {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
    std::array<char, 100> text;
    std::snprintf(text.data(), text.size(), "%zu bytes -> %llu bytes, %.2f s, %d %s", file_bytes,
                  static_cast<unsigned long long>(bytes), seconds.count(), options_.threads,
                  options_.threads == 1 ? "thread" : "threads");
    say(output_.input + " -> " + output_.path + ": " + what + ", " + text.data());
  }
  return written(file_bytes, bytes);
}

}  // namespace

Outcome decode_file(const DecodeSettings& settings, const Job& job, const Resources& resources) {
  return FileDecoder(settings, job, resources).run();
}

const io::FileFormat* wanted_format(const DecodeSettings& settings, const std::string& output) {
  if (!settings.format.empty()) return io::format_of_name(settings.format);
  return output == "-" ? &io::format_of(io::FileKind::netpbm) : io::format_of_name(output);
}

Result<io::FileKind> natural_kind(const std::string& path, uint64_t max_bytes) {
  const Result<std::vector<std::byte>> file = io::read_file(path, max_bytes);
  if (!file) return file.error();
  return io::usual_kind_of(*file);
}

}  // namespace laq::command
