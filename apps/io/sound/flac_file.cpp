#include "io/sound/flac_file.h"

#include <algorithm>
#include <optional>
#include <string>

#include "io/attachments.h"
#include "io/bytes.h"

namespace laq::io {
namespace {

constexpr size_t kMagicBytes = 4, kBlockHeaderBytes = 4, kStreamInfoBytes = 34;
constexpr size_t kLengthByte = kMagicBytes + kBlockHeaderBytes + 13;  // the number of samples begins in its low half
constexpr size_t kHeaderBytes = kMagicBytes + kBlockHeaderBytes + kStreamInfoBytes;
constexpr int kStreamInfo = 0, kSeekTable = 3, kInvalid = 127;

// A page of an Ogg file.
struct OggPage {
  uint32_t stream = 0;
  std::span<const std::byte> data;
};

// Takes the page with which the bytes begin; nothing if there is none. What a page lacks at the end of the file is
// missing from its data.
std::optional<OggPage> take_page(std::span<const std::byte>& bytes) {
  constexpr size_t kPageHeaderBytes = 27;
  if (bytes.size() < kPageHeaderBytes || !text_of(bytes).starts_with("OggS")) return std::nullopt;
  const size_t segments = std::to_integer<size_t>(bytes[26]);
  if (bytes.size() < kPageHeaderBytes + segments) return std::nullopt;
  OggPage page{static_cast<uint32_t>(little_endian(bytes, 14, 4)), {}};
  size_t size = 0;
  for (const std::byte segment : bytes.subspan(kPageHeaderBytes, segments)) size += std::to_integer<size_t>(segment);
  bytes = bytes.subspan(kPageHeaderBytes + segments);
  page.data = bytes.first(std::min(size, bytes.size()));
  bytes = bytes.subspan(page.data.size());
  return page;
}

// Vorbis comments begin with the length of the vendor's name, the name, and the number of comments.
bool has_comments(std::span<const std::byte> block) {
  const uint64_t vendor_bytes = little_endian(block, 0, 4);
  return little_endian(block, static_cast<size_t>(4 + vendor_bytes), 4) > 0;
}

}  // namespace

bool is_flac(std::span<const std::byte> file) {
  return text_of(file).starts_with("fLaC");
}

uint64_t id3_bytes(std::span<const std::byte> file) {
  constexpr size_t kId3HeaderBytes = 10;
  if (file.size() < kId3HeaderBytes || !text_of(file).starts_with("ID3")) return 0;
  uint64_t size = 0;
  for (size_t i = 6; i < kId3HeaderBytes; ++i) size = size << 7 | (std::to_integer<uint64_t>(file[i]) & 0x7f);
  const bool has_footer = (file[5] & std::byte{0x10}) != std::byte{0};
  return size + kId3HeaderBytes * (has_footer ? 2 : 1);
}

std::string_view content_of_ogg(std::span<const std::byte> file) {
  struct Content {
    std::string_view begin, name;
  };
  static constexpr Content kContents[] = {{"\x7f"
                                           "FLAC",
                                           "FLAC"},
                                          {"\x01vorbis", "Vorbis"},
                                          {"OpusHead", "Opus"},
                                          {"Speex   ", "Speex"},
                                          {"\x80theora", "Theora"}};
  const std::optional<OggPage> page = take_page(file);
  const std::string_view packet = page ? text_of(page->data) : std::string_view();
  const auto* const found =
      std::ranges::find_if(kContents, [&](const Content& c) { return packet.starts_with(c.begin); });
  return found == std::end(kContents) ? "unknown" : found->name;
}

std::vector<std::byte> flac_of_ogg(std::span<const std::byte> file, Notes& notes) {
  // The first packet has nine bytes before the FLAC file's magic. Each of the others is a block or a frame.
  constexpr size_t kMappingBytes = 9;
  std::vector<std::byte> flac;
  const std::optional<OggPage> first = take_page(file);
  if (!first) return flac;
  const auto append = [&](std::span<const std::byte> bytes) { flac.insert(flac.end(), bytes.begin(), bytes.end()); };
  append(first->data.subspan(std::min(kMappingBytes, first->data.size())));
  while (const std::optional<OggPage> page = take_page(file)) {
    if (page->stream == first->stream) {
      append(page->data);
    } else {
      notes.lose("other streams of the Ogg file");
    }
  }
  return flac;
}

Result<FlacHeader> parse_flac_header(std::span<const std::byte> file) {
  const std::span<const std::byte> blocks = file.subspan(std::min(kMagicBytes, file.size()));
  if (!is_flac(file) || blocks.size() < kBlockHeaderBytes + kStreamInfoBytes ||
      (big_endian(blocks, 0, 4) & 0x7fffffff) != kStreamInfoBytes)
    return Error{ErrorCode::corrupt, "not a good FLAC file: its header is not whole (copy it again from its source)"};
  // After the sizes of blocks and frames come 20 bits of sample rate, 3 of channels, 5 of bits a sample, and 36 of
  // length.
  const uint64_t packed = big_endian(blocks, kBlockHeaderBytes + 10, 8);
  const FlacHeader header{static_cast<int>(packed >> 36 & 31) + 1, packed & 0xfffffffff};
  if (header.bits != 8 && header.bits != 16 && header.bits != 24) {
    return Error{ErrorCode::unsupported,
                 "has samples of " + std::to_string(header.bits) +
                     " bits, FLAC files of 8, 16 and 24 bits are read (convert it to WAV first)"};
  }
  return header;
}

void clear_flac_length(std::vector<std::byte>& file) {
  file[kLengthByte] &= std::byte{0xf0};
  std::fill_n(file.begin() + kLengthByte + 1, 4, std::byte{0});
}

std::vector<FlacBlock> parse_flac_blocks(std::span<const std::byte> rest) {
  std::vector<FlacBlock> blocks;
  while (rest.size() >= kBlockHeaderBytes) {
    const uint64_t header = big_endian(rest, 0, 4), size = header & 0xffffff;
    const int type = static_cast<int>(header >> 24 & 0x7f);
    rest = rest.subspan(kBlockHeaderBytes);
    if (size > rest.size() || type == kInvalid) break;
    blocks.push_back({type, rest.first(static_cast<size_t>(size))});
    rest = rest.subspan(static_cast<size_t>(size));
    if ((header >> 31) != 0) break;  // the last block
  }
  return blocks;
}

std::vector<FlacBlock> attached_flac_blocks(std::span<const Attachment> attachments) {
  const std::vector<std::byte>* const blocks = find_attachment(attachments, kFlacName);
  return blocks ? parse_flac_blocks(*blocks) : std::vector<FlacBlock>();
}

std::string kept_flac_blocks(std::span<const std::byte> file) {
  std::string kept;
  bool has_something = false;
  for (const FlacBlock& block : parse_flac_blocks(file.subspan(kMagicBytes))) {
    if (block.type == kStreamInfo || block.type == kSeekTable) continue;
    constexpr int kPadding = 1;
    has_something =
        has_something || (block.type != kPadding && (block.type != kFlacComments || has_comments(block.data)));
    kept += flac_block(block.type, text_of(block.data));
  }
  return has_something ? kept : std::string();
}

std::string flac_block(int type, std::string_view data) {
  return integer_text(static_cast<uint64_t>(type), 1, true) + integer_text(data.size(), 3, true) + std::string(data);
}

std::vector<std::byte> with_flac_blocks(std::span<const std::byte> file, std::span<const FlacBlock> blocks) {
  size_t frames = kMagicBytes;
  for (const FlacBlock& block : parse_flac_blocks(file.subspan(kMagicBytes)))
    frames += kBlockHeaderBytes + block.data.size();
  std::vector<std::byte> result;
  result.reserve(file.size());
  result.assign(file.begin(), file.begin() + kHeaderBytes);
  constexpr std::byte kIsLast{0x80};
  size_t last = kMagicBytes;  // where the last block begins
  for (const FlacBlock& block : blocks) {
    last = result.size();
    const std::string text = flac_block(block.type, text_of(block.data));
    const auto bytes = std::as_bytes(std::span(text));
    result.insert(result.end(), bytes.begin(), bytes.end());
  }
  result[kMagicBytes] &= ~kIsLast;
  result[last] |= kIsLast;
  result.insert(result.end(), file.begin() + static_cast<ptrdiff_t>(frames), file.end());
  return result;
}

}  // namespace laq::io
