#include "hdf5/hdf5_library.h"

#include <dlfcn.h>

namespace laq_hdf5 {

Hdf5::Hdf5(const void* code) {
  Dl_info info = {};
  if (dladdr(code, &info) == 0) return;
  library_ = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (library_ == nullptr) return;
  is_complete_ = true;
#define LAQ_HDF5_FIND(NAME)                                        \
  NAME = reinterpret_cast<decltype(NAME)>(dlsym(library_, #NAME)); \
  is_complete_ = is_complete_ && NAME != nullptr;
  LAQ_HDF5_FUNCTIONS(LAQ_HDF5_FIND)
#undef LAQ_HDF5_FIND
}

Hdf5::~Hdf5() {
  if (library_ != nullptr) dlclose(library_);
}

void Hdf5::report(const char* minor, const std::string& message) const {
  const auto variable = [this](const char* name) -> hid_t {
    const void* value = dlsym(library_, name);
    return value != nullptr ? *static_cast<const hid_t*>(value) : -1;
  };
  H5Epush2(H5E_DEFAULT, "laq", "filter", 0, variable("H5E_ERR_CLS_g"), variable("H5E_PLINE_g"), variable(minor),
           "laq: %s", message.c_str());
}

}  // namespace laq_hdf5
