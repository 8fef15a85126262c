#include "io/formats.h"

#include <algorithm>
#include <utility>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/model/model_frame.h"
#include "laq/jpeg.hpp"
#include "laq/tensor.hpp"

namespace laq::io {
namespace {

// Calls use(extension) for each extension of a format until it returns true; says whether it did.
template <class Use>
bool for_each_extension(const FileFormat& format, Use&& use) {
  std::string_view rest = format.extensions;
  while (!rest.empty()) {
    const size_t size = std::min(rest.find(' '), rest.size());
    if (use(rest.substr(0, size))) return true;
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  return false;
}

const FileFormat* format_of_extension(std::string_view extension) {
  for (const FileFormat& format : all_formats()) {
    if (for_each_extension(format, [&](std::string_view own) { return own == extension; })) return &format;
  }
  return nullptr;
}

// "a PNG" -> "PNG"
std::string name_without_article(const FileFormat& format) {
  const std::string name = format.name;
  return name.substr(name.find(' ') + 1);
}

// "a, b or c", with `last` = " or ".
std::string joined(const std::vector<std::string>& words, const std::string& last) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 < words.size() ? ", " : last) + words[i];
  return text;
}

// The names of the formats for which `is_named` holds, each once.
template <class Question>
std::vector<std::string> names_of(Question&& is_named) {
  std::vector<std::string> names;
  for (const FileFormat& format : all_formats()) {
    const std::string name = name_without_article(format);
    if (is_named(format) && (names.empty() || names.back() != name)) names.push_back(name);
  }
  return names;
}

std::string advice(const FileFormat& format) {
  if (format.advice) return format.advice;
  switch (format.content) {
    case Content::picture:
      return "convert it to PNG first";
    case Content::sound:
      return "convert it to WAV or FLAC first";
    case Content::array:
      return "save the array with numpy.save, or its bare elements for --raw and --shape";
    case Content::archive:
      return "unpack it first";
    case Content::video:
      return "take pictures or sound out of it first, as PNG, WAV or FLAC";
    case Content::model:
    case Content::other:
      break;
  }
  return "it reads " + joined(names_of([](const FileFormat& of) { return of.is_read(); }), " and ") +
         ", and bare elements with --raw and --shape";
}

// The kind of model that tensors came from; NPY if they came from none.
FileKind model_kind_of(std::span<const std::byte> laq_file) {
  const Result<TensorsInfo> info = inspect_tensors(laq_file);
  const std::vector<std::byte>* const frame = info ? find_attachment(info->attachments, kFrameName) : nullptr;
  if (frame == nullptr) return FileKind::npy;
  const Result<ModelFrame> parsed = parse_frame(*frame);
  return parsed ? recognise_kind(parsed->around) : FileKind::unknown;
}

}  // namespace

std::string FileFormat::usual_extension() const {
  return "." + std::string(extensions.substr(0, extensions.find(' ')));
}

const FileFormat& format_of(FileKind kind) {
  return all_formats()[static_cast<size_t>(kind)];
}

const FileFormat* format_of_name(const std::string& name) {
  return format_of_extension(extension_of("." + name.substr(name.find_last_of("./") + 1)));  // npos + 1 is 0
}

FileKind usual_kind_of(std::span<const std::byte> laq_file) {
  if (holds_tensors(laq_file)) return model_kind_of(laq_file);
  if (holds_jpeg(laq_file)) return FileKind::jpeg;
  const bool is_array = holds_array(laq_file);
  std::vector<Attachment> attachments;
  if (is_array) {
    if (Result<ArrayInfo> info = inspect_array(laq_file)) attachments = std::move(info->attachments);
  } else if (Result<Info> info = inspect(laq_file)) {
    attachments = std::move(info->metadata.attachments);
  }
  const std::vector<std::byte>* const from = find_attachment(attachments, "from");
  const FileFormat* const format = from ? format_of_extension(text_of(*from)) : nullptr;
  const bool is_written = format && (is_array ? format->write_array != nullptr : format->write_picture != nullptr);
  return is_written ? format->kind : is_array ? FileKind::npy : FileKind::png;
}

bool is_same_content(FileKind a, FileKind b) {
  return std::string_view(format_of(a).name) == format_of(b).name;
}

bool is_foreign_extension(std::string_view extension) {
  const FileFormat* const format = format_of_extension(extension);
  return format && format->kind != FileKind::laq;
}

std::string describe_file(std::span<const std::byte> head) {
  const FileKind kind = recognise_kind(head);
  return kind == FileKind::unknown ? "a file of no kind that laq knows" : std::string(format_of(kind).name) + " file";
}

Error not_readable(std::span<const std::byte> head) {
  if (head.empty()) return {ErrorCode::truncated, "the file is empty"};
  const FileFormat& format = format_of(recognise_kind(head));
  std::string what = "is " + std::string(format.name) + " file, which laq does not read (";
  if (format.kind == FileKind::unknown) what = "is not a file of a kind that laq reads (";
  if (format.package) {
    what = "is " + std::string(format.name) + " file, which this build does not read (rebuild laq with " +
           format.package + ", or ";
  }
  return {ErrorCode::unsupported, what + advice(format) + ")"};
}

Error not_writable(const std::string& name) {
  const FileFormat* const format = format_of_name(name);
  const std::string endings =
      "end it in " + picture_endings() + ", for arrays in " + array_endings() + ", or give --format)";
  if (format && format->package && !format->is_written() && !format->is_only_read) {
    return {ErrorCode::unsupported, "this build does not write " + name_without_article(*format) +
                                        " files (rebuild laq with " + format->package + "; or " + endings};
  }
  return {ErrorCode::invalid_argument, "the name says no format that is written (" + endings};
}

std::string picture_endings() {
  std::vector<std::string> endings;
  for (const FileFormat& format : all_formats()) {
    if (format.write_picture) endings.push_back(format.usual_extension());
  }
  return joined(endings, " or ");
}

std::string array_endings() {
  std::vector<std::string> endings;
  for (const FileFormat& format : all_formats()) {
    if (format.write_array) endings.push_back(format.usual_extension());
  }
  return joined(endings, " or ");
}

std::string model_endings() {
  std::vector<std::string> endings;
  for (const FileFormat& format : all_formats()) {
    if (format.read_model) endings.push_back(format.usual_extension());
  }
  return joined(endings, " or ");
}

std::string read_picture_names(const std::string& last_separator) {
  return joined(names_of([](const FileFormat& format) { return format.read_picture != nullptr; }), last_separator);
}

std::string read_array_names(const std::string& last_separator) {
  return joined(names_of([](const FileFormat& format) { return format.read_array != nullptr; }), last_separator);
}

std::string read_model_names(const std::string& last_separator) {
  return joined(names_of([](const FileFormat& format) { return format.read_model != nullptr; }), last_separator);
}

std::vector<std::string> written_extensions() {
  std::vector<std::string> written;
  for (const FileFormat& format : all_formats()) {
    if (!format.is_written()) continue;
    for_each_extension(format, [&](std::string_view extension) {
      written.emplace_back(extension);
      return false;
    });
  }
  return written;
}

}  // namespace laq::io
