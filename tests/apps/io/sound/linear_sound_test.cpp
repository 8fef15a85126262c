// WAV, AIFF and FLAC files that tests make: lengths that are wrong, samples in wider containers, and what is not kept.
#include <doctest/doctest.h>

#include <bit>
#include <cstring>

#include "io/sound/audio.h"
#include "io/sound/flac_file.h"
#include "io/sound/sound_tags.h"
#include "sample_pictures.h"

#ifdef LAQ_HAVE_SNDFILE
#include <sndfile.h>
#endif

using namespace laq;
using laq::io::read_audio;

namespace {

std::string integer(uint64_t value, int size, bool is_big_endian) {
  std::string text;
  for (int i = 0; i < size; ++i) text += static_cast<char>(value >> (8 * (is_big_endian ? size - 1 - i : i)) & 0xff);
  return text;
}

// A WAV file in parts, to be changed by the test.
struct Wav {
  uint32_t tag = 1, channels = 1, rate = 8000, bits = 16, container = 0;  // bytes of a sample; 0: as bits ask for
  bool is_extensible = false;
  uint32_t valid_bits = 0, mask = 0;
  std::string samples;
  std::string chunks_before = {}, chunks_behind = {};
  std::optional<uint32_t> claimed_bytes = {};  // of the samples
  std::string kind = "RIFF";

  std::string number(uint64_t value, int size) const { return integer(value, size, kind == "RIFX"); }
  std::string chunk(const std::string& id, const std::string& data) const {
    return id + number(data.size(), 4) + data + std::string(data.size() % 2, '\0');
  }
  std::vector<std::byte> file() const {
    const uint32_t bytes = container != 0 ? container : (bits + 7) / 8;
    std::string format = number(is_extensible ? 0xfffe : tag, 2) + number(channels, 2) + number(rate, 4) +
                         number(uint64_t{rate} * channels * bytes, 4) + number(channels * bytes, 2) + number(bits, 2);
    if (is_extensible) {
      format += number(22, 2) + number(valid_bits, 2) + number(mask, 4) + number(tag, 2) +
                std::string("\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71", 14);
    }
    const std::string body = "WAVE" + chunks_before + chunk("fmt ", format) + "data" +
                             number(claimed_bytes.value_or(static_cast<uint32_t>(samples.size())), 4) + samples +
                             std::string(samples.size() % 2, '\0') + chunks_behind;
    return bytes_of(kind + number(body.size(), 4) + body);
  }
};

std::string samples_of(const std::vector<int64_t>& values, int size, bool is_big_endian = false) {
  std::string text;
  for (const int64_t value : values) text += integer(static_cast<uint64_t>(value), size, is_big_endian);
  return text;
}

template <class T>
std::vector<T> elements(const Array& array) {
  std::vector<T> values(array.data.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), array.data.data(), array.data.size());
  return values;
}

using Shape = std::vector<uint64_t>;

std::string notes_of(const std::vector<std::byte>& file) {
  const auto array = read_audio(file);
  return array.ok() ? array->notes.text() : "refused: " + array.error().message;
}

std::string aiff(const std::string& type, uint32_t frames, int bits, const std::string& samples,
                 std::optional<uint32_t> claimed_bytes = {}, const std::string& more = "") {
  const auto chunk = [](const std::string& id, const std::string& data, uint64_t size) {
    return id + integer(size, 4, true) + data + std::string(data.size() % 2, '\0');
  };
  std::string common = integer(1, 2, true) + integer(frames, 4, true) + integer(static_cast<uint64_t>(bits), 2, true) +
                       std::string("\x40\x0e\xac\x44\0\0\0\0\0\0", 10);
  if (!type.empty()) common += type + std::string(2, '\0');
  const std::string sound = std::string(8, '\0') + samples;
  const std::string body = (type.empty() ? "AIFF" : "AIFC") + chunk("COMM", common, common.size()) + more +
                           chunk("SSND", sound, claimed_bytes.value_or(static_cast<uint32_t>(sound.size())));
  return "FORM" + integer(body.size(), 4, true) + body;
}

}  // namespace

