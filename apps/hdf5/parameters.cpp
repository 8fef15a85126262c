#include "hdf5/parameters.h"

#include <array>
#include <bit>

namespace laq_hdf5 {
namespace {

constexpr unsigned kBigEndian = 256, kKept = 512, kHasFillValue = 1024;

uint64_t join(unsigned low, unsigned high) {
  return uint64_t{high} << 32 | low;
}

}  // namespace

size_t element_bytes(int type) {
  constexpr std::array<size_t, LAQ_BFLOAT16 + 1> bytes = {1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 2, 2};
  return type >= 0 && static_cast<size_t>(type) < bytes.size() ? bytes[static_cast<size_t>(type)] : 0;
}

std::optional<uint64_t> chunk_bytes(const Parameters& parameters) {
  uint64_t bytes = element_bytes(parameters.type);
  const auto grow = [&bytes](uint64_t factor) {
    if (factor > UINT32_MAX || bytes > UINT32_MAX) return false;
    bytes *= factor;
    return true;
  };
  if (!grow(parameters.parts)) return std::nullopt;
  for (const uint64_t side : parameters.sides) {
    if (!grow(side)) return std::nullopt;
  }
  return bytes > 0 && bytes <= UINT32_MAX ? std::optional(bytes) : std::nullopt;
}

Parameters read_user_values(std::span<const unsigned> values) {
  std::array<unsigned, kUserValues> given = {};
  for (size_t i = 0; i < given.size() && i < values.size(); ++i) given[i] = values[i];
  Parameters parameters;
  parameters.target_kind = static_cast<int>(given[0]);
  parameters.effort = static_cast<int>(given[1]);
  parameters.target = std::bit_cast<double>(join(given[2], given[3]));
  return parameters;
}

std::optional<Parameters> read_values(std::span<const unsigned> values) {
  if (values.size() < 9 || values.size() > kMaxValues || values[4] != kDescription) return std::nullopt;
  Parameters parameters = read_user_values(values);
  parameters.type = static_cast<int>(values[5] & 0xff);
  parameters.is_big_endian = (values[5] & kBigEndian) != 0;
  parameters.is_kept = (values[5] & kKept) != 0;
  parameters.parts = values[6];
  if ((values[5] & kHasFillValue) != 0) parameters.fill_value = join(values[7], values[8]);
  parameters.sides.assign(values.begin() + 9, values.end());
  if (!chunk_bytes(parameters)) return std::nullopt;
  return parameters;
}

std::vector<unsigned> write_values(const Parameters& parameters) {
  const auto target = std::bit_cast<uint64_t>(parameters.target);
  const uint64_t fill = parameters.fill_value.value_or(0);
  const unsigned flags = (parameters.is_big_endian ? kBigEndian : 0) | (parameters.is_kept ? kKept : 0) |
                         (parameters.fill_value ? kHasFillValue : 0);
  std::vector<unsigned> values = {static_cast<unsigned>(parameters.target_kind),
                                  static_cast<unsigned>(parameters.effort),
                                  static_cast<unsigned>(target),
                                  static_cast<unsigned>(target >> 32),
                                  kDescription,
                                  static_cast<unsigned>(parameters.type) | flags,
                                  parameters.parts,
                                  static_cast<unsigned>(fill),
                                  static_cast<unsigned>(fill >> 32)};
  for (const uint64_t side : parameters.sides) values.push_back(static_cast<unsigned>(side));
  return values;
}

}  // namespace laq_hdf5
