#include "jpeg/headers.h"

#include <algorithm>

namespace laq::jpeg {
namespace {

// T.81, table B.1.
enum Marker : int {
  kSof0 = 0xc0,
  kSof1 = 0xc1,
  kSof2 = 0xc2,
  kDht = 0xc4,
  kSof15 = 0xcf,
  kDac = 0xcc,
  kRst0 = 0xd0,
  kSoi = 0xd8,
  kEoi = 0xd9,
  kSos = 0xda,
  kDqt = 0xdb,
  kDnl = 0xdc,
  kDri = 0xdd,
  kDhp = 0xde,
  kTem = 0x01,
};
constexpr int kJpg = 0xc8;

Error truncated() {
  return Error{ErrorCode::truncated, "the JPEG file is cut off (copy it again from its source)"};
}

const char* process_of(int marker) {
  const int process = marker & 0xf;
  if (process >= 9) return "an arithmetic-coded JPEG file";
  if (process == 3) return "a lossless JPEG file";
  return "a hierarchical JPEG file";
}

bool is_frame(int marker) {
  return marker >= kSof0 && marker <= kSof15 && marker != kDht && marker != kJpg && marker != kDac;
}

int divide_up(int value, int by) {
  return (value + by - 1) / by;
}

}  // namespace

Error not_kept(const std::string& what) {
  return Error{ErrorCode::unsupported, "is " + what + ", which cannot be kept exactly (encode it without --jpeg)"};
}

Error damaged(const std::string& what) {
  return Error{ErrorCode::corrupt, "the JPEG file is damaged: " + what};
}

int Headers::next_marker() {
  // Bytes before a marker belong to nothing; 0xff before a marker fills.
  while (at_ + 1 < file_.size()) {
    const int first = std::to_integer<int>(file_[at_]), second = std::to_integer<int>(file_[at_ + 1]);
    if (first == 0xff && second != 0 && second != 0xff) {
      at_ += 2;
      return second;
    }
    ++at_;
  }
  at_ = file_.size();
  return 0;
}

std::optional<Error> Headers::read_to_scan(bool& has_scan) {
  has_scan = false;
  if (at_ == 0) {
    if (file_.size() < 2 || file_[0] != std::byte{0xff} || file_[1] != std::byte{kSoi})
      return Error{ErrorCode::unsupported, "is not a JPEG file"};
    at_ = 2;
  }
  while (!has_ended_) {
    const int marker = next_marker();
    if (marker == 0 || marker == kEoi) {
      // What follows the end, if anything, belongs to no picture.
      has_ended_ = true;
      break;
    }
    if ((marker >= kRst0 && marker < kSoi) || marker == kTem) continue;
    if (marker == kSoi) return damaged("a second file begins within it");
    if (auto error = read_segment(marker)) return error;
    if (marker != kSos) continue;
    has_scan = true;
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Error> Headers::read_segment(int marker) {
  if (file_.size() - at_ < 2) return truncated();
  const size_t length = std::to_integer<size_t>(file_[at_]) << 8 | std::to_integer<size_t>(file_[at_ + 1]);
  if (length < 2) return damaged("a segment has an impossible length");
  if (length > file_.size() - at_) return truncated();
  const Segment segment{file_.subspan(at_ + 2, length - 2)};
  at_ += length;
  if (is_frame(marker)) return read_frame(marker, segment);
  switch (marker) {
    case kDqt:
      return read_quantization(segment);
    case kDht:
      return read_huffman(segment);
    case kSos:
      return read_scan(segment);
    case kDac:
      return not_kept("an arithmetic-coded JPEG file");
    case kDhp:
      return not_kept("a hierarchical JPEG file");
    case kDnl:
      return not_kept("a JPEG file that tells its height after the first scan");
    case kDri:
      if (segment.bytes.size() != 2) return damaged("the restart interval has an impossible length");
      restart_interval_ = segment.word(0);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<Error> Headers::read_quantization(const Segment& segment) {
  for (size_t at = 0; at < segment.bytes.size();) {
    const int precision = segment.byte(at) >> 4, index = segment.byte(at) & 0xf;
    const size_t bytes = size_t{kBlock} << precision;
    ++at;
    if (precision > 1 || index >= kTables || segment.bytes.size() - at < bytes)
      return damaged("a quantization table is wrong");
    for (int i = 0; i < kBlock; ++i)
      quantization_[index][kZigzag[i]] =
          static_cast<uint16_t>(precision == 0 ? segment.byte(at + i) : segment.word(at + size_t{2} * i));
    at += bytes;
  }
  return std::nullopt;
}

std::optional<Error> Headers::read_huffman(const Segment& segment) {
  constexpr size_t kLengths = 16;
  for (size_t at = 0; at < segment.bytes.size();) {
    const int kind = segment.byte(at) >> 4, index = segment.byte(at) & 0xf;
    if (kind > 1 || index >= kTables || segment.bytes.size() - at < 1 + kLengths)
      return damaged("a Huffman table is wrong");
    HuffmanTable table;
    size_t symbols = 0;
    uint32_t room = 1;  // codes of this length that are not taken
    for (size_t length = 1; length <= kLengths; ++length) {
      table.counts[length] = static_cast<uint8_t>(segment.byte(at + length));
      symbols += table.counts[length];
      room *= 2;
      if (table.counts[length] > room) return damaged("a Huffman table has more codes than there can be");
      room -= table.counts[length];
    }
    at += 1 + kLengths;
    if (symbols > table.symbols.size() || segment.bytes.size() - at < symbols)
      return damaged("a Huffman table is wrong");
    for (size_t i = 0; i < symbols; ++i) table.symbols[i] = static_cast<uint8_t>(segment.byte(at + i));
    at += symbols;
    table.is_defined = true;
    (kind == 0 ? dc_tables_ : ac_tables_)[index] = table;
  }
  return std::nullopt;
}

std::optional<Error> Headers::read_frame(int marker, const Segment& segment) {
  constexpr size_t kFixed = 6, kOfComponent = 3;
  if (marker > kSof2) return not_kept(process_of(marker));
  if (!frame_.components.empty()) return damaged("it has two frames");
  if (segment.bytes.size() < kFixed) return damaged("the frame header is too short");
  if (segment.byte(0) != 8) {
    return not_kept("a JPEG file of " + std::to_string(segment.byte(0)) + " bits a sample");
  }
  frame_.is_progressive = marker == kSof2;
  frame_.height = segment.word(1);
  frame_.width = segment.word(3);
  const int count = segment.byte(5);
  if (frame_.height == 0) return not_kept("a JPEG file that tells its height after the first scan");
  if (frame_.width == 0) return damaged("the picture is empty");
  if (count < 1 || count > kMostComponents) return not_kept("a JPEG file of more than 4 components");
  if (segment.bytes.size() != kFixed + kOfComponent * count) return damaged("the frame header has a wrong length");
  for (int i = 0; i < count; ++i) {
    const size_t at = kFixed + kOfComponent * i;
    Component component;
    component.id = static_cast<uint8_t>(segment.byte(at));
    component.across = segment.byte(at + 1) >> 4;
    component.down = segment.byte(at + 1) & 0xf;
    component.table = segment.byte(at + 2);
    if (component.across < 1 || component.across > 4 || component.down < 1 || component.down > 4 ||
        component.table >= kTables) {
      return damaged("a component has impossible numbers");
    }
    frame_.components.push_back(component);
  }
  lay_out();
  return std::nullopt;
}

// The sizes of the components. T.81, A.1.1 and A.2.
void Headers::lay_out() {
  int most_across = 1, most_down = 1;
  for (const Component& component : frame_.components) {
    most_across = std::max(most_across, component.across);
    most_down = std::max(most_down, component.down);
  }
  frame_.mcus_across = divide_up(frame_.width, 8 * most_across);
  frame_.mcus_down = divide_up(frame_.height, 8 * most_down);
  for (Component& component : frame_.components) {
    component.blocks_across = divide_up(divide_up(frame_.width * component.across, most_across), 8);
    component.blocks_down = divide_up(divide_up(frame_.height * component.down, most_down), 8);
    component.padded_across = frame_.mcus_across * component.across;
    component.padded_down = frame_.mcus_down * component.down;
  }
}

std::optional<Error> Headers::read_scan(const Segment& segment) {
  if (frame_.components.empty()) return damaged("a scan comes before the frame header");
  if (++scans_ > kMostScans) return not_kept("a JPEG file of more than 100 scans");
  const int count = segment.bytes.empty() ? 0 : segment.byte(0);
  if (count < 1 || count > kMostComponents || segment.bytes.size() != 4 + size_t{2} * count)
    return damaged("a scan header has a wrong length");
  scan_ = Scan();
  for (int i = 0; i < count; ++i) {
    const int id = segment.byte(1 + size_t{2} * i), tables = segment.byte(2 + size_t{2} * i);
    const auto found = std::ranges::find(frame_.components, id, &Component::id);
    if (found == frame_.components.end()) return damaged("a scan has a component that the frame has not");
    const int index = static_cast<int>(found - frame_.components.begin());
    if (!scan_.components.empty() && index <= scan_.components.back().index)
      return damaged("the components of a scan are not in order");
    scan_.components.push_back({index, tables >> 4, tables & 0xf});
  }
  const size_t at = 1 + size_t{2} * count;
  scan_.from = segment.byte(at);
  scan_.to = segment.byte(at + 1);
  scan_.high = segment.byte(at + 2) >> 4;
  scan_.low = segment.byte(at + 2) & 0xf;
  scan_.restart_interval = restart_interval_;
  return check_scan();
}

std::optional<Error> Headers::check_scan() const {
  constexpr int kMostBits = 13, kMostBlocks = 10;
  const bool is_dc = scan_.from == 0;
  const bool is_refined = scan_.high != 0;
  if (frame_.is_progressive) {
    const bool is_good = scan_.to < kBlock && scan_.from <= scan_.to && scan_.low <= kMostBits &&
                         (is_dc ? scan_.to == 0 : scan_.components.size() == 1) &&
                         (!is_refined || scan_.low == scan_.high - 1);
    if (!is_good) return damaged("a scan has impossible numbers");
  } else if (scan_.from != 0 || scan_.to != kBlock - 1 || scan_.high != 0 || scan_.low != 0) {
    return damaged("a scan has impossible numbers");
  }
  int blocks = 0;
  for (const ScanComponent& of : scan_.components) {
    const Component& component = frame_.components[of.index];
    blocks += component.across * component.down;
    if (of.dc_table >= kTables || of.ac_table >= kTables) return damaged("a scan asks for an impossible table");
    const bool needs_dc = is_dc && !is_refined, needs_ac = scan_.to > 0;
    if ((needs_dc && !dc_tables_[of.dc_table].is_defined) || (needs_ac && !ac_tables_[of.ac_table].is_defined))
      return damaged("a scan asks for a Huffman table that is missing");
  }
  if (scan_.components.size() > 1 && blocks > kMostBlocks) return damaged("an MCU has too many blocks");
  return std::nullopt;
}

}  // namespace laq::jpeg
