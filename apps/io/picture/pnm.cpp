// The Netpbm formats.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "io/bytes.h"
#include "io/file_kind.h"
#include "io/picture/convert.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

constexpr uint64_t kMaxDimension = 0x7fffffff;

struct Header {
  char kind = 0;  // '1' .. '7'
  uint64_t width = 0;
  uint64_t height = 0;
  uint64_t channels = 1;
  uint64_t maxval = 1;
};

// Words and numbers of a header, or of a plain (ASCII) picture.
class Text {
 public:
  explicit Text(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool failed() const { return failed_; }
  bool has_comments() const { return has_comments_; }

  // The next word. Comments run from # to the end of the line, and may begin right behind a word (netpbm's manual).
  std::string word() {
    skip_space();
    std::string word;
    while (!rest_.empty() && !is_space(rest_.front()) && rest_.front() != '#' && word.size() < 64) word += take();
    if (word.empty()) failed_ = true;
    return word;
  }
  // A decimal number of at most ten digits; 0 and failed() if there is none.
  uint64_t number() {
    const std::string digits = word();
    uint64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value);
    if (error == std::errc() && rest == end && digits.size() <= 10) return value;
    failed_ = true;
    return 0;
  }
  // A digit of a plain bitmap, which need not be separated from the next.
  uint64_t bit() {
    skip_space();
    const char c = rest_.empty() ? ' ' : take();
    if (c != '0' && c != '1') failed_ = true;
    return c == '1';
  }
  // Steps over bytes that are there.
  void skip(uint64_t bytes) { rest_.remove_prefix(bytes); }
  // Steps over the end of the line.
  void end_line() {
    skip_to_line_feed();
    take_space();
  }
  // Takes the single white space between header and samples, which may be the end of a comment.
  void end_header() {
    if (rest_.starts_with('#')) skip_comment();
    take_space();
  }

 private:
  static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void take_space() {
    if (rest_.empty() || !is_space(take())) failed_ = true;
  }
  void skip_to_line_feed() { rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size())); }
  // Leaves the end of the line.
  void skip_comment() {
    has_comments_ = true;
    skip_to_line_feed();
  }
  void skip_space() {
    while (!rest_.empty() && (rest_.front() == '#' || is_space(rest_.front()))) {
      rest_.front() == '#' ? skip_comment() : rest_.remove_prefix(1);
    }
  }

  std::string_view rest_;
  bool failed_ = false;
  bool has_comments_ = false;
};

Error damaged(const std::string& what) {
  return {ErrorCode::corrupt, "damaged Netpbm file: " + what + " (make it again from its source)"};
}

Result<Header> read_pam_header(Text& text) {
  Header header{.kind = '7', .channels = 0, .maxval = 0};
  text.end_line();
  std::string tuple_type;
  for (;;) {
    if (text.failed()) return damaged("the header has no ENDHDR");
    Text line = text;
    const std::string name = line.word();
    if (name == "ENDHDR") break;
    if (name == "WIDTH")
      header.width = line.number();
    else if (name == "HEIGHT")
      header.height = line.number();
    else if (name == "DEPTH")
      header.channels = line.number();
    else if (name == "MAXVAL")
      header.maxval = line.number();
    else if (name == "TUPLTYPE")
      tuple_type = line.word();
    else
      return damaged("the header has an unknown line, " + name);
    if (line.failed()) return damaged("the header is not readable at " + name);
    text = line;
    text.end_line();
  }
  text.word();
  text.end_line();
  static constexpr std::string_view kTypes[] = {
      "", "BLACKANDWHITE", "GRAYSCALE", "RGB", "BLACKANDWHITE_ALPHA", "GRAYSCALE_ALPHA", "RGB_ALPHA"};
  if (std::ranges::find(kTypes, tuple_type) == std::end(kTypes) || header.channels < 1 || header.channels > 4) {
    return Error{ErrorCode::unsupported, "a PAM file of type " + (tuple_type.empty() ? "?" : tuple_type) + " with " +
                                             std::to_string(header.channels) +
                                             " channels, which is not read (gray or RGB, with or without alpha, is)"};
  }
  return header;
}

Result<Header> read_header(Text& text) {
  Header header;
  header.kind = text.rest()[1];
  if (header.kind == '7') return read_pam_header(text);
  text.word();
  header.width = text.number();
  header.height = text.number();
  const bool is_bitmap = header.kind == '1' || header.kind == '4';
  if (!is_bitmap) header.maxval = text.number();
  text.end_header();
  header.channels = header.kind == '3' || header.kind == '6' ? 3 : 1;
  if (text.failed()) return damaged("the header is not readable");
  return header;
}

