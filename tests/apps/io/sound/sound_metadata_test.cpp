// What sound files hold beside samples: it comes back in a file of the same kind, and as tags in one of another kind.
#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/formats.h"
#include "io/sound/audio.h"
#include "io/sound/flac_file.h"
#include "io/sound/sound_tags.h"
#include "io/sound/sound_writer.h"
#include "sample_pictures.h"
#include "sample_sounds.h"

using namespace laq;
using namespace laq::io;

namespace {

std::string number(uint64_t value, size_t size = 4) {
  return integer_text(value, size, false);
}

std::string wav_chunk(const std::string& id, const std::string& data) {
  return chunk_text(id, data, SoundKind::wav, false);
}

const std::string kTags = wav_chunk(
    "LIST", "INFO" + wav_chunk("INAM", "A title") + wav_chunk("IART", "An artist") + wav_chunk("IENG", "An engineer"));

// A WAV file of 16-bit samples. The format of four channels is of the extensible kind, with this channel mask.
std::vector<std::byte> wav_file(const std::string& samples, const std::string& before, const std::string& behind,
                                uint32_t mask = 0) {
  const uint64_t channels = mask != 0 ? 4 : 1;
  std::string format = number(mask != 0 ? 0xfffe : 1, 2) + number(channels, 2) + number(8000) +
                       number(16000 * channels) + number(2 * channels, 2) + number(16, 2);
  if (mask != 0) {
    format += number(22, 2) + number(16, 2) + number(mask) + number(1, 2) +
              std::string("\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71", 14);
  }
  const std::string body = "WAVE" + wav_chunk("fmt ", format) + before + wav_chunk("data", samples) + behind;
  return bytes_of("RIFF" + number(body.size()) + body);
}

std::vector<SoundTag> tags_in(const std::vector<std::byte>& file) {
  const auto array = read_audio(file);
  REQUIRE_MESSAGE(array.ok(), (array.ok() ? "" : array.error().message));
  Notes notes;
  return tags_of(*array, notes);
}

std::string text_of_tags(const std::vector<std::byte>& file) {
  std::string text;
  for (const SoundTag& tag : tags_in(file)) text += tag.name + "=" + tag.text + ";";
  return text;
}

using Writer = Result<Noted<std::vector<std::byte>>>(const Array&);

// The files that are written of small sounds, one of each kind.
std::vector<std::vector<std::byte>> files_of_every_kind() {
  std::vector<std::vector<std::byte>> files;
  for (Writer* write : {write_wav, write_wave64, write_aiff, write_caf, write_au, write_flac}) {
    const auto file = write(tone<int16_t>(ElementType::int16, {2, 11}, 32000, {8000, 16}));
    if (file.ok()) files.push_back(*file);
  }
  return files;
}

}  // namespace

TEST_CASE("a WAV file comes back byte by byte, with the chunks before and behind its samples") {
  const std::string samples("\1\2\3\4\5\6\7\x08", 8), cue = wav_chunk("cue ", "1234");
  const std::string bext = wav_chunk("bext", std::string(602, 'b'));
  std::vector<std::byte> big_endian =
      bytes_of(std::string("RIFX\0\0\0\x2cWAVEfmt \0\0\0\x10\0\1\0\1\0\0\x1f\x40\0\0\x3e\x80\0\2\0\x10", 36) +
               std::string("data\0\0\0\x08", 8) + samples);
  for (const std::vector<std::byte>& file :
       {wav_file(samples, "", ""), wav_file(samples, bext, kTags + cue), wav_file(samples, kTags, ""),
        wav_file(samples, "", "", 0x60f), big_endian}) {
    const auto array = read_audio(file);
    REQUIRE(array.ok());
    CHECK(array->notes.text() == "");
    CHECK(text_of(*find_attachment(array->attachments, "from")) == "wav");
    const auto again = write_wav(*array);
    REQUIRE(again.ok());
    CHECK(*again == file);
    CHECK(again->notes.text() == "");
  }
}

TEST_CASE("24 valid bits in 32 come back as such, with other samples too") {
  Array array = tone<int32_t>(ElementType::int32, {1, 20}, 8e6, {48000, 24});
  const SampleLayout layout{1, 48000, 4, 24};
  std::string format = number(0xfffe, 2) + number(1, 2) + number(48000) + number(192000) + number(4, 2) +
                       number(32, 2) + number(22, 2) + number(24, 2) + number(4) + number(1, 2) +
                       std::string("\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71", 14);
  const SoundFrame frame = frame_of({.layout = layout, .frames = 20, .format = format}, SoundKind::wav);
  std::vector<std::byte> file = bytes_of(frame.before + std::string(80, '\0'));
  put_samples(array, layout, std::span(file).subspan(frame.before.size()));
  auto read = read_audio(file);
  REQUIRE(read.ok());
  CHECK(read->data == array.data);
  CHECK(*write_wav(*read) == file);
  read->shape[1] = 10;
  read->data.resize(40);
  const auto shorter = write_wav(*read);
  REQUIRE(shorter.ok());
  CHECK(shorter->size() == file.size() - 40);
  CHECK(read_audio(*shorter)->data == read->data);
  CHECK(read_audio(*shorter)->notes.text() == "");
}