TEST_CASE("WAV files of every plain kind are read, in both byte orders and with 64-bit sizes") {
  for (const char* kind : {"RIFF", "RIFX", "RF64", "BW64"}) {
    const bool is_big_endian = std::string(kind) == "RIFX";
    Wav wav{.bits = 8, .samples = samples_of({0, 128, 255, 127}, 1), .kind = kind};
    auto array = read_audio(wav.file());
    REQUIRE(array.ok());
    CHECK(elements<int16_t>(*array) == std::vector<int16_t>{-128, 0, 127, -1});
    CHECK(array->signal.significant_bits == 8);
    CHECK(array->signal.sample_rate == 8000);
    for (const int bits : {16, 24, 32}) {
      const int64_t most = (int64_t{1} << (bits - 1)) - 1;
      wav = {.channels = 2,
             .bits = static_cast<uint32_t>(bits),
             .samples = samples_of({-most - 1, most, -1, 5}, bits / 8, is_big_endian),
             .kind = kind};
      array = read_audio(wav.file());
      REQUIRE(array.ok());
      CHECK(array->notes.text() == "");
      CHECK(array->shape == Shape{2, 2});
      CHECK(array->signal.significant_bits == bits);
      const std::vector<int64_t> expected{-most - 1, -1, most, 5};
      for (size_t i = 0; i < 4; ++i)
        CHECK((bits == 16 ? elements<int16_t>(*array)[i] : elements<int32_t>(*array)[i]) == expected[i]);
    }
    wav = {.tag = 3, .bits = 32, .samples = samples_of({std::bit_cast<int32_t>(1.5f)}, 4, is_big_endian), .kind = kind};
    CHECK(elements<float>(*read_audio(wav.file())) == std::vector<float>{1.5f});
    wav = {
        .tag = 3, .bits = 64, .samples = samples_of({std::bit_cast<int64_t>(-2.25)}, 8, is_big_endian), .kind = kind};
    CHECK(elements<double>(*read_audio(wav.file())) == std::vector<double>{-2.25});
  }
}

TEST_CASE("a WAV file whose header says another length than it has is read as far as it goes, and that is said") {
  const std::string samples = samples_of({1, 2, 3, 4, 5, 6}, 2);
  const auto check = [](const std::vector<std::byte>& file, uint64_t found, const std::string& notes) {
    const auto array = read_audio(file);
    REQUIRE(array.ok());
    CHECK(array->shape == Shape{1, found});
    CHECK(array->notes.text() == notes);
  };
  check(Wav{.samples = samples}.file(), 6, "");
  check(Wav{.samples = samples, .claimed_bytes = 0}.file(), 6,
        "its header claims 0 samples: all that follow are read, 6");
  for (const uint32_t placeholder : {0xffffffffu, 0x7fffffffu, 0x7ffff000u, 0x80000000u, 0x7fffffdau}) {
    check(Wav{.samples = samples, .claimed_bytes = placeholder}.file(), 6,
          "its header gives no length: all that follows is read, 6 samples");
  }
  check(Wav{.samples = samples, .claimed_bytes = 20}.file(), 6, "ends early, after 6 of 10 samples");
  std::vector<std::byte> cut = Wav{.samples = samples}.file();
  cut.resize(cut.size() - 5);
  check(cut, 3, "ends early, after 3 of 6 samples");
  cut.resize(44);
  check(cut, 0, "ends early, after 0 of 6 samples");
  check(Wav{.samples = ""}.file(), 0, "");  // nothing, and it says so
  check(Wav{.samples = "", .chunks_behind = Wav{}.chunk("junk", "1234")}.file(), 0, "");
  check(Wav{.samples = samples, .claimed_bytes = 8}.file(), 4, "");
  check(Wav{.samples = samples + "x"}.file(), 6, "not kept: 1 bytes after the last whole sample");
}

