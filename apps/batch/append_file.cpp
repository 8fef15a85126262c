#include "batch/append_file.h"

#include <array>
#include <optional>
#include <span>
#include <utility>

#include "io/array/array_file.h"
#include "io/array/npy.h"
#include "io/attachments.h"
#include "io/file.h"
#include "io/output.h"
#include "options.h"
#include "terminal.h"

namespace laq::command {
namespace {

Error refused(const std::string& why) {
  return {ErrorCode::invalid_argument, why};
}

io::NumpyForm form_of(const ArrayInfo& info) {
  return io::numpy_form(info.type, info.shape, info.attachments);
}

// An Error if nothing can follow the array of a file, whatever it is.
std::optional<Error> check_file(const ArrayInfo& info) {
  for (const char* of_sound : {"wrap", "flac"}) {
    if (io::find_attachment(info.attachments, of_sound) != nullptr)
      return refused("is a sound, whose channels come before its samples (join the recordings, and encode them anew)");
  }
  if (form_of(info).is_complex)
    return refused("holds complex numbers, whose parts come before their sides (encode the whole array anew)");
  return std::nullopt;
}

// Elements without a header: as many whole slices as there are.
Result<ArrayView> raw_slices(std::span<const std::byte> source, const ArrayInfo& info) {
  std::vector<uint64_t> shape = info.shape;
  if (shape.empty()) return refused("cannot be appended: the LAQ file holds one element without sides");
  shape[0] = 1;
  const double slice = io::element_count(shape) * static_cast<double>(element_bytes(info.type));
  if (slice == 0) return refused("cannot be appended: slices of the LAQ file have no elements");
  shape[0] = static_cast<uint64_t>(static_cast<double>(source.size()) / slice);
  if (slice * static_cast<double>(shape[0]) != static_cast<double>(source.size())) {
    return refused("has " + std::to_string(source.size()) + " bytes, which are no whole slices of " +
                   std::to_string(static_cast<uint64_t>(slice)));
  }
  return io::parse_raw(source, info.type, shape);
}

Result<io::Noted<io::FileArray>> read_more(const AppendSettings& settings, std::span<const std::byte> source,
                                           const ArrayInfo& info) {
  if (!settings.is_raw) return io::parse_array(source, settings.member, settings.max_bytes);
  Result<ArrayView> view = raw_slices(source, info);
  if (!view) return view.error();
  io::Noted<io::FileArray> array;
  array.view = std::move(*view);
  return array;
}

// Types that are coded alike and mean different things: int64 and times, uint8 and truth values.
std::optional<Error> check_meaning(const AppendSettings& settings, const ArrayView& more, const ArrayInfo& info) {
  if (settings.is_raw) return std::nullopt;
  const std::string own = form_of(info).type_name();
  const std::string other = io::numpy_form(more.type, more.shape, more.attachments).type_name();
  if (own == other) return std::nullopt;
  return refused("holds elements of type " + other + ", the LAQ file " + own);
}

class FileAppender {
 public:
  FileAppender(const AppendSettings& settings, const Job& job, const Resources& resources)
      : settings_(settings), job_(job), resources_(resources) {}

  Outcome run() {
    const std::string& path = job_.output.path;
    const Result<io::FileView> file = io::FileView::open(path, settings_.max_bytes);
    if (!file) return failed(fail_reading(path, file.error()));
    std::span<const std::byte> grown = file->bytes();
    std::vector<std::byte> storage;  // of the file between two inputs
    for (size_t i = 0; i < settings_.inputs.size(); ++i) {
      const bool is_last = i + 1 == settings_.inputs.size();
      io::Output output = job_.output;
      output.input = settings_.inputs[i];
      const Result<ArrayInfo> info = inspect_array(grown);
      if (!info) return failed(fail_reading_laq(path, info.error(), grown));
      if (const auto error = check_file(*info)) return failed(fail_reading(path, *error));
      if (const auto error = io::check_output(output)) return failed(fail_writing(path, *error));
      const Result<io::FileView> view = io::FileView::open(output.input, settings_.max_bytes);
      if (!view) return failed(fail_reading(output.input, view.error()));
      const Result<io::Noted<io::FileArray>> more = read_more(settings_, view->bytes(), *info);
      if (!more) return failed(fail_reading(output.input, more.error()));
      note_reading(output.input, more->notes);
      if (const auto error = check_meaning(settings_, more->view, *info))
        return failed(fail_reading(output.input, *error));
      if (is_last) return write(output, grown, more->view, file->bytes().size());
      Result<std::vector<std::byte>> made = append(grown, more->view, options_of(i));
      if (!made) return failed(fail_reading(output.input, made.error()));
      storage = std::move(*made);
      grown = storage;
    }
    return written(file->bytes().size(), file->bytes().size());
  }

 private:
  ArrayEncodeOptions options_of(size_t input) const {
    ArrayEncodeOptions options = settings_.options;
    options.threads = resources_.threads;
    if (resources_.progress) {
      const auto count = static_cast<float>(settings_.inputs.size());
      options.progress = [this, input, count](float done) {
        return resources_.progress((static_cast<float>(input) + done) / count);
      };
    }
    return options;
  }

  Outcome write(const io::Output& output, std::span<const std::byte> grown, const ArrayView& more,
                uint64_t bytes_before) const {
    const Result<std::unique_ptr<io::FileWriter>> writer = io::open_output(output);
    if (!writer) return failed(fail_writing(output.path, writer.error()));
    const PutBytes put = [&](uint64_t place, std::span<const std::byte> bytes) { return (*writer)->put(place, bytes); };
    const Result<uint64_t> bytes = append_to(put, grown, more, options_of(settings_.inputs.size() - 1));
    if ((*writer)->has_failed()) return failed(fail_writing(output.path, (*writer)->failure()));
    if (!bytes) return failed(fail_reading(output.input, bytes.error()));
    if (const auto error = (*writer)->finish()) return failed(fail_writing(output.path, *error));
    if (settings_.is_verbose) {
      say(output.path + ": " + std::to_string(bytes_before) + " bytes, now " + std::to_string(*bytes) + ", with " +
          io::shape_name(more.shape) + " " + io::type_name(more.type) + " of " + output.input);
    }
    return written(bytes_before, *bytes);
  }

  const AppendSettings& settings_;
  const Job& job_;
  const Resources& resources_;
};

}  // namespace

Outcome append_file(const AppendSettings& settings, const Job& job, const Resources& resources) {
  return FileAppender(settings, job, resources).run();
}

}  // namespace laq::command
