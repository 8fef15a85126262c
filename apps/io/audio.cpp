#include "io/audio.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "io/array_file.h"
#include "io/bytes.h"
#include "io/sound_formats.h"

#ifdef LAQ_HAVE_SNDFILE
#include <sndfile.h>
#endif

namespace laq::io {
namespace {

#ifdef LAQ_HAVE_SNDFILE

// A file in memory, for libsndfile.
struct MemoryFile {
  std::span<const std::byte> bytes;
  sf_count_t at = 0;

  static SF_VIRTUAL_IO functions() {
    return {[](void* file) { return self(file).size(); },
            [](sf_count_t offset, int whence, void* file) { return self(file).seek(offset, whence); },
            [](void* to, sf_count_t count, void* file) { return self(file).read(to, count); },
            nullptr,  // nothing is written
            [](void* file) { return self(file).at; }};
  }

 private:
  static MemoryFile& self(void* file) { return *static_cast<MemoryFile*>(file); }

  sf_count_t size() const { return static_cast<sf_count_t>(bytes.size()); }
  sf_count_t seek(sf_count_t offset, int whence) {
    const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? at : size();
    at = std::clamp<sf_count_t>(base + offset, 0, size());
    return at;
  }
  sf_count_t read(void* to, sf_count_t count) {
    const sf_count_t taken = std::min(count, size() - at);
    std::copy_n(bytes.data() + at, taken, static_cast<std::byte*>(to));
    at += taken;
    return taken;
  }
};

// Bits of a sample, of the formats that are left to libsndfile: FLAC and compressed ones.
int bits_of(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
      return 8;
    case SF_FORMAT_PCM_24:
    case SF_FORMAT_DWVW_24:
      return 24;
    default:
      return 16;
  }
}

// Reads frames until there are no more, whatever number the header claims, and puts them into the array as channels x
// samples of type Out, shifted right.
template <class In, class Out>
void read_samples(SNDFILE* sound, sf_count_t (*read)(SNDFILE*, In*, sf_count_t), int shift, Array& array) {
  const auto channels = static_cast<size_t>(array.shape[0]);
  std::vector<std::vector<Out>> rows(channels);
  std::vector<In> frames(channels * 4096);
  while (const auto count = static_cast<size_t>(std::max<sf_count_t>(read(sound, frames.data(), 4096), 0))) {
    for (size_t c = 0; c < channels; ++c) {
      for (size_t i = 0; i < count; ++i) rows[c].push_back(static_cast<Out>(frames[i * channels + c] >> shift));
    }
  }
  array.shape[1] = rows[0].size();
  for (std::vector<Out>& row : rows) {
    const auto* first = reinterpret_cast<const std::byte*>(row.data());
    array.data.insert(array.data.end(), first, first + row.size() * sizeof(Out));
    row = {};
  }
}

Result<Noted<Array>> read_by_libsndfile(std::span<const std::byte> file) {
  MemoryFile memory{file};
  SF_VIRTUAL_IO functions = MemoryFile::functions();
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, decltype(&sf_close)> sound(sf_open_virtual(&functions, SFM_READ, &info, &memory),
                                                            &sf_close);
  if (!sound) return Error{ErrorCode::corrupt, std::string("not a good audio file: ") + sf_strerror(nullptr)};
  if (info.channels < 1) return Error{ErrorCode::corrupt, "not a good audio file: it has no channels"};
  const int bits = bits_of(info.format);
  const ElementType type = bits <= 16 ? ElementType::int16 : ElementType::int32;
  Noted<Array> array(Array{type, {static_cast<uint64_t>(info.channels), 0}, {}});
  array.signal = {static_cast<uint32_t>(info.samplerate), static_cast<uint8_t>(bits)};
  bits <= 16 ? read_samples<short, int16_t>(sound.get(), sf_readf_short, 16 - bits, array)
             : read_samples<int, int32_t>(sound.get(), sf_readf_int, 32 - bits, array);
  if (sf_error(sound.get()) != SF_ERR_NO_ERROR) {
    array.notes.remark("is damaged or cut off after " + std::to_string(array.shape[1]) + " samples, which are read");
  }
  return array;
}

#else

Result<Noted<Array>> read_by_libsndfile(std::span<const std::byte>) {
  return Error{ErrorCode::unsupported,
               "FLAC and compressed WAV or AIFF files need a build with libsndfile (convert it to a WAV file)"};
}

#endif

Result<Noted<Array>> read_chunked_sound(std::span<const std::byte> bytes) {
  const SoundChunks file = parse_sound_chunks(bytes);
  Result<std::optional<Noted<Array>>> linear = read_linear_sound(file);
  if (!linear) return linear.error();
  const SoundChunk* data = file.find(file.is_aiff ? "SSND" : "data");
  if (!*linear && data->claimed_bytes != data->data.size()) {
    return Error{ErrorCode::truncated, "its header claims " + std::to_string(data->claimed_bytes) +
                                           " bytes of compressed samples, " + std::to_string(data->data.size()) +
                                           " are there (copy it again from its source)"};
  }
  Result<Noted<Array>> array = *linear ? std::move(**linear) : read_by_libsndfile(bytes);
  if (array) note_sound_losses(file, array->notes);
  return array;
}

Result<Noted<Array>> read_flac(std::span<const std::byte> bytes) {
  const Result<FlacHeader> header = parse_flac_header(bytes);
  if (!header) return header.error();
  // libsndfile stops after the length that the header claims. Without one it reads all samples that are there.
  std::vector<std::byte> file(bytes.begin(), bytes.end());
  clear_flac_length(file);
  Result<Noted<Array>> array = read_by_libsndfile(file);
  if (!array) return array.error();
  const bool is_whole = array->notes.remarks.empty();
  if (is_whole && header->samples != 0) remark_length(header->samples, array->shape[1], array->notes);
  note_flac_losses(bytes, array->notes);
  return array;
}

// Writes the samples as WAV has them: one of each channel after another, and of each sample its low `bytes` bytes.
template <class Element>
void interleave(const Array& array, size_t channels, size_t bytes, std::byte* to) {
  const size_t samples = array.data.size() / sizeof(Element) / channels;
  for (size_t i = 0; i < samples; ++i) {
    for (size_t c = 0; c < channels; ++c) {
      Element value;
      std::memcpy(&value, array.data.data() + (c * samples + i) * sizeof(Element), sizeof(Element));
      if constexpr (std::is_integral_v<Element>) {
        // Clamp a sample that is too loud for the bits of the file; otherwise it would wrap around.
        const auto most = static_cast<Element>(std::numeric_limits<Element>::max() >> 8 * (sizeof(Element) - bytes));
        value = std::clamp(value, static_cast<Element>(-most - 1), most);
        if (bytes == 1) value = static_cast<Element>(value + 128);  // samples of one byte have no sign
      }
      std::memcpy(to, &value, bytes);
      to += bytes;
    }
  }
}

// All of the file that comes before `data_bytes` bytes of samples.
std::string wav_header(const Array& array, size_t channels, size_t bytes, size_t data_bytes) {
  const auto number = [](uint64_t value, size_t size) { return integer_text(value, size, false); };
  const bool is_float = array.type == ElementType::float32 || array.type == ElementType::float64;
  const uint32_t rate = array.signal.sample_rate > 0 ? std::min<uint32_t>(array.signal.sample_rate, 1u << 30) : 44100;
  std::string chunks = "WAVEfmt " + number(16, 4) + number(is_float ? 3 : 1, 2) + number(channels, 2) +
                       number(rate, 4) + number(rate * channels * bytes, 4) + number(channels * bytes, 2) +
                       number(8 * bytes, 2);
  if (is_float) {
    const size_t room = 8 + 8 * channels;  // for a chunk with the peaks of the channels
    chunks += "fact" + number(4, 4) + number(data_bytes / channels / bytes, 4);
    chunks += "PAD " + number(room, 4) + std::string(room, '\0');
  }
  chunks += "data" + number(data_bytes, 4);
  return "RIFF" + number(chunks.size() + data_bytes + data_bytes % 2, 4) + chunks;
}

}  // namespace

