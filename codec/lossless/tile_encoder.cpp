#include "lossless/tile_encoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>

#include <zlib.h>

#include "base/bytes.h"
#include "base/checks.h"
#include "entropy/coder.h"
#include "entropy/rans.h"
#include "lossless/class_search.h"
#include "lossless/conversion_search.h"
#include "lossless/drawn_tile.h"
#include "lossless/gradient_encoder.h"
#include "lossless/inset_search.h"
#include "lossless/png_filter.h"
#include "lossless/predicted_plane.h"
#include "lossless/table_choice.h"

namespace laq::lossless {
namespace {

using Bytes = std::vector<std::byte>;

// Computes the residuals of a plane from its samples and keeps them; their contexts are computed once all errors are
// known.
class ResidualRecorder {
 public:
  static constexpr bool kExpects = false;

  ResidualRecorder(const FramedPlane& source, int step)
      : source_(source), step_(step), numbers_(static_cast<size_t>(source.width()) * source.height()) {}

  struct Number {
    uint32_t number;
    int16_t fraction;
    uint16_t context;
  };

  class Row {
   public:
    Row(const float* samples, int step, Number* numbers) : samples_(samples), step_(step), numbers_(numbers) {}
    int residual(int64_t, int fraction, int x, int integer) {
      const int difference = static_cast<int>(samples_[x]) - integer;
      const int residual = step_ == 1 ? difference : rounded_quotient(difference);
      numbers_[x] = {number_of_residual(residual, is_mirrored(fraction)), static_cast<int16_t>(fraction), 0};
      return residual;
    }
    void take(int, int) {}

   private:
    int rounded_quotient(int difference) const {
      const int half = step_ / 2;
      return difference >= 0 ? (difference + half) / step_ : -((half - difference) / step_);
    }

    const float* samples_;
    int step_;
    Number* numbers_;
  };
  Row begin_row(int y) { return {source_.row(y), step_, numbers_.data() + static_cast<size_t>(y) * source_.width()}; }
  void end_row(const Row&) {}

  void find_contexts(const PlaneSources& errors, const PlaneModel& model) {
    std::vector<int32_t> expected(static_cast<size_t>(model.columns) * kBlockSide);
    Number* number = numbers_.data();
    for (int y = 0; y < source_.height(); ++y) {
      expect_row(errors, model.references, y, model.weights, expected.data());
      const float* const row = errors[0]->row(y);
      for (int x = 0; x < source_.width(); ++x, ++number) {
        const auto left = static_cast<int64_t>(row[x - 1]), second = static_cast<int64_t>(row[x - 2]);
        number->context =
            static_cast<uint16_t>(residual_context(expected_error(model, expected[x], left, second), number->fraction));
      }
    }
  }

  // One over the expected error of each sample, by blocks; 0 beyond the plane.
  std::vector<BlockValues> weights(const PlaneSources& errors, const PlaneModel& model) const {
    std::vector<BlockValues> weights(model.class_of.size());
    for (BlockValues& of_block : weights) of_block.fill(0);
    std::vector<int32_t> expected(static_cast<size_t>(model.columns) * kBlockSide);
    constexpr float kUnit = 1.0f / (1 << (kSampleFraction + kWeightBits)), kLeast = 0.4f;
    for (int y = 0; y < source_.height(); ++y) {
      expect_row(errors, model.references, y, model.weights, expected.data());
      const float* const row = errors[0]->row(y);
      for (int x = 0; x < source_.width(); ++x) {
        const int64_t error =
            expected_error(model, expected[x], static_cast<int64_t>(row[x - 1]), static_cast<int64_t>(row[x - 2]));
        weights[static_cast<size_t>(y / kBlockSide) * model.columns + x / kBlockSide]
               [y % kBlockSide * kBlockSide + x % kBlockSide] =
                   1 / (std::max(static_cast<float>(error) * kUnit, 0.0f) + kLeast * static_cast<float>(step_));
      }
    }
    return weights;
  }

  const std::vector<Number>& numbers() const { return numbers_; }

