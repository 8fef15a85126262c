// The C functions of blocks that read them and compute with them.
#include <memory>
#include <vector>

#include <laq/laq.h>
#include <laq/blocks.hpp>

#include "api/c_blocks.h"

struct laq_block_view {
  laq::BlockView view;
};

laq_status laq_view_blocks(const laq_block_format* format, const void* data, size_t size, laq_block_view** view,
                           laq_error* error) noexcept {
  using namespace laq::c_api;
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (view == nullptr) return is_null("view");
    *view = nullptr;
    if (format == nullptr) return is_null("format");
    if (data == nullptr && size != 0) return is_null("data");
    auto made = laq::view_blocks(read_format(*format), std::span(static_cast<const std::byte*>(data), size));
    if (!made) return made.error();
    *view = std::make_unique<laq_block_view>(laq_block_view{std::move(*made)}).release();
    return std::nullopt;
  });
}

laq_status laq_dequantize_blocks(const laq_block_view* view, uint64_t row, float* elements, size_t count, int threads,
                                 laq_error* error) noexcept {
  using namespace laq::c_api;
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (view == nullptr) return is_null("view");
    if (elements == nullptr && count != 0) return is_null("elements");
    return laq::dequantize_blocks(view->view, row, {elements, count}, {threads});
  });
}

laq_status laq_dot_blocks(const laq_block_view* view, uint64_t row, const float* activations, size_t count,
                          float* product, laq_error* error) noexcept {
  using namespace laq::c_api;
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (view == nullptr) return is_null("view");
    if (activations == nullptr && count != 0) return is_null("activations");
    if (product == nullptr) return is_null("product");
    const laq::Result<float> result = laq::dot_blocks(view->view, row, std::span(activations, count));
    if (!result) return result.error();
    *product = *result;
    return std::nullopt;
  });
}

laq_status laq_matvec_blocks(const laq_block_view* view, const float* activations, size_t count, float* products,
                             size_t product_count, int threads, laq_error* error) noexcept {
  using namespace laq::c_api;
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (view == nullptr) return is_null("view");
    if (activations == nullptr && count != 0) return is_null("activations");
    if (products == nullptr && product_count != 0) return is_null("products");
    if (product_count != view->view.format().rows) {
      return laq::invalid("room for " + std::to_string(product_count) + " products of " +
                          std::to_string(view->view.format().rows) + " rows");
    }
    const auto result = laq::matvec_blocks(view->view, {activations, count}, {threads});
    if (!result) return result.error();
    std::copy(result->begin(), result->end(), products);
    return std::nullopt;
  });
}

void laq_block_view_free(laq_block_view* view) noexcept {
  delete view;
}
