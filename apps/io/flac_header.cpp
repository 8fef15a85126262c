#include "io/sound_formats.h"

#include <algorithm>
#include <string>

#include "io/bytes.h"

namespace laq::io {
namespace {

constexpr size_t kMagicBytes = 4, kBlockHeaderBytes = 4, kStreamInfoBytes = 34;
constexpr size_t kLengthByte = kMagicBytes + kBlockHeaderBytes + 13;  // the number of samples begins in its low half

// What blocks hold that an array has not, by their type: stream info, padding, application, seek table, comments, cue
// sheet, picture.
constexpr const char* kBlockNames[] = {nullptr, nullptr, "application data", nullptr, "tags", "cue sheet", "pictures"};
constexpr size_t kComments = 4;

// Vorbis comments begin with the length of the vendor's name, the name, and the number of comments.
bool has_comments(std::span<const std::byte> block) {
  const uint64_t vendor_bytes = little_endian(block, 0, 4);
  return little_endian(block, static_cast<size_t>(4 + vendor_bytes), 4) > 0;
}

void note_block(size_t type, std::span<const std::byte> block, Notes& notes) {
  if (type >= std::size(kBlockNames)) return notes.lose("metadata of type " + std::to_string(type));
  if (type == kComments && !has_comments(block)) return;
  if (kBlockNames[type]) notes.lose(kBlockNames[type]);
}

}  // namespace

bool is_flac(std::span<const std::byte> file) {
  return text_of(file).starts_with("fLaC");
}

Result<FlacHeader> parse_flac_header(std::span<const std::byte> file) {
  const std::span<const std::byte> blocks = file.subspan(kMagicBytes);
  if (blocks.size() < kBlockHeaderBytes + kStreamInfoBytes ||
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

void note_flac_losses(std::span<const std::byte> file, Notes& notes) {
  std::span<const std::byte> rest = file.subspan(kMagicBytes);
  while (rest.size() >= kBlockHeaderBytes) {
    const uint64_t header = big_endian(rest, 0, 4), size = header & 0xffffff;
    rest = rest.subspan(kBlockHeaderBytes);
    if (size > rest.size()) return;
    note_block(static_cast<size_t>(header >> 24 & 0x7f), rest.first(static_cast<size_t>(size)), notes);
    rest = rest.subspan(static_cast<size_t>(size));
    if ((header >> 31) != 0) return;  // the last block
  }
}

}  // namespace laq::io
