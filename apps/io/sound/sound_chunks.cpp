#include <algorithm>

#include "io/bytes.h"
#include "io/sound/sound_formats.h"

namespace laq::io {
namespace {

struct ChunkHeader {
  size_t bytes = 0;
  std::string_view id;
  uint64_t size = 0;  // of the data, as it is claimed
};

// The header that stands here; nothing if no chunk can begin here, because its name is not printable. Names of
// Wave64 have 16 bytes; those of RIFF's chunks begin with the name that RIFF has, others with any bytes.
std::optional<ChunkHeader> header_at(std::span<const std::byte> bytes, SoundKind kind, bool is_big_endian) {
  const size_t header_bytes = kind == SoundKind::wave64 ? 24 : kind == SoundKind::caf ? 12 : 8;
  if (bytes.size() < header_bytes) return std::nullopt;
  const std::string_view id = text_of(bytes.first(4));
  const bool is_printable = std::all_of(id.begin(), id.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!is_printable && kind != SoundKind::wave64) return std::nullopt;
  if (kind == SoundKind::caf) return ChunkHeader{header_bytes, id, big_endian(bytes, 4, 8)};
  if (kind != SoundKind::wave64) return ChunkHeader{header_bytes, id, integer(bytes, 4, 4, is_big_endian)};
  const uint64_t size = little_endian(bytes, 16, 8);  // with the header
  if (size < header_bytes) return std::nullopt;
  return ChunkHeader{header_bytes, id, size - header_bytes};
}

// Do the bytes consist of complete chunks? No bytes do.
bool is_chain(std::span<const std::byte> bytes, const SoundChunks& sound) {
  while (!bytes.empty()) {
    const auto header = header_at(bytes, sound.kind, sound.is_big_endian);
    if (!header || header->size > bytes.size() - header->bytes) return false;
    bytes = bytes.subspan(header->bytes + static_cast<size_t>(header->size));
    bytes = bytes.subspan(padding_of_chunk(sound.kind, header->size, bytes));
  }
  return true;
}

void add_chunks(std::span<const std::byte> rest, SoundChunks& sound) {
  bool has_samples = sound.samples() != nullptr;
  uint64_t size_of_data = 0;  // from ds64
  while (const auto header = header_at(rest, sound.kind, sound.is_big_endian)) {
    SoundChunk chunk{header->id, {}, header->size};
    rest = rest.subspan(header->bytes);
    if (chunk.id == "data" && chunk.claimed_bytes == kUnknownSize && size_of_data > 0)
      chunk.claimed_bytes = size_of_data;
    const bool is_samples = chunk.id == sound.samples_id();
    const bool has_no_length = is_samples && !has_samples && chunk.claimed_bytes == 0 && !is_chain(rest, sound);
    has_samples = has_samples || is_samples;
    const uint64_t size = has_no_length ? rest.size() : std::min<uint64_t>(chunk.claimed_bytes, rest.size());
    chunk.data = rest.first(static_cast<size_t>(size));
    rest = rest.subspan(chunk.data.size());
    if (chunk.id == "ds64") size_of_data = integer(chunk.data, 8, 8, sound.is_big_endian);
    rest = rest.subspan(padding_of_chunk(sound.kind, size, rest));
    sound.chunks.push_back(chunk);
  }
  sound.behind = rest;
}

// The header of 24 bytes tells where the samples begin; an annotation may stand between the two.
void add_au_chunks(std::span<const std::byte> file, SoundChunks& sound) {
  constexpr size_t kHeaderBytes = 24;
  const size_t header = std::min(kHeaderBytes, file.size());
  const auto begin =
      std::clamp<size_t>(static_cast<size_t>(integer(file, 4, 4, sound.is_big_endian)), header, file.size());
  sound.chunks = {{".snd", file.first(header), kHeaderBytes},
                  {"text", file.subspan(header, begin - header), begin - header}};
  if (header < kHeaderBytes) return;
  const uint64_t claimed = integer(file, 8, 4, sound.is_big_endian);
  const std::span<const std::byte> rest = file.subspan(begin);
  const auto size = static_cast<size_t>(claimed == 0 ? rest.size() : std::min<uint64_t>(claimed, rest.size()));
  sound.chunks.push_back({"data", rest.first(size), claimed});
  sound.behind = rest.subspan(size);
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
  if (kind == "riff") return text_of(file.subspan(4, 4)) == "\x2e\x91\xcf\x11";
  if (kind == "caff" || kind == ".snd" || kind == "dns.") return true;
  return form == "WAVE" && (kind == "RIFF" || kind == "RIFX" || kind == "RF64" || kind == "BW64");
}

size_t padding_of_chunk(SoundKind kind, uint64_t data_bytes, std::span<const std::byte> following) {
  if (kind == SoundKind::wave64) return std::min(static_cast<size_t>((8 - data_bytes % 8) % 8), following.size());
  if (kind == SoundKind::caf || kind == SoundKind::au || data_bytes % 2 == 0 || following.empty()) return 0;
  // Some programs forget the byte that follows a chunk of odd size.
  const bool is_forgotten = header_at(following, kind, false) && !header_at(following.subspan(1), kind, false);
  return is_forgotten ? 0 : 1;
}

SoundChunks parse_sound_chunks(std::span<const std::byte> file, std::span<const std::byte> behind_samples) {
  SoundChunks sound;
  const std::string_view magic = text_of(file.first(4));
  sound.kind = magic == "FORM"                      ? SoundKind::aiff
               : magic == "riff"                    ? SoundKind::wave64
               : magic == "caff"                    ? SoundKind::caf
               : magic == ".snd" || magic == "dns." ? SoundKind::au
                                                    : SoundKind::wav;
  sound.is_big_endian = magic == "FORM" || magic == "RIFX" || magic == "caff" || magic == ".snd";
  if (sound.kind == SoundKind::au) {
    add_au_chunks(file, sound);
    if (!behind_samples.empty()) sound.behind = behind_samples;
    return sound;
  }
  const size_t header = sound.kind == SoundKind::wave64 ? 40 : sound.kind == SoundKind::caf ? 8 : 12;
  add_chunks(file.subspan(std::min(header, file.size())), sound);
  if (!behind_samples.empty()) {
    const SoundChunk* samples = sound.samples();
    const uint64_t size = samples ? samples->claimed_bytes : 0;
    add_chunks(behind_samples.subspan(padding_of_chunk(sound.kind, size, behind_samples)), sound);
  }
  return sound;
}

}  // namespace laq::io
