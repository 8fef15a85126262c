#include "jpeg/scan_reader.h"

#include <algorithm>
#include <vector>

namespace laq::jpeg {
namespace {

// Looks codes up by their next bits; longer codes are found length by length.
class HuffmanDecoder {
 public:
  static constexpr int kLookahead = 9, kMostLength = 16;

  explicit HuffmanDecoder(const HuffmanTable& table) : symbols_(table.symbols) {
    int code = 0, index = 0;
    for (int length = 1; length <= kMostLength; ++length) {
      first_[length] = index - code;
      for (int i = 0; i < table.counts[length]; ++i, ++code, ++index) {
        if (length > kLookahead) continue;
        const int shift = kLookahead - length;
        std::fill_n(found_.begin() + (code << shift), size_t{1} << shift,
                    static_cast<uint16_t>(length << 8 | table.symbols[index]));
      }
      end_[length] = code;
      code *= 2;
    }
  }

  // window: the next 16 bits. The symbol, and its length in bits; negative if no code is like that.
  int find(uint32_t window, int& length) const {
    const uint16_t found = found_[window >> (kMostLength - kLookahead)];
    length = found >> 8;
    if (length != 0) return found & 0xff;
    for (length = kLookahead + 1; length <= kMostLength; ++length) {
      const int code = static_cast<int>(window >> (kMostLength - length));
      if (code < end_[length]) {
        const int index = first_[length] + code;
        return index >= 0 && index < static_cast<int>(symbols_.size()) ? symbols_[index] : -1;
      }
    }
    return -1;
  }

 private:
  std::array<uint16_t, size_t{1} << kLookahead> found_{};  // length << 8 | symbol
  std::array<int, kMostLength + 1> first_{}, end_{};
  std::array<uint8_t, 256> symbols_;
};

// The bits of one restart interval, without stuffing.
class Interval {
 public:
  // Takes the bytes from `at` on up to a marker.
  void load(std::span<const std::byte> file, size_t at) {
    bytes_.clear();
    places_.clear();
    begin_ = at;
    while (at < file.size()) {
      const std::byte byte = file[at];
      if (byte == std::byte{0xff}) {
        if (at + 1 == file.size() || file[at + 1] != std::byte{0}) break;
        places_.push_back(bytes_.size());
        ++at;
      }
      bytes_.push_back(byte);
      ++at;
    }
    next_ = 0;
    window_ = 0;
    spare_ = 0;
    behind_ = 0;
  }

  uint32_t peek() {  // 16 bits
    if (spare_ < 16) refill();
    return static_cast<uint32_t>(window_ >> (spare_ - 16)) & 0xffff;
  }
  void skip(int count) { spare_ -= count; }
  uint32_t bits(int count) {  // 0 .. 16
    if (count == 0) return 0;
    const uint32_t all = peek();
    spare_ -= count;
    return all >> (16 - count);
  }
  bool bit() { return bits(1) != 0; }

  bool is_past_end() const { return spare_ < 8 * behind_; }
  // Bits that are left in the last byte that was begun.
  int padding() const { return spare_ & 7; }
  // Where the file goes on behind what was read, once the padding has been.
  size_t end() const {
    const size_t used = next_ + static_cast<size_t>(behind_) - static_cast<size_t>(spare_ / 8);
    const auto stuffed = std::ranges::lower_bound(places_, used) - places_.begin();
    return begin_ + used + static_cast<size_t>(stuffed);
  }
  bool is_spent() const {
    return next_ + static_cast<size_t>(behind_) - static_cast<size_t>(spare_ / 8) == bytes_.size();
  }

 private:
  void refill() {
    while (spare_ <= 48) {
      const bool has_byte = next_ < bytes_.size();
      window_ = window_ << 8 | (has_byte ? std::to_integer<uint64_t>(bytes_[next_]) : 0);
      next_ += has_byte;
      behind_ += !has_byte;
      spare_ += 8;
    }
  }

