// A program as a codec: NAME=ENCODE ;; DECODE, two commands for /bin/sh.
//
//   new-jxl=cjxl {in} {out} -d {q} --num_threads={threads} ;; djxl {out} {png}
//
// ENCODE has {in} (a PNG file of the picture), {out} (the file to write) and {q} (the quality; without it the program
// has one point). DECODE has {out}, which may also be called {in}, and {png} (the picture to write: PNG, or another
// format that laq reads). For arrays {in}, and {raw} in place of {png}, are files of the elements alone, little-endian,
// the last side fastest. Both commands may have {sides} (such as "83 83 60": the fastest first, separated by spaces),
// {rank} (the number of sides) and {bits} (of an element); ENCODE may have {error} (the quality times the range).
//
//   sz3=sz3 -f -i {in} -z {out} -{rank} {sides} -M REL {q} ;; sz3 -f -z {out} -o {raw} -{rank} {sides} -M REL 1
//
// Both may have {threads}. Paths are quoted; the files lie in a temporary folder that is removed afterwards. NAME
// consists of letters, digits and . _ + - only.
#pragma once

#include "compare/codecs/codec.h"

namespace laq::compare {

Result<std::unique_ptr<Codec>> make_program_codec(const std::string& specification, SignalKind kind);

}  // namespace laq::compare
