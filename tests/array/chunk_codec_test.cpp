// Chunks behind the container's checksums: any stream decodes to something or is refused.
#include "array/chunk.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "array/box.h"
#include "array/header.h"
#include "array/search/recipe_search.h"
#include "base/element.h"
#include "entropy/coder.h"

using namespace laq;
using namespace laq::array;

TEST_CASE("streams of rubbish are refused or decode to some elements, whatever stage they name") {
  std::mt19937 random(2);
  const ChunkFormat formats[] = {{ElementType::float32, {{5, 6, 7}}, Fidelity::max_error, 0.1},
                                 {ElementType::int8, {{1, 9, 40}}, Fidelity::max_error, 1},
                                 {ElementType::float64, {{1, 1, 1500}}, Fidelity::max_error, 2},
                                 {ElementType::uint32, {{1, 2, 1100}}, Fidelity::max_error, 0},
                                 {ElementType::float32, {{1, 20, 30}}, Fidelity::max_error, 0},
                                 {ElementType::float32, {{5, 6, 7}}, Fidelity::mean_squared_error, 0.1},
                                 {ElementType::int16, {{1, 1, 1500}}, Fidelity::mean_squared_error, 2},
                                 {ElementType::float64, {{1, 20, 30}}, Fidelity::mean_squared_error, 1e-300}};
  int decoded = 0;
  for (int i = 0; i < 400; ++i) {
    const ChunkFormat& format = formats[i % std::size(formats)];
    std::vector<std::byte> stream(random() % (i % 16 < 8 ? 300 : 30000));  // Short ones end before the chunk does.
    for (std::byte& b : stream) b = static_cast<std::byte>(random() >> (i % 3 == 0 ? 24 : 0));
    if (!stream.empty()) stream[0] = static_cast<std::byte>(random() % 13);
    std::vector<std::byte> elements(format.bytes());
    decoded += decode_chunk(format, stream, elements);
  }
  CHECK(decoded > 50);
}

TEST_CASE("a mask of integers, which only damage can make, is ignored") {
  const ChunkFormat format{ElementType::uint8, {{1, 12, 13}}, Fidelity::max_error, 1};
  SymbolWriter writer;
  writer.bits(1, 1);
  const std::vector<std::byte> mask = writer.finish();
  for (const int rest : {0x00, 0x5a, 0xff}) {
    std::vector<std::byte> stream = {Step{StageId::interpolation}.to_byte(), std::byte{0}}, elements(format.bytes());
    stream.insert(stream.end(), mask.begin(), mask.end());
    stream.resize(4000, static_cast<std::byte>(rest));
    CHECK(decode_chunk(format, stream, elements));
  }
}

TEST_CASE("headers of arrays with impossible values are refused") {
  ArrayHeader header;
  header.info.shape = {4, 5};
  header.chunk_sides = {1, 1, 4, 5};
  const auto reads = [](const ArrayHeader& wanted) {
    ByteWriter writer;
    wanted.write(writer);
    const std::vector<std::byte> bytes = writer.take();
    ByteReader reader(bytes);
    return ArrayHeader::read(reader).ok();
  };
  CHECK(reads(header));
  const auto refuses = [&](auto&& change) {
    ArrayHeader changed = header;
    change(changed);
    CHECK_FALSE(reads(changed));
  };
  refuses([](ArrayHeader& h) { h.info.shape.assign(33, 1); });
  refuses([](ArrayHeader& h) { h.info.shape.assign(20, 1 << 20); });
  refuses([](ArrayHeader& h) { h.info.shape = {uint64_t{1} << 41}; });
  refuses([](ArrayHeader& h) { h.info.type = static_cast<ElementType>(12); });
  refuses([](ArrayHeader& h) {
    h.info.type = ElementType::int64;
    h.wide_form = static_cast<WideForm>(3);
  });
  refuses([](ArrayHeader& h) { h.info.target.kind = static_cast<ArrayTargetKind>(7); });
  refuses([](ArrayHeader& h) { h.info.target.value = -1; });
  refuses([](ArrayHeader& h) { h.info.max_error = -1; });
  refuses([](ArrayHeader& h) { h.info.mean_squared_error = std::nan(""); });
  const auto refuses_loss = [&](const Loss& loss) {
    refuses([&](ArrayHeader& h) { h.losses = {loss}; });
    refuses([&](ArrayHeader& h) { h.losses = {Loss{}, loss}; });
  };
  refuses([](ArrayHeader& h) { h.losses.clear(); });
  refuses_loss({static_cast<Fidelity>(3), 1});
  refuses_loss({Fidelity::relative_error, 1});
  refuses_loss({Fidelity::max_error, std::numeric_limits<double>::infinity()});
  refuses_loss({Fidelity::mean_squared_error, 0});
  refuses([](ArrayHeader& h) { h.info.non_finite = 21; });
  refuses([](ArrayHeader& h) { h.cuts[2] = {4}; });  // at the end of the side
  refuses([](ArrayHeader& h) { h.cuts[3] = {2, 2}; });
  refuses([](ArrayHeader& h) { h.cuts[3] = {0}; });
  refuses([](ArrayHeader& h) { h.cuts[0] = {1}; });
  refuses([](ArrayHeader& h) {
    h.info.shape = {0, 5};
    h.cuts[3] = {2};
  });
  refuses([](ArrayHeader& h) { h.chunk_sides[2] = 0; });
  refuses([](ArrayHeader& h) { h.chunk_sides = {1, 2000, 2000, 2000}; });
}

TEST_CASE("cuts divide sides into pieces, and chunks hold every element of all pieces once") {
  const Sides whole = {2, 1, 7, 11};
  const ChunkLayout layout(whole, {1, 1, 3, 4}, {{{1}, {}, {2, 5}, {1, 10}}});
  CHECK(layout.count() == 2 * 3 * 5);  // along the last side: 1, 4 + 4 + 1, 1
  std::vector<int> seen(2 * 7 * 11);
  for (uint64_t chunk = 0; chunk < layout.count(); ++chunk) {
    const Box box = layout.box_of(chunk);
    CHECK(layout.chunks_of(box) == std::vector<uint64_t>{chunk});
    for (uint64_t t = box.begin[0]; t < box.end(0); ++t) {
      for (uint64_t y = box.begin[2]; y < box.end(2); ++y) {
        for (uint64_t x = box.begin[3]; x < box.end(3); ++x) ++seen[(t * 7 + y) * 11 + x];
      }
    }
  }
  CHECK(std::ranges::all_of(seen, [](int times) { return times == 1; }));
  CHECK(layout.chunks_of({{}, whole}).size() == layout.count());
  CHECK(layout.chunks_of({{0, 0, 1, 0}, {1, 1, 2, 2}}) == std::vector<uint64_t>{0, 1, 5, 6});
}

TEST_CASE("a stream has a byte for every 2^14 elements, and decodes with the zeros that lengthen it") {
  const ChunkFormat format{ElementType::float32, {{1, 1, 1 << 18}}, Fidelity::mean_squared_error, 1};
  const std::vector<std::byte> elements(format.bytes(), std::byte{0x40});
  const Step lapped{StageId::lapped};  // it codes nothing but the mean of what is constant
  const std::vector<std::byte> stream = encode_chunk(format, elements, {.effort = 1}, std::span(&lapped, 1)).stream;
  CHECK(stream[0] == lapped.to_byte());
  CHECK(stream.size() == (1 << 18 >> 14));
  CHECK(stream.back() == std::byte{0});
  std::vector<std::byte> again(elements.size());
  REQUIRE(decode_chunk(format, stream, again));
  CHECK(again == elements);
}
