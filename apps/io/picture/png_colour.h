// The chunks of a PNG file that tell colour: cICP overrides iCCP, which overrides sRGB, which overrides gAMA and cHRM.
// mDCV and cLLI tell light levels. Source: PNG, third edition (W3C 2025), 4.3 and 11.3.2.
#pragma once

#include <vector>

#include "io/notes.h"
#include "io/picture/png_chunks.h"
#include "laq/laq.hpp"

namespace laq::io {

// Sets the colour of a picture, in whose metadata a valid iCCP is already. gAMA and cHRM become an ICC profile if
// nothing overrides them and they are not those of sRGB. The notes name what is invalid or cannot be kept.
void read_png_colour(const PngChunks& png, bool is_gray, Metadata& metadata, Notes& notes);

// The chunks that libpng does not know: cICP, mDCV and cLLI. They belong behind iCCP and before PLTE and IDAT.
std::vector<NewPngChunk> make_png_colour(const Metadata& metadata);

}  // namespace laq::io
