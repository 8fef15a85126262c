// OpenEXR by libOpenEXR, which throws: no exception leaves the functions here.
#include <ImfChannelList.h>
#include <ImfChromaticitiesAttribute.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfInputFile.h>
#include <ImfOutputFile.h>
#include <ImfStandardAttributes.h>
#include <ImfStringVectorAttribute.h>
#include <ImfTileDescriptionAttribute.h>
#include <ImfVersion.h>
#include <ImfXdr.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/picture/exr_attributes.h"
#include "io/picture/exr_stream.h"
#include "io/picture/light.h"
#include "io/picture/picture_formats.h"
#include "io/picture/transfer.h"

namespace laq::io {
namespace {

using Imath::Box2i;

Error damaged(const std::string& what) {
  return {ErrorCode::corrupt, "damaged OpenEXR file: " + what + " (copy it again from its source)"};
}

// Rows that are compressed together, at most.
int64_t rows_of_block(Imf::Compression compression) {
  return compression == Imf::DWAB_COMPRESSION ? 256 : 32;
}

// Whether the attributes of the header that begins at a place end within the bytes, as libOpenEXR allocates their
// values.
bool holds_attributes(std::span<const std::byte> bytes, size_t place) {
  if (place > bytes.size()) return false;
  bytes = bytes.subspan(place);
  while (const std::optional<ExrAttribute> attribute = first_attribute(bytes)) {
    bytes = bytes.subspan(attribute->all.size());
  }
  return !bytes.empty() && bytes[0] == std::byte{0};
}

// Checks the headers of all parts before libOpenEXR allocates anything for them. Returns the number of parts, or why
// the file is refused.
Result<int> check_sizes(std::span<const std::byte> file, uint64_t max_pixels) {
  constexpr uint64_t kMostPixelsOfByte = 1 << 14, kMostBlock = uint64_t{1} << 29, kUsualTile = 1 << 22;
  ExrInput stream(file);
  stream.seekg(8);
  int version = static_cast<int>(little_endian(file, 4, 4));
  const bool has_parts = Imf::isMultiPart(version);
  int parts = 0;
  for (; parts == 0 || has_parts; ++parts) {
    const uint64_t place = stream.tellg();
    if (has_parts && place < file.size() && file[place] == std::byte{0}) break;  // the end of the headers
    if (!holds_attributes(file, place)) return damaged("an attribute claims more bytes than there are");
    Imf::Header header;
    header.readFrom(stream, version);
    const Box2i window = header.dataWindow();
    const int64_t width = int64_t{window.max.x} - window.min.x + 1, height = int64_t{window.max.y} - window.min.y + 1;
    if (width < 1 || height < 1) return damaged("its width or height is 0");
    const uint64_t pixels = static_cast<uint64_t>(width) * static_cast<uint64_t>(height);
    if (pixels > max_pixels) return too_many_pixels(max_pixels);
    if (pixels / kMostPixelsOfByte > file.size()) return damaged("it has too few bytes for its width and height");
    uint64_t channels = 0;
    for (auto i = header.channels().begin(); i != header.channels().end(); ++i) ++channels;
    const uint64_t most_width = kMostBlock / 4 / static_cast<uint64_t>(rows_of_block(header.compression()));
    if (static_cast<uint64_t>(width) > most_width / std::max<uint64_t>(channels, 1))
      return Error{ErrorCode::limit_exceeded, "is an OpenEXR file of very long rows (split it first)"};
    if (header.hasTileDescription()) {
      const Imf::TileDescription& tile = header.tileDescription();
      if (uint64_t{tile.xSize} * tile.ySize > std::max(kUsualTile, 4 * pixels))
        return damaged("its tiles are larger than the picture");
    }
  }
  return parts;
}

// The code point of the primaries of a file without chromaticities, or with those of a known kind; 0: another.
uint8_t primaries_of(const Imf::Header& header) {
  if (!Imf::hasChromaticities(header)) return kPrimariesBt709;
  const Imf::Chromaticities& own = Imf::chromaticities(header);
  return code_point_of(
      {0, {own.red.x, own.red.y}, {own.green.x, own.green.y}, {own.blue.x, own.blue.y}, {own.white.x, own.white.y}});
}

// Attributes that the picture has in another form, that only hold for the file, or that hold for what is not kept.
constexpr std::array<std::string_view, 17> kOwnAttributes = {
    "channels", "compression", "dataWindow",         "displayWindow",     "lineOrder", "pixelAspectRatio", "tiles",
    "type",     "name",        "screenWindowCenter", "screenWindowWidth", "version",   "chromaticities",   "chunkCount",
    "preview",  "view",        "multiView"};

bool is_own_attribute(std::string_view name) {
  return std::ranges::find(kOwnAttributes, name) != kOwnAttributes.end();
}

// The attributes of a header that only other programs understand (whiteLuminance, expTime, comments and such), laid out
// as in a header; nothing if there are none. Header::erase() of libOpenEXR 3.1 does not free what it erases, so that
// they are not erased from a copy.
std::vector<std::byte> write_attributes(const Imf::Header& header) {
  MemorySink bytes;
  ExrOutput stream(bytes);
  const auto write_text = [&](const std::string& text) {
    stream.write(text.c_str(), static_cast<int>(text.size() + 1));
  };
  for (auto i = header.begin(); i != header.end(); ++i) {
    if (is_own_attribute(i.name())) continue;
    MemorySink value;
    ExrOutput value_stream(value);
    i.attribute().writeValueTo(value_stream, Imf::EXR_VERSION);
    const std::vector<std::byte> value_bytes = value.take();
    const auto size = static_cast<int>(value_bytes.size());
    write_text(i.name());
    write_text(i.attribute().typeName());
    Imf::Xdr::write<Imf::StreamIO>(stream, size);
    stream.write(reinterpret_cast<const char*>(value_bytes.data()), size);
  }
  if (stream.tellp() > 0) write_text("");
  return bytes.take();
}

// Adds such attributes to a header. Damaged ones throw.
void read_attributes(std::span<const std::byte> bytes, Imf::Header& header) {
  if (!holds_attributes(bytes, 0)) throw std::runtime_error("an attribute claims more bytes than there are");
  ExrInput stream(bytes);
  int version = Imf::EXR_VERSION;
  Imf::Header rest;
  rest.readFrom(stream, version);
  for (auto i = rest.begin(); i != rest.end(); ++i) {
    if (!is_own_attribute(i.name())) header.insert(i.name(), i.attribute());
  }
}

void note_losses(const Imf::Header& header, int parts, const std::vector<std::string>& channels, Notes& notes) {
  for (auto i = header.channels().begin(); i != header.channels().end(); ++i) {
    if (std::ranges::find(channels, i.name()) == channels.end()) notes.lose("channel " + quoted_name(i.name()));
  }
  if (parts > 1) notes.lose("parts after the first (of " + std::to_string(parts) + ")");
  if (header.displayWindow() != header.dataWindow()) notes.lose("display window");
  if (header.pixelAspectRatio() != 1) notes.lose("pixel aspect");
  if (primaries_of(header) == 0) notes.lose("chromaticities, which are taken for those of BT.709");
  if (header.findTypedAttribute<Imf::StringVectorAttribute>("multiView") != nullptr) notes.lose("views but the first");
}

// The channels that make the picture: R, G and B, or Y, and A; empty if there are none.
std::vector<std::string> channels_of(const Imf::Header& header) {
  const auto is_there = [&](const char* name) {
    const Imf::Channel* const channel = header.channels().findChannel(name);
    return channel && channel->xSampling == 1 && channel->ySampling == 1;
  };
  std::vector<std::string> names;
  if (is_there("R") || is_there("G") || is_there("B"))
    names = {"R", "G", "B"};
  else if (is_there("Y"))
    names = {"Y"};
  if (!names.empty() && is_there("A")) names.emplace_back("A");
  return names;
}

Result<Noted<Picture>> read(std::span<const std::byte> file, uint64_t max_pixels) {
  const Result<int> parts = check_sizes(file, max_pixels);
  if (!parts) return parts.error();
  ExrInput stream(file);
  Imf::InputFile input(stream);
  const std::vector<std::string> names = channels_of(input.header());
  if (names.empty()) {
    return Error{ErrorCode::unsupported,
                 "is an OpenEXR file without channels R, G and B, or Y, in its first part (name its channels so)"};
  }
  const Box2i window = input.header().dataWindow();
  const auto width = static_cast<uint32_t>(window.max.x - window.min.x + 1);
  const auto height = static_cast<uint32_t>(window.max.y - window.min.y + 1);
  const size_t channels = names.size();
  const uint8_t primaries = primaries_of(input.header());
  const auto is_half = [&](const std::string& name) {
    const Imf::Channel* const channel = input.header().channels().findChannel(name);
    return !channel || channel->type == Imf::HALF;
  };
  // Colour that is divided by a small alpha may leave the range of half numbers.
  const bool holds_half = names.back() != "A" && std::ranges::all_of(names, is_half);
  FloatReader reader(width, height, static_cast<int>(channels), primaries == 0 ? kPrimariesBt709 : primaries, true,
                     holds_half ? SampleFormat::float16 : SampleFormat::float32);
  std::vector<float> row(width * channels);
  const size_t stride = channels * sizeof(float);
  for (uint32_t y = 0; y < height; ++y) {
    const int line = window.min.y + static_cast<int>(y);
    Imf::FrameBuffer buffer;
    for (size_t c = 0; c < channels; ++c)
      buffer.insert(names[c], Imf::Slice::Make(Imf::FLOAT, row.data() + c, Imath::V2i(window.min.x, line), width, 1,
                                               stride, stride * width));
    input.setFrameBuffer(buffer);
    input.readPixels(line);
    reader.put_row(y, row);
  }
  Noted<Picture> picture = reader.finish();
  note_losses(input.header(), *parts, names, picture.notes);
  if (!attach(picture.metadata.attachments, kExrAttributesName, write_attributes(input.header())))
    picture.notes.lose(describe_attachment(kExrAttributesName));
  return picture;
}

// The names of the channels of a picture with so many.
std::string_view names_of(int channels) {
  static constexpr std::array<std::string_view, 4> kChannels = {"Y", "YA", "RGB", "RGBA"};
  return kChannels[static_cast<size_t>(channels) - 1];
}

// The header of a file of the picture; the notes name what it does not take.
Imf::Header header_of(const Picture& picture, Notes& notes) {
  Imf::Header header(static_cast<int>(picture.width), static_cast<int>(picture.height));
  header.compression() = Imf::ZIP_COMPRESSION;
  const bool is_float32 = picture.sample_format == SampleFormat::float32;
  for (const char name : names_of(picture.channels))
    header.channels().insert(std::string(1, name), Imf::Channel(is_float32 ? Imf::FLOAT : Imf::HALF));
  if (const auto& points = picture.metadata.code_points) {
    const Primaries* const known = io::primaries_of(points->primaries);
    const auto point = [](const float(&xy)[2]) { return Imath::V2f(xy[0], xy[1]); };
    if (known == nullptr) {
      notes.lose("primaries of code points");
    } else {
      Imf::addChromaticities(
          header, Imf::Chromaticities(point(known->red), point(known->green), point(known->blue), point(known->white)));
    }
  }
  if (const auto* const attributes = find_attachment(picture.metadata.attachments, kExrAttributesName)) {
    try {
      read_attributes(*attributes, header);
    } catch (const Iex::BaseExc&) {
      notes.lose(describe_attachment(kExrAttributesName));
    } catch (const std::runtime_error&) {  // they end too early
      notes.lose(describe_attachment(kExrAttributesName));
    }
  }
  return header;
}

// Calls what may throw for the library.
template <class Call>
std::optional<Error> guarded(const Call& call) {
  try {
    call();
    return std::nullopt;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "not enough memory to write the picture"};
  } catch (const std::exception& failure) {
    return Error{ErrorCode::invalid_argument, "cannot make an OpenEXR file: " + printable(failure.what())};
  }
}

class ExrRowWriter : public RowWriter {
 public:
  ExrRowWriter(const Picture& picture, ByteSink& sink)
      : names_(names_of(picture.channels)),
        is_float32_(picture.sample_format == SampleFormat::float32),
        light_(picture, true),
        stream_(sink),
        output_(std::in_place, stream_, header_of(picture, notes_)) {}

