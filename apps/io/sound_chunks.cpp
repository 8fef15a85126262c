#include "io/sound_formats.h"

#include <algorithm>

#include "io/bytes.h"

namespace laq::io {
namespace {

constexpr uint64_t kUnknownSize = 0xffffffff;

// Can a chunk begin here? Its header has four printable characters and a size.
bool is_header(std::span<const std::byte> bytes) {
  if (bytes.size() < 8) return false;
  const std::string_view id = text_of(bytes.first(4));
  return std::all_of(id.begin(), id.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// Do the bytes consist of complete chunks? No bytes do.
bool is_chain(std::span<const std::byte> bytes, bool is_big_endian) {
  while (!bytes.empty()) {
    if (!is_header(bytes)) return false;
    const uint64_t size = integer(bytes, 4, 4, is_big_endian);
    if (size > bytes.size() - 8) return false;
    bytes = bytes.subspan(8 + static_cast<size_t>(size));
    if (size % 2 == 1 && !bytes.empty()) bytes = bytes.subspan(1);
  }
  return true;
}

// Is the first of the bytes the one that follows a chunk of odd size? Some programs forget it.
bool begins_with_padding(std::span<const std::byte> bytes) {
  return !bytes.empty() && (!is_header(bytes) || is_header(bytes.subspan(1)));
}

}  // namespace

const SoundChunk* SoundChunks::find(std::string_view id) const {
  const auto found = std::find_if(chunks.begin(), chunks.end(), [&](const SoundChunk& c) { return c.id == id; });
  return found == chunks.end() ? nullptr : &*found;
}

bool is_chunked_sound(std::span<const std::byte> file) {
  if (file.size() < 12) return false;
  const std::string_view kind = text_of(file.first(4)), form = text_of(file.subspan(8, 4));
  if (kind == "FORM") return form == "AIFF" || form == "AIFC";
  return form == "WAVE" && (kind == "RIFF" || kind == "RIFX" || kind == "RF64" || kind == "BW64");
}

SoundChunks parse_sound_chunks(std::span<const std::byte> file) {
  SoundChunks sound;
  const std::string_view kind = text_of(file.first(4));
  sound.is_aiff = kind == "FORM";
  sound.is_big_endian = sound.is_aiff || kind == "RIFX";
  std::span<const std::byte> rest = file.subspan(12);
  bool has_samples = false;
  uint64_t size_of_data = 0;  // from ds64
  while (is_header(rest)) {
    SoundChunk chunk{text_of(rest.first(4)), {}, integer(rest, 4, 4, sound.is_big_endian)};
    rest = rest.subspan(8);
    if (chunk.id == "data" && chunk.claimed_bytes == kUnknownSize && size_of_data > 0)
      chunk.claimed_bytes = size_of_data;
    const bool is_samples = chunk.id == "data" || chunk.id == "SSND";
    const bool has_no_length =
        is_samples && !has_samples && chunk.claimed_bytes == 0 && !is_chain(rest, sound.is_big_endian);
    has_samples = has_samples || is_samples;
    const uint64_t size = has_no_length ? rest.size() : std::min<uint64_t>(chunk.claimed_bytes, rest.size());
    chunk.data = rest.first(static_cast<size_t>(size));
    rest = rest.subspan(chunk.data.size());
    if (chunk.id == "ds64") size_of_data = integer(chunk.data, 8, 8, sound.is_big_endian);
    if (size % 2 == 1 && begins_with_padding(rest)) rest = rest.subspan(1);
    sound.chunks.push_back(chunk);
  }
  sound.behind = rest;
  return sound;
}

}  // namespace laq::io
