// Sounds for tests, and files around them that laq does not write.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "laq/array.hpp"

// Channels x samples of a tone.
template <class T>
laq::Array tone(laq::ElementType type, std::vector<uint64_t> shape, double amplitude, laq::SignalInfo signal) {
  laq::Array array{type, std::move(shape), {}, signal};
  size_t count = 1;
  for (const uint64_t side : array.shape) count *= side;
  array.data.resize(count * sizeof(T));
  for (size_t i = 0; i < count; ++i) {
    const T value = static_cast<T>(amplitude * std::sin(static_cast<double>(i) * 0.37));
    std::memcpy(array.data.data() + i * sizeof(T), &value, sizeof(T));
  }
  return array;
}

// An Ogg page that holds one packet. Its checksum is 0, which laq does not verify.
inline std::string ogg_page(const std::string& packet, char flags = 0) {
  std::string segments(packet.size() / 255, '\xff');
  segments += static_cast<char>(packet.size() % 255);
  return std::string("OggS\0", 5) + flags + std::string(20, '\1') + static_cast<char>(segments.size()) + segments +
         packet;
}

// The Ogg file of a FLAC file: its header is the first packet, the rest is cut into pieces, which may be any.
inline std::vector<std::byte> ogg_flac(const std::vector<std::byte>& flac) {
  constexpr size_t kHeaderBytes = 42, kPieceBytes = 1000;
  const std::string bytes(reinterpret_cast<const char*>(flac.data()), flac.size());
  std::string ogg = ogg_page(std::string("\x7f"
                                         "FLAC\1\0\0\1",
                                         9) +
                                 bytes.substr(0, kHeaderBytes),
                             '\2');
  for (size_t at = kHeaderBytes; at < bytes.size(); at += kPieceBytes) ogg += ogg_page(bytes.substr(at, kPieceBytes));
  const auto* first = reinterpret_cast<const std::byte*>(ogg.data());
  return {first, first + ogg.size()};
}
