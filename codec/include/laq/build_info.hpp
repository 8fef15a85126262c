// What the library was built with, for people who report a fault or wonder about its speed.
#pragma once

#include <string>

#include <laq/laq.hpp>

namespace laq {

// Lines such as "format 142", "SIMD AVX2", "zlib 1.2.13" and "lcms2 absent": the format number that is written, the
// vector instructions in use, and libraries with their versions.
LAQ_API std::string build_info();

}  // namespace laq
