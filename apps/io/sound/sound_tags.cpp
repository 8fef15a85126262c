#include "io/sound/sound_tags.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <optional>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/sound/flac_file.h"

namespace laq::io {
namespace {

// The names of a tag in files of each kind; empty if they have none for it.
struct TagNames {
  std::string_view vorbis, info, aiff, caf;
};
constexpr TagNames kTagNames[] = {
    {"TITLE", "INAM", "NAME", "title"},
    {"ARTIST", "IART", "AUTH", "artist"},
    {"ALBUM", "IPRD", "", "album"},
    {"DATE", "ICRD", "", "recorded date"},
    {"COMMENT", "ICMT", "ANNO", "comments"},
    {"TRACKNUMBER", "ITRK", "", "track number"},
    {"GENRE", "IGNR", "", "genre"},
    {"COPYRIGHT", "ICOP", "(c) ", "copyright"},
    {"SOFTWARE", "ISFT", "", "encoding application"},
};

// The tag that files of some kind call `name`; null if none is.
const TagNames* tag_of(std::string_view TagNames::*kind, std::string_view name) {
  const auto* const found = std::ranges::find(kTagNames, name, kind);
  return found == std::end(kTagNames) ? nullptr : found;
}

// The text up to its first zero byte. What is not UTF-8 is taken for Latin-1.
std::string text_of_tag(std::string_view text) {
  text = text.substr(0, text.find('\0'));
  return is_utf8(text) ? std::string(text) : utf8_of_latin1(text);
}

void add_tag(const TagNames& names, std::string_view text, std::vector<SoundTag>& tags) {
  std::string utf8 = text_of_tag(text);
  if (!utf8.empty()) tags.push_back({std::string(names.vorbis), std::move(utf8)});
}

void lose_tag(std::string_view name, Notes& notes) {
  std::string printable;
  for (const char c : name.substr(0, 40)) printable += c >= ' ' && c <= '~' ? c : '?';
  notes.lose("tag " + printable);
}

// The texts of a LIST chunk, which begins with "INFO".
void add_info(std::span<const std::byte> list, bool is_big_endian, std::vector<SoundTag>& tags, Notes& notes) {
  std::span<const std::byte> rest = list.subspan(4);
  while (rest.size() >= 8) {
    const std::string_view id = text_of(rest.first(4));
    const uint64_t size = integer(rest, 4, 4, is_big_endian);
    rest = rest.subspan(8);
    const std::span<const std::byte> text = rest.first(static_cast<size_t>(std::min<uint64_t>(size, rest.size())));
    rest = rest.subspan(text.size());
    if (size % 2 == 1 && !rest.empty()) rest = rest.subspan(1);
    const TagNames* const names = id == "IPRT" ? tag_of(&TagNames::info, "ITRK") : tag_of(&TagNames::info, id);
    names ? add_tag(*names, text_of(text), tags) : lose_tag(id, notes);
  }
}

// The chunk `info` of CAF: a number, then pairs of texts that end with a zero byte.
void add_caf_info(std::span<const std::byte> info, std::vector<SoundTag>& tags, Notes& notes) {
  std::string_view rest = text_of(info.subspan(std::min<size_t>(4, info.size())));
  const auto take = [&rest] {
    const std::string_view text = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(text.size() + 1, rest.size()));
    return text;
  };
  while (!rest.empty()) {
    const std::string_view name = take(), text = take();
    if (name.empty()) return;
    const TagNames* const names = tag_of(&TagNames::caf, name);
    names ? add_tag(*names, text, tags) : lose_tag(name, notes);
  }
}

// The tags of a chunk; false if it holds none.
bool add_chunk(const SoundChunks& file, const SoundChunk& chunk, std::vector<SoundTag>& tags, Notes& notes) {
  if (file.kind == SoundKind::wav && chunk.id == "LIST" && text_of(chunk.data).starts_with("INFO")) {
    add_info(chunk.data, file.is_big_endian, tags, notes);
  } else if (file.kind == SoundKind::caf && chunk.id == "info") {
    add_caf_info(chunk.data, tags, notes);
  } else if (file.kind == SoundKind::au && chunk.id == "text") {
    add_tag(*tag_of(&TagNames::vorbis, "COMMENT"), text_of(chunk.data), tags);
  } else if (const TagNames* const names = tag_of(&TagNames::aiff, chunk.id);
             names && file.kind == SoundKind::aiff && !chunk.id.empty()) {
    add_tag(*names, text_of(chunk.data), tags);
  } else {
    return false;
  }
  return true;
}

// Takes a text that follows its length.
std::string_view take_text(std::span<const std::byte>& rest) {
  const uint64_t size = little_endian(rest, 0, 4);
  rest = rest.subspan(std::min<size_t>(4, rest.size()));
  const std::string_view text = text_of(rest.first(static_cast<size_t>(std::min<uint64_t>(size, rest.size()))));
  rest = rest.subspan(text.size());
  return text;
}

void add_comments(std::span<const std::byte> block, std::vector<SoundTag>& tags) {
  take_text(block);  // the vendor's name
  block = block.subspan(std::min<size_t>(4, block.size()));
  while (!block.empty()) {
    const std::string_view comment = take_text(block);
    const size_t equals = comment.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    std::string name(comment.substr(0, equals));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
    std::string text = text_of_tag(comment.substr(equals + 1));
    if (!text.empty()) tags.push_back({std::move(name), std::move(text)});
  }
}

void lose_block(int type, Notes& notes) {
  static constexpr const char* kBlockNames[] = {"", "", "application data", "", "", "cue sheet", "pictures"};
  constexpr int kPadding = 1;
  if (type == kPadding) return;
  const bool is_known = type >= 0 && type < static_cast<int>(std::size(kBlockNames)) && kBlockNames[type][0] != '\0';
  notes.lose(is_known ? kBlockNames[type] : "metadata of type " + std::to_string(type));
}

}  // namespace