  std::vector<std::byte> bytes_;
  std::vector<size_t> places_;  // of bytes that stuffing follows
  size_t begin_ = 0, next_ = 0;
  uint64_t window_ = 0;
  int spare_ = 0, behind_ = 0;
};

int extend(uint32_t raw, int size) {  // T.81, F.12
  return size == 0 ? 0 : raw >> (size - 1) != 0 ? static_cast<int>(raw) : static_cast<int>(raw) - (1 << size) + 1;
}

class ScanReader {
 public:
  ScanReader(std::span<const std::byte> file, Headers& headers, Frame& frame, Choices& choices, SymbolWriter& coder)
      : file_(file), headers_(headers), scan_(headers.scan()), frame_(frame), choices_(choices), coder_(coder) {
    for (const ScanComponent& of : scan_.components) {
      dc_.emplace_back(headers.dc_table(of.dc_table));
      ac_.emplace_back(headers.ac_table(of.ac_table));
    }
  }

  std::optional<Error> read() {
    bits_.load(file_, headers_.position());
    const bool is_whole = walk_scan(
        frame_, scan_, [&] { return restart(); }, [&](int n, int16_t* block) { return read_block(n, block); });
    if (!is_whole) return error();
    if (run_ > 0) return damaged("a scan ends within a run of blocks");
    finish_interval();
    headers_.move_to(bits_.end());
    return std::nullopt;
  }

 private:
  Error error() const {
    if (bits_.is_past_end())
      return Error{ErrorCode::truncated, "the JPEG file is cut off or damaged: a scan ends too early"};
    return damaged(problem_);
  }
  bool fail(const char* problem) {
    problem_ = problem;
    return false;
  }

  void finish_interval() {
    for (int left = bits_.padding(); left > 0; --left) choices_.code_padding(coder_, bits_.bit());
    predictions_ = {};
    run_ = 0;
    was_run_ = false;
  }

  bool restart() {
    if (run_ > 0) return fail("a restart interval ends within a run of blocks");
    finish_interval();
    const size_t at = bits_.end();
    if (!bits_.is_spent() || file_.size() - at < 2 || file_[at] != std::byte{0xff} ||
        file_[at + 1] != static_cast<std::byte>(0xd0 + restarts_ % 8)) {
      return fail("a restart marker is missing");
    }
    ++restarts_;
    bits_.load(file_, at + 2);
    return true;
  }

  bool read_block(int n, int16_t* block) {
    const bool is_good = !frame_.is_progressive ? read_dc(n, block) && read_sequential(n, block)
                         : scan_.from == 0      ? scan_.high == 0 ? read_dc(n, block) : refine_dc(block)
                              : scan_.high == 0 ? read_first(block)
                                                : refine(block);
    return is_good && !bits_.is_past_end();
  }

  int symbol(const HuffmanDecoder& decoder) {
    int length = 0;
    const int symbol = decoder.find(bits_.peek(), length);
    if (symbol >= 0) bits_.skip(length);
    return symbol;
  }

  bool read_dc(int n, int16_t* block) {
    constexpr int kMostSize = 15;
    const int size = symbol(dc_[n]);
    if (size < 0 || size > kMostSize) return fail("a code is none of its table");
    int& prediction = predictions_[n];
    prediction += extend(bits_.bits(size), size);
    const int value = prediction * (1 << scan_.low);
    if (value < INT16_MIN || value > INT16_MAX) return fail("a coefficient is too large");
    block[0] = static_cast<int16_t>(value);
    return true;
  }

  bool refine_dc(int16_t* block) {
    if (bits_.bit()) block[0] = static_cast<int16_t>(block[0] | 1 << scan_.low);
    return true;
  }

  bool read_value(int size, int16_t& coefficient) {
    const int value = extend(bits_.bits(size), size) * (1 << scan_.low);
    if (value < INT16_MIN || value > INT16_MAX) return fail("a coefficient is too large");
    coefficient = static_cast<int16_t>(value);
    return true;
  }

  bool read_sequential(int n, int16_t* block) {
    for (int k = 1; k < kBlock; ++k) {
      const int code = symbol(ac_[n]);
      if (code < 0) return fail("a code is none of its table");
      if (code == 0) return true;
      const int size = code & 15;
      if (size == 0 && code != 0xf0) return fail("a code means nothing");
      k += code >> 4;
      if (k >= kBlock) return fail("a block has too many coefficients");
      if (size > 0 && !read_value(size, block[kZigzag[k]])) return false;
    }
    return true;
  }

