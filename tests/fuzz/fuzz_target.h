// The entry point of libFuzzer, for other programs that have bytes to try.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

// What a call to the library may take there.
inline constexpr uint64_t kFuzzMaxBytes = uint64_t{1} << 23;

// Stands before a byte that chooses a tensor's format, and its stream: the number of a shape, and 8 times that of
// float16, float32 or float64.
inline constexpr uint8_t kTensorMark = 0xf7;
inline const std::vector<uint64_t> kTensorShapes[] = {{40, 60}, {2400}, {10, 8, 3, 3}, {3, 3, 8, 10}, {300, 7}};

// Stands before the length of an index of tensors (LEB128), the index before its compression, and the streams: behind
// the compression no damage would get to its reader.
inline constexpr uint8_t kIndexMark = 0xf6;

// Stands before the length of the headers of a kept JPEG file (LEB128), the headers before their compression, the bytes
// of the JPEG file, the number of groups, and what follows the headers in the content.
inline constexpr uint8_t kJpegMark = 0xf5;

// Stands before the content of a picture without loss or with a bound.
inline constexpr uint8_t kLosslessMark = 0xf4;
// The same of a picture of floating-point samples.
inline constexpr uint8_t kFloatMark = 0xf3;

// Returns 0; ends the program where a promise is broken.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
