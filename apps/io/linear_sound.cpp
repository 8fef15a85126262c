// Uncompressed sounds in WAV and AIFF files, and what else such files hold.
#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "io/bytes.h"
#include "io/sound_formats.h"

namespace laq::io {
namespace {

enum class Coding : uint8_t { signed_integer, offset_integer, floating_point };

struct LinearSound {
  uint32_t channels = 0;
  uint32_t sample_rate = 0;
  size_t bytes = 0;        // of a sample in the file: 1 to 4 for integers, 4 or 8 for floating-point numbers
  int valid_bits = 0;      // of an integer: the highest bits of its bytes
  bool is_padded = false;  // a sample takes more bytes than its bits need, which is unusual
  Coding coding = Coding::signed_integer;
  bool is_big_endian = false;
  std::span<const std::byte> data = {};
  // The number of frames that the header claims, if it does. A frame has one sample of each channel.
  std::optional<uint64_t> claimed_frames = {};

  // The bytes of sample `index`.
  uint64_t bits(size_t index) const { return integer(data, index * bytes, bytes, is_big_endian); }
};

constexpr uint16_t kPcm = 1, kFloat = 3, kExtensible = 0xfffe;  // format tags of WAV

Error contradiction(const std::string& what) {
  return {ErrorCode::corrupt, "its header contradicts itself: " + what + " (save it again with another program)"};
}

Error damaged(const std::string& what) {
  return {ErrorCode::corrupt, "not a good audio file: " + what + " (copy it again from its source)"};
}

// Sizes that programs write into a pipe, when they do not know the length yet: FFmpeg writes the largest number, SoX
// and others about the largest signed one.
bool is_placeholder(uint64_t bytes) {
  return (bytes >= 0xffff0000 && bytes <= 0xffffffff) || (bytes >= 0x7ef00000 && bytes < 0x80000100);
}

size_t bytes_of(int bits) {
  return static_cast<size_t>(bits + 7) / 8;
}

// Checks what is common to both kinds of file. A sample has `bits` bits according to the header.
Result<std::optional<LinearSound>> checked(const LinearSound& sound, int bits) {
  if (sound.channels == 0) return damaged("it has no channels");
  if (sound.coding == Coding::floating_point) {
    if (bits != 32 && bits != 64)
      return Error{ErrorCode::unsupported, "has floating-point samples of " + std::to_string(bits) +
                                               " bits, which are not read (convert it to 32 bits first)"};
    if (sound.bytes != bytes_of(bits)) return contradiction("its frames have another size than its samples");
    return std::optional(sound);
  }
  if (bits < 1 || bits > 32)
    return Error{ErrorCode::unsupported, "has samples of " + std::to_string(bits) +
                                             " bits, which are not read (convert it to 32 bits or fewer first)"};
  const bool is_possible = sound.bytes >= bytes_of(bits) && sound.bytes <= 4;
  if (!is_possible || (sound.coding == Coding::offset_integer && sound.bytes != 1)) {
    return contradiction("samples of " + std::to_string(bits) + " bits in " + std::to_string(sound.bytes) + " bytes");
  }
  return std::optional(sound);
}

// A number of WAV's fmt chunk.
uint32_t format_field(const SoundChunks& file, const SoundChunk& format, size_t offset, size_t size) {
  return static_cast<uint32_t>(integer(format.data, offset, size, file.is_big_endian));
}

Result<std::optional<LinearSound>> parse_wav(const SoundChunks& file) {
  const SoundChunk* format = file.find("fmt ");
  const SoundChunk* data = file.find("data");
  if (!format || format->data.size() < 16) return damaged("it has no fmt chunk");
  if (!data) return damaged("it has no data chunk");
  const auto field = [&](size_t offset, size_t size) { return format_field(file, *format, offset, size); };
  const int bits = static_cast<int>(field(14, 2));
  const bool is_extensible = field(0, 2) == kExtensible && format->data.size() >= 40;
  const uint32_t tag = is_extensible ? field(24, 2) : field(0, 2);
  if (tag != kPcm && tag != kFloat) return std::optional<LinearSound>();
  LinearSound sound{field(2, 2), field(4, 4)};
  if (sound.channels == 0) return damaged("it has no channels");
  const uint32_t claimed_frame_bytes = field(12, 2);  // some programs write 0
  const auto frame_bytes = claimed_frame_bytes != 0
                               ? claimed_frame_bytes
                               : static_cast<uint32_t>(sound.channels * bytes_of(std::max(bits, 1)));
  if (frame_bytes % sound.channels != 0)
    return contradiction("frames of " + std::to_string(frame_bytes) + " bytes with " + std::to_string(sound.channels) +
                         " channels");
  sound.bytes = frame_bytes / sound.channels;
  const int valid_bits = is_extensible ? static_cast<int>(field(18, 2)) : bits;
  sound.valid_bits = valid_bits >= 1 && valid_bits <= bits ? valid_bits : bits;
  sound.is_padded = sound.bytes > bytes_of(bits);
  sound.coding = tag == kFloat ? Coding::floating_point : bits <= 8 ? Coding::offset_integer : Coding::signed_integer;
  sound.is_big_endian = file.is_big_endian;
  sound.data = data->data;
  const bool has_no_length = data->claimed_bytes > data->data.size() && is_placeholder(data->claimed_bytes);
  if (!has_no_length) sound.claimed_frames = data->claimed_bytes / frame_bytes;
  return checked(sound, bits);
}

// An 80-bit floating-point number of AIFF, rounded down; 0 if the result does not fit into 32 bits.
uint32_t extended_number(std::span<const std::byte> bytes) {
  const auto exponent = static_cast<int>(big_endian(bytes, 0, 2)) - 16383;
  if (exponent < 0 || exponent > 31) return 0;
  return static_cast<uint32_t>(big_endian(bytes, 2, 8) >> (63 - exponent));
}

Result<std::optional<LinearSound>> parse_aiff(const SoundChunks& file) {
  const SoundChunk* common = file.find("COMM");
  const SoundChunk* samples = file.find("SSND");
  if (!common || common->data.size() < 18) return damaged("it has no COMM chunk");
  if (!samples) return damaged("it has no SSND chunk");
  int bits = static_cast<int>(big_endian(common->data, 6, 2));
  LinearSound sound{static_cast<uint32_t>(big_endian(common->data, 0, 2)),
                    extended_number(common->data.subspan(8, 10))};
  sound.is_big_endian = true;
  if (common->data.size() >= 22) {  // AIFC
    const std::string_view type = text_of(common->data.subspan(18, 4));
    struct Kind {
      std::string_view name;
      int bits;  // 0: the number in COMM
      bool is_big_endian;
      Coding coding;
    };
    static constexpr Kind kKinds[] = {
        {"NONE", 0, true, Coding::signed_integer},   {"twos", 0, true, Coding::signed_integer},
        {"sowt", 0, false, Coding::signed_integer},  {"raw ", 0, true, Coding::offset_integer},
        {"in24", 24, true, Coding::signed_integer},  {"in32", 32, true, Coding::signed_integer},
        {"42ni", 24, false, Coding::signed_integer}, {"23ni", 32, false, Coding::signed_integer},
        {"fl32", 32, true, Coding::floating_point},  {"FL32", 32, true, Coding::floating_point},
        {"fl64", 64, true, Coding::floating_point},  {"FL64", 64, true, Coding::floating_point},
    };
    const auto* kind =
        std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& k) { return k.name == type; });
    if (kind == std::end(kKinds)) return std::optional<LinearSound>();
    if (kind->bits != 0) bits = kind->bits;
    sound.is_big_endian = kind->is_big_endian;
    sound.coding = kind->coding;
  }
  sound.bytes = bytes_of(bits);
  sound.valid_bits = bits;
  const uint64_t offset = 8 + big_endian(samples->data, 0, 4);
  sound.data = samples->data.subspan(static_cast<size_t>(std::min<uint64_t>(offset, samples->data.size())));
  const uint64_t frames = big_endian(common->data, 2, 4), frame_bytes = sound.bytes * sound.channels;
  const bool has_fewer = frames * frame_bytes > sound.data.size();
  if (!has_fewer && big_endian(samples->data, 4, 4) != 0) {  // samples in blocks of fixed size, the last one padded
    sound.data = sound.data.first(static_cast<size_t>(frames * frame_bytes));
  }
  const bool has_no_length =
      has_fewer && (is_placeholder(samples->claimed_bytes) || is_placeholder(frames * frame_bytes));
  if (!has_no_length) sound.claimed_frames = frames;
  return checked(sound, bits);
}