TEST_CASE("RF64 has the length of its samples in a chunk of its own") {
  Wav wav{.samples = samples_of({1, 2, 3, 4}, 2), .claimed_bytes = 0xffffffff, .kind = "RF64"};
  const auto sizes = [&](uint64_t data) {
    return wav.chunk("ds64",
                     integer(1000, 8, false) + integer(data, 8, false) + integer(4, 8, false) + integer(0, 4, false));
  };
  wav.chunks_before = sizes(8);
  CHECK(notes_of(wav.file()) == "");
  wav.chunks_before = sizes(16);
  CHECK(notes_of(wav.file()) == "ends early, after 4 of 8 samples");
  wav.chunks_before = sizes(0);
  CHECK(notes_of(wav.file()) == "its header gives no length: all that follows is read, 4 samples");
}

TEST_CASE("samples with fewer valid bits than their container are what the header says, or refused") {
  const std::vector<int64_t> values{-8388608, 8388607, 0, 1, -1};
  std::vector<int64_t> high;
  for (const int64_t value : values) high.push_back(value * 256);
  const std::vector<int32_t> expected(values.begin(), values.end());
  const auto check = [&](const Wav& wav) {
    const auto array = read_audio(wav.file());
    REQUIRE(array.ok());
    CHECK(array->notes.text() == "");
    CHECK(array->signal.significant_bits == 24);
    CHECK(elements<int32_t>(*array) == expected);
  };
  check({.bits = 24, .container = 4, .samples = samples_of(high, 4)});
  check({.bits = 32, .is_extensible = true, .valid_bits = 24, .samples = samples_of(high, 4)});
  check({.bits = 24, .container = 4, .is_extensible = true, .valid_bits = 24, .samples = samples_of(high, 4)});
  check({.bits = 32, .is_extensible = true, .valid_bits = 20, .samples = samples_of(high, 4)});
  check({.bits = 24, .is_extensible = true, .valid_bits = 20, .samples = samples_of(values, 3)});

  high[3] += 1;  // the lowest byte is in use
  Wav wav{.bits = 32, .is_extensible = true, .valid_bits = 24, .samples = samples_of(high, 4)};
  const auto all = read_audio(wav.file());
  REQUIRE(all.ok());
  CHECK(all->signal.significant_bits == 32);
  CHECK(elements<int32_t>(*all)[3] == 257);
  CHECK(all->notes.text() == "its header says that 24 of 32 bits are valid, all are in use and read");
  wav = {.bits = 24, .container = 4, .samples = samples_of(high, 4)};
  CHECK(notes_of(wav.file()).find("refused: its header contradicts itself") == 0);

  for (const auto& [bits, container] : {std::pair{24u, 2u}, {32u, 3u}, {16u, 1u}, {8u, 2u}, {24u, 5u}, {16u, 8u}}) {
    wav = {.bits = bits, .container = container, .samples = std::string(40, '\1')};
    CHECK(notes_of(wav.file()).find("refused: its header contradicts itself") == 0);
  }
  std::vector<std::byte> without_size = Wav{.samples = samples_of({5, -7}, 2)}.file();
  without_size[32] = std::byte{0};  // bytes of a frame
  CHECK(elements<int16_t>(*read_audio(without_size)) == std::vector<int16_t>{5, -7});
  wav = {.bits = 16, .container = 4, .samples = samples_of({5 << 16, -7 * 65536}, 4)};
  CHECK(elements<int16_t>(*read_audio(wav.file())) == std::vector<int16_t>{5, -7});
  wav = {.channels = 3, .bits = 64, .samples = std::string(48, '\1')};
  CHECK(notes_of(wav.file()).find("refused: has samples of 64 bits") == 0);
  wav = {.tag = 3, .bits = 16, .samples = std::string(48, '\1')};
  CHECK(notes_of(wav.file()).find("refused: has floating-point samples of 16 bits") == 0);
}

