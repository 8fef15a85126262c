// Parameters of the HDF5 filter: what stands in the cd_values of a dataset.
//   0      the target: a laq_array_target_kind
//   1      the effort, 1..9; 0: the library's default
//   2, 3   the target's value, an IEEE double, the lower half first
// The user gives as many of these as are not 0. The filter appends what a chunk is, because HDF5 hands it bytes only:
//   4      kDescription
//   5      the laq_element_type; + 256 if the elements are big-endian; + 512 if they are kept without loss whatever the
//          target; + 1024 if there is a fill value
//   6      elements in an item of the dataset, such as 2 in a complex number
//   7, 8   the bits of the fill value, the lower half first; 0 if there is none
//   9 ...  the sides of a chunk, the slowest first
#ifndef LAQ_HDF5_PARAMETERS_H
#define LAQ_HDF5_PARAMETERS_H

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <laq/laq.h>

namespace laq_hdf5 {

inline constexpr uint32_t kDescription = 1;
inline constexpr size_t kUserValues = 4;
inline constexpr size_t kMaxValues = 9 + LAQ_MAX_DIMENSIONS;

struct Parameters {
  int target_kind = LAQ_ARRAY_LOSSLESS;
  int effort = 0;
  double target = 0;
  int type = LAQ_UINT8;  // a laq_element_type
  bool is_big_endian = false;
  bool is_kept = false;                // without loss, whatever the target
  uint32_t parts = 1;                  // elements in an item
  std::optional<uint64_t> fill_value;  // its bits
  std::vector<uint64_t> sides;         // of a chunk, in items
};

// Bytes of an element of a laq_element_type; 0 if there is no such type.
size_t element_bytes(int type);

// Items in a chunk, and its bytes; nothing if they are more than a chunk of HDF5 can have, which is less than 4 GiB.
std::optional<uint64_t> chunk_bytes(const Parameters& parameters);

// The user's values; those that are not given are 0.
Parameters read_user_values(std::span<const unsigned> values);
// All values. Nothing if what the filter appends is not there or is no description.
std::optional<Parameters> read_values(std::span<const unsigned> values);
std::vector<unsigned> write_values(const Parameters& parameters);

}  // namespace laq_hdf5

#endif