TEST_CASE("files of every kind come back byte by byte") {
  const std::vector<std::pair<const char*, Writer*>> writers = {
      {"wav", write_wav}, {"w64", write_wave64}, {"aiff", write_aiff}, {"caf", write_caf}, {"au", write_au}};
  for (const auto& [ending, write] : writers) {
    for (const Array& sound : {tone<int16_t>(ElementType::int16, {2, 5}, 32000, {44100, 16}),
                               tone<int16_t>(ElementType::int16, {1, 7}, 127, {8000, 8}),
                               tone<int32_t>(ElementType::int32, {1, 9}, 8e6, {96000, 24}),
                               tone<float>(ElementType::float32, {1, 3}, 0.9, {22050, 0})}) {
      const auto file = write(sound);
      REQUIRE(file.ok());
      const auto array = read_audio(*file);
      REQUIRE(array.ok());
      CHECK(text_of(*find_attachment(array->attachments, "from")) == ending);
      CHECK(static_cast<const std::vector<std::byte>&>(*write(*array)) == *file);
    }
  }
}

TEST_CASE("sounds of another length keep the chunks, and their headers tell the new length") {
  auto array = read_audio(wav_file("abcdefgh", kTags, wav_chunk("cue ", "1234")));
  REQUIRE(array.ok());
  array->shape[1] = 3;
  array->data.resize(6);
  const auto file = write_wav(*array);
  REQUIRE(file.ok());
  CHECK(*file == wav_file("abcdef", kTags, wav_chunk("cue ", "1234")));
  CHECK(file->notes.text() == "cue points and loops stand as in the whole sound");
  std::vector<std::byte> cut = wav_file("abcdefgh", kTags, "");
  cut.resize(cut.size() - 2);
  CHECK(*write_wav(*read_audio(cut)) == wav_file("abcdef", kTags, ""));
}

TEST_CASE("tags are carried into files of another kind, and the rest is named") {
  const auto array = read_audio(wav_file("abcdefgh", kTags, wav_chunk("cue ", "1234")));
  REQUIRE(array.ok());
  const auto expect = [&](Writer* write, const std::string& tags, const std::string& lost) {
    const auto file = write(*array);
    if (!file.ok()) return;  // FLAC without libsndfile
    CHECK(file->notes.text() == "not kept: " + lost);
    CHECK(text_of_tags(*file) == tags);
    CHECK(read_audio(*file)->data == array->data);
  };
  expect(write_aiff, "TITLE=A title;ARTIST=An artist;", "tag IENG, cue points");
  expect(write_caf, "TITLE=A title;ARTIST=An artist;", "tag IENG, cue points");
  expect(write_flac, "TITLE=A title;ARTIST=An artist;", "tag IENG, cue points");
  expect(write_wave64, "", "tag IENG, cue points, tag TITLE, tag ARTIST");
  Notes notes;
  note_lost_sound(*array, notes);
  CHECK(notes.text() == "not kept: sample rate, tag IENG, cue points, tag TITLE, tag ARTIST");
}

TEST_CASE("tags that are not UTF-8 are taken for Latin-1") {
  const std::string tags =
      wav_chunk("LIST", "INFO" + wav_chunk("ICMT", "caf\xe9") + wav_chunk("IGNR", "\xc3\xa9t\xc3\xa9"));
  CHECK(text_of_tags(wav_file("ab", "", tags)) == "COMMENT=caf\xc3\xa9;GENRE=\xc3\xa9t\xc3\xa9;");
}

TEST_CASE("an unusual channel mask goes to FLAC as a tag and comes back; a usual one is not worth a word") {
  CHECK(tags_in(wav_file("12345678", "", "", 0x33)).empty());
  const auto array = read_audio(wav_file("12345678", "", "", 0x60f));
  CHECK(write_aiff(*array)->notes.text() == "not kept: positions of the channels (channel mask)");
  const auto flac = write_flac(*array);
  if (!flac.ok()) return;
  CHECK(text_of_tags(*flac) == "WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x060F;");
  const auto wav = write_wav(*read_audio(*flac));
  CHECK(wav->notes.text() == "");
  CHECK(*wav == wav_file("12345678", "", "", 0x60f));
}

TEST_CASE("a WAV file of more than 4 GiB is an RF64 file") {
  const uint64_t frames = uint64_t{5} << 30;
  const SoundFrame frame = frame_of({.layout = {1, 8000, 1, 8}, .frames = frames}, SoundKind::wav);
  CHECK(frame.before.substr(0, 16) == "RF64\xff\xff\xff\xffWAVEds64");
  CHECK(frame.before.substr(20, 8) == number(frame.before.size() + frames - 8, 8));
  CHECK(frame.before.substr(28, 8) == number(frames, 8));
  CHECK(frame.before.substr(frame.before.size() - 8) == "data\xff\xff\xff\xff");
  const SoundChunks chunks = parse_sound_chunks(std::as_bytes(std::span(frame.before)));
  CHECK(chunks.samples()->claimed_bytes == frames);
}