bool is_audio(std::span<const std::byte> file) {
  return is_chunked_sound(file) || is_flac(file);
}

Result<Noted<Array>> read_audio(std::span<const std::byte> file) {
  if (is_chunked_sound(file)) return read_chunked_sound(file);
  if (is_flac(file)) return read_flac(file);
  return Error{ErrorCode::unsupported, "not a WAV, FLAC or AIFF file"};
}

Result<Noted<std::vector<std::byte>>> write_wav(const Array& array) {
  constexpr uint64_t kMaxWavBytes = 0xffffffff - 4096;  // bytes of samples; the format has sizes of 32 bits
  const uint64_t channels = array.shape.size() == 1 ? 1 : array.shape[0];
  if (array.shape.size() > 2 || channels < 1 || channels > 1024) {
    return Error{ErrorCode::unsupported, "a WAV file holds 1 to 1024 channels x samples (write an .npy file)"};
  }
  const bool is_short = array.type == ElementType::int16, is_long = array.type == ElementType::int32;
  if (!is_short && !is_long && array.type != ElementType::float32 && array.type != ElementType::float64)
    return Error{ErrorCode::unsupported, "a WAV file holds int16, int32, float32 or float64 (write an .npy file)"};
  if (array.data.size() > kMaxWavBytes)
    return Error{ErrorCode::unsupported, "a WAV file holds up to 4 GiB of samples (write an .npy file)"};
  const int bits = array.signal.significant_bits;
  const size_t element = element_bytes(array.type);
  const size_t bytes = (is_short && bits == 8) || (is_long && bits == 24) ? element - 1 : element;
  const size_t data_bytes = array.data.size() / element * bytes;
  const std::string header = wav_header(array, static_cast<size_t>(channels), bytes, data_bytes);
  Noted<std::vector<std::byte>> file(std::vector<std::byte>(header.size() + data_bytes + data_bytes % 2));
  std::memcpy(file.data(), header.data(), header.size());
  with_element_type(array.type, [&](auto value) {
    interleave<decltype(value)>(array, static_cast<size_t>(channels), bytes, file.data() + header.size());
  });
  if (array.signal.sample_rate == 0) file.notes.remark("has no sample rate: 44100 is written");
  return file;
}

}  // namespace laq::io
