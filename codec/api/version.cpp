#include <laq/laq.hpp>
#include <laq/version.h>

namespace laq {

const char* version() {
  return LAQ_VERSION_STRING;
}

}  // namespace laq
