#include <algorithm>
#include <utility>

#include "array/map/masked_elements.h"
#include "array/search/fill_value_search.h"
#include "array/stage_encoder.h"

namespace laq::array {
namespace {

std::optional<MappedChunk> map(const SourceChunk& chunk, const ChunkFormat& format) {
  const OrdinaryValues ordinary = find_ordinary_values(chunk.values());
  if (ordinary.hold_all_finite_ones()) return std::nullopt;
  std::vector<double> values = chunk.take_values();
  std::vector<bool> is_fill(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    is_fill[i] = !ordinary.contains(values[i]);
    if (is_fill[i]) values[i] = kMasked;
  }
  const ChunkFormat simpler = *fill_values_decoder.simpler(format, {});
  MappedChunk mapped{simpler, std::vector<std::byte>(simpler.bytes())};
  store_values(simpler.type, values, mapped.elements);
  mapped.finish = [&chunk, is_fill = std::move(is_fill),
                   masked = write_masked(chunk.type, chunk.grid, values, chunk.elements)](
                      std::vector<double>& reconstruction) mutable {
    const std::span<const double> source = chunk.values();
    for (size_t i = 0; i < reconstruction.size(); ++i) {
      reconstruction[i] = is_fill[i] ? source[i] : chunk.range.round(reconstruction[i]);
    }
    return Encoding{std::move(masked), std::move(reconstruction)};
  };
  chunk.forget_values();
  return mapped;
}

bool loses(const ChunkFormat& format) {
  return format.fidelity == Fidelity::mean_squared_error || loses_within_bound(format);
}

}  // namespace

const MapEncoder fill_values_encoder = {
    {.effort_of_lines = 3, .effort_of_fields = 3, .loses = loses, .is_gradual = always, .may_fail_on_samples = always},
    map};

}  // namespace laq::array