 private:
  const FramedPlane& source_;
  int step_;
  std::vector<Number> numbers_;
};

// The highest bit of each first, which is how a TokenReader finds them from the end of the stream.
class BitBuffer {
 public:
  void put(uint32_t value, int count) {
    window_ = window_ << count | value;
    pending_ += count;
    while (pending_ >= 8) {
      pending_ -= 8;
      bytes_.push_back(static_cast<std::byte>(window_ >> pending_));
    }
  }
  Bytes finish() {
    if (pending_ > 0) put(0, 8 - pending_);
    return std::move(bytes_);
  }

 private:
  Bytes bytes_;
  uint64_t window_ = 0;
  int pending_ = 0;
};

Bytes write_tokens(const std::vector<ResidualRecorder::Number>& numbers, const PlaneModel& model) {
  constexpr int kFiner = kProbabilityBits - kFrequencyBits;
  const std::vector<TokenTable> tables(model.tables.begin(), model.tables.end());
  std::vector<CodedSymbol> symbols;
  symbols.reserve(numbers.size());
  BitBuffer bits;
  for (const ResidualRecorder::Number& coded : numbers) {
    const int token = token_of(coded.number);
    const TokenTable::Range& range = tables[model.table_of[coded.context]].range(token);
    symbols.push_back({static_cast<uint16_t>(range.start << kFiner), static_cast<uint16_t>(range.frequency << kFiner),
                       static_cast<uint8_t>(symbols.size() % kTokenStates)});
    if (const int extra = extra_bits(token); extra > 0) bits.put(coded.number & ((1u << extra) - 1), extra);
  }
  return write_rans(symbols, kTokenStates, bits.finish());
}

class TileEncoder {
 public:
  TileEncoder(const LosslessHeader& header, const TileArea& area, const TileSamples& source,
              const TileSettings& settings, TileWorkspace& workspace)
      : header_(header), area_(area), source_(source), settings_(settings), workspace_(workspace) {}

  Bytes encode() {
    Bytes best = settings_.classes == 0 && header_.max_error == 0 ? encode_fast() : encode_thoroughly();
    best.resize(std::max(best.size(), static_cast<size_t>(least_stream_bytes(area_.pixels()))));
    return best;
  }

 private:
  static void keep_shorter(Bytes& best, Bytes&& other) {
    if (other.size() < best.size()) best = std::move(other);
  }
  // A tile of a photograph is not expected to be shorter as a drawn one.
  bool is_photograph() const {
    return !settings_.tries_all && !is_small() && !settings_.may_be_drawn && header_.depth <= 8;
  }
  // Tiles that are so small that every method is tried.
  bool is_small() const { return area_.pixels() <= 1 << 14; }

  Bytes encode_fast() {
    Bytes best = gradient();
    if (settings_.may_be_drawn || is_small()) {
      read_pixels();
      keep_shorter(best, drawn());
      keep_shorter(best, deflated());
      keep_composed(best);
    }
    if (best.size() > area_.pixels() * source_.pixel_bytes()) keep_shorter(best, raw());
    return best;
  }

  Bytes encode_thoroughly() {
    read_pixels();
    if (is_photograph()) return encode_photograph();
    Bytes best = raw();
    const bool tries_all = settings_.tries_all || is_small();
    const double repeats = repeated_share();
    const bool may_be_drawn = tries_all || repeats > 0.15;
    if (may_be_drawn) {
      keep_shorter(best, drawn());
      keep_shorter(best, deflated());
      keep_composed(best);
    }
    if (tries_all || repeats < 0.97 || bits_of_pixel(best) > 0.25) {
      const std::optional<Conversion> conversion = find_conversion_of_tile();
      if (conversion) keep_shorter(best, converted(*conversion));
      if (!conversion || tries_all) keep_shorter(best, predicted());
    }
    // Another method may suit such a regular tile even better, as a filter of PNG suits ramps.
    if (!may_be_drawn && bits_of_pixel(best) < source_.channels) {
      keep_shorter(best, drawn());
      keep_shorter(best, deflated());
    }
    return best;
  }

