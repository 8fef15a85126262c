#include <doctest/doctest.h>

#include "tensor/matrix_view.h"

namespace {

using laq::ElementType;
using laq::tensor::gather;
using laq::tensor::MatrixView;
using laq::tensor::scatter;

MatrixView view_of_shape(std::vector<uint64_t> shape) {
  return MatrixView::of({ElementType::float32, std::move(shape)});
}

}  // namespace

TEST_CASE("a matrix has its own rows, and sides of 1 do not count") {
  for (const auto& shape : {std::vector<uint64_t>{12, 5}, {1, 12, 5}, {12, 5, 1, 1}, {1, 1, 12, 5}}) {
    const MatrixView view = view_of_shape(shape);
    CHECK(view.rows == 12);
    CHECK(view.columns == 5);
    CHECK(view.channels() == 5);
  }
}

TEST_CASE("a convolution's columns are its input channels by its kernel") {
  const MatrixView view = view_of_shape({32, 16, 3, 3});
  CHECK(view.rows == 32);
  CHECK(view.columns == 144);
  CHECK(view.channels() == 16);
  CHECK(view.channel(5, 143) == 15);
}

TEST_CASE("a kernel that comes first belongs to the rows") {
  const MatrixView view = view_of_shape({3, 3, 16, 32});
  CHECK(view.rows == 144);
  CHECK(view.columns == 32);
  CHECK(view.kernel_rows == 9);
  CHECK(view.channels() == 16);
  CHECK(view.channel(17, 3) == 1);
}

TEST_CASE("vectors, scalars and empty tensors have one row") {
  CHECK(view_of_shape({}).size() == 1);
  CHECK(view_of_shape({100}).columns == 100);
  CHECK(view_of_shape({100}).rows == 1);
  CHECK(view_of_shape({7, 0, 3}).size() == 0);
}

TEST_CASE("a transposed matrix comes back") {
  const MatrixView view = view_of_shape({3, 4}).transposed();
  std::vector<float> values(12), again(12);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  const std::vector<float> matrix = gather(view, values);
  CHECK(matrix[1] == 4);
  scatter(view, matrix, again);
  CHECK(again == values);
}
