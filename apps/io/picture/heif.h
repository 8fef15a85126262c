// Owners of libheif's objects, for the reader and the writer of HEIF and AVIF.
#pragma once

#include <libheif/heif.h>

#include <memory>

#include "io/picture/release.h"

namespace laq::io::heif {

using Context = std::unique_ptr<heif_context, Release<heif_context_free>>;
using Handle = std::unique_ptr<heif_image_handle, Release<heif_image_handle_release>>;
using Image = std::unique_ptr<heif_image, Release<heif_image_release>>;
using Encoder = std::unique_ptr<heif_encoder, Release<heif_encoder_release>>;

}  // namespace laq::io::heif