  // A drawn tile takes several times as long to decode, so it must be a seventh shorter than the predicted one. It also
  // takes as long to encode as all else, so it is tried only where pixels repeat, and given up where its first rows are
  // too long. The shares were found by trial, see docs/tuning-log.md, "Pictures without loss".
  Bytes encode_photograph() {
    constexpr double kRepeats = 0.65, kDrawnRepeats = 0.9;
    constexpr size_t kShare = 7;
    Bytes best = raw();
    const std::optional<Conversion> conversion = find_conversion_of_tile();
    keep_shorter(best, conversion ? converted(*conversion) : predicted());
    const size_t most = best.size() - best.size() / kShare;
    // What is as regular as this may be more so to another method, such as ramps to a filter of PNG.
    if (bits_of_pixel(best) < source_.channels) keep_shorter(best, deflated());
    // Above half a bit a sample, only repeated pixels can make a drawn tile short.
    if (2 * bits_of_pixel(best) > source_.channels && repeated_share() < kRepeats) return best;
    std::optional<Bytes> drawn = drawn_within(most);
    const bool is_drawn = drawn.has_value();
    if (is_drawn) keep_shorter(best, std::move(*drawn));
    const std::vector<TileArea> areas = find_insets(pixels_);
    if (areas.empty() || (!is_drawn && repeated_share(areas) < kDrawnRepeats)) return best;
    Bytes found = composed(areas);
    if (found.size() <= most) keep_shorter(best, std::move(found));
    return best;
  }
  std::optional<Conversion> find_conversion_of_tile() const {
    return may_be_converted(header_) ? find_conversion(pixels_) : std::optional<Conversion>();
  }
  double bits_of_pixel(const Bytes& stream) const {
    return 8.0 * static_cast<double>(stream.size()) / static_cast<double>(area_.pixels());
  }

  static void begin(ByteWriter& writer, TileMethod method) { writer.byte(static_cast<uint8_t>(method)); }

  // The pixels, with channels as numbers of values where those are listed.
  void read_pixels() {
    pixels_ = PixelField(area_.width, area_.height);
    for (int y = 0; y < area_.height; ++y) {
      const std::byte* from = source_.row(y);
      Pixel* const row = pixels_.row(y);
      for (int x = 0; x < area_.width; ++x) {
        for (int channel = 0; channel < source_.channels; ++channel, from += source_.sample_bytes) {
          uint16_t sample = std::to_integer<uint16_t>(*from);
          if (source_.sample_bytes == 2) std::memcpy(&sample, from, 2);
          const std::vector<uint16_t>& values = header_.values[channel];
          row[x][channel] =
              values.empty()
                  ? sample
                  : static_cast<uint16_t>(std::lower_bound(values.begin(), values.end(), sample) - values.begin());
        }
      }
    }
  }

  // How many pixels of a row outside of the areas differ from all of their neighbours that come before, and how many
  // there are.
  struct FreshPixels {
    uint64_t fresh = 0, seen = 0;
  };
  FreshPixels fresh_pixels(int y, const std::vector<TileArea>& without = {}) const {
    FreshPixels count;
    const Pixel* const row = pixels_.row(y);
    const Pixel* const above = row - pixels_.stride();
    for (int x = 0; x < area_.width; ++x) {
      if (is_in(without, x, y)) continue;
      ++count.seen;
      count.fresh += row[x] != row[x - 1] && row[x] != above[x] && row[x] != above[x - 1] && row[x] != above[x + 1];
    }
    return count;
  }
  // The share of pixels outside of the areas that equal one of their neighbours.
  double repeated_share(const std::vector<TileArea>& without = {}) const {
    FreshPixels sum;
    for (int y = 0; y < area_.height; ++y) {
      const FreshPixels of_row = fresh_pixels(y, without);
      sum = {sum.fresh + of_row.fresh, sum.seen + of_row.seen};
    }
    return sum.seen == 0 ? 0 : 1 - static_cast<double>(sum.fresh) / static_cast<double>(sum.seen);
  }

