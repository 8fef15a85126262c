// Tags of sounds (title, artist and so on) in the forms that WAV, AIFF, CAF, AU and FLAC files have for them.
// Sources: Multimedia Programming Interface and Data Specifications 1.0 (LIST INFO), Audio Interchange File Format 1.3,
// Apple Core Audio Format Specification 1.0 (info), and the field names of Ogg Vorbis I, "Comment field".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "io/notes.h"
#include "io/sound/sound_formats.h"
#include "laq/array.hpp"

namespace laq::io {

struct SoundTag {
  std::string name;  // a field name of Vorbis comments: "TITLE"
  std::string text;  // UTF-8
};

// The tags of the file that an array came from. The notes name what else that file had beside its samples, which is
// lost where a file of another kind is written.
std::vector<SoundTag> tags_of(const Array& array, Notes& notes);

// The tag that tells the loudspeakers of channels, as the program flac writes it: "0x0060".
inline constexpr const char* kChannelMaskTag = "WAVEFORMATEXTENSIBLE_CHANNEL_MASK";
// Takes it out of the tags and returns its value; 0 if there is none.
uint32_t take_channel_mask(std::vector<SoundTag>& tags);

// The chunk or chunks of a file of this kind, with their headers, that hold the tags; of an AU file its
// annotation, which holds the comment. The notes name the tags for which the kind has no place.
std::string tag_chunks(std::span<const SoundTag> tags, SoundKind kind, Notes& notes);

// The data of FLAC's block of comments.
std::string flac_comments(std::span<const SoundTag> tags);

// A chunk with its header and padding. The name of one of Wave64 has four bytes, if RIFF has such chunks too, or 16.
std::string chunk_text(const std::string& id, std::string_view data, SoundKind kind, bool is_big_endian);

}  // namespace laq::io
