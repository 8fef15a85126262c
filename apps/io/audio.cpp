#include "io/audio.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#ifdef LAQ_HAVE_SNDFILE
#include <sndfile.h>
#endif

namespace laq::io {

bool is_audio(std::span<const std::byte> file) {
  if (file.size() < 12) return false;
  const std::string_view head(reinterpret_cast<const char*>(file.data()), 12);
  const std::string_view kind = head.substr(0, 4);
  return ((kind == "RIFF" || kind == "RF64") && head.substr(8) == "WAVE") || kind == "fLaC" ||
         (kind == "FORM" && (head.substr(8) == "AIFF" || head.substr(8) == "AIFC"));
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

constexpr uint64_t kMostSamples = uint64_t{1} << 40;  // of all channels: as many elements as an array may have

using Sound = std::unique_ptr<SNDFILE, decltype(&sf_close)>;

// Bits of an integer sample; 0 of a floating-point one.
int bits_of(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
      return 8;
    case SF_FORMAT_PCM_24:
      return 24;
    case SF_FORMAT_PCM_32:
      return 32;
    case SF_FORMAT_FLOAT:
    case SF_FORMAT_DOUBLE:
      return 0;
    default:
      return 16;  // compressed samples too
  }
}

// Reads all frames as In, turns them into channels x samples of Out, and shifts integers right. The number of samples
// that are there.
template <class In, class Out>
size_t read_samples(SNDFILE* sound, sf_count_t (*read)(SNDFILE*, In*, sf_count_t), int shift, Array& array) {
  const auto channels = static_cast<size_t>(array.shape[0]), samples = static_cast<size_t>(array.shape[1]);
  std::vector<In> frames(channels * 4096);
  size_t done = 0;
  while (done < samples) {
    const auto count = std::min(static_cast<size_t>(read(sound, frames.data(), 4096)), samples - done);
    if (count == 0) break;
    for (size_t i = 0; i < count; ++i) {
      for (size_t c = 0; c < channels; ++c) {
        Out value;
        if constexpr (std::is_integral_v<In>) {
          value = static_cast<Out>(frames[i * channels + c] >> shift);
        } else {
          value = frames[i * channels + c];
        }
        std::memcpy(array.data.data() + (c * samples + done + i) * sizeof(Out), &value, sizeof(Out));
      }
    }
    done += count;
  }
  return done;
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
          // What is too loud for the file's bits stays at their end: it must not wrap around.
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

}  // namespace

Result<Array> read_audio(std::span<const std::byte> file) {
  MemoryFile memory{{file.begin(), file.end()}};
  SF_VIRTUAL_IO functions = MemoryFile::functions();
  SF_INFO info{};
  const Sound sound(sf_open_virtual(&functions, SFM_READ, &info, &memory), &sf_close);
  if (!sound) return Error{ErrorCode::corrupt, std::string("not a good audio file: ") + sf_strerror(nullptr)};
  if (info.channels < 1 || info.frames < 0)
    return Error{ErrorCode::corrupt, "not a good audio file: it has no channels"};
  const int bits = bits_of(info.format);
  const ElementType type =
      bits == 0    ? (info.format & SF_FORMAT_SUBMASK) == SF_FORMAT_DOUBLE ? ElementType::float64 : ElementType::float32
      : bits <= 16 ? ElementType::int16
                   : ElementType::int32;
  Array array{type, {static_cast<uint64_t>(info.channels), static_cast<uint64_t>(info.frames)}, {}};
  array.signal = {static_cast<uint32_t>(info.samplerate), static_cast<uint8_t>(bits)};
  const uint64_t samples = array.shape[1];
  if (samples > kMostSamples / array.shape[0])
    return Error{ErrorCode::unsupported, "the audio file says no length that an array can have (convert it to WAV)"};
  array.data.resize(array.shape[0] * samples * element_bytes(type));
  const size_t found =
      type == ElementType::int16     ? read_samples<short, int16_t>(sound.get(), sf_readf_short, 16 - bits, array)
      : type == ElementType::int32   ? read_samples<int, int32_t>(sound.get(), sf_readf_int, 32 - bits, array)
      : type == ElementType::float32 ? read_samples<float, float>(sound.get(), sf_readf_float, 0, array)
                                     : read_samples<double, double>(sound.get(), sf_readf_double, 0, array);
  if (found < samples) {
    return Error{ErrorCode::truncated, "the audio file ends after " + std::to_string(found) + " of the " +
                                           std::to_string(samples) + " samples that it says it has (copy it again)"};
  }
  return array;
}

Result<std::vector<std::byte>> write_wav(const Array& array) {
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
  MemoryFile memory;
  SF_VIRTUAL_IO functions = MemoryFile::functions();
  {
    const Sound sound(sf_open_virtual(&functions, SFM_WRITE, &info, &memory), &sf_close);
    if (!sound) return Error{ErrorCode::unsupported, std::string("cannot write WAV: ") + sf_strerror(nullptr)};
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
  return std::move(memory.bytes);
}
#else
Result<Array> read_audio(std::span<const std::byte>) {
  return Error{ErrorCode::unsupported, "audio files need a build with libsndfile (convert it to an .npy file)"};
}

Result<std::vector<std::byte>> write_wav(const Array&) {
  return Error{ErrorCode::unsupported, "audio files need a build with libsndfile (write an .npy file)"};
}
#endif

}  // namespace laq::io
