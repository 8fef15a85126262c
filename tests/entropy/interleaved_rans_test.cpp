#include "entropy/interleaved_rans.h"

#include <doctest/doctest.h>

#include <random>

using namespace laq;

namespace {

int symbol_at(const SymbolCounts& model, int16_t place) {
  int symbol = 0;
  while (symbol + 1 < SymbolCounts::kSymbols && model.below[symbol + 1] <= place) ++symbol;
  return symbol;
}

SymbolCounts::Counts equal_counts() {
  SymbolCounts::Counts counts;
  counts.fill(SymbolCounts::kWeight);
  return counts;
}

}  // namespace

TEST_CASE("symbols, decisions and bits come back as they were written, whatever the state, and when states restart") {
  constexpr size_t kRestart = 3001;
  std::mt19937 random(1);
  std::vector<int> symbols;
  for (int i = 0; i < 20000; ++i) symbols.push_back(random() % 4 == 0 ? static_cast<int>(random() % 16) : 7);
  SymbolCounts of_writer(equal_counts()), of_reader(equal_counts());
  CountingModel decision_of_writer, decision_of_reader;
  InterleavedRansWriter writer(kMostRansStates);
  for (size_t i = 0; i < symbols.size(); ++i) {
    if (i % kRestart == kRestart - 1) writer.restart();
    writer.put(static_cast<int>(i) % kMostRansStates, of_writer, static_cast<size_t>(symbols[i]));
    writer.bit(decision_of_writer, symbols[i] == 7);
    writer.bits(static_cast<int>(i % 33),
                static_cast<uint32_t>(i * 77777) & static_cast<uint32_t>((uint64_t{1} << i % 33) - 1));
  }
  const std::vector<std::byte> stream = writer.finish();
  InterleavedRansReader reader(stream, kMostRansStates);
  for (size_t i = 0; i < symbols.size(); ++i) {
    if (i % kRestart == kRestart - 1) reader.restart();
    const int state = static_cast<int>(i) % kMostRansStates, symbol = symbol_at(of_reader, reader.place(state));
    reader.take(state, of_reader, symbol);
    REQUIRE(symbol == symbols[i]);
    REQUIRE(reader.bit(decision_of_reader) == (symbols[i] == 7));
    REQUIRE(reader.bits(static_cast<int>(i % 33)) ==
            (static_cast<uint32_t>(i * 77777) & static_cast<uint32_t>((uint64_t{1} << i % 33) - 1)));
  }
  CHECK(!reader.is_past_end());
  for (int i = 0; i < 100; ++i) reader.bits(32);
  CHECK(reader.is_past_end());
}

TEST_CASE("symbols that are written or read in bursts make and take the same stream as single ones") {
  constexpr int kCount = 40000;  // fills more than one of the pieces that a writer keeps
  const auto wanted = [](int i) { return static_cast<size_t>(i) * i / 7 % SymbolCounts::kSymbols; };
  const auto write = [&](bool in_bursts) {
    SymbolCounts model(equal_counts());
    CountingModel of_flags;
    InterleavedRansWriter writer(kMostRansStates);
    for (int i = 0; i < kCount; i += kMostRansStates) {
      writer.bit(of_flags, i % 3 == 0);
      if (in_bursts) {
        REQUIRE(writer.prepare_for(kMostRansStates));
        InterleavedRansWriter::Burst burst(writer);
        for (int state = 0; state < kMostRansStates; ++state) burst.put(state, model, wanted(i + state));
        burst.finish();
      } else {
        for (int state = 0; state < kMostRansStates; ++state) writer.put(state, model, wanted(i + state));
      }
    }
    return writer.finish();
  };
  const std::vector<std::byte> stream = write(true);
  CHECK(stream == write(false));
  SymbolCounts model(equal_counts());
  CountingModel of_flags;
  InterleavedRansReader reader(stream, kMostRansStates);
  int bursts = 0;
  const auto read = [&](auto& by, int state, int i) {
    const auto symbol = static_cast<size_t>(symbol_at(model, by.place(state)));
    by.take(state, model, symbol);
    REQUIRE(symbol == wanted(i));
  };
  for (int i = 0; i < kCount; i += kMostRansStates) {
    REQUIRE(reader.bit(of_flags) == (i % 3 == 0));
    if (reader.prepare_for(kMostRansStates)) {
      ++bursts;
      InterleavedRansReader::Burst burst(reader);
      for (int state = 0; state < kMostRansStates; ++state) read(burst, state, i + state);
      burst.finish();
    } else {
      for (int state = 0; state < kMostRansStates; ++state) read(reader, state, i + state);
    }
  }
  CHECK_FALSE(reader.is_past_end());
  CHECK(bursts > 9 * kCount / kMostRansStates / 10);
  CHECK(bursts < kCount / kMostRansStates);
}

