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
  attach(array.attachments, kWrapName, wrap);
}

std::optional<SoundWrap> wrap_of(const Array& array) {
  const std::vector<std::byte>* const found = find_attachment(array.attachments, kWrapName);
  if (!found || found->size() < 2 * kNumberBytes) return std::nullopt;
  const std::span<const std::byte> bytes = *found;
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
