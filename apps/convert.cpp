// laq FILE...: writes a LAQ file beside a picture; beside a LAQ file a PNG, an NPY if it holds an array, or a sound of
// the kind that it came from.
#include <memory>

#include "batch/decode_file.h"
#include "batch/encode_file.h"
#include "batch/selection.h"
#include "io/file.h"
#include "io/formats.h"
#include "options.h"
#include "verbs.h"

namespace laq::command {
namespace {

struct Arguments {
  Selection selection;
  bool is_forced = false;
  bool is_verbose = false;
};

Result<std::optional<Ending>> ending_beside(const FoundFile& file) {
  if (file.kind != io::FileKind::laq) return std::optional(Ending{io::FileKind::laq, ".laq"});
  const Result<io::FileKind> kind = natural_kind(file.path, UINT64_MAX);
  if (!kind) return kind.error();
  return std::optional(Ending{*kind, io::format_of(*kind).usual_extension()});
}

int convert_all(Arguments& arguments) {
  arguments.selection.is_beside = true;
  arguments.selection.replace = arguments.is_forced ? io::Replace::anything : io::Replace::nothing;
  const Plan plan = make_plan("encode", arguments.selection, io::FileKind::laq, ending_beside);
  if (plan.status != kOk) return plan.status;
  const bool is_verbose = arguments.is_verbose;
  const RunJob run = [is_verbose](const Job& job, const Resources& resources) {
    const io::Output& output = job.output;
    if (output.replace == io::Replace::nothing && io::file_exists(output.path) && !io::check_name(output)) {
      return failed(
          fail_writing(output.path, {ErrorCode::invalid_argument, "exists already (give --force to overwrite it)"}));
    }
    if (output.kind == io::FileKind::laq) return encode_file({.is_verbose = is_verbose}, job, resources);
    return decode_file({.is_verbose = is_verbose}, job, resources);
  };
  return run_batch(plan, run, {});
}

}  // namespace

void add_convert(CLI::App& laq, int& status) {
  CLI::App* verb =
      laq.add_subcommand(kConvertVerb, "Write FILE.laq beside a file, or the decoded file beside a LAQ file");
  verb->group("");  // not listed
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("FILE", arguments->selection.names, "files to compress, or LAQ files")->required();
  verb->add_flag("-f,--force", arguments->is_forced, "overwrite existing files");
  verb->add_flag("-v,--verbose", arguments->is_verbose, "say the time and the choices for each file");
  verb->callback([arguments, &status] { status = convert_all(*arguments); });
}

}  // namespace laq::command
