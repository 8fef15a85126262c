// laq compare: rate-distortion curves of codecs of pictures, of arrays or of models, and a report of them.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>

#include "compare/measure/comparison.h"
#include "compare/measure/sources.h"
#include "compare/report/report.h"
#include "io/file.h"
#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

using namespace laq::compare;

struct Arguments {
  std::vector<std::string> files;
  std::vector<std::string> codecs;
  std::vector<std::string> qualities;
  ComparisonOptions options;
  std::optional<double> score;
  ChartFormats chart_formats;
  bool no_butteraugli = false;
  std::string judge;
  bool quiet = false;
};

std::atomic<bool> interrupted = false;

// The first interrupt lets the points that are being measured finish, and keeps all points; the next one ends the
// program.
void stop_on_interrupt() {
  std::signal(SIGINT, [](int) {
    interrupted = true;
    std::signal(SIGINT, SIG_DFL);
  });
}

// Parses "30,50,70"; empty if the text is no such list.
std::vector<double> parse_numbers(const std::string& text) {
  std::vector<double> numbers;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    if (end == word.c_str() || *end != '\0' || !std::isfinite(value)) return {};
    numbers.push_back(value);
  }
  return numbers;
}

struct Codecs {
  std::vector<std::unique_ptr<Codec>> owned;
  std::vector<Ladder> ladders;
};

// Returns kOk, or a status after a message.
int make_codecs(const Arguments& arguments, SignalKind kind, Codecs& codecs) {
  std::map<std::string, std::vector<double>> by_name;  // "" for all
  for (const std::string& given : arguments.qualities) {
    const size_t equals = given.find('=');
    const std::string name = equals == std::string::npos ? "" : given.substr(0, equals);
    by_name[name] = parse_numbers(equals == std::string::npos ? given : given.substr(equals + 1));
    if (by_name[name].empty())
      return fail_usage(
          "--qualities: " + shortened(given) + " is not a list of numbers such as 30,50,70 or laq-e5=30,50,70",
          "compare");
  }
  for (const std::string& specification : arguments.codecs.empty() ? default_codecs(kind) : arguments.codecs) {
    Result<std::unique_ptr<Codec>> codec = make_codec(specification, kind);
    if (!codec) return fail_usage("--codec: " + codec.error().message, "compare");
    const std::string& name = (*codec)->name();
    for (const Ladder& ladder : codecs.ladders) {
      if (ladder.codec->name() == name) return fail_usage("--codec: " + name + " is given twice", "compare");
    }
    const auto own = by_name.find(name), all = by_name.find("");
    const std::vector<double> qualities = own != by_name.end()   ? own->second
                                          : all != by_name.end() ? all->second
                                                                 : (*codec)->default_qualities();
    if (own != by_name.end()) own->second.clear();
    codecs.ladders.push_back({codec->get(), qualities});
    codecs.owned.push_back(std::move(*codec));
  }
  for (const auto& [name, qualities] : by_name) {
    if (!name.empty() && !qualities.empty())
      return fail_usage("--qualities: no codec is called " + name + " here", "compare");
  }
  return kOk;
}