  // Rows as they are, samples of two bytes with the upper one first, each row behind `before` bytes.
  Bytes rows(size_t before) const {
    const size_t packed = static_cast<size_t>(area_.width) * source_.pixel_bytes();
    Bytes bytes;
    bytes.reserve((packed + before) * area_.height);
    for (int y = 0; y < area_.height; ++y) {
      bytes.resize(bytes.size() + before);
      const std::byte* const row = source_.row(y);
      bytes.insert(bytes.end(), row, row + packed);
      if (source_.sample_bytes == 1) continue;
      for (std::byte* to = &bytes[bytes.size() - packed]; to != bytes.data() + bytes.size(); to += 2) {
        uint16_t sample;
        std::memcpy(&sample, to, 2);
        to[0] = static_cast<std::byte>(sample >> 8);
        to[1] = static_cast<std::byte>(sample);
      }
    }
    return bytes;
  }

  Bytes raw() const {
    ByteWriter writer;
    begin(writer, TileMethod::raw);
    writer.append(rows(0));
    return writer.take();
  }

  // Filtered by the filter of least sums of absolute differences in each row, or by one filter in all of them:
  // whichever a quick deflation likes best.
  Bytes deflated() const {
    const Bytes plain = rows(1);
    const size_t row = plain.size() / area_.height, pixel = source_.pixel_bytes();
    const Bytes none(row);
    std::array<Bytes, kPngFilters + 1> filtered;
    filtered.fill(plain);
    Bytes& adaptive = filtered.back();
    for (int y = 0; y < area_.height; ++y) {
      const size_t first = row * y;
      const std::byte* const now = plain.data() + first;
      const std::byte* const above = y > 0 ? now - row : none.data();
      uint64_t least = ~uint64_t{0};
      for (int filter = 0; filter < kPngFilters; ++filter) {
        uint64_t sum = 0;
        std::byte* const to = filtered[filter].data() + first;
        to[0] = static_cast<std::byte>(filter);
        for (size_t i = 1; i < row; ++i) {
          const int a = i <= pixel ? 0 : std::to_integer<int>(now[i - pixel]);
          const int c = i <= pixel ? 0 : std::to_integer<int>(above[i - pixel]);
          const int rest = std::to_integer<int>(now[i]) - png_prediction(filter, a, std::to_integer<int>(above[i]), c);
          to[i] = static_cast<std::byte>(rest);
          sum += static_cast<uint64_t>(std::abs(static_cast<int8_t>(rest)));
        }
        if (sum >= least) continue;
        least = sum;
        std::copy_n(to, row, adaptive.data() + first);
      }
    }
    const Bytes* best = nullptr;
    size_t least = std::numeric_limits<size_t>::max();
    for (const Bytes& tried : filtered) {
      const size_t size = deflate_rows(tried, 1).size();
      if (size >= least) continue;
      least = size;
      best = &tried;
    }
    return deflate_rows(*best, settings_.tries_all || is_small() ? 9 : 6);  // 9 may take several times as long
  }

  static Bytes deflate_rows(const Bytes& rows, int level) {
    uLongf size = compressBound(static_cast<uLong>(rows.size()));
    Bytes bytes(1 + size);
    bytes[0] = static_cast<std::byte>(TileMethod::deflated);
    compress2(reinterpret_cast<Bytef*>(bytes.data() + 1), &size, reinterpret_cast<const Bytef*>(rows.data()),
              static_cast<uLong>(rows.size()), level);
    bytes.resize(1 + size);
    return bytes;
  }

  Bytes gradient() const {
    ByteWriter writer;
    begin(writer, TileMethod::gradient);
    encode_gradient(header_, area_, source_, workspace_.rows, writer);
    return writer.take();
  }

  // stops(number of rows so far, their bytes): asked after each row, whether the tile is given up; there is none then.
  template <class Stop>
  std::optional<Bytes> drawn_unless(const std::vector<Inset>& insets, Stop&& stops) {
    ByteWriter writer;
    if (insets.empty()) {
      begin(writer, TileMethod::drawn);
    } else {
      begin(writer, TileMethod::composed);
      write_insets(writer, insets);
    }
    SymbolWriter symbols;
    DrawnTile tile(source_.channels, depth_of_drawn(header_), area_.width, area_.height);
    PixelField pixels = pixels_;  // those of insets become 0
    for (int y = 0; y < area_.height; ++y) {
      tile.code_row(symbols, pixels, y, insets);
      if (stops(y + 1, symbols.bytes())) return std::nullopt;
    }
    writer.append(symbols.finish());
    return writer.take();
  }
  Bytes drawn(const std::vector<Inset>& insets = {}) {
    return *drawn_unless(insets, [](int, size_t) { return false; });
  }