TEST_CASE("every symbol keeps a probability, and those that occur approach their share") {
  SymbolCounts model(equal_counts());
  for (int i = 0; i < 200000; ++i) {
    model.update(i % 8 == 0 ? 2 : 9);
    uint32_t start = 0;
    for (int s = 0; s < SymbolCounts::kSymbols; ++s) {
      REQUIRE(model.start_of(s) == start);
      REQUIRE(model.size_of(s) >= 1);
      start += model.size_of(s);
    }
    REQUIRE(start == 1u << SymbolCounts::kOneBits);
  }
  CHECK(model.size_of(9) / 65536.0 == doctest::Approx(0.875).epsilon(0.01));
  CHECK(model.size_of(2) / 65536.0 == doctest::Approx(0.125).epsilon(0.05));
}

TEST_CASE("streams that are too short for the states are past their end") {
  const std::vector<std::byte> stream = {std::byte{2}, std::byte{1}, std::byte{1}};
  CHECK(InterleavedRansReader(stream, 4).is_past_end());
  CHECK(InterleavedRansReader({}, 1).is_past_end());
}

TEST_CASE("states that restart where there are none any more are past their end") {
  InterleavedRansWriter writer(4);
  const std::vector<std::byte> stream = writer.finish();
  InterleavedRansReader reader(stream, 4);
  CHECK_FALSE(reader.is_past_end());
  reader.restart();
  CHECK(reader.is_past_end());
}

TEST_CASE("streams that end early, or claim more bytes of symbols than they have, are past their end") {
  for (const int states : {1, 2, 4}) {
    SymbolCounts of_writer;
    InterleavedRansWriter writer(states);
    for (int i = 0; i < 4000; ++i)
      writer.put(i % states, of_writer, static_cast<size_t>(i) * 7 % SymbolCounts::kSymbols);
    const std::vector<std::byte> stream = writer.finish();
    for (const size_t size : {stream.size(), stream.size() / 2}) {
      // The length of the symbols takes two bytes here.
      std::vector<std::byte> cut(stream.begin(), stream.begin() + static_cast<ptrdiff_t>(size));
      CHECK(InterleavedRansReader(cut, states).is_past_end() == (size < stream.size()));
      const size_t symbols = size - 2;
      cut[0] = static_cast<std::byte>(symbols | 0x80);
      cut[1] = static_cast<std::byte>(symbols >> 7);
      SymbolCounts model;
      InterleavedRansReader reader(cut, states);
      CHECK_FALSE(reader.is_past_end());
      bool is_same = true;
      for (int i = 0; i < 4000; ++i) {
        const int symbol = symbol_at(model, reader.place(i % states));
        reader.take(i % states, model, symbol);
        is_same = is_same && symbol == i * 7 % SymbolCounts::kSymbols;
      }
      CHECK(is_same == (size == stream.size()));
      CHECK(reader.is_past_end() == (size < stream.size()));
    }
  }
}
