// Samples between the layouts of files and arrays.
#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <type_traits>

#include "io/bytes.h"
#include "io/sound/sound_formats.h"

namespace laq::io {
namespace {

// The bytes of sample `index`.
uint64_t sample_bits(const LinearSound& sound, size_t index) {
  return integer(sound.data, index * sound.bytes, sound.bytes, sound.is_big_endian);
}

// Sample `index` of the file, with all of its bytes.
int32_t integer_sample(const LinearSound& sound, size_t index) {
  const auto bits = static_cast<uint32_t>(sample_bits(sound, index));
  if (sound.coding == SampleCoding::offset_integer) return static_cast<int32_t>(bits) - 128;
  const auto unused = static_cast<int>(32 - 8 * sound.bytes);
  return static_cast<int32_t>(bits << unused) >> unused;
}

bool uses_low_bits(const LinearSound& sound, size_t samples, int low_bits) {
  const int32_t mask = (1 << low_bits) - 1;
  for (size_t i = 0; i < samples; ++i) {
    if ((integer_sample(sound, i) & mask) != 0) return true;
  }
  return false;
}

// Sets element (c, t) of the array to value(t * channels + c).
template <class Element, class Value>
void fill(Array& array, Value&& value) {
  const auto channels = static_cast<size_t>(array.shape[0]), samples = static_cast<size_t>(array.shape[1]);
  array.data.resize(channels * samples * sizeof(Element));
  for (size_t t = 0; t < samples; ++t) {
    for (size_t c = 0; c < channels; ++c) {
      const auto element = static_cast<Element>(value(t * channels + c));
      std::memcpy(array.data.data() + (c * samples + t) * sizeof(Element), &element, sizeof(Element));
    }
  }
}

void fill_floats(Array& array, const LinearSound& sound) {
  if (sound.bytes == 4) {
    array.type = ElementType::float32;
    fill<float>(array, [&](size_t i) { return std::bit_cast<float>(static_cast<uint32_t>(sample_bits(sound, i))); });
  } else {
    array.type = ElementType::float64;
    fill<double>(array, [&](size_t i) { return std::bit_cast<double>(sample_bits(sound, i)); });
  }
}

// The bytes of an integer array's elements that samples take: all, or one fewer if the significant bits say so.
size_t kept_bytes_of_bits(const Array& array) {
  const size_t all = element_bytes(array.type);
  return array.signal.significant_bits == 8 * (all - 1) ? all - 1 : all;
}

// The bits of the file's sample for an element.
template <class Element>
uint64_t bits_of_sample(Element value, const SampleLayout& layout, size_t kept_bytes) {
  if constexpr (std::is_same_v<Element, float>) {
    return std::bit_cast<uint32_t>(value);
  } else if constexpr (std::is_same_v<Element, double>) {
    return std::bit_cast<uint64_t>(value);
  } else {
    // Clamp a sample that is too loud for the bits of the file; otherwise it would wrap around.
    const int64_t most = (int64_t{1} << (8 * kept_bytes - 1)) - 1;
    const int64_t clamped = std::clamp<int64_t>(static_cast<int64_t>(value), -most - 1, most);
    const auto bits = static_cast<uint64_t>(clamped) << (8 * (layout.bytes - kept_bytes));
    return layout.coding == SampleCoding::offset_integer ? bits + 128 : bits;
  }
}

template <class Element>
void put(const Array& array, const SampleLayout& layout, std::span<std::byte> to) {
  const size_t channels = layout.channels, frames = to.size() / layout.frame_bytes();
  const size_t kept_bytes = std::is_integral_v<Element> ? kept_bytes_of_bits(array) : layout.bytes;
  std::byte* next = to.data();
  for (size_t t = 0; t < frames; ++t) {
    for (size_t c = 0; c < channels; ++c) {
      Element element;
      std::memcpy(&element, array.data.data() + (c * frames + t) * sizeof(Element), sizeof(Element));
      const uint64_t bits = bits_of_sample(element, layout, kept_bytes);
      for (size_t i = 0; i < layout.bytes; ++i)
        *next++ = static_cast<std::byte>(bits >> 8 * (layout.is_big_endian ? layout.bytes - 1 - i : i));
    }
  }
}

}  // namespace

uint64_t channels_of(const Array& array) {
  return array.shape.size() < 2 ? 1 : array.shape[0];
}

uint64_t frames_of(const Array& array) {
  return array.shape.empty() ? 1 : array.shape.back();
}

Result<Noted<Array>> read_linear_sound(const LinearSound& sound) {
  const size_t frames = sound.data.size() / sound.frame_bytes();
  Noted<Array> array;
  array.shape = {sound.channels, frames};
  array.signal.sample_rate = sound.sample_rate;
  remark_length(sound.claimed_frames, frames, array.notes);
  const size_t rest = sound.data.size() % sound.frame_bytes();
  if (rest > 0 && sound.claimed_frames == frames)
    array.notes.lose(std::to_string(rest) + " bytes after the last whole sample");
  if (sound.coding == SampleCoding::floating_point) {
    fill_floats(array, sound);
    return array;
  }
  size_t kept_bytes = bytes_of_bits(sound.valid_bits);
  int low_bits = static_cast<int>(8 * (sound.bytes - kept_bytes));
  if (low_bits > 0 && uses_low_bits(sound, frames * sound.channels, low_bits)) {
    const std::string valid = std::to_string(sound.valid_bits), all = std::to_string(8 * sound.bytes);
    if (sound.is_padded) {
      return Error{ErrorCode::corrupt, "its header contradicts itself: samples of " + valid + " bits take " + all +
                                           ", and the lowest ones are in use (save it again with another program)"};
    }
    array.notes.remark("its header says that " + valid + " of " + all + " bits are valid, all are in use and read");
    kept_bytes = sound.bytes;
    low_bits = 0;
  }
  array.signal.significant_bits = static_cast<uint8_t>(8 * kept_bytes);
  array.type = kept_bytes <= 2 ? ElementType::int16 : ElementType::int32;
  const auto value = [&](size_t i) { return integer_sample(sound, i) >> low_bits; };
  kept_bytes <= 2 ? fill<int16_t>(array, value) : fill<int32_t>(array, value);
  return array;
}

bool is_layout_of(const SampleLayout& layout, const Array& array) {
  if (array.shape.size() > 2 || array.shape.empty() || layout.channels != channels_of(array)) return false;
  if (layout.sample_rate != array.signal.sample_rate) return false;
  if (layout.coding == SampleCoding::floating_point)
    return array.type == (layout.bytes == 4 ? ElementType::float32 : ElementType::float64);
  const size_t kept_bytes = kept_bytes_of_bits(array);
  if (kept_bytes != bytes_of_bits(layout.valid_bits) && kept_bytes != layout.bytes) return false;
  return array.type == (kept_bytes <= 2 ? ElementType::int16 : ElementType::int32);
}

void put_samples(const Array& array, const SampleLayout& layout, std::span<std::byte> to) {
  switch (array.type) {
    case ElementType::int16:
      return put<int16_t>(array, layout, to);
    case ElementType::int32:
      return put<int32_t>(array, layout, to);
    case ElementType::float32:
      return put<float>(array, layout, to);
    case ElementType::float64:
      return put<double>(array, layout, to);
    default:  // no layout is one of other arrays
      return;
  }
}

void remark_length(std::optional<uint64_t> claimed, uint64_t found, Notes& notes) {
  const std::string there = std::to_string(found);
  if (!claimed) {
    notes.remark("its header gives no length: all that follows is read, " + there + " samples");
  } else if (found < *claimed) {
    notes.remark("ends early, after " + there + " of " + std::to_string(*claimed) + " samples");
  } else if (found > *claimed) {
    notes.remark("its header claims " + std::to_string(*claimed) + " samples: all that follow are read, " + there);
  }
}

}  // namespace laq::io
