#include "compare/report/rasterize.h"

#ifdef LAQ_HAVE_RSVG
#include <librsvg/rsvg.h>

#include <algorithm>
#include <cmath>
#include <memory>
#endif

namespace laq::compare {

#ifdef LAQ_HAVE_RSVG

namespace {

struct Release {
  void operator()(RsvgHandle* handle) const { g_object_unref(handle); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(GError* error) const { g_error_free(error); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

Error cannot_draw(GError* error) {
  const Owned<GError> owned(error);
  return {ErrorCode::invalid_argument,
          std::string("the chart cannot be drawn: ") + (owned ? owned->message : "no SVG")};
}

}  // namespace

std::optional<Error> svg_to_png(const std::string& svg, int width, const std::string& file) {
  if (width < 1 || width > 16384)
    return Error{ErrorCode::invalid_argument, "a chart is 1 to 16384 pixels wide, not " + std::to_string(width)};
  GError* error = nullptr;
  const Owned<RsvgHandle> handle(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
  if (!handle) return cannot_draw(error);
  double own_width = 0, own_height = 0;
  if (!rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &own_width, &own_height) || own_width <= 0)
    return cannot_draw(nullptr);
  const int height = std::max(1, static_cast<int>(std::lround(width * own_height / own_width)));
  const Owned<cairo_surface_t> surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height));
  const Owned<cairo_t> context(cairo_create(surface.get()));
  const RsvgRectangle whole = {0, 0, static_cast<double>(width), static_cast<double>(height)};
  if (!rsvg_handle_render_document(handle.get(), context.get(), &whole, &error)) return cannot_draw(error);
  const cairo_status_t status = cairo_surface_write_to_png(surface.get(), file.c_str());
  if (status != CAIRO_STATUS_SUCCESS)
    return Error{ErrorCode::invalid_argument, file + " cannot be written: " + cairo_status_to_string(status)};
  return {};
}

#else

std::optional<Error> svg_to_png(const std::string&, int, const std::string& file) {
  return Error{ErrorCode::unsupported, file +
                                           " cannot be made: this build has no librsvg (Debian: librsvg2-dev); the "
                                           "same chart can be written as SVG"};
}

#endif

}  // namespace laq::compare