TEST_CASE("what a WAV or AIFF file has beside samples and tags is named where it is lost") {
  const auto lost = [](const std::vector<std::byte>& file) {
    const auto array = read_audio(file);
    REQUIRE(array.ok());
    CHECK(array->notes.text() == "");
    io::Notes notes;
    io::tags_of(*array, notes);
    return notes.text();
  };
  const auto names = [&](const Wav& wav, const std::string& name) {
    CHECK(lost(wav.file()) == (name.empty() ? "" : "not kept: " + name));
  };
  const std::string samples = samples_of({1, 2}, 2);
  const auto with = [&](const std::string& id, const std::string& data) {
    return Wav{.samples = samples, .chunks_behind = Wav{}.chunk(id, data)};
  };
  names(with("cue ", "1234"), "cue points");
  names(with("bext", "1234"), "broadcast data (bext)");
  names(with("LIST", "INFOISFT"), "");
  names(with("LIST", "adtllabl"), "labels (adtl)");
  names(with("smpl", "1234"), "sampler data (smpl)");
  names(with("iXML", "123"), "iXML");
  names(with("id3 ", "1234"), "ID3 tags");
  names(with("zzz ", "1234"), "chunk zzz");
  names(with("fact", "1234"), "");
  names(with("JUNK", "1234"), "");
  names(with("data", "1234"), "sounds after the first");
  Wav odd = with("cue ", "1234");
  odd.samples = "abc";  // and its padding
  odd.bits = 8;
  names(odd, "cue points");
  const std::string mark = "MARK" + integer(4, 4, true) + "1234", text = "ANNO" + integer(2, 4, true) + "ab";
  CHECK(lost(bytes_of(aiff("", 2, 16, samples, {}, mark + text))) == "not kept: markers");
}

TEST_CASE("AIFF and AIFC files of every plain kind are read") {
  const auto values = [](const std::string& file) {
    const auto array = read_audio(bytes_of(file));
    if (!array.ok()) return std::vector<int32_t>();
    CHECK(array->notes.text() == "");
    CHECK(array->signal.sample_rate == 44100);
    if (array->type == ElementType::int32) return elements<int32_t>(*array);
    const auto narrow = elements<int16_t>(*array);
    return std::vector<int32_t>(narrow.begin(), narrow.end());
  };
  using Values = std::vector<int32_t>;
  CHECK(values(aiff("", 2, 8, samples_of({-3, 100}, 1))) == Values{-3, 100});
  CHECK(values(aiff("", 2, 16, samples_of({-3, 1000}, 2, true))) == Values{-3, 1000});
  CHECK(values(aiff("NONE", 2, 24, samples_of({-3, 100000}, 3, true))) == Values{-3, 100000});
  CHECK(values(aiff("sowt", 2, 16, samples_of({-3, 1000}, 2))) == Values{-3, 1000});
  CHECK(values(aiff("raw ", 2, 8, samples_of({0, 200}, 1))) == Values{-128, 72});
  CHECK(values(aiff("in24", 1, 24, samples_of({-70000}, 3, true))) == Values{-70000});
  CHECK(values(aiff("23ni", 1, 32, samples_of({-70000}, 4))) == Values{-70000});
  const auto floats = read_audio(bytes_of(aiff("fl32", 1, 32, samples_of({std::bit_cast<int32_t>(0.5f)}, 4, true))));
  CHECK(elements<float>(*floats) == std::vector<float>{0.5f});
}

