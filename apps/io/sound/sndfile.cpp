#include "io/sound/sndfile.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <string>

#include "io/sound/sound_formats.h"

#ifdef LAQ_HAVE_SNDFILE
#include <sndfile.h>
#endif

namespace laq::io {

#ifdef LAQ_HAVE_SNDFILE

namespace {

// A file in memory, for libsndfile.
struct MemoryFile {
  std::span<const std::byte> bytes;
  std::vector<std::byte> written = {};  // in place of `bytes` if the file is written
  sf_count_t at = 0;

  static SF_VIRTUAL_IO functions() {
    return {[](void* file) { return self(file).size(); },
            [](sf_count_t offset, int whence, void* file) { return self(file).seek(offset, whence); },
            [](void* to, sf_count_t count, void* file) { return self(file).read(to, count); },
            [](const void* from, sf_count_t count, void* file) { return self(file).write(from, count); },
            [](void* file) { return self(file).at; }};
  }

 private:
  static MemoryFile& self(void* file) { return *static_cast<MemoryFile*>(file); }

  sf_count_t size() const { return static_cast<sf_count_t>(std::max(bytes.size(), written.size())); }
  sf_count_t seek(sf_count_t offset, int whence) {
    const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? at : size();
    at = std::clamp<sf_count_t>(base + offset, 0, size());
    return at;
  }
  sf_count_t read(void* to, sf_count_t count) {
    const sf_count_t taken = std::clamp<sf_count_t>(static_cast<sf_count_t>(bytes.size()) - at, 0, count);
    std::copy_n(bytes.data() + at, taken, static_cast<std::byte*>(to));
    at += taken;
    return taken;
  }
  sf_count_t write(const void* from, sf_count_t count) {
    const auto end = static_cast<size_t>(at + count);
    if (end > written.size()) written.resize(end);
    std::copy_n(static_cast<const std::byte*>(from), count, written.begin() + at);
    at += count;
    return count;
  }
};

// Bits of a sample, of the formats that are left to libsndfile: FLAC and compressed ones.
int bits_of(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
      return 8;
    case SF_FORMAT_PCM_24:
    case SF_FORMAT_DWVW_24:
    case SF_FORMAT_ALAC_20:
    case SF_FORMAT_ALAC_24:
      return 24;
    case SF_FORMAT_ALAC_32:
      return 32;
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

// Passes the samples of an array, shifted left and clamped, to the function that writes frames. False if it fails.
template <class Element>
bool write_samples(SNDFILE* sound, sf_count_t (*write)(SNDFILE*, const Element*, sf_count_t), int shift,
                   const Array& array) {
  constexpr size_t kMostFrames = 4096;
  const auto channels = static_cast<size_t>(channels_of(array)), frames = static_cast<size_t>(frames_of(array));
  const auto most = static_cast<Element>(std::numeric_limits<Element>::max() >> shift);
  const auto least = static_cast<Element>(-most - 1);
  std::vector<Element> block;
  for (size_t t = 0; t < frames; t += kMostFrames) {
    const size_t count = std::min(kMostFrames, frames - t);
    block.resize(channels * count);
    for (size_t i = 0; i < count; ++i) {
      for (size_t c = 0; c < channels; ++c) {
        Element value;
        std::memcpy(&value, array.data.data() + (c * frames + t + i) * sizeof(Element), sizeof(Element));
        block[i * channels + c] = static_cast<Element>(std::clamp(value, least, most) * (Element{1} << shift));
      }
    }
    if (write(sound, block.data(), static_cast<sf_count_t>(count)) != static_cast<sf_count_t>(count)) return false;
  }
  return true;
}

using Sound = std::unique_ptr<SNDFILE, decltype(&sf_close)>;

}  // namespace

Result<Noted<Array>> read_by_libsndfile(std::span<const std::byte> file) {
  MemoryFile memory{file};
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

Result<std::vector<std::byte>> write_flac_by_libsndfile(const Array& array) {
  const int bits = array.signal.significant_bits;
  const bool is_short = array.type == ElementType::int16;
  SF_INFO info{};
  info.channels = static_cast<int>(channels_of(array));
  info.samplerate = array.signal.sample_rate > 0 ? static_cast<int>(array.signal.sample_rate) : 44100;
  info.format = SF_FORMAT_FLAC | (!is_short ? SF_FORMAT_PCM_24 : bits == 8 ? SF_FORMAT_PCM_S8 : SF_FORMAT_PCM_16);
  MemoryFile memory{{}};
  SF_VIRTUAL_IO functions = MemoryFile::functions();
  Sound sound(sf_open_virtual(&functions, SFM_WRITE, &info, &memory), &sf_close);
  if (!sound) return Error{ErrorCode::unsupported, std::string("no FLAC file: ") + sf_strerror(nullptr)};
  const bool is_written = is_short ? write_samples<short>(sound.get(), sf_writef_short, bits == 8 ? 8 : 0, array)
                                   : write_samples<int>(sound.get(), sf_writef_int, 8, array);
  sound.reset();  // writes the rest
  if (!is_written) return Error{ErrorCode::unsupported, "libsndfile could not write the samples as FLAC"};
  return std::move(memory.written);
}

#else

Result<Noted<Array>> read_by_libsndfile(std::span<const std::byte>) {
  return Error{ErrorCode::unsupported,
               "FLAC and compressed sounds need a build with libsndfile1-dev (convert it to a WAV file)"};
}

Result<std::vector<std::byte>> write_flac_by_libsndfile(const Array&) {
  return Error{ErrorCode::unsupported, "FLAC needs a build with libsndfile1-dev (write a .wav file)"};
}

#endif

}  // namespace laq::io
