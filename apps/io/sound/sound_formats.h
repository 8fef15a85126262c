// Sound files whose samples stand in them as they are (WAV, Wave64, AIFF, CAF, AU): their parts, the layout of their
// samples, and what they hold beside them.
// Sources: Multimedia Programming Interface and Data Specifications 1.0 (RIFF), EBU Tech 3306 (RF64), Sony Wave64 1.4,
// Audio Interchange File Format 1.3, Apple Core Audio Format Specification 1.0, and the header <audio/au.h> of SunOS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/notes.h"
#include "laq/array.hpp"

namespace laq::io {

enum class SoundKind : uint8_t { wav, wave64, aiff, caf, au };

// A size of 32 bits that a program wrote before it knew the size.
inline constexpr uint64_t kUnknownSize = 0xffffffff;

struct SoundChunk {
  std::string_view id;
  std::span<const std::byte> data;  // as much of it as the file has
  uint64_t claimed_bytes = 0;       // size of the data that the header claims
};

struct SoundChunks {
  SoundKind kind = SoundKind::wav;
  bool is_big_endian = false;
  std::vector<SoundChunk> chunks;  // an AU file counts as three: its header ".snd", its annotation "text", and "data"
  std::span<const std::byte> behind;  // what follows the last chunk

  // The first chunk of this id; nullptr if there is none.
  const SoundChunk* find(std::string_view id) const;
  // The name of the chunk that holds the samples, and the first one.
  std::string_view samples_id() const { return kind == SoundKind::aiff ? "SSND" : "data"; }
  const SoundChunk* samples() const { return find(samples_id()); }
};

// Do these bytes begin like a file of a SoundKind? The first 12 suffice.
bool is_chunked_sound(std::span<const std::byte> file);

// is_chunked_sound() must be true for the file. If the header of the samples claims 0 bytes, as in files that were
// written to a pipe, they are taken to reach to the end of the file, unless proper chunks follow. The file may come in
// two pieces, the second of which begins where the samples end, and without the samples.
SoundChunks parse_sound_chunks(std::span<const std::byte> file, std::span<const std::byte> behind_samples = {});

// The bytes after the data of a chunk that pad it, if these bytes follow the data.
size_t padding_of_chunk(SoundKind kind, uint64_t data_bytes, std::span<const std::byte> following);

enum class SampleCoding : uint8_t { signed_integer, offset_integer, floating_point };

// The bytes that a sample of so many bits needs.
constexpr size_t bytes_of_bits(int bits) {
  return static_cast<size_t>(bits + 7) / 8;
}

// How samples stand in a file: one of each channel after another.
struct SampleLayout {
  uint32_t channels = 0;
  uint32_t sample_rate = 0;
  size_t bytes = 0;        // of a sample: 1 to 4 for integers, 4 or 8 for floating-point numbers
  int valid_bits = 0;      // of an integer: the highest bits of its bytes
  bool is_padded = false;  // a sample takes more bytes than its bits need, which is unusual
  SampleCoding coding = SampleCoding::signed_integer;
  bool is_big_endian = false;

  size_t frame_bytes() const { return channels * bytes; }
};

struct LinearSound : SampleLayout {
  std::span<const std::byte> data = {};
  // The number of frames that the header claims, if it does. A frame has one sample of each channel.
  std::optional<uint64_t> claimed_frames = {};
};

// Nothing if the samples are compressed. It is an error if the header contradicts itself.
Result<std::optional<LinearSound>> parse_linear_sound(const SoundChunks& file);

// An array of channels x samples, with the types of read_audio(). An integer keeps only the bytes that its valid bits
// need, or all of them if the bits below are not zero. The length that the header claims is checked against the bytes
// that are there.
Result<Noted<Array>> read_linear_sound(const LinearSound& sound);

// The layout that a file of this kind has for the samples of an array of channels x samples. The error says which types
// of elements such files hold.
Result<SampleLayout> layout_for(const Array& array, SoundKind kind);

// Whether samples of this layout are read as an array of this type, with these bits, channels and sample rate.
bool is_layout_of(const SampleLayout& layout, const Array& array);

// Writes the samples of an array in the layout, for which is_layout_of() must hold. A sample that is too loud for its
// valid bits is clamped.
void put_samples(const Array& array, const SampleLayout& layout, std::span<std::byte> to);

uint64_t channels_of(const Array& array);
uint64_t frames_of(const Array& array);

// Remarks "ends early, after 10 of 20 samples", or what else is odd if a file claims another number of samples than it
// has.
void remark_length(std::optional<uint64_t> claimed, uint64_t found, Notes& notes);

// A file without its samples, as the attachment `wrap` holds it.
struct SoundWrap {
  std::span<const std::byte> before, behind;
  uint64_t sample_bytes = 0;  // that stood between the two
};

inline constexpr const char* kFromName = "from";  // the attachment that tells what kind of file an array came from
inline constexpr const char* kWrapName = "wrap";

// Attaches what the file has around the bytes of its samples, or notes its loss if that is too large.
void attach_wrap(std::span<const std::byte> file, const SoundChunks& chunks, std::span<const std::byte> samples,
                 Noted<Array>& array);
// Nothing if the array has no such attachment or a damaged one.
std::optional<SoundWrap> wrap_of(const Array& array);

// The loudspeakers of a WAV file's channels as bits of WAVEFORMATEXTENSIBLE; 0 if they are none or what a file of so
// many channels has by default.
uint32_t unusual_channel_mask(const SoundChunks& file);

// Notes the chunks of a file that are lost if only its samples and tags are kept.
void note_lost_chunks(const SoundChunks& file, Notes& notes);

}  // namespace laq::io
