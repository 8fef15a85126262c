#include "io/sound/audio.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/sound/flac_file.h"
#include "io/sound/sndfile.h"
#include "io/sound/sound_formats.h"
#include "io/sound/sound_tags.h"

namespace laq::io {
namespace {

using Bytes = std::vector<std::byte>;

constexpr const char* kEndings[] = {"wav", "w64", "aiff", "caf", "au"};  // by SoundKind

Result<Noted<Array>> read_chunked_sound(std::span<const std::byte> bytes) {
  const SoundChunks file = parse_sound_chunks(bytes);
  const Result<std::optional<LinearSound>> linear = parse_linear_sound(file);
  if (!linear) return linear.error();
  const SoundChunk* data = file.samples();
  const bool may_be_unknown = file.kind == SoundKind::au || file.kind == SoundKind::caf;
  const bool is_unknown = may_be_unknown && data->claimed_bytes >= kUnknownSize;
  if (!*linear && data->claimed_bytes != data->data.size() && !is_unknown) {
    return Error{ErrorCode::truncated, "its header claims " + std::to_string(data->claimed_bytes) +
                                           " bytes of compressed samples, " + std::to_string(data->data.size()) +
                                           " are there (copy it again from its source)"};
  }
  Result<Noted<Array>> array = *linear ? read_linear_sound(**linear) : read_by_libsndfile(bytes);
  if (!array) return array;
  attach(array->attachments, kFromName, kEndings[static_cast<size_t>(file.kind)]);
  std::span<const std::byte> samples = data->data;
  if (*linear)
    samples = (*linear)->data.first((*linear)->data.size() / (*linear)->frame_bytes() * (*linear)->frame_bytes());
  attach_wrap(bytes, file, samples, *array);
  return array;
}

Result<Noted<Array>> read_flac(std::span<const std::byte> file, Notes notes) {
  const Result<FlacHeader> header = parse_flac_header(file);
  if (!header) return header.error();
  const std::string blocks = kept_flac_blocks(file);
  // libsndfile stops at metadata that it takes for damaged, and after the length that the header claims. Without either
  // it reads all samples that are there.
  Bytes bare = with_flac_blocks(file, {});
  clear_flac_length(bare);
  Result<Noted<Array>> array = read_by_libsndfile(bare);
  if (!array) return array.error();
  const bool is_whole = array->notes.remarks.empty();
  if (is_whole && header->samples != 0) remark_length(header->samples, array->shape[1], array->notes);
  for (std::string& name : notes.not_kept) array->notes.lose(std::move(name));
  attach(array->attachments, kFromName, "flac");
  if (!attach(array->attachments, kFlacName, blocks)) array->notes.lose("tags and pictures of more than 64 MiB");
  return array;
}

Error coded_with_loss(const std::string& kind) {
  return {ErrorCode::unsupported, "is " + kind +
                                      " file, whose sound was coded with loss already and would become "
                                      "larger (keep it as it is, or convert it to WAV first)"};
}

Result<Noted<Array>> read_ogg(std::span<const std::byte> file) {
  const std::string content(content_of_ogg(file));
  Notes notes;
  if (content == "FLAC") return read_flac(flac_of_ogg(file, notes), notes);
  if (content == "Theora" || content == "unknown") {
    return Error{ErrorCode::unsupported,
                 "is an Ogg file of a kind that laq does not read (convert its sound to WAV or FLAC first)"};
  }
  return coded_with_loss("an Ogg " + content);
}

Result<Noted<Array>> read_behind_id3(std::span<const std::byte> file) {
  const uint64_t tag = id3_bytes(file);
  const std::span<const std::byte> rest = file.subspan(static_cast<size_t>(std::min<uint64_t>(tag, file.size())));
  if (!is_flac(rest)) return coded_with_loss("an MP3");
  Notes notes;
  notes.lose("ID3 tags");
  return read_flac(rest, notes);
}

// Nothing, or why a FLAC file cannot hold the array.
std::optional<Error> check_flac(const Array& array) {
  const auto refused = [](const char* what) {
    return Error{ErrorCode::unsupported, std::string("a FLAC file holds ") + what + " (write a .wav file)"};
  };
  const bool is_integer =
      array.type == ElementType::int16 || (array.type == ElementType::int32 && array.signal.significant_bits == 24);
  constexpr uint32_t kMaxRate = 655350, kMaxChannels = 8;
  if (array.shape.empty() || array.shape.size() > 2 || channels_of(array) < 1 || channels_of(array) > kMaxChannels)
    return refused("1 to 8 channels x samples");
  if (!is_integer) return refused("integers of 8, 16 or 24 bits");
  if (array.signal.sample_rate > kMaxRate) return refused("up to 655350 samples a second");
  if (frames_of(array) == 0) return refused("one sample at least");
  return std::nullopt;
}

}  // namespace

bool is_audio(std::span<const std::byte> file) {
  const std::string_view text = text_of(file);
  return is_chunked_sound(file) || is_flac(file) || text.starts_with("OggS") || text.starts_with("ID3");
}

Result<Noted<Array>> read_audio(std::span<const std::byte> file) {
  if (is_chunked_sound(file)) return read_chunked_sound(file);
  if (is_flac(file)) return read_flac(file, {});
  if (text_of(file).starts_with("OggS")) return read_ogg(file);
  if (text_of(file).starts_with("ID3")) return read_behind_id3(file);
  return Error{ErrorCode::unsupported, "not a sound file that laq reads"};
}

Result<Noted<Bytes>> write_flac(const Array& array) {
  if (const auto error = check_flac(array)) return *error;
  Result<Bytes> plain = write_flac_by_libsndfile(array);
  if (!plain) return plain.error();
  Noted<Bytes> file(std::move(*plain));
  if (array.signal.sample_rate == 0) file.notes.remark("has no sample rate: 44100 is written");
  std::vector<FlacBlock> blocks = attached_flac_blocks(array.attachments);
  std::string comments;
  if (blocks.empty()) {
    const std::vector<SoundTag> tags = tags_of(array, file.notes);
    if (tags.empty()) return file;
    comments = flac_comments(tags);
    blocks.push_back({kFlacComments, std::as_bytes(std::span(comments))});
  }
  constexpr size_t kMaxBlockBytes = 0xffffff;
  std::erase_if(blocks, [](const FlacBlock& block) { return block.data.size() > kMaxBlockBytes; });
  if (blocks.empty()) {
    file.notes.lose("tags of more than 16 MiB");
  } else {
    static_cast<Bytes&>(file) = with_flac_blocks(file, blocks);
  }
  return file;
}

void strip_sound(std::vector<Attachment>& attachments) {
  std::erase_if(attachments, [](const Attachment& a) { return a.name == kWrapName || a.name == kFlacName; });
}

void note_lost_sound(const Array& array, Notes& notes) {
  if (array.signal.sample_rate > 0) notes.lose("sample rate");
  for (const SoundTag& tag : tags_of(array, notes)) notes.lose("tag " + tag.name);
}

}  // namespace laq::io
