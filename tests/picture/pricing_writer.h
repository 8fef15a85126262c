// A writer that also adds up the prices of what it writes, each with the models as they stand at that moment.
#pragma once

#include "entropy/coder.h"

namespace laq::test {

class PricingWriter : public SymbolWriter {
 public:
  bool bit(Model& model, bool value) {
    counter_.bit(model, value);
    flush();
    return SymbolWriter::bit(model, value);
  }
  uint32_t bits(int count, uint32_t value) {
    counter_.bits(count, value);
    flush();
    return SymbolWriter::bits(count, value);
  }
  double bits_counted() const { return total_; }

 private:
  void flush() {
    total_ += counter_.total() / double{1 << kPriceFraction};
    counter_ = {};
  }

  PriceCounter counter_;
  double total_ = 0;
};

}  // namespace laq::test
