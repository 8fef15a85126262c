// The HDF5 library for chunks without HDF5: only its memory is there, which is that of C.
#pragma once

#include <cstdlib>

#include "hdf5/hdf5_library.h"

class ChunkMemory : public laq_hdf5::Hdf5 {
 public:
  ChunkMemory() : Hdf5(nullptr) {
    H5allocate_memory = [](size_t bytes, hbool_t) { return std::malloc(bytes); };
    H5free_memory = [](void* memory) -> herr_t {
      std::free(memory);
      return 0;
    };
  }
};
