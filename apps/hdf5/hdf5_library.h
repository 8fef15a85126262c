// The HDF5 library that has loaded the plugin. A process may have several (Python packages bring their own), under
// names that no linker knows, and each knows only its own datasets. So the plugin is linked with none, and asks the one
// that calls it.
#ifndef LAQ_HDF5_HDF5_LIBRARY_H
#define LAQ_HDF5_HDF5_LIBRARY_H

#include <string>

#include <hdf5.h>

namespace laq_hdf5 {

// The functions that the plugin calls.
#define LAQ_HDF5_FUNCTIONS(FUNCTION) \
  FUNCTION(H5Epush2)                 \
  FUNCTION(H5allocate_memory)        \
  FUNCTION(H5free_memory)            \
  FUNCTION(H5Pfill_value_defined)    \
  FUNCTION(H5Pget_chunk)             \
  FUNCTION(H5Pget_fill_value)        \
  FUNCTION(H5Pget_filter2)           \
  FUNCTION(H5Pmodify_filter)         \
  FUNCTION(H5Tclose)                 \
  FUNCTION(H5Tget_class)             \
  FUNCTION(H5Tget_ebias)             \
  FUNCTION(H5Tget_fields)            \
  FUNCTION(H5Tget_member_type)       \
  FUNCTION(H5Tget_nmembers)          \
  FUNCTION(H5Tget_order)             \
  FUNCTION(H5Tget_precision)         \
  FUNCTION(H5Tget_sign)              \
  FUNCTION(H5Tget_size)              \
  FUNCTION(H5Tget_super)             \
  FUNCTION(H5Tis_variable_str)

class Hdf5 {
 public:
  // The library whose code is at this address: that of a function's caller.
  explicit Hdf5(const void* code);
  Hdf5(const Hdf5&) = delete;
  Hdf5& operator=(const Hdf5&) = delete;
  ~Hdf5();

  // Whether all functions were found; none may be called otherwise.
  explicit operator bool() const { return is_complete_; }

  // Puts a message on the library's stack of errors, whose messages programs show. minor: the name of a variable of
  // HDF5.
  void report(const char* minor, const std::string& message) const;

#define LAQ_HDF5_MEMBER(NAME) decltype(&::NAME) NAME = nullptr;
  LAQ_HDF5_FUNCTIONS(LAQ_HDF5_MEMBER)
#undef LAQ_HDF5_MEMBER

 private:
  void* library_ = nullptr;
  bool is_complete_ = false;
};

}  // namespace laq_hdf5

#endif
