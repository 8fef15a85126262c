// Owners of the objects of C libraries: std::unique_ptr<Object, Release<function_that_frees_it>>.
#pragma once

#include <memory>

namespace laq::io {

template <auto release>
struct Release {
  void operator()(auto* object) const { release(object); }
};

}  // namespace laq::io
