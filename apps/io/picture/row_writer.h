// Pictures that are written to a file row by row, in the memory that some rows take.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "io/byte_sink.h"
#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

class RowWriter {
 public:
  virtual ~RowWriter() = default;

  // Takes the next rows: a picture of the width, the channels and the depth that the writer was opened with. If the
  // sink fails, so does this. May throw std::bad_alloc.
  virtual std::optional<Error> write(const PictureView& rows) = 0;
  // Ends the file, after all rows. The notes name what is not kept.
  virtual Result<Notes> finish() = 0;
};

// The writer, or why there can be no such file.
using OpenedWriter = Result<std::unique_ptr<RowWriter>>;

// Begins a file of a picture of this size and depth, with its metadata; the samples of `picture` are not looked at. The
// picture and the sink outlive the writer.
using RowWriterMaker = OpenedWriter(const Picture& picture, ByteSink& sink);

// The file of a whole picture.
Result<Noted<std::vector<std::byte>>> write_all_rows(const std::function<RowWriterMaker>& create,
                                                     const Picture& picture);

}  // namespace laq::io