  // Nothing if the stream is longer than `most`. Coding stops early once the bytes so far exceed the share of `most`
  // that belongs to the fresh pixels so far (those that differ from all of their neighbours before them), plus an
  // eighth for what has to be learnt first.
  std::optional<Bytes> drawn_within(size_t most) {
    constexpr int kRowsApart = 16;
    constexpr double kToLearn = 0.125;
    std::vector<uint64_t> fresh = {0};  // in the rows above each
    for (int y = 0; y < area_.height; ++y) fresh.push_back(fresh.back() + fresh_pixels(y).fresh);
    std::optional<Bytes> stream = drawn_unless({}, [&](int rows, size_t bytes) {
      const double share = static_cast<double>(fresh[rows]) / static_cast<double>(std::max<uint64_t>(fresh.back(), 1));
      return rows % kRowsApart == 1 && static_cast<double>(bytes) > static_cast<double>(most) * (share + kToLearn);
    });
    return stream && stream->size() <= most ? std::move(stream) : std::nullopt;
  }

  // Drawn pixels around photographs, if there are any.
  void keep_composed(Bytes& best) {
    if (const std::vector<TileArea> areas = find_insets(pixels_); !areas.empty()) keep_shorter(best, composed(areas));
  }

  // areas: photographs, which become insets.
  Bytes composed(const std::vector<TileArea>& areas) {
    std::vector<Bytes> streams;
    std::vector<Inset> insets;
    for (const TileArea& area : areas) {
      TileSamples source = source_;
      source.first = source_.row(area.y) + static_cast<size_t>(area.x) * source_.pixel_bytes();
      streams.push_back(TileEncoder(header_, area, source, settings_, workspace_).encode_inset());
    }
    for (size_t i = 0; i < areas.size(); ++i) insets.push_back({areas[i], streams[i]});
    return drawn(insets);
  }

  // A photograph.
  Bytes encode_inset() {
    Bytes best = raw();
    if (settings_.classes == 0 && header_.max_error == 0) {
      keep_shorter(best, gradient());
    } else {
      read_pixels();
      const std::optional<Conversion> conversion = find_conversion_of_tile();
      keep_shorter(best, conversion ? converted(*conversion) : predicted());
    }
    best.resize(std::max(best.size(), static_cast<size_t>(least_stream_bytes(area_.pixels()))));
    return best;
  }

  Bytes converted(Conversion conversion) const {
    PixelField pixels = pixels_;
    const Bytes corrections = convert_pixels(conversion, pixels);
    ByteWriter writer;
    begin(writer, TileMethod::converted);
    writer.byte(static_cast<uint8_t>(conversion));
    writer.integer(corrections.size());
    writer.append(corrections);
    writer.append(shortest_planes(pixels));
    return writer.take();
  }

  Bytes predicted() const {
    ByteWriter writer;
    begin(writer, TileMethod::predicted);
    writer.append(shortest_planes(pixels_));
    return writer.take();
  }

  // In a small tile classes cost a large share of the bytes, so fewer are tried, too. So they do with a bound, where
  // residuals take few bytes; the search then begins with half as many.
  Bytes shortest_planes(const PixelField& pixels) const {
    constexpr uint64_t kFewPixels = 1 << 16;
    const int most = std::max(1, header_.max_error > 0 ? settings_.classes / 2 : settings_.classes);
    Bytes best = encode_planes(pixels, most);
    if (area_.pixels() > kFewPixels) return best;
    for (const int classes : {4, 1}) {
      if (classes < most) keep_shorter(best, encode_planes(pixels, classes));
    }
    return best;
  }

