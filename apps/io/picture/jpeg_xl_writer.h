// JPEG XL by libjxl: the bytes that an encoder gives.
#pragma once

#include <jxl/encode.h>

#include <cstddef>
#include <vector>

namespace laq::io {

// Encodes what the encoder was given, whose input is closed. False after an error, which the encoder keeps.
bool take_file(JxlEncoder* encoder, std::vector<std::byte>& file);

}  // namespace laq::io
