// Writes WAV, Wave64, AIFF, CAF and AU files.
#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "io/bytes.h"
#include "io/sound/audio.h"
#include "io/sound/sound_formats.h"
#include "io/sound/sound_tags.h"
#include "io/sound/sound_writer.h"

namespace laq::io {
namespace {

using Bytes = std::vector<std::byte>;

constexpr uint64_t kMaxSize = 0xffffffff;  // of a field with 32 bits
constexpr size_t kWave64NameBytes = 16;

// A 80-bit floating-point number of AIFF.
std::string extended_text(uint32_t value) {
  const int shift = std::countl_zero(value | 1);  // a rate of 0 is not written
  return integer_text(static_cast<uint64_t>(16383 + 31 - shift), 2, true) +
         integer_text(uint64_t{value} << (32 + shift), 8, true);
}

// The data of WAV's chunk "fmt "; of the extensible kind if the loudspeakers are to be told.
std::string format_of(const SoundPlan& plan) {
  if (!plan.format.empty()) return plan.format;
  const SampleLayout& layout = plan.layout;
  const auto number = [&](uint64_t value, size_t size) { return integer_text(value, size, plan.is_big_endian); };
  const uint64_t tag = layout.coding == SampleCoding::floating_point ? 3 : 1;
  const bool is_extensible = plan.channel_mask != 0;
  std::string format = number(is_extensible ? 0xfffe : tag, 2) + number(layout.channels, 2) +
                       number(layout.sample_rate, 4) + number(uint64_t{layout.sample_rate} * layout.frame_bytes(), 4) +
                       number(layout.frame_bytes(), 2) + number(8 * layout.bytes, 2);
  if (is_extensible) {
    constexpr std::string_view kRestOfName = {"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71", 14};
    format += number(22, 2) + number(8 * layout.bytes, 2) + number(plan.channel_mask, 4) + number(tag, 2);
    format += kRestOfName;
  }
  return format;
}

// WAV's chunk "fmt ", with the number of samples behind it if they are floating-point ones.
std::string format_chunks(const SoundPlan& plan, SoundKind kind) {
  std::string chunks = chunk_text("fmt ", format_of(plan), kind, plan.is_big_endian);
  if (plan.layout.coding == SampleCoding::floating_point) {
    const bool is_wide = kind == SoundKind::wave64;
    const uint64_t frames = is_wide ? plan.frames : std::min(plan.frames, kMaxSize);
    chunks += chunk_text("fact", integer_text(frames, is_wide ? 8 : 4, plan.is_big_endian), kind, plan.is_big_endian);
  }
  return chunks;
}

SoundFrame wav_frame(const SoundPlan& plan) {
  const uint64_t data_bytes = plan.data_bytes();
  const auto number = [&](uint64_t value, size_t size) { return integer_text(value, size, plan.is_big_endian); };
  SoundFrame frame{"", std::string(data_bytes % 2, '\0') + plan.chunks_behind};
  std::string chunks = format_chunks(plan, SoundKind::wav) + plan.chunks_before;
  constexpr uint64_t kHeaders = 4 + 8, kSizesChunk = 36;  // the form and the header of the samples; ds64
  const uint64_t size = kHeaders + chunks.size() + data_bytes + frame.behind.size();
  if (size <= kMaxSize) {
    frame.before =
        (plan.is_big_endian ? "RIFX" : "RIFF") + number(size, 4) + "WAVE" + chunks + "data" + number(data_bytes, 4);
  } else {
    const std::string sizes =
        number(size + kSizesChunk, 8) + number(data_bytes, 8) + number(plan.frames, 8) + number(0, 4);
    frame.before = "RF64" + number(kMaxSize, 4) + "WAVE" + chunk_text("ds64", sizes, SoundKind::wav, false) + chunks +
                   "data" + number(kMaxSize, 4);
  }
  return frame;
}

SoundFrame wave64_frame(const SoundPlan& plan) {
  constexpr std::string_view kRiff = {"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", 16};
  const std::string wave = chunk_text("wave", "", SoundKind::wave64, false).substr(0, kWave64NameBytes);
  const std::string data = chunk_text("data", "", SoundKind::wave64, false).substr(0, kWave64NameBytes);
  SoundFrame frame{"", std::string((8 - plan.data_bytes() % 8) % 8, '\0') + plan.chunks_behind};
  const std::string chunks = format_chunks(plan, SoundKind::wave64) + plan.chunks_before + data +
                             integer_text(plan.data_bytes() + 24, 8, false);
  const uint64_t size = 40 + chunks.size() + plan.data_bytes() + frame.behind.size();
  frame.before = std::string(kRiff) + integer_text(size, 8, false) + wave + chunks;
  return frame;
}

SoundFrame aiff_frame(const SoundPlan& plan) {
  const SampleLayout& layout = plan.layout;
  const auto number = [](uint64_t value, size_t size) { return integer_text(value, size, true); };
  const bool is_float = layout.coding == SampleCoding::floating_point;
  std::string common = number(layout.channels, 2) + number(plan.frames, 4) + number(8 * layout.bytes, 2) +
                       extended_text(layout.sample_rate);
  std::string chunks = is_float ? "AIFC" : "AIFF";
  if (is_float) {
    chunks += chunk_text("FVER", number(0xa2805140, 4), SoundKind::aiff, true);
    common += (layout.bytes == 4 ? "fl32" : "fl64") + std::string(2, '\0');
  }
  chunks += chunk_text("COMM", common, SoundKind::aiff, true) + plan.chunks_before + "SSND" +
            number(8 + plan.data_bytes(), 4) + std::string(8, '\0');
  SoundFrame frame{"", std::string(plan.data_bytes() % 2, '\0') + plan.chunks_behind};
  frame.before = "FORM" + number(chunks.size() + plan.data_bytes() + frame.behind.size(), 4) + chunks;
  return frame;
}

SoundFrame caf_frame(const SoundPlan& plan) {
  const SampleLayout& layout = plan.layout;
  const auto number = [](uint64_t value) { return integer_text(value, 4, true); };
  const uint64_t flags =
      (layout.coding == SampleCoding::floating_point ? 1 : 0) | (layout.is_big_endian ? uint64_t{0} : uint64_t{2});
  const std::string description =
      integer_text(std::bit_cast<uint64_t>(static_cast<double>(layout.sample_rate)), 8, true) + "lpcm" + number(flags) +
      number(layout.frame_bytes()) + number(1) + number(layout.channels) + number(8 * layout.bytes);
  return {std::string("caff\0\1\0\0", 8) + chunk_text("desc", description, SoundKind::caf, true) + plan.chunks_before +
              "data" + integer_text(plan.data_bytes() + 4, 8, true) + std::string(4, '\0'),
          plan.chunks_behind};
}

// At least eight bytes stand between the header and the samples.
SoundFrame au_frame(const SoundPlan& plan) {
  const SampleLayout& layout = plan.layout;
  const auto number = [](uint64_t value) { return integer_text(value, 4, true); };
  const bool is_float = layout.coding == SampleCoding::floating_point;
  const uint64_t encoding = is_float ? (layout.bytes == 4 ? 6 : 7) : layout.bytes + 1;
  std::string text = plan.chunks_before + '\0';
  text.resize((text.size() + 7) / 8 * 8, '\0');
  return {".snd" + number(24 + text.size()) + number(std::min(plan.data_bytes(), kMaxSize)) + number(encoding) +
              number(layout.sample_rate) + number(layout.channels) + text,
          ""};
}

Bytes assemble(const SoundFrame& frame, const Array& array, const SampleLayout& layout, uint64_t data_bytes) {
  const auto samples = static_cast<size_t>(data_bytes);
  Bytes file(frame.before.size() + samples + frame.behind.size());
  std::memcpy(file.data(), frame.before.data(), frame.before.size());
  put_samples(array, layout, std::span(file).subspan(frame.before.size(), samples));
  std::memcpy(file.data() + frame.before.size() + samples, frame.behind.data(), frame.behind.size());
  return file;
}

// Is this a file whose headers claim just what it holds: these bytes of samples from `before` on?
bool is_consistent(std::span<const std::byte> file, size_t before, uint64_t data_bytes, uint64_t frames) {
  const SoundChunks chunks = parse_sound_chunks(file);
  const Result<std::optional<LinearSound>> sound = parse_linear_sound(chunks);
  if (!sound || !*sound) return false;
  const SoundChunk& samples = *chunks.samples();
  const std::span<const std::byte> data = (*sound)->data;
  return data.data() == file.data() + before && data.size() == data_bytes && (*sound)->claimed_frames == frames &&
         samples.claimed_bytes == samples.data.size() &&
         samples.data.data() + samples.data.size() == data.data() + data.size();
}

// The chunks of the file that the array came from which stand in a new file as they are.
void keep_chunks(const SoundChunks& file, SoundPlan& plan) {
  static constexpr std::string_view kMadeAnew[] = {"fmt ", "ds64", "fact", "PEAK", "COMM",
                                                   "FVER", "desc", "peak", "pakt", "kuki"};
  bool is_behind = false;
  for (const SoundChunk& chunk : file.chunks) {
    const std::string name(chunk.id.data(), file.kind == SoundKind::wave64 ? kWave64NameBytes : chunk.id.size());
    if (chunk.id == file.samples_id()) {
      is_behind = true;
    } else if (file.kind == SoundKind::au) {
      if (chunk.id == "text") plan.chunks_before = text_of(chunk.data).substr(0, text_of(chunk.data).find('\0'));
    } else if (std::ranges::find(kMadeAnew, chunk.id) == std::end(kMadeAnew)) {
      (is_behind ? plan.chunks_behind : plan.chunks_before) +=
          chunk_text(name, text_of(chunk.data), file.kind, file.is_big_endian);
    }
  }
}

// Plans a file of the kind that the array came from, for samples of another length or coding.
void plan_like(const SoundChunks& file, const Array& array, SoundPlan& plan, Notes& notes) {
  const Result<std::optional<LinearSound>> sound = parse_linear_sound(file);
  plan.is_big_endian = file.is_big_endian;
  if (file.kind == SoundKind::wav) plan.layout.is_big_endian = file.is_big_endian;
  const bool keeps_layout = (file.kind == SoundKind::wav || file.kind == SoundKind::wave64) && sound && *sound &&
                            is_layout_of(**sound, array);
  if (keeps_layout) {
    plan.layout = **sound;
    plan.format = text_of(file.find("fmt ")->data);
  }
  keep_chunks(file, plan);
  for (const char* id : {"cue ", "smpl", "plst", "MARK", "INST", "mark", "regn"}) {
    const bool has_other_length = !sound || !*sound || (*sound)->claimed_frames != frames_of(array);
    if (has_other_length && file.find(id)) return notes.remark("cue points and loops stand as in the whole sound");
  }
}

// The file that the array came from, around its samples, if they fit into it as they did before.
std::optional<Bytes> restored(const Array& array, const SoundWrap& wrap, const SoundChunks& old) {
  const Result<std::optional<LinearSound>> sound = parse_linear_sound(old);
  if (!sound || !*sound || !is_layout_of(**sound, array)) return std::nullopt;
  if (wrap.sample_bytes != frames_of(array) * (*sound)->frame_bytes()) return std::nullopt;
  const SoundFrame frame{std::string(text_of(wrap.before)), std::string(text_of(wrap.behind))};
  Bytes file = assemble(frame, array, **sound, wrap.sample_bytes);
  if (!is_consistent(file, frame.before.size(), wrap.sample_bytes, frames_of(array))) return std::nullopt;
  return file;
}

Result<Noted<Bytes>> write_sound(const Array& array, SoundKind kind) {
  const Result<SampleLayout> layout = layout_for(array, kind);
  if (!layout) return layout.error();
  Notes notes;
  SoundPlan plan{*layout, frames_of(array), kind == SoundKind::aiff};
  const std::optional<SoundWrap> wrap = wrap_of(array);
  const SoundChunks old = wrap ? parse_sound_chunks(wrap->before, wrap->behind) : SoundChunks{};
  if (wrap && old.kind == kind) {
    if (std::optional<Bytes> file = restored(array, *wrap, old)) return Noted<Bytes>(std::move(*file));
    plan_like(old, array, plan, notes);
  } else {
    std::vector<SoundTag> tags = tags_of(array, notes);
    plan.channel_mask = take_channel_mask(tags);
    if (plan.channel_mask != 0 && kind != SoundKind::wav && kind != SoundKind::wave64)
      notes.lose("positions of the channels (channel mask)");
    plan.chunks_before = tag_chunks(tags, kind, notes);
  }
  const SoundFrame frame = frame_of(plan, kind);
  const bool has_narrow_sizes = kind == SoundKind::aiff || (kind == SoundKind::wav && plan.is_big_endian);
  if (has_narrow_sizes && plan.data_bytes() + frame.before.size() + frame.behind.size() > kMaxSize) {
    return Error{
        ErrorCode::unsupported,
        "a file of this kind holds up to 4 GiB (write a .w64 or .caf file, or leave metadata out with --strip)"};
  }
  Noted<Bytes> file(assemble(frame, array, plan.layout, plan.data_bytes()));
  file.notes = std::move(notes);
  if (array.signal.sample_rate == 0) file.notes.remark("has no sample rate: 44100 is written");
  return file;
}

}  // namespace

SoundFrame frame_of(const SoundPlan& plan, SoundKind kind) {
  switch (kind) {
    case SoundKind::wave64:
      return wave64_frame(plan);
    case SoundKind::aiff:
      return aiff_frame(plan);
    case SoundKind::caf:
      return caf_frame(plan);
    case SoundKind::au:
      return au_frame(plan);
    case SoundKind::wav:
      break;
  }
  return wav_frame(plan);
}

Result<Noted<Bytes>> write_wav(const Array& array) {
  return write_sound(array, SoundKind::wav);
}

Result<Noted<Bytes>> write_wave64(const Array& array) {
  return write_sound(array, SoundKind::wave64);
}

Result<Noted<Bytes>> write_aiff(const Array& array) {
  return write_sound(array, SoundKind::aiff);
}

Result<Noted<Bytes>> write_caf(const Array& array) {
  return write_sound(array, SoundKind::caf);
}

Result<Noted<Bytes>> write_au(const Array& array) {
  return write_sound(array, SoundKind::au);
}

}  // namespace laq::io