TEST_CASE("an AIFF file whose header says another length than it has is read as far as it goes, and that is said") {
  const std::string samples = samples_of({1, 2, 3, 4}, 2, true);
  const auto notes = [](const std::string& file) { return notes_of(bytes_of(file)); };
  CHECK(notes(aiff("", 0, 16, samples)) == "its header claims 0 samples: all that follow are read, 4");
  CHECK(notes(aiff("", 0, 16, samples, 0)) == "its header claims 0 samples: all that follow are read, 4");
  CHECK(notes(aiff("", 3, 16, samples)) == "its header claims 3 samples: all that follow are read, 4");
  CHECK(notes(aiff("", 9, 16, samples, 26)) == "ends early, after 4 of 9 samples");
  CHECK(notes(aiff("", 0x3f800004, 16, samples, 0x7f000010)) ==
        "its header gives no length: all that follows is read, 4 samples");
  CHECK(notes(aiff("", 0, 16, "")) == "");
}

TEST_CASE("a sound cut off or changed anywhere is read within its bytes, or refused") {
  const std::vector<std::byte> files[] = {
      Wav{.channels = 2, .bits = 24, .is_extensible = true, .valid_bits = 20, .samples = std::string(60, '\3')}.file(),
      bytes_of(aiff("sowt", 12, 16, std::string(24, '\5')))};
  for (const std::vector<std::byte>& good : files) {
    for (size_t size = 0; size <= good.size(); ++size) {
      const auto array = read_audio(std::span(good).first(size));
      if (array.ok()) CHECK(array->data.size() <= 2 * size);
    }
    for (size_t i = 0; i < good.size(); ++i) {
      for (const int change : {1, 4, 0x80, 0xff}) {
        std::vector<std::byte> file = good;
        file[i] ^= static_cast<std::byte>(change);
        const auto array = read_audio(file);
        if (array.ok()) CHECK(array->data.size() == array->shape[0] * array->shape[1] * element_bytes(array->type));
      }
    }
  }
}

TEST_CASE("compressed samples that end early are refused") {
  Wav wav{.tag = 7, .bits = 8, .samples = std::string(40, '\1'), .claimed_bytes = 80};  // u-law
  CHECK(notes_of(wav.file()).find("refused: its header claims 80 bytes of compressed samples, 40 are there") == 0);
}

TEST_CASE("a FLAC file's metadata are kept but for its seek table, and its header is held against its frames") {
  const auto block = [](int type, const std::string& data) {
    return integer(static_cast<uint64_t>(type), 1, true) + integer(data.size(), 3, true) + data;
  };
  const auto stream_info = [&](int bits, uint64_t samples) {
    return block(0, std::string(10, '\0') +
                        integer(uint64_t{8000} << 44 | uint64_t(bits - 1) << 36 | samples, 8, true) +
                        std::string(16, '\0'));
  };
  const auto file = [&](const std::string& blocks) { return bytes_of("fLaC" + blocks); };
  const std::string no_tags = block(4, integer(2, 4, false) + "ab" + integer(0, 4, false));
  CHECK(io::kept_flac_blocks(file(stream_info(16, 0) + block(1, "12") + block(3, "12") + no_tags)).empty());
  const std::string kept = block(4, integer(2, 4, false) + "ab" + integer(1, 4, false)) + block(5, "1") + block(6, "1"),
                    last = block(2, "riff");
  CHECK(io::kept_flac_blocks(
            file(stream_info(16, 0) + kept + block(3, "12") + block(2 | 0x80, "riff") + block(6, ""))) == kept + last);
  const auto header = io::parse_flac_header(file(stream_info(24, 77)));
  REQUIRE(header.ok());
  CHECK(header->bits == 24);
  CHECK(header->samples == 77);
  std::vector<std::byte> cleared = file(stream_info(24, 0xfffffffff));
  io::clear_flac_length(cleared);
  CHECK(cleared == file(stream_info(24, 0)));
  CHECK(notes_of(file(stream_info(20, 5))).find("refused: has samples of 20 bits") == 0);
  CHECK(notes_of(file("abc")).find("refused: not a good FLAC file") == 0);
}

