// JPEG files kept exactly: their coefficients are coded anew, and give the same file again, bit by bit.
//
//   content = file bytes, groups (LEB128); bytes of the headers (LEB128), headers; bytes of the choices (LEB128);
//             bytes of each group (LEB128); choices; groups
//
// headers: the file without its entropy-coded segments, compressed. choices: what the writer of the file was free to
// choose (scan_walk.h). groups: see group_syntax.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <laq/jpeg.hpp>
#include <laq/laq.hpp>

namespace laq::jpeg {

Result<std::vector<std::byte>> encode_content(std::span<const std::byte> file, const JpegEncodeOptions& options);
Result<std::vector<std::byte>> decode_content(std::span<const std::byte> content, const DecodeOptions& options);
Result<JpegInfo> inspect_content(std::span<const std::byte> content, const DecodeOptions& options);

}  // namespace laq::jpeg
