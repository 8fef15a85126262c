// A program as a codec: NAME=ENCODE ;; DECODE, two commands for /bin/sh.
//
//   new-jxl=cjxl {in} {out} -d {q} --num_threads={threads} ;; djxl {out} {png}
//
// ENCODE has {in} (a PNG file of the picture), {out} (the file to write) and {q} (the quality; without it the program
// has one point). DECODE has {out}, which may stand as {in} there, and {png} (the picture to write: PNG, or another
// format that laq reads). Of arrays {in}, and {raw} in the place of {png}, are files of nothing but their elements in
// little-endian order, the last side fastest; {sides} (such as "83 83 60": the fastest first, with blanks between),
// {rank} (their number) and {bits} (of an element) may stand in both commands, {error} (the quality times the range of
// the elements) in ENCODE.
//
//   sz3=sz3 -f -i {in} -z {out} -{rank} {sides} -M REL {q} ;; sz3 -f -z {out} -o {raw} -{rank} {sides} -M REL 1
//
// {threads} may stand in both. Paths are put in quotes; the files are in a temporary folder that is removed afterwards.
// NAME has letters, digits and . _ + - only.
#pragma once

#include "compare/codecs/codec.h"

namespace laq::compare {

Result<std::unique_ptr<Codec>> make_program_codec(const std::string& specification, SignalKind kind);

}  // namespace laq::compare