// A status line on a terminal, which is overwritten; if standard error is no terminal, a line now and then.
class StatusLine {
 public:
  explicit StatusLine(bool quiet) : quiet_(quiet), next_(Clock::now() + kInterval) {}
  ~StatusLine() {
    if (!quiet_ && is_on_terminal()) std::fprintf(stderr, "\r\033[K");
  }
  void show(const std::string& text) {
    if (quiet_) return;
    if (is_on_terminal()) {
      std::fprintf(stderr, "\r\033[K%s", text.c_str());
    } else if (Clock::now() >= next_) {
      std::fprintf(stderr, "%s\n", text.c_str());
      next_ = Clock::now() + kInterval;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kInterval{30};
  bool quiet_;
  Clock::time_point next_;
};

namespace fs = std::filesystem;

bool begins_with(const fs::path& file, const std::string& text) {
  const Result<std::vector<std::byte>> head = io::read_head(file.string(), text.size());
  return head.ok() && std::ranges::equal(*head, std::as_bytes(std::span(text)));
}

// Has a comparison written into this folder?
bool is_report_folder(const fs::path& folder) {
  return begins_with(folder / "curves.csv", "codec,q,") || begins_with(folder / "run.json", "{\n  \"codecs\"") ||
         begins_with(folder / "summary.json", "{\n  \"title\"");
}

// The rules of io/output.h for a folder: inputs are never overwritten, and files that no comparison wrote are replaced
// only with --restart.
std::optional<Error> check_report_folder(const Arguments& arguments, const std::vector<Source>& sources) {
  const ComparisonOptions& options = arguments.options;
  const fs::path folder = options.folder;
  const auto refused = [](const std::string& why) { return Error{ErrorCode::invalid_argument, why}; };
  std::error_code failure;
  for (const Source& source : sources) {
    if (arguments.chart_formats.png && fs::equivalent(fs::absolute(source.path).parent_path(), folder, failure))
      return refused(options.folder + ": is the folder of " + source.path +
                     ", beside which no charts are written as PNG (name another folder)");
  }
  for (const std::string& curves : options.curve_files) {
    if (!sources.empty() && io::is_same_file(curves, (folder / "curves.csv").string()))
      return refused(curves + ": would be written over (name another folder for the report)");
  }
  if (options.restart || is_report_folder(folder)) return std::nullopt;
  for (const char* name : {"report.html", "curves.csv", "speed.csv", "summary.json", "run.json"}) {
    if (fs::is_regular_file(folder / name, failure) && !fs::is_empty(folder / name, failure))
      return refused((folder / name).string() +
                     ": exists already, and no comparison wrote it (name another folder, or give --restart)");
  }
  return std::nullopt;
}

// A report shows its files, so nobody may read it who may not read all of them.
void restrict_report(const std::vector<Source>& sources) {
  std::vector<std::string> paths;
  for (const Source& source : sources) paths.push_back(source.path);
  io::restrict_new_files(paths);
}

int compare_codecs(Arguments& arguments) {
  ComparisonOptions& options = arguments.options;
  if (arguments.files.empty() && options.curve_files.empty())
    return fail_usage("pictures, arrays or models, or --curves, are needed", "compare");
  if (!(options.lowest_score < options.highest_score)) return fail_usage("--lowest must be below --highest", "compare");
  if (!arguments.judge.empty()) {
    Result<Judge> judge = Judge::of(arguments.judge);
    if (!judge) return fail_usage("--judge: " + judge.error().message, "compare");
    options.measures.judge = std::move(*judge);
  }
  const Result<std::vector<Source>> sources = find_sources(arguments.files, options.folder);
  if (!sources) return fail(sources.error());
  Codecs codecs;
  if (!sources->empty()) {
    options.score = arguments.score.value_or(default_score(sources->front().kind));
    if (sources->front().kind == SignalKind::picture && options.score > 100)
      return fail_usage("--score: SSIMULACRA 2 goes up to 100", "compare");
    if (const int status = make_codecs(arguments, sources->front().kind, codecs); status != kOk) return status;
  }
  if (const auto error = check_report_folder(arguments, *sources)) return fail(*error);
  restrict_report(*sources);
  std::error_code failure;
  fs::create_directories(options.folder, failure);
  if (failure) return fail_writing(options.folder, {ErrorCode::invalid_argument, failure.message()});

  stop_on_interrupt();
  options.measures.butteraugli = !arguments.no_butteraugli;
  options.is_stopped = [] { return interrupted.load(); };
  const Result<Results> results = [&] {
    StatusLine line(arguments.quiet);
    options.show = [&](const std::string& text) { line.show(text); };
    return compare::compare(*sources, codecs.ladders, options);
  }();
  if (!results) return fail(results.error());
  if (interrupted) {
    std::fprintf(stderr, "laq: interrupted; results so far are kept in %s, and the same command continues\n",
                 options.folder.c_str());
    return kFailure;
  }
  if (const auto error = write_report(options.folder, *results, arguments.chart_formats)) return fail(*error);
  for (const auto& lines : {results->unmatched, results->failures}) {
    for (const std::string& line : lines) std::fprintf(stderr, "laq: %s\n", line.c_str());
  }
  if (!arguments.quiet) {
    std::printf("%s\n%s/report.html\n", summary_table(*results).c_str(), options.folder.c_str());
    const std::string hint = missing_peers_hint(results->kind);
    if (arguments.codecs.empty() && !sources->empty() && !hint.empty()) std::fprintf(stderr, "laq: %s\n", hint.c_str());
  }
  return results->failures.empty() ? kOk : kFailure;
}

}  // namespace

void add_compare(CLI::App& laq, const std::string& command_line, int& status) {
  CLI::App* verb = laq.add_subcommand("compare", "Measure codecs on pictures, arrays or models and write a report");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("FILES", arguments->files,
                   "pictures, or arrays and audio, or models, and folders of them; files are classed by their folders");
  verb->add_option("-o,--out", arguments->options.folder,
                   "folder of the report; a run that was interrupted goes on there")
      ->required();
  verb->add_option(
          "--codec", arguments->codecs,
          "may be repeated: laq[-eN][-psnr][-noaq], jpeg-turbo[-444], webp[-mN], jxl[-eN], avif[-sN][-psnr], j2k, "
          "or a program: 'NAME=enc {in} {out} {q} ;; dec {out} {png}'; of arrays laq[-psnr], zfp, or a program with "
          "{raw} for {png}; of models laq[-eN][-mse][-uniform], laq-blocks[-eN], uniform, absmax, Q4_0, Q8_0, Q4_K, "
          "NF4, "
          "NVFP4, MXFP4, or a program with {safetensors} for {png}; laq and all peers of this build if not given")
      ->allow_extra_args(false);
  verb->add_option(
          "--qualities", arguments->qualities,
          "30,50,70 for all codecs, or NAME=30,50,70 for one; may be repeated; ladders of their own if not given")
      ->allow_extra_args(false);
  verb->add_option(
      "--anchor", arguments->options.anchor,
      "the codec relative to which rates are given; jxl-e7, or the first peer that can be compared with the others");
  verb->add_option("--lowest", arguments->options.lowest_score,
                   "the least score for rates: SSIMULACRA 2, PSNR of arrays or SNR of models")
      ->check(real_number(-std::numeric_limits<double>::infinity()));
  verb->add_option("--highest", arguments->options.highest_score, "and the greatest")
      ->check(real_number(-std::numeric_limits<double>::infinity()));
  verb->add_option("--curves", arguments->options.curve_files, "a curves.csv to show as well; may be repeated")
      ->allow_extra_args(false);
  verb->add_option("--jobs", arguments->options.jobs, "files at a time; 1 if not given, for undisturbed times")
      ->transform(whole_number(1, 1024));
  verb->add_option("--speed", arguments->options.speed_images,
                   "files to take speed and memory from, one thread and all, codecs in turns; 2 if not given")
      ->transform(whole_number(0, 100000));
  verb->add_option("--rounds", arguments->options.rounds, "turns of each codec; 3 if not given")
      ->transform(whole_number(1, 1000));
  verb->add_option(
          "--show", arguments->options.shown_images,
          "files that the report shows in detail: pictures beside each other, errors of arrays, tensors of models; "
          "4 if not given")
      ->transform(whole_number(0, 100000));
  verb->add_option(
          "--score", arguments->score,
          "SSIMULACRA 2, PSNR of arrays or SNR of models, at which they are shown and speeds taken; 60, or 20 of "
          "models, if not given")
      ->check(real_number(0, 1000));
  verb->add_flag("--svg", arguments->chart_formats.svg, "write the charts as SVG files too");
  verb->add_flag("--png", arguments->chart_formats.png, "and as PNG files");
  verb->add_option("--title", arguments->options.title, "title of the report");
  verb->add_flag("--restart", arguments->options.restart, "measure again what the folder holds");
  verb->add_flag("--no-butteraugli", arguments->no_butteraugli, "do not measure Butteraugli, which takes time");
  verb->add_option("--judge", arguments->judge,
                   "'PROGRAM {original} {decoded}': a program that writes one number, the less the better, such as "
                   "what quantization costs a network; its files are safetensors, NumPy or PNG");
  verb->add_flag("--quiet", arguments->quiet, "no progress and no table");
  arguments->options.command = command_line;
  verb->callback([arguments, &status] { status = compare_codecs(*arguments); });
}

}  // namespace laq::command