  // Notes that a block begins with nothing left in it. `is_long`: see Choices.
  void note_run(bool begins, bool is_long) {
    if (was_run_) choices_.code_new_run(coder_, is_long, begins);
    if (begins) corrections_ = 0;
  }

  bool read_first(int16_t* block) {
    if (run_ > 0) {
      note_run(false, length_ == kMostRun);
      --run_;
      ++length_;
      return true;
    }
    for (int k = scan_.from; k <= scan_.to; ++k) {
      const int code = symbol(ac_[0]);
      if (code < 0) return fail("a code is none of its table");
      const int size = code & 15;
      if (size == 0 && code != 0xf0) {
        if (k == scan_.from) note_run(true, length_ == kMostRun);
        begin_run(code >> 4);
        return true;
      }
      k += code >> 4;
      if (k > scan_.to) return fail("a block has too many coefficients");
      if (size > 0 && !read_value(size, block[kZigzag[k]])) return false;
    }
    was_run_ = false;
    return true;
  }

  void begin_run(int bits) {
    run_ = (1 << bits) + static_cast<int>(bits_.bits(bits)) - 1;
    length_ = 1;
    was_run_ = true;
  }

  bool refine(int16_t* block) {
    int k = scan_.from;
    const int corrections = corrections_;
    bool is_new = false, has_code = false;
    while (run_ == 0 && k <= scan_.to) {
      const int code = symbol(ac_[0]);
      if (code < 0) return fail("a code is none of its table");
      const int size = code & 15, zeros = code >> 4;
      if (size > 1) return fail("a code means nothing");
      if (size == 0 && zeros != 15) {
        if (!has_code) note_run(true, length_ == kMostRun || corrections > kManyCorrections);
        begin_run(zeros);
        ++run_;
        is_new = true;
        corrections_ = 0;
        break;
      }
      has_code = true;
      const bool is_positive = size != 0 && bits_.bit();
      k = correct(block, k, zeros);
      if (k > scan_.to) {
        if (size != 0) return fail("a block has too many coefficients");
        break;
      }
      if (size != 0) block[kZigzag[k]] = static_cast<int16_t>((is_positive ? 1 : -1) * (1 << scan_.low));
      ++k;
    }
    if (run_ == 0) {
      was_run_ = false;
      return true;
    }
    if (!is_new) {
      note_run(false, length_ == kMostRun || corrections > kManyCorrections);
      ++length_;
    }
    const int before = corrected_;
    correct(block, k, kBlock);
    corrections_ += corrected_ - before;
    --run_;
    return true;
  }

  // Reads a bit more of each coefficient that is there, from k on; steps over so many that are not. Stops at the next
  // one that is not.
  int correct(int16_t* block, int k, int zeros) {
    for (; k <= scan_.to; ++k) {
      int16_t& coefficient = block[kZigzag[k]];
      if (coefficient == 0) {
        if (zeros-- == 0) break;
        continue;
      }
      ++corrected_;
      if (!bits_.bit()) continue;
      // A second bit of the same place would not come back from the writer, which is found out later.
      const int size = std::abs(coefficient) | 1 << scan_.low;
      coefficient = static_cast<int16_t>(coefficient < 0 ? -size : size);
    }
    return k;
  }

  std::span<const std::byte> file_;
  Headers& headers_;
  const Scan scan_;
  Frame& frame_;
  Choices& choices_;
  SymbolWriter& coder_;
  Interval bits_;
  std::vector<HuffmanDecoder> dc_, ac_;
  std::array<int, kMostComponents> predictions_{};
  int run_ = 0;           // blocks that are still to come in a run
  int length_ = 0;        // blocks of the run so far
  bool was_run_ = false;  // the block before was of a run
  int corrections_ = 0, corrected_ = 0;
  int restarts_ = 0;
  const char* problem_ = "";
};

}  // namespace

std::optional<Error> read_scan(std::span<const std::byte> file, Headers& headers, Frame& frame, Choices& choices,
                               SymbolWriter& coder) {
  return ScanReader(file, headers, frame, choices, coder).read();
}

}  // namespace laq::jpeg
