#include "io/picture/row_writer.h"

namespace laq::io {

Result<Noted<std::vector<std::byte>>> write_all_rows(const std::function<RowWriterMaker>& create,
                                                     const Picture& picture) {
  MemorySink sink;
  const OpenedWriter writer = create(picture, sink);
  if (!writer) return writer.error();
  if (auto error = (*writer)->write(picture.view())) return *error;
  Result<Notes> notes = (*writer)->finish();
  if (!notes) return notes.error();
  Noted<std::vector<std::byte>> file(sink.take());
  file.notes = std::move(*notes);
  return file;
}

}  // namespace laq::io
