#include <algorithm>
#include <cmath>
#include <utility>

#include "array/map/masked_elements.h"
#include "array/search/fill_value_search.h"
#include "array/stage_encoder.h"

namespace laq::array {
namespace {

std::optional<MappedChunk> map(const SourceChunk& chunk, const ChunkFormat& format) {
  std::vector<bool> is_fill = find_fill_values(chunk.values());
  bool has_fill_values = false;
  for (size_t i = 0; i < is_fill.size(); ++i) {
    has_fill_values = has_fill_values || (is_fill[i] && std::isfinite(chunk.values()[i]));
  }
  if (!has_fill_values) return std::nullopt;
  std::vector<double> values = chunk.values();
  for (size_t i = 0; i < values.size(); ++i) {
    if (is_fill[i]) values[i] = kMasked;
  }
  const ChunkFormat simpler = *fill_values_decoder.simpler(format, {});
  MappedChunk mapped{simpler, std::vector<std::byte>(simpler.bytes())};
  store_values(simpler.type, values, mapped.elements);
  mapped.finish = [&chunk, is_fill = std::move(is_fill),
                   masked = write_masked(chunk.type, chunk.grid, values, chunk.elements)](
                      std::vector<double>& reconstruction) mutable {
    for (size_t i = 0; i < reconstruction.size(); ++i) {
      reconstruction[i] = is_fill[i] ? chunk.values()[i] : chunk.range.round(reconstruction[i]);
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