  std::optional<Error> write(const PictureView& rows) override {
    return guarded([&] {
      const auto* from = static_cast<const std::byte*>(rows.samples);
      for (uint32_t y = 0; y < rows.height; ++y, from += rows.row_bytes) write_row(light_.row(from));
    });
  }
  Result<Notes> finish() override {
    output_.reset();
    if (stream_.has_failed())
      return Error{ErrorCode::invalid_argument, "cannot make an OpenEXR file: the file cannot be written"};
    light_.note_losses(notes_);
    return notes_;
  }

 private:
  void write_row(std::span<const float> light) {
    const size_t sample = is_float32_ ? sizeof(float) : sizeof(half), stride = names_.size() * sample;
    const size_t width = light.size() / names_.size();
    if (!is_float32_) {
      row_.resize(light.size());
      std::ranges::transform(light, row_.begin(), [](float v) { return half(v); });
    }
    // The library only reads what it writes, though its type says otherwise.
    const void* const first = is_float32_ ? static_cast<const void*>(light.data()) : row_.data();
    auto* const samples = static_cast<std::byte*>(const_cast<void*>(first));
    Imf::FrameBuffer buffer;
    for (size_t c = 0; c < names_.size(); ++c)
      buffer.insert(std::string(1, names_[c]),
                    Imf::Slice::Make(is_float32_ ? Imf::FLOAT : Imf::HALF, samples + c * sample,
                                     Imath::V2i(0, output_->currentScanLine()), static_cast<int64_t>(width), 1, stride,
                                     stride * width));
    output_->setFrameBuffer(buffer);
    output_->writePixels(1);
  }

  const std::string_view names_;
  const bool is_float32_;
  Notes notes_;
  LightWriter light_;
  ExrOutput stream_;
  std::optional<Imf::OutputFile> output_;
  std::vector<half> row_;
};

}  // namespace

Result<Noted<Picture>> decode_exr(std::span<const std::byte> file, uint64_t max_pixels) {
  try {
    return read(file, max_pixels);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "the picture does not fit into memory"};
  } catch (const std::exception& failure) {
    return damaged(printable(failure.what()));  // the message may have names of the file
  }
}

OpenedWriter create_exr(const Picture& picture, ByteSink& sink) {
  std::unique_ptr<RowWriter> writer;
  if (auto error = guarded([&] { writer = std::make_unique<ExrRowWriter>(picture, sink); })) return *error;
  return writer;
}

Result<Noted<std::vector<std::byte>>> encode_exr(const Picture& picture) {
  return write_all_rows(create_exr, picture);
}

}  // namespace laq::io
