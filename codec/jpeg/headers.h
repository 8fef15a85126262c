// The headers of a JPEG file, read marker by marker. The same walk goes over the whole file, where a reader of scans
// steps over the entropy-coded segments, and over the file without them, where a writer puts them in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <laq/laq.hpp>

#include "jpeg/frame.h"

namespace laq::jpeg {

Error not_kept(const std::string& what);  // unsupported
Error damaged(const std::string& what);   // corrupt

class Headers {
 public:
  explicit Headers(std::span<const std::byte> file) : file_(file) {}

  // Reads on, until behind the header of the next scan or to the end of the file. has_scan: whether there is a scan.
  std::optional<Error> read_to_scan(bool& has_scan);

  // Where the walk stands; a reader of scans moves it behind an entropy-coded segment.
  size_t position() const { return at_; }
  void move_to(size_t position) { at_ = position; }

  // Without coefficients.
  const Frame& frame() const { return frame_; }
  const Scan& scan() const { return scan_; }
  const HuffmanTable& dc_table(int index) const { return dc_tables_[index]; }
  const HuffmanTable& ac_table(int index) const { return ac_tables_[index]; }
  const QuantizationTable& quantization(int index) const { return quantization_[index]; }

 private:
  static constexpr int kTables = 4;
  static constexpr int kMostScans = 100;

  struct Segment {
    std::span<const std::byte> bytes;
    int byte(size_t at) const { return std::to_integer<int>(bytes[at]); }
    int word(size_t at) const { return byte(at) << 8 | byte(at + 1); }
  };
  // The marker that comes next, and where its segment begins; 0 at the end of the file.
  int next_marker();
  std::optional<Error> read_segment(int marker);
  std::optional<Error> read_quantization(const Segment& segment);
  std::optional<Error> read_huffman(const Segment& segment);
  std::optional<Error> read_frame(int marker, const Segment& segment);
  std::optional<Error> read_scan(const Segment& segment);
  std::optional<Error> check_scan() const;
  void lay_out();

  std::span<const std::byte> file_;
  size_t at_ = 0;
  bool has_ended_ = false;
  int scans_ = 0, restart_interval_ = 0;
  Frame frame_;
  Scan scan_;
  std::array<HuffmanTable, kTables> dc_tables_{}, ac_tables_{};
  std::array<QuantizationTable, kTables> quantization_{};
};

}  // namespace laq::jpeg