// The least number of bytes that the samples take in the file.
uint64_t least_payload(const Header& header) {
  const uint64_t row_samples = header.width * header.channels;
  switch (header.kind) {
    case '1':
      return row_samples * header.height;
    case '2':
    case '3':
      return 2 * row_samples * header.height - 1;
    case '4':
      return (header.width + 7) / 8 * header.height;
    default:
      return row_samples * header.height * (header.maxval > 255 ? 2 : 1);
  }
}

// Calls put(index, value) for every sample of the next row, with the value as it stands in the file. False if the text
// of a plain file is wrong.
template <class Put>
bool for_each_sample_of_row(const Header& header, Text& text, Put&& put) {
  const auto samples = static_cast<size_t>(header.width * header.channels);
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.rest().data());
  switch (header.kind) {
    case '1':
      for (size_t i = 0; i < samples && !text.failed(); ++i) put(i, static_cast<uint32_t>(1 - text.bit()));
      break;
    case '2':
    case '3':
      for (size_t i = 0; i < samples && !text.failed(); ++i) {
        put(i, static_cast<uint32_t>(std::min<uint64_t>(text.number(), header.maxval + 1)));
      }
      break;
    case '4':
      for (size_t x = 0; x < samples; ++x) put(x, 1u ^ (bytes[x / 8] >> (7 - x % 8) & 1u));  // 1 is black
      text.skip((header.width + 7) / 8);
      break;
    default:
      if (header.maxval > 255) {
        for (size_t i = 0; i < samples; ++i) put(i, bytes[2 * i] * 256u + bytes[2 * i + 1]);
      } else {
        for (size_t i = 0; i < samples; ++i) put(i, bytes[i]);
      }
      text.skip(samples * (header.maxval > 255 ? 2 : 1));
  }
  return !text.failed();
}

// Notes what follows the samples, apart from white space.
void note_rest(std::string_view rest, Notes& notes) {
  const size_t begin = rest.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return;
  if (recognise_kind(std::as_bytes(std::span(rest.substr(begin)))) == FileKind::netpbm) {
    notes.lose("pictures after the first");
  } else {
    notes.lose(std::to_string(rest.size()) + " bytes after the picture");
  }
}

class PnmRowReader : public RowReader {
 public:
  static OpenedRows open(std::span<const std::byte> file, uint64_t max_pixels);

  std::optional<Error> read(uint32_t count, std::byte* rows, size_t row_bytes) override;

 private:
  explicit PnmRowReader(std::span<const std::byte> file) : text_(text_of(file)) {}

  Text text_;
  Header of_file_;
  uint32_t rows_read_ = 0;
};

OpenedRows PnmRowReader::open(std::span<const std::byte> file, uint64_t max_pixels) {
  std::unique_ptr<PnmRowReader> reader(new PnmRowReader(file));
  const Result<Header> read = read_header(reader->text_);
  if (!read) return read.error();
  const Header& header = *read;
  if (header.width == 0 || header.height == 0) return damaged("width or height is 0");
  if (header.width > kMaxDimension || header.height > kMaxDimension || header.width * header.height > max_pixels)
    return too_many_pixels(max_pixels);
  if (header.maxval < 1 || header.maxval > 65535) return damaged("maxval is not in 1..65535");
  if (reader->text_.rest().size() < least_payload(header)) return damaged("the file ends too early");
  Picture& picture = reader->header_;
  picture.width = static_cast<uint32_t>(header.width);
  picture.height = static_cast<uint32_t>(header.height);
  picture.channels = static_cast<int>(header.channels);
  picture.depth = std::max(8, static_cast<int>(std::bit_width(header.maxval)));
  reader->of_file_ = header;
  return std::unique_ptr<RowReader>(std::move(reader));
}

std::optional<Error> PnmRowReader::read(uint32_t count, std::byte* rows, size_t row_bytes) {
  const auto maxval = static_cast<uint32_t>(of_file_.maxval);
  const uint32_t full = (1u << header_.depth) - 1;
  uint32_t largest = 0;
  const auto scaled = [&](uint32_t value) {
    largest = std::max(largest, value);
    return maxval == full ? value : (value * full + maxval / 2) / maxval;
  };
  for (uint32_t y = 0; y < count; ++y, rows += row_bytes) {
    const bool is_whole =
        header_.depth == 8
            ? for_each_sample_of_row(of_file_, text_,
                                     [&](size_t i, uint32_t v) { rows[i] = static_cast<std::byte>(scaled(v)); })
            : for_each_sample_of_row(of_file_, text_, [&](size_t i, uint32_t v) {
                const auto value = static_cast<uint16_t>(scaled(v));
                std::memcpy(rows + 2 * i, &value, sizeof value);
              });
    if (!is_whole) return damaged("a sample is not a number, or the file ends too early");
    if (largest > maxval) return damaged("a sample is larger than maxval");
  }
  rows_read_ += count;
  if (rows_read_ < header_.height) return std::nullopt;
  if (text_.has_comments()) header_.notes.lose("comments");
  note_rest(text_.rest(), header_.notes);
  return std::nullopt;
}

