// Contents that travel compressed: their length (LEB128), then a zlib stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <laq/laq.hpp>

namespace laq {

inline constexpr uint64_t kMaxCompressedContents = uint64_t{64} << 20;  // bytes, before compression

// dictionary: what contents are likely to have, which writer and reader know; strings at its end cost least. May throw
// std::bad_alloc.
std::vector<std::byte> compress(std::span<const std::byte> contents, std::span<const std::byte> dictionary = {});

// name: what messages call the contents. budget: bytes that may be allocated; the length of the contents is taken off
// it. Longer contents are refused (limit_exceeded) before they are allocated, as are lengths that no zlib stream of
// that size can have (corrupt). May throw std::bad_alloc.
Result<std::vector<std::byte>> decompress(std::span<const std::byte> compressed, const std::string& name,
                                          uint64_t& budget, std::span<const std::byte> dictionary = {});

}  // namespace laq