  Bytes encode_planes(const PixelField& pixels, int classes) const {
    ByteWriter writer;
    std::vector<FramedPlane> estimates, errors;
    for (int plane = 0; plane < source_.channels; ++plane) {
      estimates.emplace_back(area_.width, area_.height);
      errors.emplace_back(area_.width, area_.height);
      FramedPlane& into = estimates.back();
      const int channel = channel_of_plane(source_.channels, plane);
      into.fill_above(static_cast<float>((header_.max_coded(channel) + 1) / 2));
      for (int y = 0; y < area_.height; ++y) {
        const Pixel* const row = pixels.row(y);
        into.begin_row(y);
        for (int x = 0; x < area_.width; ++x) into.row(y)[x] = row[x][channel];
        into.end_row(y);
      }
      into.finish();
      writer.append(encode_plane(plane, {classes, settings_.rounds, header_.step()}, estimates, errors));
    }
    return writer.take();
  }

  // The last of the planes is the source, and becomes what predictions see of it.
  Bytes encode_plane(int plane, const ClassSettings& settings, std::vector<FramedPlane>& estimates,
                     std::vector<FramedPlane>& errors) const {
    PlaneModel model(references_of_plane(source_.channels, plane), area_.width, area_.height);
    PlaneSources of_estimates{}, of_errors{};
    for (int i = 0; i <= model.references; ++i) {
      of_estimates[i] = &estimates[plane - i];
      of_errors[i] = &errors[plane - i];
    }
    const int step = settings.step;
    find_classes(of_estimates, settings, model);
    FramedPlane source(area_.width, area_.height);
    for (int y = 0; y < area_.height; ++y) std::copy_n(estimates[plane].row(y), area_.width, source.row(y));
    const PlaneRange range = {header_.max_coded(channel_of_plane(source_.channels, plane)), step};
    ResidualRecorder recorder(source, step);
    const auto predict = [&](const PlaneModel& by) {
      PredictedPlane(by, estimates[plane], errors[plane], of_estimates, of_errors, range).code(recorder);
    };
    predict(model);
    fit_weights(of_errors, model);
    Bytes best = write_plane(recorder, of_errors, model);
    // With a bound predictors are fitted again to what they see, as long as that helps.
    for (int round = 0; step > 1 && round < kImprovements; ++round) {
      const PlaneModel before = model;
      improve_classes(source, of_estimates, step, recorder.weights(of_errors, model), model);
      predict(model);
      fit_weights(of_errors, model);
      Bytes improved = write_plane(recorder, of_errors, model);
      if (improved.size() >= best.size()) {
        if (plane + 1 < source_.channels) predict(before);
        break;
      }
      best = std::move(improved);
    }
    return best;
  }

  // The stream of a plane, whose tables are chosen here.
  static Bytes write_plane(ResidualRecorder& recorder, const PlaneSources& errors, PlaneModel& model) {
    recorder.find_contexts(errors, model);
    std::vector<TokenCounts> counts(kContexts);
    for (const auto& coded : recorder.numbers()) ++counts[coded.context][token_of(coded.number)];
    model.tables.clear();
    choose_tables(counts, model);
    if (model.tables.size() == 1) model.weights.fill(0);  // every context has this table; zeros cost least
    SymbolWriter symbols;
    code_predictors(symbols, model);
    code_tables(symbols, model);
    const Bytes described = symbols.finish(), tokens = write_tokens(recorder.numbers(), model);
    ByteWriter writer;
    writer.integer(described.size());
    writer.append(described);
    writer.integer(tokens.size());
    writer.append(tokens);
    return writer.take();
  }

  static constexpr int kImprovements = 2;

  const LosslessHeader& header_;
  const TileArea& area_;
  const TileSamples& source_;
  const TileSettings& settings_;
  TileWorkspace& workspace_;
  PixelField pixels_{0, 0};
};

}  // namespace

Bytes encode_tile(const LosslessHeader& header, const TileArea& area, const TileSamples& source,
                  const TileSettings& settings, TileWorkspace& workspace) {
  return TileEncoder(header, area, source, settings, workspace).encode();
}

}  // namespace laq::lossless
