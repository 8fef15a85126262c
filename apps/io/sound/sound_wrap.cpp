// What a file has around its samples, as an attachment of the array, and the names of what is lost of it.
#include <algorithm>
#include <string>
#include <utility>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/sound/sound_formats.h"

namespace laq::io {
namespace {

constexpr size_t kNumberBytes = 8;

// Is this the set of loudspeakers that a file of so many channels has by default? The bits are those of
// WAVEFORMATEXTENSIBLE.
bool is_usual_mask(uint64_t mask, uint64_t channels) {
  using Loudspeakers = std::pair<uint64_t, uint64_t>;  // channels, mask
  static constexpr Loudspeakers kUsual[] = {{1, 0x4}, {1, 0x1}, {2, 0x3}, {4, 0x33}, {6, 0x3f}, {8, 0x63f}};
  return mask == 0 || std::ranges::find(kUsual, Loudspeakers(channels, mask)) != std::end(kUsual);
}

// Does the chunk `chan` of CAF say that one channel is mono, or two are stereo?
bool is_usual_chan(const SoundChunk& chunk) {
  constexpr uint64_t kMono = 100 << 16 | 1, kStereo = 101 << 16 | 2;  // kAudioChannelLayoutTag_Mono, _Stereo
  const uint64_t layout = big_endian(chunk.data, 0, 4);
  return chunk.id == "chan" && (layout == kMono || layout == kStereo);
}

std::string name_of(const SoundChunk& chunk) {
  static constexpr ChunkName kNames[] = {
      {"cue ", "cue points"},
      {"bext", "broadcast data (bext)"},
      {"smpl", "sampler data (smpl)"},
      {"inst", "instrument"},
      {"iXML", "iXML"},
      {"axml", "axml"},
      {"id3 ", "ID3 tags"},
      {"ID3 ", "ID3 tags"},
      {"_PMX", "XMP"},
      {"plst", "playlist"},
      {"acid", "loop data (acid)"},
      {"cart", "cart data"},
      {"levl", "peak envelope"},
      {"chna", "audio tracks (chna)"},
      {"MARK", "markers"},
      {"INST", "instrument"},
      {"COMT", "comments"},
      {"NAME", "name"},
      {"AUTH", "author"},
      {"(c) ", "copyright"},
      {"ANNO", "annotation"},
      {"MIDI", "MIDI data"},
      {"AESD", "recording data (AESD)"},
      {"CHAN", "positions of the channels (CHAN)"},
      {"APPL", "application data"},
      {"chan", "positions of the channels (chan)"},
      {"info", "tags (info)"},
      {"mark", "markers"},
      {"regn", "regions"},
      {"midi", "MIDI data"},
      {"text", "annotation"},
  };
  if (!std::ranges::all_of(chunk.id, [](char c) { return c >= ' ' && c <= '~'; })) return "chunk of Wave64";
  if (chunk.id == "LIST" && text_of(chunk.data).starts_with("INFO")) return "tags (INFO)";
  if (chunk.id == "LIST" && text_of(chunk.data).starts_with("adtl")) return "labels (adtl)";
  return name_of_chunk(chunk.id, kNames);
}

}  // namespace

uint32_t unusual_channel_mask(const SoundChunks& file) {
  constexpr uint64_t kExtensible = 0xfffe;
  const SoundChunk* format = file.find("fmt ");
  if (!format || format->data.size() < 24) return 0;
  const auto field = [&](size_t offset, size_t size) {
    return integer(format->data, offset, size, file.is_big_endian);
  };
  const bool is_unusual = field(0, 2) == kExtensible && !is_usual_mask(field(20, 4), field(2, 2));
  return is_unusual ? static_cast<uint32_t>(field(20, 4)) : 0;
}

std::span<const std::byte> attachment_of(const Array& array, std::string_view name) {
  const auto found = std::ranges::find(array.attachments, name, &Attachment::name);
  return found == array.attachments.end() ? std::span<const std::byte>() : found->bytes;
}

void attach(Array& array, std::string_view name, std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  array.attachments.push_back({std::string(name), {bytes.begin(), bytes.end()}});
}

void attach_wrap(std::span<const std::byte> file, const SoundChunks& chunks, std::span<const std::byte> samples,
                 Noted<Array>& array) {
  const SoundChunk& chunk = *chunks.samples();
  const auto before = static_cast<size_t>(samples.data() - file.data());
  const auto end = static_cast<size_t>(chunk.data.data() + chunk.data.size() - file.data());
  if (before + (file.size() - end) + 2 * kNumberBytes > kMaxAttachmentBytes)
    return array.notes.lose("what the file has beside its samples, which is more than 64 MiB");
  std::string wrap = integer_text(before, kNumberBytes, false) + integer_text(samples.size(), kNumberBytes, false);
  wrap += text_of(file.first(before));
  wrap += text_of(file.subspan(end));
  attach(array, kWrapName, wrap);
}

std::optional<SoundWrap> wrap_of(const Array& array) {
  const std::span<const std::byte> bytes = attachment_of(array, kWrapName);
  if (bytes.size() < 2 * kNumberBytes) return std::nullopt;
  const std::span<const std::byte> file = bytes.subspan(2 * kNumberBytes);
  const uint64_t before = little_endian(bytes, 0, kNumberBytes);
  if (before > file.size() || !is_chunked_sound(file.first(static_cast<size_t>(before)))) return std::nullopt;
  return SoundWrap{file.first(static_cast<size_t>(before)), file.subspan(static_cast<size_t>(before)),
                   little_endian(bytes, kNumberBytes, kNumberBytes)};
}

void note_lost_chunks(const SoundChunks& file, Notes& notes) {
  // Chunks whose loss is none: they are read, repeat what the samples say, or fill space.
  static constexpr std::string_view kNothing[] = {"fmt ", "data", "ds64", "fact", "PEAK", "JUNK", "junk",
                                                  "FLLR", "PAD ", "filr", "COMM", "SSND", "FVER", "desc",
                                                  "free", "peak", "pakt", "kuki", "ovvw", ".snd"};
  int sounds = 0;
  for (const SoundChunk& chunk : file.chunks) {
    if (chunk.id == file.samples_id()) ++sounds;
    const bool says_nothing = (chunk.id == "text" && chunk.data.empty()) || is_usual_chan(chunk) ||
                              std::ranges::find(kNothing, chunk.id) != std::end(kNothing);
    if (!says_nothing) notes.lose(name_of(chunk));
  }
  if (sounds > 1) notes.lose("sounds after the first");
  if (!std::ranges::all_of(file.behind, [](std::byte b) { return b == std::byte{0}; }))
    notes.lose(std::to_string(file.behind.size()) + " bytes after the last chunk");
}

}  // namespace laq::io
