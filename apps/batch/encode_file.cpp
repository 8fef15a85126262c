#include "batch/encode_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>

#include "batch/strip.h"
#include "batch/verify.h"
#include "io/array/array_file.h"
#include "io/file.h"
#include "io/formats.h"
#include "io/model/model_frame.h"
#include "io/picture/convert.h"
#include "io/picture/picture_file.h"
#include "io/picture/row_reader.h"
#include "io/sound/audio.h"
#include "laq/jpeg.hpp"
#include "laq/partial.hpp"
#include "options.h"
#include "terminal.h"

namespace laq::command {
namespace {

// One file on its way from the input to the output.
class FileEncoder {
 public:
  FileEncoder(const EncodeSettings& settings, const Job& job, const Resources& resources)
      : settings_(settings), job_(job), resources_(resources) {}

  Outcome run();

 private:
  Outcome encode_array(const io::FileView& view);
  Outcome encode_in_pieces(const io::FileView& view, const ArrayView& array, ArrayEncodeOptions options);
  Outcome encode_picture(const io::FileView& view);
  Outcome encode_whole(std::span<const std::byte> source, io::Noted<Picture>& picture, const EncodeOptions& options);
  QualityMask mask_view() const;
  std::optional<Error> check_mask(uint32_t width, uint32_t height) const;
  Outcome encode_rows(const io::FileView& view, io::RowReader& reader, const EncodeOptions& options);
  Outcome keep_jpeg(std::span<const std::byte> source);
  Outcome encode_model(std::span<const std::byte> source);
  Outcome encode_tensors(std::span<const std::byte> source, std::span<const TensorView> tensors,
                         std::span<const Attachment> attachments);
  std::optional<Error> check_elements(const ArrayView& array) const;
  bool is_in_pieces(const ArrayView& array, std::span<const std::byte> source) const;
  Outcome write(std::span<const std::byte> source, std::span<const std::byte> file) const;
  Outcome keep(std::span<const std::byte> source) const;
  // Says what --verbose asks for. `count` is a number of things such as "pixel".
  void say_details(const std::string& what, double count, const char* thing, size_t bytes) const;

  Outcome fail_input(const Error& error) const { return failed(fail_reading(job_.output.input, error)); }
  Outcome fail_use(const std::string& message) const {
    return failed(fail_usage(job_.output.input + message, "encode"));
  }

