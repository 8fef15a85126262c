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

class Walker {
 public:
  Walker(std::span<const std::byte> bytes, bool is_big_endian) : rest_(bytes), is_big_endian_(is_big_endian) {}

  std::span<const std::byte> rest() const { return rest_; }

  bool next(SoundChunk& chunk) {
    if (!is_header(rest_)) return false;
    chunk.id = text_of(rest_.first(4));
    chunk.claimed_bytes = integer(rest_, 4, 4, is_big_endian_);
    if (chunk.id == "data" && chunk.claimed_bytes == kUnknownSize && size_of_data_ > 0)
      chunk.claimed_bytes = size_of_data_;
    rest_ = rest_.subspan(8);
    const bool is_samples = chunk.id == "data" || chunk.id == "SSND";
    const bool has_no_length = is_samples && !has_samples_ && chunk.claimed_bytes == 0 && !is_chain(rest_);
    has_samples_ = has_samples_ || is_samples;
    const uint64_t size = has_no_length ? rest_.size() : std::min<uint64_t>(chunk.claimed_bytes, rest_.size());
    chunk.data = rest_.first(static_cast<size_t>(size));
    rest_ = rest_.subspan(chunk.data.size());
    if (chunk.id == "ds64") size_of_data_ = integer(chunk.data, 8, 8, is_big_endian_);
    skip_padding(chunk.data.size());
    return true;
  }

 private:
  // Steps over the byte that follows a chunk of odd size, unless the program that wrote the file forgot it.
  void skip_padding(size_t size) {
    if (size % 2 == 0 || rest_.empty()) return;
    if (is_header(rest_) && !is_header(rest_.subspan(1))) return;
    rest_ = rest_.subspan(1);
  }

  // Do the bytes consist of complete chunks? No bytes do.
  bool is_chain(std::span<const std::byte> bytes) const {
    while (!bytes.empty()) {
      if (!is_header(bytes)) return false;
      const uint64_t size = integer(bytes, 4, 4, is_big_endian_);
      if (size > bytes.size() - 8) return false;
      bytes = bytes.subspan(8 + static_cast<size_t>(size));
      if (size % 2 == 1 && !bytes.empty()) bytes = bytes.subspan(1);
    }
    return true;
  }

  std::span<const std::byte> rest_;
  bool is_big_endian_;
  bool has_samples_ = false;
  uint64_t size_of_data_ = 0;  // from ds64
};

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
  Walker walker(file.subspan(12), sound.is_big_endian);
  SoundChunk chunk;
  while (walker.next(chunk)) sound.chunks.push_back(chunk);
  sound.behind = walker.rest();
  return sound;
}

}  // namespace laq::io
