// Fuzz target: any bytes, as a file of another format than LAQ, are read or give an error; and what is read can be
// written, and read again.
//
// The checksums of PNG chunks are set right first, so that what lies behind them is reached.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <zlib.h>

#include "fuzz/fuzz_target.h"
#include "io/array/npy.h"
#include "io/array/npz.h"
#include "io/bytes.h"
#include "io/formats.h"
#include "io/model/importance.h"
#include "io/model/model_frame.h"
#include "io/picture/picture_file.h"
#include "io/sound/audio.h"
#include "laq/jpeg.hpp"

namespace {

constexpr uint64_t kMaxPixels = 1 << 16;
constexpr uint64_t kMaxMember = 1 << 20;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_read: %s\n", what);
  std::abort();
}

void repair_png_checksums(std::vector<std::byte>& file) {
  for (size_t at = 8; at + 12 <= file.size();) {
    const uint64_t length = laq::io::big_endian(file, at, 4);
    if (length + 12 > file.size() - at) return;
    const auto size = static_cast<size_t>(length);
    const uLong checksum = crc32_z(0, reinterpret_cast<const Bytef*>(file.data() + at + 4), size + 4);
    for (size_t i = 0; i < 4; ++i) file[at + 8 + size + i] = static_cast<std::byte>(checksum >> (24 - 8 * i));
    at += size + 12;
  }
}

template <class Content>
bool is_read(const laq::Result<Content>& content) {
  if (content.ok()) return true;
  require(!content.error().message.empty(), "an error says nothing");
  require(content.error().code != laq::ErrorCode::invalid_argument, "bytes are blamed on an argument");
  return false;
}

void read_picture(const std::vector<std::byte>& file) {
  using laq::io::FileKind;
  const auto picture = laq::io::decode_picture(file, kMaxPixels);
  if (!is_read(picture)) return;
  require(uint64_t{picture->width} * picture->height <= kMaxPixels, "a picture is larger than allowed");
  require(picture->samples.size() == picture->row_bytes() * picture->height, "the samples do not fill the picture");
  require(picture->metadata.orientation >= 1 && picture->metadata.orientation <= 8, "an orientation is none");
  const auto rows = laq::io::open_picture(file, kMaxPixels);
  require(rows.ok(), "a picture is read, but not its header");
  if (*rows) {
    const auto again = laq::io::read_all_rows(rows);
    require(again.ok() && again->samples == picture->samples, "rows are other ones than those of the picture");
  }
  if (const auto jpeg = laq::io::encode_picture(*picture, FileKind::jpeg))
    require(laq::io::decode_picture(*jpeg, kMaxPixels).ok(), "what is written cannot be read");
  // PNG has integers of these depths.
  if (picture->sample_format != laq::SampleFormat::integer) return;
  if (picture->depth != 8 && picture->depth != 16) return;
  const auto written = laq::io::encode_picture(*picture, FileKind::png);
  require(written.ok(), "what is read cannot be written");
  const auto again = laq::io::decode_picture(*written, kMaxPixels);
  require(again.ok() && again->samples == picture->samples, "what is written reads differently");
  require(again->metadata.orientation == picture->metadata.orientation, "the orientation changes");
}

void check_array(const laq::Array& array) {
  uint64_t elements = 1;
  for (const uint64_t side : array.shape) elements *= side;
  require(array.data.size() == elements * laq::element_bytes(array.type), "the elements do not fill the array");
}

// Files of every kind, with all that came from the file that was read, read as the same elements.
void write_audio(const laq::Array& array) {
  for (const auto write : {laq::io::write_wav, laq::io::write_wave64, laq::io::write_aiff, laq::io::write_caf,
                           laq::io::write_au, laq::io::write_flac}) {
    const auto written = write(array);
    if (!written.ok()) continue;  // more channels than a kind holds, for example
    const auto again = laq::io::read_audio(*written);
    require(again.ok() && again->data == array.data, "what is written reads differently");
  }
}

