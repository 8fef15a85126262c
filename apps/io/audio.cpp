#include "io/audio.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "io/flac_header.h"
#include "io/linear_sound.h"
#include "io/sound_chunks.h"

#ifdef LAQ_HAVE_SNDFILE
#include <sndfile.h>
#endif

namespace laq::io {

bool is_audio(std::span<const std::byte> file) {
  return is_chunked_sound(file) || is_flac(file);
}

#ifdef LAQ_HAVE_SNDFILE
namespace {

// A file in memory, for libsndfile.
struct MemoryFile {
  std::vector<std::byte> bytes;
  sf_count_t at = 0;

  static SF_VIRTUAL_IO functions() {
    return {[](void* file) { return static_cast<sf_count_t>(self(file).bytes.size()); },
            [](sf_count_t offset, int whence, void* file) { return self(file).seek(offset, whence); },
            [](void* to, sf_count_t count, void* file) { return self(file).read(to, count); },
            [](const void* from, sf_count_t count, void* file) { return self(file).write(from, count); },
            [](void* file) { return self(file).at; }};
  }

 private:
  static MemoryFile& self(void* file) { return *static_cast<MemoryFile*>(file); }

  sf_count_t seek(sf_count_t offset, int whence) {
    const auto size = static_cast<sf_count_t>(bytes.size());
    const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? at : size;
    at = std::clamp<sf_count_t>(base + offset, 0, size);
    return at;
  }
  sf_count_t read(void* to, sf_count_t count) {
    const sf_count_t taken = std::min(count, static_cast<sf_count_t>(bytes.size()) - at);
    std::copy_n(bytes.data() + at, taken, static_cast<std::byte*>(to));
    at += taken;
    return taken;
  }
  sf_count_t write(const void* from, sf_count_t count) {
    const auto end = static_cast<size_t>(at + count);
    if (end > bytes.size()) bytes.resize(end);
    std::copy_n(static_cast<const std::byte*>(from), count, bytes.data() + at);
    at += count;
    return count;
  }
};

using Sound = std::unique_ptr<SNDFILE, decltype(&sf_close)>;

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

Result<Noted<Array>> read_by_libsndfile(std::vector<std::byte> file) {
  MemoryFile memory{std::move(file)};
  SF_VIRTUAL_IO functions = MemoryFile::functions();
  SF_INFO info{};
  const Sound sound(sf_open_virtual(&functions, SFM_READ, &info, &memory), &sf_close);
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

template <class In, class Out>
void write_samples(SNDFILE* sound, sf_count_t (*write)(SNDFILE*, const Out*, sf_count_t), int shift, const Array& array,
                   size_t channels, size_t samples) {
  std::vector<Out> frames(channels * 4096);
  for (size_t done = 0; done < samples; done += 4096) {
    const size_t count = std::min<size_t>(4096, samples - done);
    for (size_t i = 0; i < count; ++i) {
      for (size_t c = 0; c < channels; ++c) {
        In value;
        std::memcpy(&value, array.data.data() + (c * samples + done + i) * sizeof(In), sizeof(In));
        if constexpr (std::is_integral_v<Out>) {
          // Clamp a sample that is too loud for the bits of the file; otherwise it would wrap around.
          constexpr Out kMost = std::numeric_limits<Out>::max();
          const auto inside =
              std::clamp<In>(value, static_cast<In>(-(kMost >> shift) - 1), static_cast<In>(kMost >> shift));
          frames[i * channels + c] = static_cast<Out>(static_cast<uint32_t>(inside) << shift);
        } else {
          frames[i * channels + c] = value;
        }
      }
    }
    write(sound, frames.data(), static_cast<sf_count_t>(count));
  }
}

constexpr uint64_t kMaxWavBytes = 0xffffffff - 4096;  // bytes of samples; the format has sizes of 32 bits

}  // namespace

Result<Noted<std::vector<std::byte>>> write_wav(const Array& array) {
  const size_t sides = array.shape.size();
  const uint64_t channels = sides == 1 ? 1 : array.shape[0], samples = array.shape[sides - 1];
  if (sides > 2 || channels < 1 || channels > 1024) {
    return Error{ErrorCode::unsupported, "a WAV file holds 1 to 1024 channels x samples (write an .npy file)"};
  }
  const int bits = array.signal.significant_bits;
  SF_INFO info{};
  int shift = 0;
  switch (array.type) {
    case ElementType::int16:
      info.format = bits == 8 ? SF_FORMAT_PCM_U8 : SF_FORMAT_PCM_16;
      shift = bits == 8 ? 8 : 0;
      break;
    case ElementType::int32:
      info.format = bits == 24 ? SF_FORMAT_PCM_24 : SF_FORMAT_PCM_32;
      shift = bits == 24 ? 8 : 0;
      break;
    case ElementType::float32:
      info.format = SF_FORMAT_FLOAT;
      break;
    case ElementType::float64:
      info.format = SF_FORMAT_DOUBLE;
      break;
    default:
      return Error{ErrorCode::unsupported, "a WAV file holds int16, int32, float32 or float64 (write an .npy file)"};
  }
  info.format |= SF_FORMAT_WAV;
  info.channels = static_cast<int>(channels);
  info.samplerate =
      array.signal.sample_rate > 0 ? static_cast<int>(std::min<uint32_t>(array.signal.sample_rate, 1u << 30)) : 44100;
  if (array.data.size() > kMaxWavBytes)
    return Error{ErrorCode::unsupported, "a WAV file holds up to 4 GiB of samples (write an .npy file)"};
  MemoryFile memory;
  SF_VIRTUAL_IO functions = MemoryFile::functions();
  {
    const Sound sound(sf_open_virtual(&functions, SFM_WRITE, &info, &memory), &sf_close);
    if (!sound) return Error{ErrorCode::unsupported, std::string("cannot write WAV: ") + sf_strerror(nullptr)};
    sf_command(sound.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);  // this chunk would hold the time of writing
    const auto count = static_cast<size_t>(channels), length = static_cast<size_t>(samples);
    switch (array.type) {
      case ElementType::int16:
        write_samples<int16_t, short>(sound.get(), sf_writef_short, shift, array, count, length);
        break;
      case ElementType::int32:
        write_samples<int32_t, int>(sound.get(), sf_writef_int, shift, array, count, length);
        break;
      case ElementType::float32:
        write_samples<float, float>(sound.get(), sf_writef_float, 0, array, count, length);
        break;
      default:
        write_samples<double, double>(sound.get(), sf_writef_double, 0, array, count, length);
    }
  }
  Noted<std::vector<std::byte>> file(std::move(memory.bytes));
  if (array.signal.sample_rate == 0) file.notes.remark("has no sample rate: 44100 is written");
  return file;
}
#else
namespace {

Result<Noted<Array>> read_by_libsndfile(std::vector<std::byte>) {
  return Error{ErrorCode::unsupported,
               "FLAC and compressed WAV or AIFF files need a build with libsndfile (convert it to a WAV file)"};
}

}  // namespace

Result<Noted<std::vector<std::byte>>> write_wav(const Array&) {
  return Error{ErrorCode::unsupported, "audio files need a build with libsndfile (write an .npy file)"};
}
#endif

namespace {

Result<Noted<Array>> read_chunked_sound(std::span<const std::byte> bytes) {
  const SoundChunks file = parse_sound_chunks(bytes);
  const Result<std::optional<LinearSound>> linear = parse_linear_sound(file);
  if (!linear) return linear.error();
  if (!*linear) {
    const SoundChunk* data = file.find(file.is_aiff ? "SSND" : "data");
    if (data->claimed_bytes != data->data.size()) {
      return Error{ErrorCode::truncated, "its header claims " + std::to_string(data->claimed_bytes) +
                                             " bytes of compressed samples, " + std::to_string(data->data.size()) +
                                             " are there (copy it again from its source)"};
    }
  }
  Result<Noted<Array>> array = *linear ? read_linear_sound(**linear) : read_by_libsndfile({bytes.begin(), bytes.end()});
  if (array) note_sound_losses(file, array->notes);
  return array;
}

Result<Noted<Array>> read_flac(std::span<const std::byte> bytes) {
  const Result<FlacHeader> header = parse_flac_header(bytes);
  if (!header) return header.error();
  // libsndfile stops after the length that the header claims. Without one it reads all samples that are there.
  std::vector<std::byte> file(bytes.begin(), bytes.end());
  clear_flac_length(file);
  Result<Noted<Array>> array = read_by_libsndfile(std::move(file));
  if (!array) return array.error();
  const bool is_whole = array->notes.remarks.empty();
  if (is_whole && header->samples != 0) remark_length(header->samples, array->shape[1], array->notes);
  note_flac_losses(bytes, array->notes);
  return array;
}

}  // namespace

Result<Noted<Array>> read_audio(std::span<const std::byte> file) {
  if (is_chunked_sound(file)) return read_chunked_sound(file);
  if (is_flac(file)) return read_flac(file);
  return Error{ErrorCode::unsupported, "not a WAV, FLAC or AIFF file"};
}

}  // namespace laq::io
