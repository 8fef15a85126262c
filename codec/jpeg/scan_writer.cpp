#include "jpeg/scan_writer.h"

#include <bit>
#include <cstdlib>

namespace laq::jpeg {
namespace {

// The code of each symbol. T.81, C.2.
struct HuffmanCodes {
  std::array<uint16_t, 256> codes{};
  std::array<uint8_t, 256> lengths{};  // 0: the symbol has no code

  explicit HuffmanCodes(const HuffmanTable& table) {
    uint32_t code = 0;
    size_t index = 0;
    for (size_t length = 1; length < table.counts.size(); ++length) {
      for (int i = 0; i < table.counts[length]; ++i) {
        codes[table.symbols[index]] = static_cast<uint16_t>(code++);
        lengths[table.symbols[index++]] = static_cast<uint8_t>(length);
      }
      code *= 2;
    }
  }
};

int size_of(int value) {
  return std::bit_width(static_cast<unsigned>(std::abs(value)));
}

class ScanWriter {
 public:
  ScanWriter(const Headers& headers, Frame& frame, Choices& choices, SymbolReader& coder, size_t most_bytes,
             std::vector<std::byte>& file)
      : scan_(headers.scan()), frame_(frame), choices_(choices), coder_(coder), most_bytes_(most_bytes), file_(file) {
    for (const ScanComponent& of : scan_.components) {
      dc_.emplace_back(headers.dc_table(of.dc_table));
      ac_.emplace_back(headers.ac_table(of.ac_table));
    }
  }

  bool write() {
    const bool is_whole = walk_scan(
        frame_, scan_, [&] { return restart(); },
        [&](int n, const int16_t* block) { return write_block(n, block) && file_.size() <= most_bytes_; });
    if (!is_whole || !finish_interval()) return false;
    return file_.size() <= most_bytes_;
  }

 private:
  bool write_block(int n, const int16_t* block) {
    if (!frame_.is_progressive) return write_dc(n, block) && write_sequential(n, block);
    if (scan_.from == 0) {
      if (scan_.high == 0) return write_dc(n, block);
      bits(1, static_cast<uint32_t>(block[0] >> scan_.low));
      return true;
    }
    return scan_.high == 0 ? write_first(block) : refine(block);
  }

  bool restart() {
    if (!finish_interval()) return false;
    file_.push_back(std::byte{0xff});
    file_.push_back(static_cast<std::byte>(0xd0 + restarts_ % 8));
    ++restarts_;
    return true;
  }

  bool finish_interval() {
    const bool is_good = end_run();
    while (pending_ % 8 != 0) bits(1, choices_.code_padding(coder_, false));
    emit();
    predictions_ = {};
    was_run_ = false;
    return is_good;
  }

  void bits(int count, uint32_t value) {  // 0 .. 16
    window_ = window_ << count | (value & ((1u << count) - 1));
    pending_ += count;
    if (pending_ >= 32) emit();
  }
  void emit() {
    while (pending_ >= 8) {
      pending_ -= 8;
      const auto byte = static_cast<std::byte>(window_ >> pending_);
      file_.push_back(byte);
      if (byte == std::byte{0xff}) file_.push_back(std::byte{0});
    }
  }
  bool symbol(const HuffmanCodes& of, int symbol) {
    bits(of.lengths[symbol], of.codes[symbol]);
    return of.lengths[symbol] != 0;
  }
  // The bits of a value of this size. T.81, F.1.2.1.
  void value(int value, int size) { bits(size, static_cast<uint32_t>(value < 0 ? value - 1 : value)); }

  bool write_dc(int n, const int16_t* block) {
    const int now = block[0] >> scan_.low, difference = now - predictions_[n], size = size_of(difference);
    predictions_[n] = now;
    if (size > 15 || !symbol(dc_[n], size)) return false;
    value(difference, size);
    return true;
  }

  bool write_sequential(int n, const int16_t* block) {
    int zeros = 0;
    for (int k = 1; k < kBlock; ++k) {
      const int coefficient = block[kZigzag[k]];
      if (coefficient == 0) {
        ++zeros;
        continue;
      }
      if (!write_coefficient(ac_[n], zeros, coefficient)) return false;
      zeros = 0;
    }
    return zeros == 0 || symbol(ac_[n], 0);
  }

