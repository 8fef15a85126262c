// The page of a picture: what the encoder decided, where its bits went, and where the error is.
#pragma once

#include "inspect/page.h"
#include "laq/inspect.hpp"

namespace laq::command {

// original: of the size of the traced picture; null if it is not known.
Page picture_page(const PictureTrace& trace, const Info& info, const Picture* original);

}  // namespace laq::command
