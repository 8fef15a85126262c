#include "api/pixel_buffer.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/checks.h"
#include "base/parallel.h"

namespace laq {
namespace {

constexpr int kAlpha = 3;

// Puts one channel of a row into its place. from: null for opaque alpha. stored_of: what the buffer has for a sample.
template <class Sample, class StoredOf>
void store_channel(const Sample* from, const PictureView& rows, std::byte* to, ptrdiff_t pixel_bytes,
                   StoredOf&& stored_of) {
  const auto channels = static_cast<size_t>(rows.channels);
  const auto opaque = static_cast<Sample>((1u << rows.depth) - 1);
  const size_t step = from == nullptr ? 0 : channels;
  if (from == nullptr) from = &opaque;
  for (uint32_t x = 0; x < rows.width; ++x, from += step, to += pixel_bytes) {
    const auto stored = stored_of(uint32_t{*from});
    std::memcpy(to, &stored, sizeof stored);
  }
}

template <class Stored, class Sample>
void store_integers(const Sample* from, const PictureView& rows, int depth, std::byte* to, ptrdiff_t pixel_bytes) {
  if (depth == rows.depth) {
    store_channel(from, rows, to, pixel_bytes, [](uint32_t sample) { return static_cast<Stored>(sample); });
    return;
  }
  const uint64_t most = (1u << rows.depth) - 1, most_stored = (1u << depth) - 1;
  store_channel(from, rows, to, pixel_bytes,
                [=](uint32_t sample) { return static_cast<Stored>((sample * most_stored + most / 2) / most); });
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
    switch (buffer.type) {
      case PixelBuffer::Type::integer8:
        store_integers<uint8_t>(from, rows, buffer.depth, to, channel.pixel_bytes);
        break;
      case PixelBuffer::Type::integer16:
        store_integers<uint16_t>(from, rows, buffer.depth, to, channel.pixel_bytes);
        break;
      case PixelBuffer::Type::float32:
        const auto most = static_cast<float>((1u << rows.depth) - 1);
        store_channel(from, rows, to, channel.pixel_bytes,
                      [=](uint32_t sample) { return static_cast<float>(sample) / most; });
        break;
    }
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