  bool write_coefficient(const HuffmanCodes& codes, int zeros, int coefficient) {
    for (; zeros > 15; zeros -= 16) {
      if (!symbol(codes, 0xf0)) return false;
    }
    const int size = size_of(coefficient);
    if (size > 15 || !symbol(codes, zeros << 4 | size)) return false;
    value(coefficient, size);
    return true;
  }

  int shifted(int coefficient) const {
    return coefficient < 0 ? -(-coefficient >> scan_.low) : coefficient >> scan_.low;
  }

  bool write_first(const int16_t* block) {
    int zeros = 0;
    bool is_empty = true;
    for (int k = scan_.from; k <= scan_.to; ++k) {
      const int coefficient = shifted(block[kZigzag[k]]);
      if (coefficient == 0) {
        ++zeros;
        continue;
      }
      if (is_empty && !end_run()) return false;
      is_empty = false;
      if (!write_coefficient(ac_[0], zeros, coefficient)) return false;
      zeros = 0;
    }
    if (zeros == 0) {
      was_run_ = false;
      return true;
    }
    return add_to_run(is_empty, run_ == kMostRun);
  }

  // Counts a block that ends in nothing.
  bool add_to_run(bool is_empty, bool is_long) {
    if (is_empty && was_run_ && choices_.code_new_run(coder_, is_long, false) && !end_run()) return false;
    was_run_ = true;
    return ++run_ <= kMostRun;
  }

  bool end_run() {
    if (run_ == 0) return true;
    const int size = std::bit_width(static_cast<unsigned>(run_)) - 1;
    if (!symbol(ac_[0], size << 4)) return false;
    bits(size, static_cast<uint32_t>(run_));
    run_ = 0;
    for (const bool correction : corrections_) bits(1, correction);
    corrections_.clear();
    return true;
  }

  bool refine(const int16_t* block) {
    int last_new = scan_.from - 1;  // the last coefficient that appears with this scan
    for (int k = scan_.from; k <= scan_.to; ++k) {
      if (std::abs(shifted(block[kZigzag[k]])) == 1) last_new = k;
    }
    int zeros = 0;
    bool is_empty = true;
    own_.clear();
    for (int k = scan_.from; k <= scan_.to; ++k) {
      const int size = std::abs(shifted(block[kZigzag[k]]));
      if (size == 0) {
        ++zeros;
        continue;
      }
      for (; zeros > 15 && k <= last_new; zeros -= 16) {
        if (!begin_code(is_empty) || !symbol(ac_[0], 0xf0)) return false;
        write_corrections();
      }
      if (size > 1) {
        own_.push_back((size & 1) != 0);
        continue;
      }
      if (!begin_code(is_empty) || !symbol(ac_[0], zeros << 4 | 1)) return false;
      bits(1, block[kZigzag[k]] > 0);
      write_corrections();
      zeros = 0;
    }
    if (zeros == 0 && own_.empty()) {
      was_run_ = false;
      return true;
    }
    const bool is_long = run_ == kMostRun || static_cast<int>(corrections_.size()) > kManyCorrections;
    if (!add_to_run(is_empty, is_long)) return false;
    corrections_.insert(corrections_.end(), own_.begin(), own_.end());
    return true;
  }
  bool begin_code(bool& is_empty) {
    const bool is_good = !is_empty || end_run();
    is_empty = false;
    return is_good;
  }
  void write_corrections() {
    for (const bool correction : own_) bits(1, correction);
    own_.clear();
  }

  const Scan& scan_;
  Frame& frame_;
  Choices& choices_;
  SymbolReader& coder_;
  const size_t most_bytes_;
  std::vector<std::byte>& file_;
  std::vector<HuffmanCodes> dc_, ac_;
  std::array<int, kMostComponents> predictions_{};
  uint64_t window_ = 0;
  int pending_ = 0;
  int run_ = 0, restarts_ = 0;
  bool was_run_ = false;
  std::vector<bool> corrections_, own_;  // bits that follow the run; bits of the block at hand
};

}  // namespace

bool write_scan(const Headers& headers, Frame& frame, Choices& choices, SymbolReader& coder, size_t most_bytes,
                std::vector<std::byte>& file) {
  return ScanWriter(headers, frame, choices, coder, most_bytes, file).write();
}

}  // namespace laq::jpeg
