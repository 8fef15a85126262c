// The public functions that read kept JPEG files.
#include <laq/jpeg.hpp>

#include "base/checks.h"
#include "base/without_exceptions.h"
#include "container/container.h"
#include "jpeg/jpeg_codec.h"

namespace laq {
namespace {

// What `read` makes of the content.
template <class T, class Read>
Result<T> read_content(std::span<const std::byte> file, const DecodeOptions& options, Read&& read) {
  return without_exceptions([&]() -> Result<T> {
    if (const auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
    const Result<std::vector<Section>> sections = read_container(file);
    if (!sections) return sections.error();
    const Result<std::span<const std::byte>> content = content_of(*sections, kJpegSection);
    if (!content) return content.error();
    const DefaultFloatingPoint environment;
    Result<T> result = read(*content, options);
    if (!result) return in_section(kJpegSection, result.error());
    return result;
  });
}

}  // namespace

Result<std::vector<std::byte>> decode_jpeg(std::span<const std::byte> file, const DecodeOptions& options) {
  return read_content<std::vector<std::byte>>(file, options, jpeg::decode_content);
}

Result<JpegInfo> inspect_jpeg(std::span<const std::byte> file, const DecodeOptions& options) {
  return read_content<JpegInfo>(file, options, jpeg::inspect_content);
}

bool holds_jpeg(std::span<const std::byte> file) {
  const Result<bool> holds = without_exceptions([&]() -> Result<bool> { return has_content(file, kJpegSection); });
  return holds && *holds;
}

}  // namespace laq
