// Chunks of HDF5 datasets as LAQ files, each of one array.
#ifndef LAQ_HDF5_CHUNK_H
#define LAQ_HDF5_CHUNK_H

#include <span>
#include <string>

#include "hdf5/hdf5_library.h"
#include "hdf5/parameters.h"

namespace laq_hdf5 {

// Takes and gives away what HDF5 has allocated; frees it at its end.
class Buffer {
 public:
  explicit Buffer(const Hdf5& hdf5) : hdf5_(hdf5) {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer();

  // False if there is no memory. What is in it is not kept.
  bool allocate(size_t bytes);
  std::span<std::byte> bytes() const { return {static_cast<std::byte*>(data_), bytes_}; }
  void* release();

 private:
  const Hdf5& hdf5_;
  void* data_ = nullptr;
  size_t bytes_ = 0;
};

// The array is that of the chunk, in native byte order. If an item consists of several elements, they come first: a
// chunk of 20 x 30 complex numbers is an array of 2 x 20 x 30 elements. Fill values: see fill_values.h. Both give an
// empty string or what is wrong.
std::string encode_chunk(const Parameters& parameters, std::span<const std::byte> chunk, Buffer& file);
std::string decode_chunk(const Parameters& parameters, std::span<const std::byte> file, Buffer& chunk);

// What is wrong with the user's values; empty if nothing is.
std::string check_user_values(const Parameters& parameters);

}  // namespace laq_hdf5

#endif
