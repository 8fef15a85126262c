// The public function that keeps JPEG files.
#include <laq/jpeg.hpp>

#include "base/checks.h"
#include "base/without_exceptions.h"
#include "container/container.h"
#include "jpeg/jpeg_codec.h"

namespace laq {

Result<std::vector<std::byte>> encode_jpeg(std::span<const std::byte> jpeg, const JpegEncodeOptions& options) {
  return without_exceptions([&]() -> Result<std::vector<std::byte>> {
    if (const auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
    const DefaultFloatingPoint environment;
    const Result<std::vector<std::byte>> content = jpeg::encode_content(jpeg, options);
    if (!content) return content.error();
    const Section section{kJpegSection, *content};
    return write_container(std::span(&section, 1));
  });
}

}  // namespace laq
