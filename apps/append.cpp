// laq append: the options.
#include <memory>
#include <string>
#include <vector>

#include "batch/append_file.h"
#include "io/formats.h"
#include "options.h"
#include "verbs.h"

namespace laq::command {
namespace {

struct Arguments {
  AppendSettings settings;
  BatchOptions batch;
  std::string file;
};

int run(const Arguments& arguments) {
  Plan plan;
  Job job;
  job.output = {.path = arguments.file, .kind = io::FileKind::laq, .input = arguments.settings.inputs.front()};
  plan.jobs.push_back(std::move(job));
  return run_batch(
      std::move(plan),
      [&](const Job& job, const Resources& resources) { return append_file(arguments.settings, job, resources); },
      arguments.batch);
}

}  // namespace

void add_append(CLI::App& laq, int& status) {
  CLI::App* verb = laq.add_subcommand("append", "Let the array of a LAQ file grow along its first side");
  auto arguments = std::make_shared<Arguments>();
  AppendSettings& settings = arguments->settings;
  verb->add_option("FILE", arguments->file, "the LAQ file that grows, to the target that it has")->required();
  verb->add_option("IN", settings.inputs,
                   "files of arrays (" + io::read_array_names(", ") +
                       ") of the same type, and the same sides but the first; all of them follow, or none")
      ->required();
  verb->add_option("-e,--effort", settings.options.effort, "1 (fastest) .. 9 (smallest); 5 if not given")
      ->transform(whole_number(1, 9));
  verb->add_flag("--raw", settings.is_raw, "IN holds elements of the file's type and nothing else");
  verb->add_option("--member", settings.member, "the name of the array to take from an NPZ file that has several");
  verb->add_option("--chunk", settings.options.chunk_elements,
                   "elements of a new chunk at most, 256 .. 2097152; the chunks in the file may force fewer")
      ->transform(whole_number(256, 1 << 21));
  add_threads(*verb, arguments->batch.threads);
  add_memory_limit(*verb, settings.max_bytes);
  verb->add_flag("--quiet", arguments->batch.is_quiet, "no progress");
  verb->add_flag("-v,--verbose", settings.is_verbose, "say what was done");
  verb->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace laq::command
