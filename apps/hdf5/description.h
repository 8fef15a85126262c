// What a dataset is, as far as the HDF5 filter wants to know it: its elements, its fill value, the sides of a chunk.
#ifndef LAQ_HDF5_DESCRIPTION_H
#define LAQ_HDF5_DESCRIPTION_H

#include "hdf5/hdf5_library.h"
#include "hdf5/parameters.h"

namespace laq_hdf5 {

// Fills in what the filter appends to the user's values. False if HDF5 fails, which then has said why.
bool describe(const Hdf5& hdf5, hid_t creation_properties, hid_t type, Parameters& parameters);

}  // namespace laq_hdf5

#endif
