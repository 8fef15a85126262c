// The table of file formats: one row a kind, which says what laq calls it, how its files are named, and by which
// functions it is read and written. Help texts, messages and the choice of a reader or writer all come from it. A new
// format is an enumerator of FileKind, a row here, and its signature in file_kind.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/file_kind.h"
#include "io/model/model_file.h"
#include "io/notes.h"
#include "io/picture/row_reader.h"
#include "io/picture/row_writer.h"
#include "laq/array.hpp"
#include "laq/laq.hpp"

namespace laq::io {

// What a file contains, which decides the advice for a file that laq does not read.
enum class Content : uint8_t { picture, sound, array, model, archive, video, other };

using Bytes = std::vector<std::byte>;
using PictureReader = Result<Noted<Picture>>(std::span<const std::byte> file, uint64_t max_pixels);
using PictureWriter = Result<Noted<Bytes>>(const Picture& picture);
using ArrayReader = Result<Noted<Array>>(std::span<const std::byte> file);
using ArrayWriter = Result<Noted<Bytes>>(const Array& array);
// What stands before the elements in the file of an array, of which all but its data counts; nothing if the elements do
// not follow in their order, as they are.
using ArrayHeadWriter = std::optional<Noted<Bytes>>(const Array& array);

// The depths of samples that a writer of pictures takes. encode_picture() converts the samples of others.
enum class Depths : uint8_t { any, eight, eight_or_sixteen };

// What files of a format hold beside samples. encode_picture() notes the loss of what is not among it, and turns
// the samples upright if the format has no place for the orientation.
enum Holds : uint16_t {
  holds_samples = 0,
  holds_icc = 1,
  holds_exif = 2,
  holds_xmp = 4,
  holds_resolution = 8,
  holds_orientation = 16,
  holds_metadata = 31,  // all of these
  holds_code_points = 32,
  holds_light = 64,    // light levels: of the mastering display and of the picture
  holds_aspect = 128,  // a resolution that is only a ratio
  holds_floats = 256,  // floating-point samples
};

struct FileFormat {
  FileKind kind;
  // With its article: "a WebP". Kinds that are one by their content have the same name.
  const char* name;
  Content content;
  std::string_view extensions;  // "jpg jpeg": the usual one comes first
  // Null where laq does not have them, or where the library behind them was missing when it was built.
  PictureReader* read_picture = nullptr;
  PictureWriter* write_picture = nullptr;
  RowReaderMaker* open_rows = nullptr;  // the same row by row
  RowWriterMaker* create_rows = nullptr;
  Depths depths = Depths::any;  // depths and holds describe write_picture
  uint16_t holds = holds_samples;
  std::string_view attachments = {};  // "text iptc": names of those that write_picture writes, or notes itself
  ArrayReader* read_array = nullptr;
  ArrayWriter* write_array = nullptr;
  ArrayHeadWriter* write_array_head = nullptr;
  ModelReader* read_model = nullptr;
  const char* package = nullptr;  // the Debian package of the library, if the functions need one that may be missing
  bool is_only_read = false;      // even with that library
  const char* advice = nullptr;   // what to do with a file that laq does not read, if the content's advice is too vague

  bool is_read() const { return read_picture || read_array || read_model; }
  // A model is written if the LAQ file came from one of its format.
  bool is_written() const { return write_picture || write_array || read_model; }
  // ".jpg"
  std::string usual_extension() const;
};

// The table, in the order of FileKind (format_table.cpp).
std::span<const FileFormat> all_formats();

const FileFormat& format_of(FileKind kind);

// The format that a name such as "png" or "photo.JPG" ends in; null if no kind of file has such names.
const FileFormat* format_of_name(const std::string& name);

// The kind of file that is written for a LAQ file if nobody asks for another: the one that it came from (its attachment
// `from`, or the frame of a model) if this build writes it, else NPY for an array or tensors and PNG for a picture.
FileKind usual_kind_of(std::span<const std::byte> laq_file);

// Whether files of both kinds look the same by their content.
bool is_same_content(FileKind a, FileKind b);

// Does this extension, as extension_of gives it, belong to another kind of file than LAQ?
bool is_foreign_extension(std::string_view extension);

// "a PNG file", "an Ogg file", "a text file" or "a file of no kind that laq knows".
std::string describe_file(std::span<const std::byte> head);

// An error for a file that laq does not read: what it is and what to do with it.
Error not_readable(std::span<const std::byte> head);

// An error for the name of an output that is of no format that this build writes.
Error not_writable(const std::string& name);

// Lists for help texts and messages, of this build: ".png, .jpg, .ppm, .pgm or .pam"; ".npy, .wav or .raw"; and
// "PNG, JPEG and Netpbm" with another word before the last.
std::string picture_endings();
std::string array_endings();
std::string model_endings();
std::string read_picture_names(const std::string& last_separator);
std::string read_array_names(const std::string& last_separator);
std::string read_model_names(const std::string& last_separator);
// All extensions that are written: "png", "jpg", "jpeg", ..., "npy", ...
std::vector<std::string> written_extensions();

}  // namespace laq::io
