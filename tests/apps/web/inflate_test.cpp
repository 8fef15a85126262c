// The streams of zlib that modules in the browser read and write without it, held against zlib.
#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "web/zlib/inflate.h"

using namespace laq::web;

namespace {

using Bytes = std::vector<uint8_t>;

// Text-like, flat, and noisy contents: codes of all kinds, repeats from near and from far.
Bytes contents_of(size_t size, unsigned letters, std::mt19937& random) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) {
    const bool repeats = i > 300 && random() % 4 != 0;
    bytes[i] = repeats ? bytes[i - 1 - (i / 64 * 7919) % 290] : static_cast<uint8_t>(random() % letters);
  }
  return bytes;
}

Bytes deflated(const Bytes& contents, int level, int strategy) {
  z_stream state = {};
  REQUIRE(deflateInit2(&state, level, Z_DEFLATED, 15, 8, strategy) == Z_OK);
  Bytes stream(deflateBound(&state, static_cast<uLong>(contents.size())));
  state.next_in = const_cast<Bytef*>(contents.data());
  state.avail_in = static_cast<uInt>(contents.size());
  state.next_out = stream.data();
  state.avail_out = static_cast<uInt>(stream.size());
  REQUIRE(deflate(&state, Z_FINISH) == Z_STREAM_END);
  stream.resize(state.total_out);
  deflateEnd(&state);
  return stream;
}

}  // namespace

TEST_CASE("streams of zlib of every kind inflate to their contents") {
  std::mt19937 random(1);
  for (const size_t size : {0, 1, 2, 300, 5000, 70000, 200000}) {
    for (const unsigned letters : {1U, 3U, 256U}) {
      const Bytes contents = contents_of(size, letters, random);
      for (const int level : {0, 1, 9}) {
        for (const int strategy : {Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED}) {
          CAPTURE(size);
          CAPTURE(letters);
          CAPTURE(level);
          CAPTURE(strategy);
          Bytes stream = deflated(contents, level, strategy);
          const size_t whole = stream.size();
          stream.push_back(7);  // behind the end
          Bytes again(size);
          const Inflated inflated = inflate(stream, again);
          CHECK(inflated.is_whole);
          CHECK(inflated.read == whole);
          CHECK(inflated.written == size);
          CHECK(again == contents);
        }
      }
    }
  }
}

TEST_CASE("a stream that ends too early, or whose contents have no room, is not whole") {
  std::mt19937 random(2);
  const Bytes contents = contents_of(3000, 40, random);
  Bytes room(contents.size());
  for (const int level : {0, 6}) {
    const Bytes stream = deflated(contents, level, Z_DEFAULT_STRATEGY);
    for (size_t size = 0; size < stream.size(); ++size)
      CHECK_FALSE(inflate(std::span(stream).first(size), room).is_whole);
    for (size_t size = 0; size < room.size(); size += 99)
      CHECK_FALSE(inflate(stream, std::span(room).first(size)).is_whole);
  }
}

TEST_CASE("damaged streams are refused where zlib refuses them, and give what zlib gives elsewhere") {
  std::mt19937 random(3);
  int refused = 0;
  for (int round = 0; round < 20000; ++round) {
    const Bytes contents = contents_of(1 + random() % 200, 1 + random() % 60, random);
    Bytes stream = deflated(contents, static_cast<int>(random() % 10), static_cast<int>(random() % 5));
    for (unsigned i = 0; i <= random() % 3; ++i)
      stream[random() % std::min<size_t>(stream.size(), 40)] ^= 1U << random() % 8;
    Bytes ours(400), theirs(400);
    uLongf size = static_cast<uLongf>(theirs.size());
    uLong read = static_cast<uLong>(stream.size());
    const bool is_whole = uncompress2(theirs.data(), &size, stream.data(), &read) == Z_OK;
    const Inflated inflated = inflate(stream, ours);
    REQUIRE(inflated.is_whole == is_whole);
    refused += is_whole ? 0 : 1;
    if (!is_whole) continue;
    CHECK(inflated.read == read);
    CHECK(inflated.written == size);
    CHECK(std::equal(ours.begin(), ours.begin() + static_cast<ptrdiff_t>(size), theirs.begin()));
  }
  CHECK(refused > 15000);
}

TEST_CASE("zlib inflates stored streams, and checksums are those of zlib") {
  std::mt19937 random(4);
  for (const size_t size : {0, 1, 65535, 65536, 200000}) {
    const Bytes contents = contents_of(size, 256, random);
    Bytes stream(stored_bytes(size));
    CHECK(store(contents, std::span(stream).first(stream.size() - 1)) == 0);
    CHECK(store(contents, stream) == stream.size());
    Bytes again(size + 1);
    uLongf written = static_cast<uLongf>(again.size());
    CHECK(uncompress(again.data(), &written, stream.data(), static_cast<uLong>(stream.size())) == Z_OK);
    again.resize(written);
    CHECK(again == contents);
    const uint32_t first = laq::web::crc32(0, std::span(contents).first(size / 3));
    CHECK(laq::web::crc32(first, std::span(contents).subspan(size / 3)) == crc32_z(0, contents.data(), size));
  }
}
