#include "entropy/lane_rans.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "entropy/coder.h"

using namespace laq;

namespace {

// Rows of symbols that are wider where the context is larger.
LevelRows random_rows(int rows, int length) {
  std::mt19937 random(1);
  LevelRows result(static_cast<size_t>(rows) * length);
  for (int row = 0; row < rows; ++row) {
    const LevelRows::Target to = result.add(length, 0);
    for (int i = 0; i < length; ++i) {
      const int context = static_cast<int>(random() % 8);
      to.classes[i] = static_cast<uint8_t>(context);
      to.symbols[i] = static_cast<uint8_t>(kZeroSymbol + static_cast<int>(random() % (2 * context + 1)) - context);
    }
  }
  return result;
}

int sum_of(const LevelFrequencies& table) {
  return std::accumulate(table.begin(), table.end(), 0);
}

}  // namespace

TEST_CASE("tables of levels have a frequency for each symbol that occurs, and whole sums") {
  const LevelRows rows = random_rows(50, 100);
  const LevelTables tables = rows.tables();
  CHECK(tables.tables.size() > 1);
  for (const LevelFrequencies& table : tables.tables) {
    CHECK(sum_of(table) == kSlots);
    CHECK(*std::max_element(table.begin(), table.end()) < kSlots);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    REQUIRE(tables.tables[tables.of_context[rows.classes()[i]]][rows.symbols()[i]] > 0);
  }
}

TEST_CASE("tables of levels are read as they were written, and damaged ones are refused or have whole sums") {
  LevelTables tables = random_rows(50, 100).tables();
  SymbolWriter writer;
  REQUIRE(LevelTablesCoder(writer).code(tables));
  const std::vector<std::byte> stream = writer.finish();
  const auto read = [&](std::span<const std::byte> bytes, LevelTables& found) {
    found.tables.resize(tables.tables.size());
    SymbolReader reader(bytes);
    return LevelTablesCoder(reader).code(found);
  };
  LevelTables again;
  REQUIRE(read(stream, again));
  CHECK(again.of_context == tables.of_context);
  CHECK(again.tables == tables.tables);
  for (size_t at = 0; at < stream.size(); ++at) {
    std::vector<std::byte> damaged = stream;
    damaged[at] ^= std::byte{0x10};
    LevelTables found;
    if (!read(damaged, found)) continue;
    for (const LevelFrequencies& table : found.tables) CHECK(sum_of(table) == kSlots);
  }
}

TEST_CASE("a set of contexts that is never used costs no table") {
  LevelRows rows(0);
  CHECK(rows.tables().tables.size() == 1);
}
