// The entry point of libFuzzer, for other programs that have bytes to try.
#pragma once

#include <cstddef>
#include <cstdint>

// What a call to the library may take there.
inline constexpr uint64_t kFuzzMaxBytes = uint64_t{1} << 23;

// Returns 0; ends the program where a promise is broken.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
