// The layout of samples in WAV, Wave64, AIFF, CAF and AU files, as their headers describe it.
#include <algorithm>
#include <bit>
#include <string>

#include "io/bytes.h"
#include "io/sound/sound_formats.h"

namespace laq::io {
namespace {

constexpr uint16_t kPcm = 1, kFloat = 3, kExtensible = 0xfffe;  // format tags of WAV

Error contradiction(const std::string& what) {
  return {ErrorCode::corrupt, "its header contradicts itself: " + what + " (save it again with another program)"};
}

Error damaged(const std::string& what) {
  return {ErrorCode::corrupt, "not a good audio file: " + what + " (copy it again from its source)"};
}

// Sizes that programs write into a pipe, when they do not know the length yet: FFmpeg writes the largest number, SoX
// and others about the largest signed one. Sizes of 64 bits are taken for one from 2^62 on.
bool is_placeholder(uint64_t bytes) {
  return (bytes >= 0xffff0000 && bytes <= 0xffffffff) || (bytes >= 0x7ef00000 && bytes < 0x80000100) ||
         bytes >= uint64_t{1} << 62;
}

// Checks what is common to all kinds of file. A sample has `bits` bits according to the header.
Result<std::optional<LinearSound>> checked(const LinearSound& sound, int bits) {
  if (sound.channels == 0) return damaged("it has no channels");
  if (sound.coding == SampleCoding::floating_point) {
    if (bits != 32 && bits != 64)
      return Error{ErrorCode::unsupported, "has floating-point samples of " + std::to_string(bits) +
                                               " bits, which are not read (convert it to 32 bits first)"};
    if (sound.bytes != bytes_of_bits(bits)) return contradiction("its frames have another size than its samples");
    return std::optional(sound);
  }
  if (bits < 1 || bits > 32)
    return Error{ErrorCode::unsupported, "has samples of " + std::to_string(bits) +
                                             " bits, which are not read (convert it to 32 bits or fewer first)"};
  const bool is_possible = sound.bytes >= bytes_of_bits(bits) && sound.bytes <= 4;
  if (!is_possible || (sound.coding == SampleCoding::offset_integer && sound.bytes != 1)) {
    return contradiction("samples of " + std::to_string(bits) + " bits in " + std::to_string(sound.bytes) + " bytes");
  }
  return std::optional(sound);
}

// Sets where the samples are, and how many frames the header claims if it knows that. The data of the chunk begin with
// `skipped` bytes of something else.
void set_data(const SoundChunk& data, size_t skipped, LinearSound& sound) {
  sound.data = data.data.subspan(std::min(skipped, data.data.size()));
  const bool has_no_length = data.claimed_bytes > data.data.size() && is_placeholder(data.claimed_bytes);
  if (has_no_length || sound.frame_bytes() == 0) return;
  sound.claimed_frames = (std::max<uint64_t>(data.claimed_bytes, skipped) - skipped) / sound.frame_bytes();
}

// A number of WAV's fmt chunk.
uint32_t format_field(const SoundChunks& file, const SoundChunk& format, size_t offset, size_t size) {
  return static_cast<uint32_t>(integer(format.data, offset, size, file.is_big_endian));
}

// Is this the set of loudspeakers that a file of so many channels has by default? The bits are those of
// WAVEFORMATEXTENSIBLE.
bool is_usual_mask(uint64_t mask, uint64_t channels) {
  using Loudspeakers = std::pair<uint64_t, uint64_t>;  // channels, mask
  static constexpr Loudspeakers kUsual[] = {{1, 0x4}, {1, 0x1}, {2, 0x3}, {4, 0x33}, {6, 0x3f}, {8, 0x63f}};
  return mask == 0 || std::ranges::find(kUsual, Loudspeakers(channels, mask)) != std::end(kUsual);
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
  LinearSound sound{{field(2, 2), field(4, 4)}};
  if (sound.channels == 0) return damaged("it has no channels");
  const uint32_t claimed_frame_bytes = field(12, 2);  // some programs write 0
  const auto frame_bytes = claimed_frame_bytes != 0
                               ? claimed_frame_bytes
                               : static_cast<uint32_t>(sound.channels * bytes_of_bits(std::max(bits, 1)));
  if (frame_bytes % sound.channels != 0)
    return contradiction("frames of " + std::to_string(frame_bytes) + " bytes with " + std::to_string(sound.channels) +
                         " channels");
  sound.bytes = frame_bytes / sound.channels;
  const int valid_bits = is_extensible ? static_cast<int>(field(18, 2)) : bits;
  sound.valid_bits = valid_bits >= 1 && valid_bits <= bits ? valid_bits : bits;
  sound.is_padded = sound.bytes > bytes_of_bits(bits);
  sound.coding = tag == kFloat ? SampleCoding::floating_point
                 : bits <= 8   ? SampleCoding::offset_integer
                               : SampleCoding::signed_integer;
  sound.is_big_endian = file.is_big_endian;
  set_data(*data, 0, sound);
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
  LinearSound sound{
      {static_cast<uint32_t>(big_endian(common->data, 0, 2)), extended_number(common->data.subspan(8, 10))}};
  sound.is_big_endian = true;
  if (common->data.size() >= 22) {  // AIFC
    const std::string_view type = text_of(common->data.subspan(18, 4));
    struct Kind {
      std::string_view name;
      int bits;  // 0: the number in COMM
      bool is_big_endian;
      SampleCoding coding;
    };
    static constexpr Kind kKinds[] = {
        {"NONE", 0, true, SampleCoding::signed_integer},   {"twos", 0, true, SampleCoding::signed_integer},
        {"sowt", 0, false, SampleCoding::signed_integer},  {"raw ", 0, true, SampleCoding::offset_integer},
        {"in24", 24, true, SampleCoding::signed_integer},  {"in32", 32, true, SampleCoding::signed_integer},
        {"42ni", 24, false, SampleCoding::signed_integer}, {"23ni", 32, false, SampleCoding::signed_integer},
        {"fl32", 32, true, SampleCoding::floating_point},  {"FL32", 32, true, SampleCoding::floating_point},
        {"fl64", 64, true, SampleCoding::floating_point},  {"FL64", 64, true, SampleCoding::floating_point},
    };
    const auto* kind =
        std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& k) { return k.name == type; });
    if (kind == std::end(kKinds)) return std::optional<LinearSound>();
    if (kind->bits != 0) bits = kind->bits;
    sound.is_big_endian = kind->is_big_endian;
    sound.coding = kind->coding;
  }
  sound.bytes = bytes_of_bits(bits);
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

// A rate of CAF, rounded down; 0 if it does not fit into 32 bits.
uint32_t rate_of(uint64_t bits) {
  const auto rate = std::bit_cast<double>(bits);
  return rate >= 1 && rate < 4294967296.0 ? static_cast<uint32_t>(rate) : 0;
}

Result<std::optional<LinearSound>> parse_caf(const SoundChunks& file) {
  const SoundChunk* description = file.find("desc");
  const SoundChunk* data = file.samples();
  if (!description || description->data.size() < 32) return damaged("it has no desc chunk");
  if (!data) return damaged("it has no data chunk");
  if (text_of(description->data.subspan(8, 4)) != "lpcm") return std::optional<LinearSound>();
  const auto field = [&](size_t offset) { return static_cast<uint32_t>(big_endian(description->data, offset, 4)); };
  const uint32_t flags = field(12), packet_bytes = field(16), packet_frames = field(20), bits = field(28);
  LinearSound sound{{field(24), rate_of(big_endian(description->data, 0, 8))}};
  if (sound.channels == 0) return damaged("it has no channels");
  if (packet_bytes == 0 || packet_bytes % sound.channels != 0 || packet_frames != 1) {
    return contradiction("packets of " + std::to_string(packet_bytes) + " bytes with " +
                         std::to_string(sound.channels) + " channels");
  }
  sound.bytes = packet_bytes / sound.channels;
  sound.valid_bits = static_cast<int>(std::min<uint32_t>(bits, 1024));
  sound.is_padded = sound.bytes > bytes_of_bits(sound.valid_bits);
  if ((flags & 1) != 0) sound.coding = SampleCoding::floating_point;
  sound.is_big_endian = (flags & 2) == 0;
  constexpr size_t kEditCountBytes = 4;
  set_data(*data, kEditCountBytes, sound);
  return checked(sound, sound.valid_bits);
}

Result<std::optional<LinearSound>> parse_au(const SoundChunks& file) {
  const SoundChunk* header = file.find(".snd");
  const SoundChunk* data = file.samples();
  if (!header || !data) return damaged("its header is not whole");
  const auto field = [&](size_t offset) {
    return static_cast<uint32_t>(integer(header->data, offset, 4, file.is_big_endian));
  };
  struct Encoding {
    uint32_t number;
    int bits;
    SampleCoding coding;
  };
  static constexpr Encoding kEncodings[] = {
      {2, 8, SampleCoding::signed_integer},  {3, 16, SampleCoding::signed_integer},
      {4, 24, SampleCoding::signed_integer}, {5, 32, SampleCoding::signed_integer},
      {6, 32, SampleCoding::floating_point}, {7, 64, SampleCoding::floating_point}};
  const auto* const encoding = std::ranges::find(kEncodings, field(12), &Encoding::number);
  if (encoding == std::end(kEncodings)) return std::optional<LinearSound>();
  LinearSound sound{{field(20), field(16)}};
  if (sound.channels == 0) return damaged("it has no channels");
  sound.bytes = bytes_of_bits(encoding->bits);
  sound.valid_bits = encoding->bits;
  sound.coding = encoding->coding;
  sound.is_big_endian = file.is_big_endian;
  set_data(*data, 0, sound);
  return checked(sound, encoding->bits);
}

}  // namespace