// Sample `index` of the file, with all of its bytes.
int32_t integer_sample(const LinearSound& sound, size_t index) {
  const auto bits = static_cast<uint32_t>(sound.bits(index));
  if (sound.coding == Coding::offset_integer) return static_cast<int32_t>(bits) - 128;
  const auto unused = static_cast<int>(32 - 8 * sound.bytes);
  return static_cast<int32_t>(bits << unused) >> unused;
}

bool uses_low_bits(const LinearSound& sound, size_t samples, int low_bits) {
  const int32_t mask = (1 << low_bits) - 1;
  for (size_t i = 0; i < samples; ++i) {
    if ((integer_sample(sound, i) & mask) != 0) return true;
  }
  return false;
}

// Sets element (c, t) of the array to value(t * channels + c).
template <class Element, class Value>
void fill(Array& array, Value&& value) {
  const auto channels = static_cast<size_t>(array.shape[0]), samples = static_cast<size_t>(array.shape[1]);
  array.data.resize(channels * samples * sizeof(Element));
  for (size_t t = 0; t < samples; ++t) {
    for (size_t c = 0; c < channels; ++c) {
      const auto element = static_cast<Element>(value(t * channels + c));
      std::memcpy(array.data.data() + (c * samples + t) * sizeof(Element), &element, sizeof(Element));
    }
  }
}

