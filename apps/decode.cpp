// laq decode: the options.
#include <memory>
#include <optional>

#include "batch/decode_file.h"
#include "batch/selection.h"
#include "io/formats.h"
#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

struct Arguments {
  DecodeSettings settings;
  FileOptions files;
};

// The kind of file that is written under this name; FileKind::unknown if none is.
io::FileKind kind_of_output(const DecodeSettings& settings, const std::string& name) {
  const io::FileFormat* const format = wanted_format(settings, name);
  return format && format->is_written() ? format->kind : io::FileKind::unknown;
}

int run(const Arguments& arguments) {
  const DecodeSettings& settings = arguments.settings;
  const Selection& selection = arguments.files.selection;
  const EndingOf ending_of = [&](const FoundFile& file) -> Result<std::optional<Ending>> {
    if (!file.is_named && file.kind != io::FileKind::laq) return std::optional<Ending>();
    if (!settings.format.empty())
      return std::optional(Ending{kind_of_output(settings, file.path), "." + settings.format});
    const Result<io::FileKind> kind = natural_kind(file.path, settings.options.max_bytes);
    if (!kind) return kind.error();
    return std::optional(Ending{*kind, io::format_of(*kind).usual_extension()});
  };
  const std::string& name = selection.names.back();  // OUT, if IN OUT are named
  const Plan plan = make_plan("decode", selection, kind_of_output(settings, name), ending_of);
  if (plan.status != kOk) return plan.status;
  return run_batch(
      plan, [&](const Job& job, const Resources& resources) { return decode_file(settings, job, resources); },
      arguments.files.batch);
}

}  // namespace

void add_decode(CLI::App& laq, int& status) {
  CLI::App* verb =
      laq.add_subcommand("decode", "Turn LAQ files back into pictures (" + io::picture_endings() + "), arrays (" +
                                       io::array_endings() + ") or models (" + io::model_endings() + ")");
  auto arguments = std::make_shared<Arguments>();
  DecodeSettings& settings = arguments->settings;
  add_file_names(
      *verb, arguments->files,
      "LAQ file, and the picture, array or model to write, in the format that its name ends in; - is standard "
      "input or output");
  verb->add_option("--format", settings.format,
                   "the format, by an ending of OUT, whatever the name of OUT; pnm if not given, for -")
      ->check(one_of(io::written_extensions()));
  verb->add_option("--region", settings.region,
                   "of an array only these elements, as NumPy indexes them: 10:20,:64,-1 or 0,... for example; of a "
                   "picture only these pixels: x,y,width,height");
  auto* level = verb->add_option("--level", settings.level,
                                 "of an array only every 2^N-th element along each side, 0 .. 40: a coarse view, which "
                                 "many fields of efforts 1 to 3 give in a fraction of the time")
                    ->transform(whole_number(0, 40));
  level->excludes("--region");
  verb->add_option("--scale", settings.scale,
                   "of a picture, with a half, a quarter or an eighth of its width and height: 1/2, 1/4 or 1/8")
      ->check(one_of({"1", "1/2", "1/4", "1/8"}));
  verb->add_flag("--allow-partial", settings.allow_partial,
                 "decode a picture whose file is cut off; missing tiles come from its preview, or are gray");
  verb->add_option("--tensor", settings.tensor, "of a model only the tensor of this name, as an array");
  verb->add_flag("--strip", settings.strip, "leave out all but samples, colour and orientation");
  add_threads(*verb, arguments->files.batch.threads);
  add_file_options(*verb, arguments->files, "a file of the format that is written, or an empty one,");
  add_limits(*verb, settings.options.max_pixels, settings.options.max_bytes);
  verb->callback([arguments, &status] {
    arguments->settings.is_verbose = arguments->files.is_verbose;
    status = run(*arguments);
  });
}

}  // namespace laq::command
