#include "api/pixel_buffer.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/checks.h"
#include "base/parallel.h"

namespace laq {
namespace {

constexpr int kAlpha = 3;

// Samples of the picture as the buffer has them.
struct Scale {
  PixelBuffer::Type type;
  uint32_t max_sample;
  uint32_t max_stored;

  uint32_t integer(uint32_t sample) const {
    if (max_sample == max_stored) return sample;
    return static_cast<uint32_t>((uint64_t{sample} * max_stored + max_sample / 2) / max_sample);
  }
  void store(uint32_t sample, std::byte* to) const {
    const auto put = [to](auto value) { std::memcpy(to, &value, sizeof value); };
    switch (type) {
      case PixelBuffer::Type::integer8:
        put(static_cast<uint8_t>(integer(sample)));
        return;
      case PixelBuffer::Type::integer16:
        put(static_cast<uint16_t>(integer(sample)));
        return;
      case PixelBuffer::Type::float32:
        put(static_cast<float>(sample) / static_cast<float>(max_sample));
    }
  }
};

// Puts one channel of a row into its place. from: null for opaque alpha.
template <class Sample>
void store_channel(const Sample* from, const PictureView& rows, const Scale& scale, std::byte* to,
                   ptrdiff_t pixel_bytes) {
  for (uint32_t x = 0; x < rows.width; ++x, to += pixel_bytes) {
    scale.store(from == nullptr ? scale.max_sample : from[x * static_cast<size_t>(rows.channels)], to);
  }
}

template <class Sample>
void store_row(const Sample* row, const PictureView& rows, const PixelBuffer& buffer, uint32_t y) {
  const uint32_t max_sample = (1u << rows.depth) - 1;
  const Scale scale = {buffer.type, max_sample, (1u << buffer.depth) - 1};
  const int colours = rows.channels >= 3 ? 3 : 1;
  for (int c = 0; c <= kAlpha; ++c) {
    const PixelBuffer::Channel& channel = buffer.channels[c];
    if (channel.first == nullptr) continue;
    const Sample* const from = c < kAlpha                ? row + (colours == 3 ? c : 0)
                               : rows.channels > colours ? row + colours
                                                         : nullptr;
    store_channel(from, rows, scale,
                  static_cast<std::byte*>(channel.first) + channel.row_bytes * static_cast<ptrdiff_t>(y),
                  channel.pixel_bytes);
  }
}

}  // namespace

PixelBuffer PixelBuffer::interleaved(std::string_view order, Type type, int depth, void* samples, ptrdiff_t row_bytes) {
  constexpr std::string_view kLetters = "RGBA";
  PixelBuffer buffer;
  buffer.type = type;
  buffer.depth = depth;
  const ptrdiff_t sample_bytes = type == Type::integer8 ? 1 : type == Type::integer16 ? 2 : 4;
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
      return std::nullopt;
  }
  return invalid("buffer.type is " + std::to_string(static_cast<int>(buffer.type)) + ", it must be 0 to 2");
}

ChunkSink::ChunkSink(const PartInfo& info, int threads, const TakeRows& take) : take_(take) {
  constexpr uint32_t kRowsOfThread = 32;
  rows_.width = info.width;
  rows_.channels = info.channels;
  rows_.depth = info.depth;
  rows_.row_bytes = size_t{info.width} * static_cast<size_t>(info.channels) * (info.depth > 8 ? 2 : 1);
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
    if (rows.depth > 8) {
      store_row(reinterpret_cast<const uint16_t*>(row), rows, buffer, y + i);
    } else {
      store_row(reinterpret_cast<const uint8_t*>(row), rows, buffer, y + i);
    }
  }
}

}  // namespace laq
