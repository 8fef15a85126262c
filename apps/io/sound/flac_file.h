// What a FLAC file has around its frames: the header, and blocks of metadata such as tags and pictures.
// Sources: RFC 9639 (FLAC), sections 8 and 10.1 (in Ogg); RFC 3533 (Ogg); ID3 tag version 2.4.0, section 3.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

bool is_flac(std::span<const std::byte> file);

// The size of the ID3 tag with which a file begins; 0 if it begins with none. It may lie, and exceed the file.
uint64_t id3_bytes(std::span<const std::byte> file);

// What an Ogg file holds, by its first packet: "FLAC", "Vorbis", "Opus", "Speex", "Theora" or "unknown".
std::string_view content_of_ogg(std::span<const std::byte> file);

// The FLAC file whose parts the pages of an Ogg file hold, of which content_of_ogg() must be FLAC. It is checked no
// further; other streams of the file are noted as lost.
std::vector<std::byte> flac_of_ogg(std::span<const std::byte> file, Notes& notes);

struct FlacHeader {
  int bits = 0;          // bits of a sample
  uint64_t samples = 0;  // samples of each channel; 0: unknown
};

// The error is `unsupported` unless samples have 8, 16 or 24 bits, because libsndfile reads no others.
Result<FlacHeader> parse_flac_header(std::span<const std::byte> file);

// Makes the header say that the number of samples is unknown. parse_flac_header() must accept the file.
void clear_flac_length(std::vector<std::byte>& file);

inline constexpr const char* kFlacName = "flac";  // the attachment that holds the kept blocks

struct FlacBlock {
  int type = 0;
  std::span<const std::byte> data;
};
inline constexpr int kFlacComments = 4;

// The blocks that stand one after the other in these bytes, as far as they are whole.
std::vector<FlacBlock> parse_flac_blocks(std::span<const std::byte> blocks);

// Splits the attachment kFlacName into its blocks; there are none if it is absent.
std::vector<FlacBlock> attached_flac_blocks(std::span<const Attachment> attachments);

// The blocks of a file as they stand there, but for the header and the seek table, which depend on the frames; none if
// they are only a comment without tags.
std::string kept_flac_blocks(std::span<const std::byte> file);

std::string flac_block(int type, std::string_view data);

// The file with these blocks in place of its own, but for the header. parse_flac_header() must accept the file.
std::vector<std::byte> with_flac_blocks(std::span<const std::byte> file, std::span<const FlacBlock> blocks);

}  // namespace laq::io