std::vector<SoundTag> tags_of(const Array& array, Notes& notes) {
  std::vector<SoundTag> tags;
  for (const FlacBlock& block : attached_flac_blocks(array.attachments))
    block.type == kFlacComments ? add_comments(block.data, tags) : lose_block(block.type, notes);
  const std::optional<SoundWrap> wrap = wrap_of(array);
  if (!wrap) return tags;
  SoundChunks file = parse_sound_chunks(wrap->before, wrap->behind);
  std::erase_if(file.chunks, [&](const SoundChunk& chunk) { return add_chunk(file, chunk, tags, notes); });
  note_lost_chunks(file, notes);
  if (const uint32_t mask = unusual_channel_mask(file)) {
    std::array<char, 16> text;
    std::snprintf(text.data(), text.size(), "0x%04X", mask);
    tags.push_back({kChannelMaskTag, text.data()});
  }
  return tags;
}

uint32_t take_channel_mask(std::vector<SoundTag>& tags) {
  const auto tag = std::ranges::find(tags, kChannelMaskTag, &SoundTag::name);
  if (tag == tags.end()) return 0;
  uint32_t mask = 0;
  const std::string text = tag->text.starts_with("0x") ? tag->text.substr(2) : tag->text;
  std::from_chars(text.data(), text.data() + text.size(), mask, 16);
  tags.erase(tag);
  return mask;
}

std::string chunk_text(const std::string& id, std::string_view data, SoundKind kind, bool is_big_endian) {
  if (kind == SoundKind::caf) return id + integer_text(data.size(), 8, true) + std::string(data);
  if (kind != SoundKind::wave64) {
    return id + integer_text(data.size(), 4, is_big_endian) + std::string(data) + std::string(data.size() % 2, '\0');
  }
  constexpr std::string_view kRestOfName = {"\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a", 12};
  return (id + std::string(kRestOfName)).substr(0, 16) + integer_text(data.size() + 24, 8, false) + std::string(data) +
         std::string((8 - data.size() % 8) % 8, '\0');
}

std::string tag_chunks(std::span<const SoundTag> tags, SoundKind kind, Notes& notes) {
  std::string chunks, texts;
  uint64_t count = 0;
  for (const SoundTag& tag : tags) {
    const TagNames* const names = tag_of(&TagNames::vorbis, tag.name);
    const std::string_view name = !names                    ? std::string_view()
                                  : kind == SoundKind::wav  ? names->info
                                  : kind == SoundKind::aiff ? names->aiff
                                  : kind == SoundKind::caf  ? names->caf
                                                            : std::string_view();
    if (kind == SoundKind::au && tag.name == "COMMENT") {
      chunks += (chunks.empty() ? "" : "\n") + tag.text;
    } else if (name.empty()) {
      lose_tag(tag.name, notes);
    } else if (kind == SoundKind::aiff) {
      chunks += chunk_text(std::string(name), tag.text, kind, true);
    } else if (kind == SoundKind::caf) {
      texts += std::string(name) + '\0' + tag.text + '\0';
      ++count;
    } else {
      texts += chunk_text(std::string(name), tag.text + '\0', kind, false);
    }
  }
  if (texts.empty()) return chunks;
  if (kind == SoundKind::caf) return chunk_text("info", integer_text(count, 4, true) + texts, kind, true);
  return chunk_text("LIST", "INFO" + texts, kind, false);
}

std::string flac_comments(std::span<const SoundTag> tags) {
  const auto text = [](const std::string& bytes) { return integer_text(bytes.size(), 4, false) + bytes; };
  std::string comments = text("laq") + integer_text(tags.size(), 4, false);
  for (const SoundTag& tag : tags) comments += text(tag.name + "=" + tag.text);
  return comments;
}

}  // namespace laq::io