TEST_CASE("files of every kind, cut off or changed anywhere, are read within their bytes, or refused") {
  for (const std::vector<std::byte>& good : files_of_every_kind()) {
    const auto check = [](const std::vector<std::byte>& file) {
      const auto array = read_audio(file);
      if (!array.ok()) return;
      CHECK(array->data.size() == array->shape[0] * array->shape[1] * element_bytes(array->type));
      for (Writer* write : {write_wav, write_caf}) {
        const auto written = write(*array);
        if (written.ok()) CHECK(read_audio(*written)->data == array->data);
      }
    };
    for (size_t size = 0; size < good.size(); ++size)
      check({good.begin(), good.begin() + static_cast<ptrdiff_t>(size)});
    for (size_t i = 0; i < std::min<size_t>(good.size(), 120); ++i) {
      for (const int change : {1, 0x80, 0xff}) {
        std::vector<std::byte> file = good;
        file[i] ^= static_cast<std::byte>(change);
        check(file);
      }
    }
  }
}

TEST_CASE("a damaged attachment is no danger") {
  Array array = tone<int16_t>(ElementType::int16, {2, 11}, 32000, {8000, 16});
  const auto read = read_audio(*write_wav(array));
  const std::vector<std::byte> wrap = read->attachments[1].bytes;
  for (size_t i = 0; i < wrap.size(); ++i) {
    for (const int change : {1, 0x80, 0xff}) {
      array.attachments = read->attachments;
      array.attachments[1].bytes[i] ^= static_cast<std::byte>(change);
      const auto again = read_audio(*write_wav(array));
      REQUIRE(again.ok());
      CHECK(again->data == array.data);
      array.attachments[1].bytes.resize(i);
      CHECK(read_audio(*write_wav(array))->data == array.data);
    }
  }
}

TEST_CASE("sound that was coded with loss is refused by its name") {
  const auto message = [](const std::string& file) { return read_audio(bytes_of(file)).error().message; };
  CHECK(message(ogg_page(std::string("\1vorbis") + std::string(23, '\0'))).find("is an Ogg Vorbis file") == 0);
  CHECK(message(ogg_page("OpusHead" + std::string(11, '\0'))).find("is an Ogg Opus file") == 0);
  CHECK(message(ogg_page("fishead")).find("is an Ogg file of a kind that laq does not read") == 0);
  CHECK(message(std::string("ID3\4\0\0\0\0\0\4abcd\xff\xfb", 16)).find("is an MP3 file") == 0);
}

TEST_CASE("FLAC keeps its tags and pictures, in Ogg too, and is read behind an ID3 tag") {
  const Array sound = tone<int16_t>(ElementType::int16, {2, 3000}, 32000, {8000, 16});
  const auto plain = write_flac(sound);
  if (!plain.ok()) return;  // without libsndfile
  CHECK(*write_flac(sound) == static_cast<const std::vector<std::byte>&>(*plain));
  const std::vector<SoundTag> tags = {{"TITLE", "A title"}, {"BPM", "90"}};
  constexpr int kPicture = 6;  // a block of FLAC
  const std::string comments = flac_comments(tags), picture(500, 'p');
  const std::vector<FlacBlock> blocks = {{kFlacComments, std::as_bytes(std::span(comments))},
                                         {kPicture, std::as_bytes(std::span(picture))}};
  const std::vector<std::byte> flac = with_flac_blocks(*plain, blocks);
  std::vector<std::byte> behind_id3 = bytes_of(std::string("ID3\4\0\0\0\0\0\4abcd", 14));
  behind_id3.insert(behind_id3.end(), flac.begin(), flac.end());
  for (const std::vector<std::byte>& file : {flac, ogg_flac(flac), behind_id3}) {
    const auto array = read_audio(file);
    REQUIRE_MESSAGE(array.ok(), (array.ok() ? "" : array.error().message));
    CHECK(array->data == sound.data);
    CHECK(array->notes.text() == (file == behind_id3 ? "not kept: ID3 tags" : ""));
    CHECK(*write_flac(*array) == flac);
  }
  const auto wav = write_wav(*read_audio(flac));
  CHECK(wav->notes.text() == "not kept: pictures, tag BPM");
  CHECK(text_of_tags(*wav) == "TITLE=A title;");
}

TEST_CASE("the usual kind of a file is the one that it came from") {
  const auto kind = [](Array array, const char* from) {
    if (from) attach(array.attachments, kFromName, from);
    return usual_kind_of(*encode(array.view()));
  };
  const Array sound = tone<int16_t>(ElementType::int16, {1, 300}, 1000, {8000, 16});
  CHECK(kind(sound, nullptr) == FileKind::npy);
  CHECK(kind(sound, "wav") == FileKind::wav);
  CHECK(kind(sound, "caf") == FileKind::caf);
  CHECK(kind(sound, "png") == FileKind::npy);
}