// What is read from a NumPy file is written as one that reads the same.
void check_npy(const laq::Result<laq::io::Noted<laq::io::FileArray>>& read) {
  if (!is_read(read)) return;
  const laq::ArrayView& view = read->view;
  const laq::Array array{view.type, view.shape, laq::io::packed_elements(view), view.signal, read->attachments};
  check_array(array);
  const std::vector<std::byte> written = laq::io::write_npy(array);
  const auto again = laq::io::parse_npy(written);
  require(again.ok(), "what is written cannot be read");
  require(laq::io::packed_elements(again->view) == array.data, "what is written reads differently");
  require(again->view.shape == view.shape && again->attachments == read->attachments, "the form changes");
}

void read_npz(const std::vector<std::byte>& file) {
  const auto members = laq::io::parse_npz(file);
  if (!is_read(members)) return;
  for (const laq::io::NpzMember& member : *members) {
    require(laq::io::file_name_of(member).find('/') == std::string::npos, "a name leads elsewhere");
    if (member.is_array && member.bytes < kMaxMember) check_npy(laq::io::read_member(member));
  }
}

void read_audio(const std::vector<std::byte>& file) {
  const auto array = laq::io::read_audio(file);
  // The file, whatever it is, as what another file had beside its samples.
  laq::Array hostile{laq::ElementType::int16, {1, 8}, std::vector<std::byte>(16), {8000, 16}};
  hostile.attachments = {{"wrap", file}, {"flac", file}};
  write_audio(hostile);
  if (!is_read(array)) return;
  check_array(*array);
  write_audio(*array);
}

// The tensors of a model lie in their order in the file, and make it again with their frame.
void read_model(const std::vector<std::byte>& file) {
  const auto model = laq::io::parse_model(file);
  if (!is_read(model)) return;
  std::vector<std::span<const std::byte>> tensors;
  uint64_t end = 0;
  for (const laq::io::ModelTensor& tensor : model->tensors) {
    require(tensor.offset >= end && tensor.end() >= tensor.offset && tensor.end() <= file.size(),
            "a tensor lies outside of its file, or in another");
    end = tensor.end();
    tensors.push_back(tensor.of(file));
  }
  const auto frame = laq::io::frame_of(file, *model);
  require(frame.ok(), "a file has no frame");
  const auto again = laq::io::assemble_model(*frame, tensors);
  require(again.ok() && *again == file, "frame and tensors make another file");
}

// A JPEG file is refused, or comes back bit by bit.
void keep_jpeg(const std::vector<std::byte>& file) {
  const auto kept = laq::encode_jpeg(file, {.threads = 1, .max_pixels = kMaxPixels});
  if (!is_read(kept)) return;
  const auto again = laq::decode_jpeg(*kept, {.threads = 1});
  require(again.ok() && *again == file, "a JPEG file does not come back");
}

// The file, whatever it is, as the frame of a model.
void read_frame(const std::vector<std::byte>& file) {
  const auto frame = laq::io::parse_frame(file);
  if (!is_read(frame) || frame->file_bytes > kMaxMember) return;
  std::vector<std::byte> model(frame->file_bytes);
  frame->put_around(model);
}

// The file, whatever it is, as what is known of tensors.
void read_importance(const std::vector<std::byte>& file) {
  is_read(laq::io::parse_importance(file));
  is_read(laq::io::parse_sensitivity(file));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto* first = reinterpret_cast<const std::byte*>(data);
  std::vector<std::byte> file(first, first + size);
  if (size > 1 && data[0] == 0x89 && data[1] == 'P') repair_png_checksums(file);
  read_frame(file);
  read_importance(file);
  if (laq::io::format_of(laq::io::recognise_kind(file)).read_model) {
    read_model(file);
  } else if (laq::io::is_audio(file)) {
    read_audio(file);
  } else if (laq::io::is_npy(file)) {
    check_npy(laq::io::parse_npy(file));
  } else if (laq::io::is_npz(file)) {
    read_npz(file);
  } else {
    read_picture(file);
    keep_jpeg(file);
  }
  return 0;
}
