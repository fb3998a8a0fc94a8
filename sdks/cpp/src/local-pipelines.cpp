#include "local-pipelines.h"

#include "gaia/errors.h"

namespace gaia::detail {

std::string LocalPipelines::start(const std::string& pipeline, const Texts& arguments) {
  if (answer_ == nullptr) throw Error("starting the pipeline \"" + pipeline + "\" needs Gaia, and this run has none");
  Run run = answer_(pipeline, arguments);
  const std::lock_guard lock(mutex_);
  run.id = pipeline + "-" + std::to_string(runs_.size() + 1);
  runs_.push_back(run);
  return run.id;
}

Run LocalPipelines::await(const std::string& id) {
  const std::lock_guard lock(mutex_);
  for (const Run& run : runs_) {
    if (run.id == id) return run;
  }
  throw Error("there is no run \"" + id + "\"");
}

}  // namespace gaia::detail
