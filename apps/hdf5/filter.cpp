// The filter plugin that HDF5 loads: datasets whose chunks are LAQ files. parameters.h tells what stands in cd_values.
#include <array>
#include <new>

#include <H5PLextern.h>

#include "hdf5/chunk.h"
#include "hdf5/description.h"

namespace {

using laq_hdf5::Hdf5;
using laq_hdf5::Parameters;

// HDF5 leaves 256..511 to filters that are not registered.
constexpr H5Z_filter_t kFilter = 425;

// The user's values in the list of filters, whose first one must be laq: others change the bytes of elements.
std::string read_filter(const Hdf5& hdf5, hid_t properties, unsigned& flags, Parameters& parameters) {
  std::array<unsigned, laq_hdf5::kMaxValues> values = {};
  size_t count = values.size();
  std::array<char, 64> name = {};
  const H5Z_filter_t first =
      hdf5.H5Pget_filter2(properties, 0, &flags, &count, values.data(), name.size(), name.data(), nullptr);
  if (first != kFilter) {
    return "the filter " + std::string(name.data()) +
           " comes before laq, which takes elements as they are: leave it out";
  }
  parameters = laq_hdf5::read_user_values({values.data(), std::min(count, values.size())});
  return laq_hdf5::check_user_values(parameters);
}

herr_t set_local(hid_t properties, hid_t type, hid_t) {
  const Hdf5 hdf5(__builtin_return_address(0));
  if (!hdf5) return -1;
  try {
    unsigned flags = 0;
    Parameters parameters;
    std::string message = read_filter(hdf5, properties, flags, parameters);
    if (message.empty()) {
      if (!laq_hdf5::describe(hdf5, properties, type, parameters)) return -1;
      if (!laq_hdf5::chunk_bytes(parameters)) message = "a chunk takes 4 GiB or more";
    }
    if (!message.empty()) {
      hdf5.report("H5E_SETLOCAL_g", message);
      return -1;
    }
    const std::vector<unsigned> values = laq_hdf5::write_values(parameters);
    return hdf5.H5Pmodify_filter(properties, kFilter, flags, values.size(), values.data());
  } catch (const std::bad_alloc&) {
    return -1;
  }
}

// Gives the number of bytes that are in *data afterwards; 0, and *data as it was, if that fails.
size_t filter(unsigned flags, size_t value_count, const unsigned* values, size_t bytes, size_t* capacity, void** data) {
  const Hdf5 hdf5(__builtin_return_address(0));
  if (!hdf5) return 0;
  const bool decodes = (flags & H5Z_FLAG_REVERSE) != 0;
  try {
    laq_hdf5::Buffer result(hdf5);
    const std::span given(static_cast<const std::byte*>(*data), bytes);
    std::string message = "the dataset's parameters of the filter (cd_values) do not describe its chunks";
    if (const auto parameters = laq_hdf5::read_values({values, value_count})) {
      message = decodes ? laq_hdf5::decode_chunk(*parameters, given, result)
                        : laq_hdf5::encode_chunk(*parameters, given, result);
    }
    if (!message.empty()) {
      hdf5.report(decodes ? "H5E_READERROR_g" : "H5E_WRITEERROR_g", message);
      return 0;
    }
    const size_t size = result.bytes().size();
    hdf5.H5free_memory(*data);
    *data = result.release();
    *capacity = size;
    return size;
  } catch (const std::bad_alloc&) {
    hdf5.report("H5E_NOSPACE_g", "out of memory");
    return 0;
  }
}

const H5Z_class2_t kClass = {H5Z_CLASS_T_VERS, kFilter, 1, 1, "laq", nullptr, set_local, filter};

}  // namespace

H5PL_type_t H5PLget_plugin_type() {
  return H5PL_TYPE_FILTER;
}
const void* H5PLget_plugin_info() {
  return &kClass;
}
