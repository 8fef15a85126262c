// Fill values of HDF5 datasets, which are no measurements: with loss, elements that are equal to one come back exactly,
// and spoil neither range nor prediction, because others stand in their place. NaNs with a payload of the filter's own
// do, which an attachment `fill` says. Integers have no NaN, and a chunk may have this one: then the elements before
// do, and an attachment `mask` tells where, in one bit for each element, the lowest of a byte first.
#ifndef LAQ_HDF5_FILL_VALUES_H
#define LAQ_HDF5_FILL_VALUES_H

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hdf5/parameters.h"

namespace laq_hdf5 {

// The bits of an element of 1, 2, 4 or 8 bytes in native byte order, as those of a number.
uint64_t element_bits(const void* element, size_t bytes);
void store_element(uint64_t bits, size_t bytes, void* element);

// What tells a reader where the fill values are that were replaced among the elements.
struct HiddenFillValues {
  const char* name = nullptr;    // of the attachment
  std::vector<uint8_t> payload;  // empty: nothing was replaced
};

// Replaces the fill values among elements in native byte order. parameters: have one.
HiddenFillValues hide_fill_values(const Parameters& parameters, std::span<std::byte> elements);

// Puts them back where the array's attachments tell. Gives an empty string, or what is wrong.
std::string restore_fill_values(const Parameters& parameters, const laq_array& array, std::span<std::byte> elements);

}  // namespace laq_hdf5

#endif