void fill_floats(Array& array, const LinearSound& sound) {
  if (sound.bytes == 4) {
    array.type = ElementType::float32;
    fill<float>(array, [&](size_t i) { return std::bit_cast<float>(static_cast<uint32_t>(sound.bits(i))); });
  } else {
    array.type = ElementType::float64;
    fill<double>(array, [&](size_t i) { return std::bit_cast<double>(sound.bits(i)); });
  }
}

// Is this the set of loudspeakers that a file of so many channels has by default? The bits are those of
// WAVEFORMATEXTENSIBLE.
bool is_usual_mask(uint32_t mask, uint32_t channels) {
  using Loudspeakers = std::pair<uint32_t, uint32_t>;  // channels, mask
  static constexpr Loudspeakers kUsual[] = {{1, 0x4}, {1, 0x1}, {2, 0x3}, {4, 0x33}, {6, 0x3f}, {8, 0x63f}};
  return mask == 0 || std::ranges::find(kUsual, Loudspeakers(channels, mask)) != std::end(kUsual);
}

void note_channel_mask(const SoundChunks& file, Notes& notes) {
  const SoundChunk* format = file.find("fmt ");
  if (!format || format->data.size() < 24) return;
  const auto field = [&](size_t offset, size_t size) { return format_field(file, *format, offset, size); };
  if (field(0, 2) == kExtensible && !is_usual_mask(field(20, 4), field(2, 2)))
    notes.lose("positions of the channels (channel mask)");
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
  };
  if (chunk.id == "LIST" && text_of(chunk.data).starts_with("INFO")) return "tags (INFO)";
  if (chunk.id == "LIST" && text_of(chunk.data).starts_with("adtl")) return "labels (adtl)";
  return name_of_chunk(chunk.id, kNames);
}

}  // namespace

Result<std::optional<Noted<Array>>> read_linear_sound(const SoundChunks& file) {
  const Result<std::optional<LinearSound>> parsed = file.is_aiff ? parse_aiff(file) : parse_wav(file);
  if (!parsed) return parsed.error();
  if (!*parsed) return std::optional<Noted<Array>>();
  const LinearSound& sound = **parsed;
  const size_t frames = sound.data.size() / (sound.bytes * sound.channels);
  Noted<Array> array;
  array.shape = {sound.channels, frames};
  array.signal.sample_rate = sound.sample_rate;
  remark_length(sound.claimed_frames, frames, array.notes);
  const size_t rest = sound.data.size() % (sound.bytes * sound.channels);
  if (rest > 0 && sound.claimed_frames == frames)
    array.notes.lose(std::to_string(rest) + " bytes after the last whole sample");
  if (sound.coding == Coding::floating_point) {
    fill_floats(array, sound);
    return std::optional(std::move(array));
  }
  size_t kept_bytes = bytes_of(sound.valid_bits);
  int low_bits = static_cast<int>(8 * (sound.bytes - kept_bytes));
  if (low_bits > 0 && uses_low_bits(sound, frames * sound.channels, low_bits)) {
    const std::string valid = std::to_string(sound.valid_bits), all = std::to_string(8 * sound.bytes);
    if (sound.is_padded)
      return contradiction("samples of " + valid + " bits take " + all + ", and the lowest ones are in use");
    array.notes.remark("its header says that " + valid + " of " + all + " bits are valid, all are in use and read");
    kept_bytes = sound.bytes;
    low_bits = 0;
  }
  array.signal.significant_bits = static_cast<uint8_t>(8 * kept_bytes);
  array.type = kept_bytes <= 2 ? ElementType::int16 : ElementType::int32;
  const auto value = [&](size_t i) { return integer_sample(sound, i) >> low_bits; };
  kept_bytes <= 2 ? fill<int16_t>(array, value) : fill<int32_t>(array, value);
  return std::optional(std::move(array));
}

void note_sound_losses(const SoundChunks& file, Notes& notes) {
  // Chunks whose loss is none: they are read, repeat what the samples say, or fill space.
  static constexpr std::string_view kNothing[] = {"fmt ", "data", "ds64", "fact", "PEAK", "JUNK", "junk",
                                                  "FLLR", "PAD ", "filr", "COMM", "SSND", "FVER"};
  note_channel_mask(file, notes);
  int sounds = 0;
  for (const SoundChunk& chunk : file.chunks) {
    if (chunk.id == "data" || chunk.id == "SSND") ++sounds;
    if (std::ranges::find(kNothing, chunk.id) == std::end(kNothing)) notes.lose(name_of(chunk));
  }
  if (sounds > 1) notes.lose("sounds after the first");
  if (!file.behind.empty()) notes.lose(std::to_string(file.behind.size()) + " bytes after the last chunk");
}

void remark_length(std::optional<uint64_t> claimed, uint64_t found, Notes& notes) {
  const std::string there = std::to_string(found);
  if (!claimed) {
    notes.remark("its header gives no length: all that follows is read, " + there + " samples");
  } else if (found < *claimed) {
    notes.remark("ends early, after " + there + " of " + std::to_string(*claimed) + " samples");
  } else if (found > *claimed) {
    notes.remark("its header claims " + std::to_string(*claimed) + " samples: all that follow are read, " + there);
  }
}

}  // namespace laq::io