Result<std::optional<LinearSound>> parse_linear_sound(const SoundChunks& file) {
  switch (file.kind) {
    case SoundKind::aiff:
      return parse_aiff(file);
    case SoundKind::caf:
      return parse_caf(file);
    case SoundKind::au:
      return parse_au(file);
    case SoundKind::wav:
    case SoundKind::wave64:
      break;
  }
  return parse_wav(file);
}

Result<SampleLayout> layout_for(const Array& array, SoundKind kind) {
  const uint64_t channels = channels_of(array);
  if (array.shape.empty() || array.shape.size() > 2 || channels < 1 || channels > 1024) {
    return Error{ErrorCode::unsupported, "a sound file holds 1 to 1024 channels x samples (write an .npy file)"};
  }
  const bool is_float = array.type == ElementType::float32 || array.type == ElementType::float64;
  if (!is_float && array.type != ElementType::int16 && array.type != ElementType::int32) {
    return Error{ErrorCode::unsupported, "a sound file holds int16, int32, float32 or float64 (write an .npy file)"};
  }
  SampleLayout layout;
  layout.channels = static_cast<uint32_t>(channels);
  layout.sample_rate = array.signal.sample_rate > 0 ? std::min<uint32_t>(array.signal.sample_rate, 1u << 30) : 44100;
  layout.bytes = element_bytes(array.type);
  if (!is_float && array.signal.significant_bits == 8 * (layout.bytes - 1)) --layout.bytes;
  layout.valid_bits = static_cast<int>(8 * layout.bytes);
  const bool has_offset = layout.bytes == 1 && (kind == SoundKind::wav || kind == SoundKind::wave64);
  layout.coding = is_float     ? SampleCoding::floating_point
                  : has_offset ? SampleCoding::offset_integer
                               : SampleCoding::signed_integer;
  layout.is_big_endian = kind == SoundKind::aiff || kind == SoundKind::au;
  return layout;
}

uint32_t unusual_channel_mask(const SoundChunks& file) {
  const SoundChunk* format = file.find("fmt ");
  if (!format || format->data.size() < 24) return 0;
  const auto field = [&](size_t offset, size_t size) { return format_field(file, *format, offset, size); };
  const bool is_unusual = field(0, 2) == kExtensible && !is_usual_mask(field(20, 4), field(2, 2));
  return is_unusual ? field(20, 4) : 0;
}

}  // namespace laq::io
