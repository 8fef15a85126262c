#include <doctest/doctest.h>

#include <random>

#include "entropy/coder.h"

using namespace laq;

TEST_CASE("the reader returns the bits that the writer was given, at any skew and mix") {
  for (uint32_t seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const uint32_t threshold = seed % 3 == 0 ? 3 : seed % 3 == 1 ? 500 : 997;
    const size_t count = seed < 20 ? seed : 20000;
    std::vector<uint32_t> values(count);
    std::vector<Model> models(5);
    SymbolWriter writer;
    for (size_t i = 0; i < count; ++i) {
      if (i % 7 == 6) {
        values[i] = random() >> (random() % 32);
        writer.bits(32, values[i]);
      } else {
        values[i] = random() % 1000 < threshold;
        writer.bit(models[i % 5], values[i]);
      }
    }
    const std::vector<std::byte> bytes = writer.finish();
    std::fill(models.begin(), models.end(), Model{});
    SymbolReader reader(bytes);
    bool same = true;
    for (size_t i = 0; i < count; ++i) {
      const uint32_t value = i % 7 == 6 ? reader.bits(32) : reader.bit(models[i % 5]);
      same = same && value == values[i];
    }
    CHECK(same);
  }
}

TEST_CASE("a long run of one value costs next to nothing, and the price counter agrees with the bytes") {
  Model model;
  SymbolWriter writer;
  PriceCounter counter;
  std::mt19937 random(1);
  for (int i = 0; i < 100000; ++i) {
    const bool bit = random() % 50 == 0;
    counter.bit(model, bit);
    writer.bit(model, bit);
  }
  const double bits = 8.0 * static_cast<double>(writer.finish().size());
  CHECK(bits < 100000 * 0.16);
  CHECK(counter.total() / 256.0 == doctest::Approx(bits).epsilon(0.01));
}

TEST_CASE("carries travel through runs of full bytes") {
  // Clear bits at the lowest probability keep `low` close to a carry for a long time.
  for (int length = 1; length < 200; ++length) {
    Model model;
    model.set(256);
    SymbolWriter writer;
    for (int i = 0; i < length; ++i) {
      Model fixed = model;
      writer.bit(fixed, false);
    }
    writer.bits(8, 0xa5);
    const std::vector<std::byte> bytes = writer.finish();
    SymbolReader reader(bytes);
    bool clear = true;
    for (int i = 0; i < length; ++i) {
      Model fixed = model;
      clear = clear && !reader.bit(fixed);
    }
    CHECK(clear);
    CHECK(reader.bits(8) == 0xa5);
  }
}

TEST_CASE("a reader is never past the end of what a writer wrote, however the stream ends") {
  std::mt19937 random(3);
  for (int i = 0; i < 3000; ++i) {
    // Set bits alone leave a stream of zeros.
    const uint32_t seldom = random() % 3 == 0 ? 0 : 1 + random() % 40;
    std::vector<bool> bits(random() % 400);
    for (size_t k = 0; k < bits.size(); ++k) bits[k] = seldom == 0 || random() % seldom != 0;
    const bool is_adaptive = i % 2 == 0;
    const auto code = [&](auto& coder) {
      Model model;
      bool is_same = true;
      for (const bool bit : bits) {
        is_same = is_same && (is_adaptive ? coder.bit(model, bit) : coder.bits(1, bit) != 0) == bit;
      }
      return is_same && !coder.is_past_end();
    };
    SymbolWriter writer;
    CHECK(code(writer));
    const std::vector<std::byte> bytes = writer.finish();
    SymbolReader reader(bytes);
    CHECK(code(reader));
  }
}

TEST_CASE("a reader is past the end as soon as a byte more is taken than there are") {
  for (const std::byte fill : {std::byte{0}, std::byte{0x5a}, std::byte{0xfe}}) {
    for (size_t size = 0; size < 40; ++size) {
      const std::vector<std::byte> bytes(size, fill);
      SymbolReader reader(bytes);
      for (size_t i = 0; i < 8 * size + 7; ++i) {
        reader.bits(1);
        CHECK_FALSE(reader.is_past_end());
      }
      reader.bits(2);  // The first bit may take nothing, as the range is odd.
      CHECK(reader.is_past_end());
      // Expected symbols take next to nothing each, but not nothing.
      SymbolReader expecting(bytes);
      CountingModel model;
      size_t symbols = 0;
      for (; !expecting.is_past_end() && symbols < 1000000; ++symbols) expecting.bit(model);
      CHECK(symbols < 5700 * (size + 2));
    }
  }
}
