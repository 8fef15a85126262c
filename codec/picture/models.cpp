#include "picture/models.h"

namespace laq {

PictureModels::PictureModels(int /*base_step_index*/) {}

}  // namespace laq