#ifdef LAQ_HAVE_SNDFILE
namespace {

// A FLAC file of noise by libsndfile; empty if that cannot write FLAC.
std::string flac_file(int frames) {
  struct Memory {
    std::string bytes;
    sf_count_t at = 0;
  } memory;
  SF_VIRTUAL_IO functions{[](void* m) { return static_cast<sf_count_t>(static_cast<Memory*>(m)->bytes.size()); },
                          [](sf_count_t offset, int whence, void* m) {
                            auto* file = static_cast<Memory*>(m);
                            return file->at =
                                       offset + (whence == SEEK_SET   ? 0
                                                 : whence == SEEK_CUR ? file->at
                                                                      : static_cast<sf_count_t>(file->bytes.size()));
                          },
                          [](void*, sf_count_t, void*) { return sf_count_t{0}; },
                          [](const void* from, sf_count_t count, void* m) {
                            auto* file = static_cast<Memory*>(m);
                            const auto end = static_cast<size_t>(file->at + count);
                            if (end > file->bytes.size()) file->bytes.resize(end);
                            std::memcpy(file->bytes.data() + file->at, from, static_cast<size_t>(count));
                            file->at += count;
                            return count;
                          },
                          [](void* m) { return static_cast<Memory*>(m)->at; }};
  SF_INFO info{};
  info.channels = 2;
  info.samplerate = 8000;
  info.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
  SNDFILE* sound = sf_open_virtual(&functions, SFM_WRITE, &info, &memory);
  if (!sound) return {};
  std::vector<short> samples(static_cast<size_t>(2 * frames));
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<short>(i * 2654435761u >> 17);
  sf_writef_short(sound, samples.data(), frames);
  sf_close(sound);
  return memory.bytes;
}

// The file with another number of samples in its header.
std::vector<std::byte> with_length(std::string flac, uint64_t length) {
  flac[21] = static_cast<char>((flac[21] & 0xf0) | static_cast<char>(length >> 32 & 15));
  flac.replace(22, 4, integer(length & 0xffffffff, 4, true));
  return bytes_of(flac);
}

}  // namespace

TEST_CASE("a FLAC file is read as far as it goes, whatever its header says") {
  const std::string flac = flac_file(20000);
  if (flac.empty()) return;
  const auto whole = read_audio(bytes_of(flac));
  REQUIRE(whole.ok());
  CHECK(whole->shape == Shape{2, 20000});
  CHECK(whole->notes.remarks.empty());
  for (const uint64_t said : {uint64_t{0}, uint64_t{100}, uint64_t{30000}, uint64_t{0xfffffffff}}) {
    const auto array = read_audio(with_length(flac, said));
    REQUIRE(array.ok());
    CHECK(array->data == whole->data);
    CHECK(array->notes.remarks.empty() == (said == 0));
  }
  std::string damaged = flac;
  for (size_t i = flac.size() / 2; i < flac.size() / 2 + 50; ++i) damaged[i] ^= 0x55;
  for (const std::string& bad : {flac.substr(0, flac.size() / 2), damaged}) {
    for (const uint64_t said : {uint64_t{0}, uint64_t{20000}}) {
      const auto array = read_audio(with_length(bad, said));
      if (!array.ok()) continue;
      CHECK(array->shape[1] < 20000);
      CHECK(array->notes.remarks.size() == 1);
    }
  }
}

TEST_CASE("a WAV file of floating-point samples is the same whenever it is written") {
  Array array{ElementType::float32, {1, 400}, std::vector<std::byte>(1600, std::byte{60}), {8000, 0}};
  const auto file = io::write_wav(array);
  REQUIRE(file.ok());
  CHECK(std::string(reinterpret_cast<const char*>(file->data()), file->size()).find("PEAK") == std::string::npos);
  array.signal.sample_rate = 0;
  CHECK(io::write_wav(array)->notes.text() == "has no sample rate: 44100 is written");
}
#endif
