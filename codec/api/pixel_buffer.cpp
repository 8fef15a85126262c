#include "api/pixel_buffer.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include <laq/float16.hpp>

#include "base/checks.h"
#include "base/parallel.h"

namespace laq {
namespace {

constexpr int kAlpha = 3;

// Puts one channel of a row into its place. from: null for opaque alpha. stored_of: what the buffer has for a sample.
template <class Sample, class StoredOf>
void store_channel(const Sample* from, const PictureView& rows, const Sample& opaque, std::byte* to,
                   ptrdiff_t pixel_bytes, StoredOf&& stored_of) {
  const size_t step = from == nullptr ? 0 : static_cast<size_t>(rows.channels);
  if (from == nullptr) from = &opaque;
  for (uint32_t x = 0; x < rows.width; ++x, from += step, to += pixel_bytes) {
    const auto stored = stored_of(*from);
    std::memcpy(to, &stored, sizeof stored);
  }
}

// Writes the samples of an integer picture.
template <class Sample>
void store_samples(const Sample* from, const PictureView& rows, const PixelBuffer& buffer, std::byte* to,
                   ptrdiff_t pixel_bytes) {
  const uint32_t most = (1u << rows.depth) - 1;
  const auto store = [&](auto&& stored_of) {
    store_channel(from, rows, static_cast<Sample>(most), to, pixel_bytes, stored_of);
  };
  const auto store_integers = [&]<class Stored>(Stored) {
    if (buffer.depth == rows.depth) return store([](uint32_t sample) { return static_cast<Stored>(sample); });
    const uint64_t most_stored = (1u << buffer.depth) - 1;
    store([&](uint32_t sample) { return static_cast<Stored>((sample * most_stored + most / 2) / most); });
  };
  const auto share = [&](uint32_t sample) { return static_cast<float>(sample) / static_cast<float>(most); };
  switch (buffer.type) {
    case PixelBuffer::Type::integer8:
      return store_integers(uint8_t{});
    case PixelBuffer::Type::integer16:
      return store_integers(uint16_t{});
    case PixelBuffer::Type::float32:
      return store(share);
    case PixelBuffer::Type::float16:
      return store([&](uint32_t sample) { return Float16(share(sample)); });
  }
}

// Writes floating-point samples as floats of either size; those of the same size keep their bits.
template <class Sample>
void store_light(const Sample* from, const PictureView& rows, const PixelBuffer& buffer, std::byte* to,
                 ptrdiff_t pixel_bytes) {
  const auto store = [&](auto&& stored_of) {
    store_channel(from, rows, static_cast<Sample>(1.0), to, pixel_bytes, stored_of);
  };
  const bool is_wide = buffer.type == PixelBuffer::Type::float32;
  if (is_wide == std::is_same_v<Sample, float>) return store([](const Sample& sample) { return sample; });
  if (is_wide) return store([](const Sample& sample) { return static_cast<float>(static_cast<double>(sample)); });
  store([](const Sample& sample) { return Float16(static_cast<double>(sample)); });
}

template <class Sample>
void store_row(const Sample* row, const PictureView& rows, const PixelBuffer& buffer, uint32_t y) {
  const int colours = rows.channels >= 3 ? 3 : 1;
  for (int c = 0; c <= kAlpha; ++c) {
    const PixelBuffer::Channel& channel = buffer.channels[c];
    if (channel.first == nullptr) continue;
    const Sample* const from = c < kAlpha                ? row + (colours == 3 ? c : 0)
                               : rows.channels > colours ? row + colours
                                                         : nullptr;
    std::byte* const to = static_cast<std::byte*>(channel.first) + channel.row_bytes * static_cast<ptrdiff_t>(y);
    if constexpr (std::is_integral_v<Sample>) {
      store_samples(from, rows, buffer, to, channel.pixel_bytes);
    } else {
      store_light(from, rows, buffer, to, channel.pixel_bytes);
    }
  }
}

}  // namespace

PixelBuffer PixelBuffer::interleaved(std::string_view order, Type type, int depth, void* samples, ptrdiff_t row_bytes) {
  constexpr std::string_view kLetters = "RGBA";
  PixelBuffer buffer;
  buffer.type = type;
  buffer.depth = depth;
  const ptrdiff_t sample_bytes = type == Type::integer8 ? 1 : type == Type::float32 ? 4 : 2;
  for (size_t i = 0; i < order.size(); ++i) {
    if (order[i] == 'X') continue;
    const size_t channel = kLetters.find(order[i]);
    if (channel == std::string_view::npos || buffer.channels[channel].first != nullptr) {
      buffer.channels = {};
      return buffer;
    }
    buffer.channels[channel] = {static_cast<std::byte*>(samples) + static_cast<ptrdiff_t>(i) * sample_bytes,
                                static_cast<ptrdiff_t>(order.size()) * sample_bytes, row_bytes};
  }
  return buffer;
}

std::optional<Error> check(const PixelBuffer& buffer) {
  if (std::ranges::none_of(buffer.channels, [](const PixelBuffer::Channel& c) { return c.first != nullptr; }))
    return invalid("the buffer has no channel (interleaved() takes an order such as RGBA or BGRX)");
  switch (buffer.type) {
    case PixelBuffer::Type::integer8:
      return check_range("buffer.depth", int64_t{buffer.depth}, 1, 8);
    case PixelBuffer::Type::integer16:
      return check_range("buffer.depth", int64_t{buffer.depth}, 1, 16);
    case PixelBuffer::Type::float32:
    case PixelBuffer::Type::float16:
      return std::nullopt;
  }
  return invalid("buffer.type is " + std::to_string(static_cast<int>(buffer.type)) + ", it must be 0 to 3");
}

std::optional<Error> check(const PixelBuffer& buffer, SampleFormat format) {
  if (format == SampleFormat::integer || buffer.type >= PixelBuffer::Type::float32) return std::nullopt;
  return invalid(
      "buffer.type is one of integers, and the picture's samples are floating-point (use float32 or float16)");
}

ChunkSink::ChunkSink(const PartInfo& info, int threads, const TakeRows& take) : take_(take) {
  constexpr uint32_t kRowsOfThread = 32;
  rows_.width = info.width;
  rows_.channels = info.channels;
  rows_.depth = info.depth;
  rows_.sample_format = info.sample_format;
  rows_.row_bytes = Picture{info.width, 1, info.channels, info.depth}.row_bytes();
  rows_at_once_ = std::min(info.height, kRowsOfThread * static_cast<uint32_t>(resolve_threads(threads)));
  bytes_ = rows_.row_bytes * rows_at_once_;
}

bool ChunkSink::take(uint32_t y, uint32_t count) {
  PictureView rows = rows_;
  rows.height = count;
  rows.samples = samples_.data();
  return take_(rows, y);
}

void store_rows(const PictureView& rows, uint32_t y, const PixelBuffer& buffer) {
  for (uint32_t i = 0; i < rows.height; ++i) {
    const auto* const row = static_cast<const std::byte*>(rows.samples) + rows.row_bytes * i;
    if (rows.sample_format == SampleFormat::float32) {
      store_row(reinterpret_cast<const float*>(row), rows, buffer, y + i);
    } else if (rows.sample_format == SampleFormat::float16) {
      store_row(reinterpret_cast<const Float16*>(row), rows, buffer, y + i);
    } else if (rows.depth > 8) {
      store_row(reinterpret_cast<const uint16_t*>(row), rows, buffer, y + i);
    } else {
      store_row(reinterpret_cast<const uint8_t*>(row), rows, buffer, y + i);
    }
  }
}

}  // namespace laq