  const EncodeSettings& settings_;
  const Job& job_;
  const Resources& resources_;
  std::chrono::steady_clock::time_point start_;  // of encoding
};

Error too_many_elements(const ArrayView& array) {
  return Error{ErrorCode::limit_exceeded, "the array " + io::shape_name(array.shape) +
                                              " is larger than is allowed (allow more with --max-pixels or "
                                              "--max-memory)"};
}

std::optional<Error> FileEncoder::check_elements(const ArrayView& array) const {
  uint64_t left = std::min(settings_.options.max_pixels, settings_.max_bytes / element_bytes(array.type));
  for (const uint64_t side : array.shape) {
    if (side == 0) return std::nullopt;
    left /= side;
  }
  if (left > 0) return std::nullopt;
  return too_many_elements(array);
}

OriginalRow row_of(const Picture& picture) {
  return [&picture](uint32_t y) { return picture.samples.data() + picture.row_bytes() * y; };
}

// Pictures of more pixels are read and coded row by row, if the file and the options allow it.
constexpr uint64_t kMostWholePixels = uint64_t{1} << 26;

bool has_bound(const EncodeOptions& options) {
  constexpr float kWithoutLoss = 100;  // a quality
  return options.target.kind == TargetKind::max_error ||
         (options.target.kind == TargetKind::none && options.quality == kWithoutLoss);
}

Result<io::Noted<io::FileArray>> read_array(const EncodeSettings& settings, const std::string& member,
                                            std::span<const std::byte> source) {
  if (!settings.raw_type) return io::parse_array(source, member.empty() ? settings.member : member, settings.max_bytes);
  Result<ArrayView> view = io::parse_raw(source, *settings.raw_type, settings.raw_shape);
  if (!view) return view.error();
  io::Noted<io::FileArray> array;
  array.view = std::move(*view);
  return array;
}

// The same for tensors; nothing if it is for arrays only.
std::optional<TensorTarget> tensor_target(const std::optional<ArrayTarget>& target) {
  if (!target) return TensorTarget{};
  switch (target->kind) {
    case ArrayTargetKind::lossless:
      return TensorTarget{};
    case ArrayTargetKind::max_error:
      return TensorTarget{TensorTargetKind::max_error, target->value};
    case ArrayTargetKind::snr:
      return TensorTarget{TensorTargetKind::snr, target->value};
    case ArrayTargetKind::bits:
      return TensorTarget{TensorTargetKind::bits, target->value};
    default:
      return std::nullopt;
  }
}

Outcome FileEncoder::run() {
  if (const auto error = io::check_output(job_.output)) return failed(fail_writing(job_.output.path, *error));
  const Result<io::FileView> view = io::FileView::open(job_.output.input, settings_.max_bytes);
  if (!view) return fail_input(view.error());
  const std::span<const std::byte> source = view->bytes();
  const io::FileFormat& format = io::format_of(io::recognise_kind(source));
  const bool is_array = settings_.raw_type || io::is_array_file(source);
  // What is not read row by row takes as much memory as the file has bytes.
  const bool is_read_in_pieces =
      is_array ? settings_.raw_type || format.kind == io::FileKind::npy : format.open_rows != nullptr;
  if (source.size() > settings_.max_bytes && !is_read_in_pieces) return fail_input(io::too_large(settings_.max_bytes));
  if (!settings_.raw_type && format.read_model) return encode_model(source);
  if (settings_.is_about_models && !settings_.is_tensor && job_.is_named) {
    return fail_use(
        " is no model, and --keep, --noise, --uniform, --importance, --sensitivity and --bits PATTERN=B are about "
        "tensors (add --tensor if it is an array of weights)");
  }
  if (settings_.keeps_jpeg) {
    if (!is_array && format.kind == io::FileKind::jpeg) return keep_jpeg(source);
    if (job_.is_named) return fail_use(" is no JPEG file, which --jpeg is for");
  }
  return is_array ? encode_array(*view) : encode_picture(*view);
}

Outcome FileEncoder::encode_array(const io::FileView& view) {
  const std::span<const std::byte> source = view.bytes();
  if (settings_.is_about_pictures && job_.is_named) {
    return fail_use(
        " is an array or a sound, which --quality, --target, --tune and --aq say nothing about: it takes --max-error, "
        "--max-rel-error, --pointwise-rel, --psnr, --snr or --bits, and is kept without loss if none is given");
  }
  Result<io::Noted<io::FileArray>> read = read_array(settings_, job_.member, source);
  if (!read) return fail_input(read.error());
  note_reading(job_.output.input, read->notes);
  if (settings_.strip) {
    io::strip_sound(read->attachments);
    read->view.attachments = read->attachments;
  }
  const ArrayView* const array = &read->view;
  Result<std::vector<ArrayPartBound>> parts = parts_of(settings_.array_parts, *array);
  if (!parts) return fail_input(parts.error());
  const ArrayEncodeOptions options{settings_.array_target.value_or(ArrayTarget()),
                                   resources_.threads,
                                   resources_.progress,
                                   settings_.chunk_elements,
                                   settings_.options.effort,
                                   std::move(*parts)};
  if (is_in_pieces(*array, source)) return encode_in_pieces(view, *array, options);
  if (const auto error = check_elements(*array)) return fail_input(*error);
  if (settings_.is_tensor) {
    const std::vector<std::byte> packed =
        array->strides.empty() ? std::vector<std::byte>() : io::packed_elements(*array);
    TensorView view{"array", array->type, array->shape, packed.empty() ? array->data : packed.data()};
    view.target = tensor_target(settings_.array_target).value_or(TensorTarget());
    return encode_tensors(source, std::span(&view, 1), read->attachments);
  }
  start_ = std::chrono::steady_clock::now();
  const Result<std::vector<std::byte>> file = encode(*array, options);
  if (!file) return fail_input(file.error());
  say_details(io::shape_name(array->shape) + " " + io::type_name(array->type), io::element_count(array->shape),
              "element", file->size());
  if (settings_.is_verified) {
    if (const auto error = verify_array(*file, *array, options.parts, resources_.threads))
      return failed(fail_writing(job_.output.path, *error));
  }
  return write(source, *file);
}

// Whether the array is coded without the file, or the LAQ file, being in memory as a whole: it is large, lies in the
// file as it is, and nothing looks at the LAQ file before it is written.
bool FileEncoder::is_in_pieces(const ArrayView& array, std::span<const std::byte> source) const {
  constexpr size_t kMostWholeBytes = size_t{1} << 26;
  const auto* const data = static_cast<const std::byte*>(array.data);
  const bool is_of_file = !source.empty() && data >= source.data() && data < source.data() + source.size();
  return source.size() > kMostWholeBytes && is_of_file && !settings_.is_tensor && !settings_.is_verified &&
         !settings_.skips_larger;
}

Outcome FileEncoder::encode_in_pieces(const io::FileView& view, const ArrayView& array, ArrayEncodeOptions options) {
  if (io::element_count(array.shape) > static_cast<double>(settings_.options.max_pixels))
    return fail_input(too_many_elements(array));
  const Result<std::unique_ptr<io::FileWriter>> output = io::open_output(job_.output);
  if (!output) return failed(fail_writing(job_.output.path, output.error()));
  float released = 0;
  options.progress = [&](float done) {
    constexpr float kStep = 0.01F;  // releasing pages more often costs more than it frees
    if (done >= released + kStep) {
      view.release();
      released = done;
    }
    return !resources_.progress || resources_.progress(done);
  };
  const PutBytes put = [&](uint64_t place, std::span<const std::byte> bytes) { return (*output)->put(place, bytes); };
  start_ = std::chrono::steady_clock::now();
  const Result<uint64_t> bytes = encode_to(put, array, options);
  if ((*output)->has_failed()) return failed(fail_writing(job_.output.path, (*output)->failure()));
  if (!bytes) return fail_input(bytes.error());
  if (const auto error = (*output)->finish()) return failed(fail_writing(job_.output.path, *error));
  say_details(io::shape_name(array.shape) + " " + io::type_name(array.type) + ", chunk by chunk",
              io::element_count(array.shape), "element", *bytes);
  return written(view.bytes().size(), *bytes);
}

Outcome FileEncoder::encode_model(std::span<const std::byte> source) {
  const Result<io::Noted<io::ModelFile>> model = io::parse_model(source);
  if (!model) return fail_input(model.error());
  note_reading(job_.output.input, model->notes);
  const std::optional<TensorTarget> target = tensor_target(settings_.array_target);
  if (!target || (settings_.is_about_pictures && job_.is_named)) {
    return fail_use(
        " is a model: it takes --bits, --snr, --max-error or --lossless, and is kept without loss if none is given");
  }
  const Result<std::vector<TensorView>> tensors = plan_tensors(settings_.model, *target, source, *model);
  if (!tensors) return fail_input(tensors.error());
  Result<std::vector<std::byte>> frame = io::frame_of(source, *model);
  if (!frame) return fail_input(frame.error());
  const Attachment attachment{std::string(io::kFrameName), std::move(*frame)};
  return encode_tensors(source, *tensors, std::span(&attachment, 1));
}

Outcome FileEncoder::encode_tensors(std::span<const std::byte> source, std::span<const TensorView> tensors,
                                    std::span<const Attachment> attachments) {
  const std::optional<TensorTarget> target = tensor_target(settings_.array_target);
  if (!target) return fail_use(": a tensor takes --bits, --snr, --max-error or --lossless");
  TensorEncodeOptions options;
  options.target = *target;
  options.shape = settings_.model.shape;
  options.adaptive_quantization = !settings_.model.is_uniform;
  options.effort = settings_.options.effort;
  options.threads = resources_.threads;
  options.progress = resources_.progress;
  options.attachments = attachments;
  start_ = std::chrono::steady_clock::now();
  const Result<std::vector<std::byte>> file = encode(tensors, options);
  if (!file) return fail_input(file.error());
  double elements = 0;
  for (const TensorView& view : tensors) elements += io::element_count(view.shape);
  say_details(std::to_string(tensors.size()) + (tensors.size() == 1 ? " tensor" : " tensors"), elements, "element",
              file->size());
  if (settings_.is_verified) {
    if (const auto error = verify_tensors(*file, tensors, resources_.threads))
      return failed(fail_writing(job_.output.path, *error));
  }
  return write(source, *file);
}

Outcome FileEncoder::encode_picture(const io::FileView& view) {
  const std::optional<ArrayTarget>& bound = settings_.array_target;
  const bool is_of_pictures =
      !bound || bound->kind == ArrayTargetKind::lossless || bound->kind == ArrayTargetKind::max_error;
  if (!is_of_pictures || settings_.chunk_elements > 0 || !settings_.array_parts.is_empty()) {
    return fail_use(
        " is a picture, which --max-rel-error, --pointwise-rel, --psnr, --snr, --bits, --bounds, --region-bound and "
        "--chunk say nothing about: "
        "it takes --quality, --target, --max-error or --lossless");
  }
  EncodeOptions options = settings_.options;
  if (bound) options.target = {TargetKind::max_error, std::floor(bound->value)};
  options.threads = resources_.threads;
  options.progress = resources_.progress;

  const io::OpenedRows reader = io::open_picture(view.bytes(), settings_.options.max_pixels);
  if (!reader) return fail_input(reader.error());
  // Rows are of integers.
  const uint64_t most_pixels =
      pixels_within(settings_.options.max_pixels, settings_.max_bytes, !*reader && may_hold_floats(view.bytes()));
  uint64_t pixels = 0;
  if (*reader) {
    const Picture& header = (*reader)->header();
    pixels = uint64_t{header.width} * header.height;
    const bool has_score = options.target.kind != TargetKind::none || settings_.bits_per_pixel > 0;
    if (pixels > kMostWholePixels && (has_bound(options) || !has_score)) return encode_rows(view, **reader, options);
  }
  if (view.bytes().size() > settings_.max_bytes) return fail_input(io::too_large(settings_.max_bytes));
  if (*reader && pixels > most_pixels) return fail_input(io::too_many_pixels(most_pixels));
  Result<io::Noted<Picture>> picture =
      *reader ? io::read_all_rows(reader) : io::decode_picture(view.bytes(), most_pixels);
  if (!picture) return fail_input(picture.error());
  if (bound && picture->sample_format != SampleFormat::integer) options.target.value = bound->value;
  return encode_whole(view.bytes(), *picture, options);
}

Outcome FileEncoder::encode_whole(std::span<const std::byte> source, io::Noted<Picture>& picture,
                                  const EncodeOptions& given) {
  EncodeOptions options = given;
  note_reading(job_.output.input, picture.notes);
  if (settings_.strip) strip(picture.metadata);
  if (const auto error = check_mask(picture.width, picture.height)) return fail_input(*error);

  const double pixels = double(picture.width) * picture.height;
  if (settings_.bits_per_pixel > 0)
    options.target = {TargetKind::bytes, std::max(1.0, std::floor(settings_.bits_per_pixel * pixels / 8))};
  start_ = std::chrono::steady_clock::now();
  const QualityMask mask = mask_view();
  if (settings_.mask) options.mask = &mask;
  const Result<std::vector<std::byte>> file = encode(picture.view(), options);
  if (!file) return fail_input(file.error());
  say_details(std::to_string(picture.width) + "x" + std::to_string(picture.height), pixels, "pixel", file->size());
  if (settings_.is_verified) {
    if (const auto error = verify_picture(*file, picture.view(), row_of(picture), resources_.threads))
      return failed(fail_writing(job_.output.path, *error));
  }
  return write(source, *file);
}

QualityMask FileEncoder::mask_view() const {
  if (!settings_.mask) return {};
  const Picture& mask = *settings_.mask;
  return {mask.width, mask.height, reinterpret_cast<const uint8_t*>(mask.samples.data()), mask.row_bytes()};
}

std::optional<Error> FileEncoder::check_mask(uint32_t width, uint32_t height) const {
  if (!settings_.mask || (settings_.mask->width == width && settings_.mask->height == height)) return std::nullopt;
  return Error{ErrorCode::invalid_argument,
               "has " + std::to_string(width) + "x" + std::to_string(height) +
                   " pixels as it is stored, and the mask has " + std::to_string(settings_.mask->width) + "x" +
                   std::to_string(settings_.mask->height) + " (scale the mask to the size of the picture)"};
}

Outcome FileEncoder::encode_rows(const io::FileView& view, io::RowReader& reader, const EncodeOptions& given) {
  PictureView picture = reader.header().view();
  if (const auto error = check_mask(picture.width, picture.height)) return fail_input(*error);
  EncodeOptions options = given;
  const QualityMask mask = mask_view();
  if (settings_.mask) options.mask = &mask;
  picture.samples = nullptr;
  Metadata metadata = reader.header().metadata;
  if (settings_.strip) strip(metadata);
  picture.metadata = &metadata;
  std::optional<Error> failure;
  const GiveRows give = [&](uint32_t, uint32_t count, void* rows, size_t row_bytes) {
    auto* const first = static_cast<std::byte*>(rows);
    failure = reader.read(count, first, row_bytes);
    view.release();
    return !failure;
  };
  start_ = std::chrono::steady_clock::now();
  const Result<std::vector<std::byte>> file = laq::encode_rows(picture, give, options);
  if (failure) return fail_input(*failure);
  if (!file) return fail_input(file.error());
  io::Notes notes = reader.header().notes;
  note_reading(job_.output.input, notes);
  say_details(std::to_string(picture.width) + "x" + std::to_string(picture.height) + ", row by row",
              double(picture.width) * picture.height, "pixel", file->size());
  if (settings_.is_verified) {
    // The file is read once more.
    io::OpenedRows again = io::open_picture(view.bytes(), settings_.options.max_pixels);
    if (!again) return fail_input(again.error());
    std::vector<std::byte> row(reader.header().row_bytes());
    const OriginalRow original = [&](uint32_t) {
      failure = (*again)->read(1, row.data(), row.size());
      view.release();
      return failure ? nullptr : row.data();
    };
    if (const auto error = verify_picture(*file, picture, original, resources_.threads))
      return failed(fail_writing(job_.output.path, *error));
  }
  return write(view.bytes(), *file);
}

Outcome FileEncoder::keep_jpeg(std::span<const std::byte> source) {
  start_ = std::chrono::steady_clock::now();
  const Result<std::vector<std::byte>> file =
      encode_jpeg(source, {resources_.threads, settings_.options.max_pixels, settings_.max_bytes});
  if (!file) return fail_input(file.error());
  if (const Result<JpegInfo> info = inspect_jpeg(*file); settings_.is_verbose && info) {
    say_details("JPEG, " + std::to_string(info->width) + "x" + std::to_string(info->height),
                double(info->width) * info->height, "pixel", file->size());
  }
  if (settings_.is_verified) {
    if (const auto error = verify_jpeg(*file, source, resources_.threads))
      return failed(fail_writing(job_.output.path, *error));
  }
  return write(source, *file);
}

void FileEncoder::say_details(const std::string& what, double count, const char* thing, size_t bytes) const {
  if (!settings_.is_verbose) return;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
  std::array<char, 200> text;
  std::snprintf(text.data(), text.size(),
                "%zu bytes, %.3f bits per %s, %.2f s, %.2f million %ss a second, effort %d, %d %s", bytes,
                8.0 * double(bytes) / count, thing, seconds.count(), count / 1e6 / seconds.count(), thing,
                settings_.options.effort, resources_.threads, resources_.threads == 1 ? "thread" : "threads");
  say(job_.output.input + " -> " + job_.output.path + ": " + what + ", " + text.data());
}

Outcome FileEncoder::write(std::span<const std::byte> source, std::span<const std::byte> file) const {
  const uint64_t before = job_.member.empty() ? source.size() : job_.input_bytes;
  const bool is_member = !job_.member.empty() || !settings_.member.empty();
  if (settings_.skips_larger && !is_member && file.size() >= before) return keep(source);
  if (const auto error = io::write_output(job_.output, file)) return failed(fail_writing(job_.output.path, *error));
  if (io::recognise_kind(source) == io::FileKind::jpeg && file.size() > before) {
    say("laq: " + job_.output.input + ": the LAQ file has " + std::to_string(file.size()) + " bytes, the JPEG file " +
        std::to_string(before) + (settings_.keeps_jpeg ? "" : " (give a lower -q, or --jpeg to keep it exactly)"));
  }
  return written(before, file.size());
}

// Copies the input to the folder of the outputs, if there is one.
Outcome FileEncoder::keep(std::span<const std::byte> source) const {
  const Outcome kept = {Fate::kept, kOk, source.size(), source.size()};
  const std::string why = "laq: " + job_.output.input + ": a LAQ file would not be smaller, so ";
  std::error_code failure;
  if (job_.copy.empty() || std::filesystem::equivalent(job_.copy, job_.output.input, failure)) {
    say(why + "nothing is written");
    return kept;
  }
  io::Output copy = job_.output;
  copy.path = job_.copy;
  copy.kind = io::recognise_kind(source);
  if (const auto error = io::write_output(copy, source)) return failed(fail_writing(copy.path, *error));
  say(why + "it is copied to " + copy.path);
  return kept;
}

}  // namespace

Outcome encode_file(const EncodeSettings& settings, const Job& job, const Resources& resources) {
  return FileEncoder(settings, job, resources).run();
}

}  // namespace laq::command
