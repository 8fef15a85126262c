// The layout of elements as they are coded: up to four sides of a type whose values doubles hold. An array of more
// sides is folded, its first sides are merged into one; integers of 64 bits that doubles do not hold are coded as
// others. docs/format.md specifies both.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <laq/array.hpp>

namespace laq::array {

inline constexpr int kMaxSides = 4;        // of what is coded
inline constexpr int kMaxDimensions = 32;  // of an array
inline constexpr uint64_t kMaxElements = uint64_t{1} << 40;

using Sides = std::array<uint64_t, kMaxSides>;

// How integers of 64 bits are coded.
enum class WideForm : uint8_t {
  as_they_are,  // all are within 2^52 of 0; also for all other types
  from_offset,  // as their differences from a number, 0 to 2^53; of int64 they may be below 0 in what was appended
  halves,       // as two rows of 32 bits each: the high ones of all elements, and the low ones
};

// The product of the sides; more than kMaxElements if that is exceeded.
uint64_t element_count(const std::vector<uint64_t>& shape);

// Whether an array or a box with these sides has no elements. Its other sides may have any size.
bool is_empty(std::span<const uint64_t> sides);

// The sides as errors tell them: "3 x 4", or "one element".
std::string shape_text(const std::vector<uint64_t>& shape);

// The type of what is coded of elements of a type.
constexpr ElementType coded_type(ElementType type, WideForm form) {
  return form == WideForm::halves ? ElementType::uint32 : type;
}

struct CodedLayout {
  std::vector<uint64_t> shape;  // of the array
  ElementType type = ElementType::float32;
  WideForm wide_form = WideForm::as_they_are;
  uint64_t offset = 0;  // modulo 2^64

  // The sides of what is coded, with 1 in front if the array has fewer than four.
  Sides sides() const;
};

struct Box;

// An Error if a region does not lie within an array.
std::optional<Error> check_region(const ArrayRegion& region, const std::vector<uint64_t>& shape);

// The smallest box of what is coded that holds a region of the array.
Box covering_box(const CodedLayout& layout, const ArrayRegion& region);

// Whether the elements of the covering box are those of the region, in the same places.
bool is_same(const CodedLayout& layout, const ArrayRegion& region);

// Picks the elements of a region, which is not the same, from those of its covering box; both are packed. `elements`
// has the bytes that the region needs.
void pick(const CodedLayout& layout, const ArrayRegion& region, std::span<const std::byte> coded,
          std::span<std::byte> elements);

// Adds the offset to packed elements, if there is one. Elements that loss moved beyond the limits of the type are
// clamped, which is nearer to the original.
void add_offset(const CodedLayout& layout, std::span<std::byte> elements);

}  // namespace laq::array
