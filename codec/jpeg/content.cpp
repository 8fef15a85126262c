#include "jpeg/content.h"

#include "jpeg/headers.h"
#include "jpeg/scan_writer.h"

namespace laq::jpeg {

Result<Plan> plan_of(std::span<const std::byte> headers) {
  Headers walk(headers);
  bool has_scan = false;
  if (auto error = walk.read_to_scan(has_scan)) return *error;
  if (!has_scan) return damaged("it has no scan");
  Plan plan{walk.frame(), {}};
  for (const Component& component : plan.frame.components)
    plan.factors.emplace_back(walk.quantization(component.table));
  return plan;
}

void allocate(Frame& frame) {
  for (Component& component : frame.components)
    component.coefficients.assign(static_cast<size_t>(component.padded_blocks()) * kBlock, 0);
}

Result<std::vector<std::byte>> write_file(std::span<const std::byte> headers, Frame& frame,
                                          std::span<const std::byte> choices, uint64_t file_bytes) {
  std::vector<std::byte> file;
  Headers walk(headers);
  SymbolReader coder(choices);
  Choices models;
  while (true) {
    const size_t from = walk.position();
    bool has_scan = false;
    if (auto error = walk.read_to_scan(has_scan)) return *error;
    const size_t to = has_scan ? walk.position() : headers.size();
    if (to - from > file_bytes - file.size()) return damaged("its bytes are more than they should be");
    file.insert(file.end(), headers.begin() + static_cast<ptrdiff_t>(from),
                headers.begin() + static_cast<ptrdiff_t>(to));
    if (!has_scan) break;
    if (!write_scan(walk, frame, models, coder, static_cast<size_t>(file_bytes), file) || coder.is_past_end())
      return damaged("a scan cannot be written");
  }
  if (file.size() != file_bytes) return damaged("its bytes are fewer than they should be");
  return file;
}

}  // namespace laq::jpeg
