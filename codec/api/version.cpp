#include <laq/version.h>
#include <laq/laq.hpp>

namespace laq {

const char* version() {
  return LAQ_VERSION_STRING;
}

}  // namespace laq