class PnmRowWriter : public RowWriter {
 public:
  PnmRowWriter(const Picture& picture, FileKind kind, ByteSink& sink);

  std::optional<Error> write(const PictureView& rows) override;
  Result<Notes> finish() override {
    if (!is_written_) return failure();
    return Notes();
  }

 private:
  static Error failure() { return {ErrorCode::out_of_memory, "the Netpbm file cannot be written"}; }
  void put(std::span<const std::byte> bytes) {
    is_written_ = is_written_ && sink_.put(place_, bytes);
    place_ += bytes.size();
  }

  ByteSink& sink_;
  const bool becomes_colour_;
  bool is_written_ = true;
  uint64_t place_ = 0;
  std::vector<std::byte> row_;
};

PnmRowWriter::PnmRowWriter(const Picture& picture, FileKind kind, ByteSink& sink)
    : sink_(sink), becomes_colour_(kind == FileKind::ppm && picture.channels == 1) {
  const std::string width = std::to_string(picture.width), height = std::to_string(picture.height);
  const std::string maxval = std::to_string((1u << picture.depth) - 1);
  std::string header;
  if (kind == FileKind::pam) {
    static constexpr const char* kTupleTypes[] = {"GRAYSCALE", "GRAYSCALE_ALPHA", "RGB", "RGB_ALPHA"};
    header = "P7\nWIDTH " + width + "\nHEIGHT " + height + "\nDEPTH " + std::to_string(picture.channels) + "\nMAXVAL " +
             maxval + "\nTUPLTYPE " + kTupleTypes[picture.channels - 1] + "\nENDHDR\n";
  } else {
    header = (kind == FileKind::pgm ? "P5\n" : "P6\n") + width + " " + height + "\n" + maxval + "\n";
  }
  put(std::as_bytes(std::span(header)));
}

std::optional<Error> PnmRowWriter::write(const PictureView& rows) {
  const size_t sample_bytes = rows.depth > 8 ? 2 : 1, copies = becomes_colour_ ? 3 : 1;
  const size_t samples = size_t{rows.width} * static_cast<size_t>(rows.channels);
  row_.resize(samples * sample_bytes * copies);
  for (uint32_t y = 0; y < rows.height; ++y) {
    const auto* const from = static_cast<const std::byte*>(rows.samples) + rows.row_bytes * y;
    for (size_t i = 0; i < samples * copies; ++i)
      std::memcpy(&row_[i * sample_bytes], from + i / copies * sample_bytes, sample_bytes);
    if (sample_bytes == 2 && std::endian::native == std::endian::little) {
      for (size_t i = 0; i < row_.size(); i += 2) std::swap(row_[i], row_[i + 1]);
    }
    put(row_);
  }
  return is_written_ ? std::nullopt : std::optional(failure());
}

}  // namespace

OpenedRows open_pnm(std::span<const std::byte> file, uint64_t max_pixels) {
  return PnmRowReader::open(file, max_pixels);
}

Result<Noted<Picture>> decode_pnm(std::span<const std::byte> file, uint64_t max_pixels) {
  return read_all_rows(open_pnm(file, max_pixels));
}

OpenedWriter create_pnm(const Picture& picture, FileKind kind, ByteSink& sink) {
  const bool has_alpha = picture.channels == 2 || picture.channels == 4;
  if (kind == FileKind::netpbm) {
    kind = has_alpha ? FileKind::pam : picture.channels == 1 ? FileKind::pgm : FileKind::ppm;
  }
  if (has_alpha && kind != FileKind::pam) {
    return Error{ErrorCode::unsupported, "has an alpha channel, which PGM and PPM cannot hold (write .pam or .png)"};
  }
  if (kind == FileKind::pgm && picture.channels == 3) {
    return Error{ErrorCode::unsupported, "has colour, which PGM cannot hold (write .ppm or .png)"};
  }
  return std::unique_ptr<RowWriter>(std::make_unique<PnmRowWriter>(picture, kind, sink));
}

}  // namespace laq::io
