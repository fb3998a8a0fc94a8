// Other pipelines, where there is no Gaia that has them.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "performance.h"

namespace gaia::detail {

/// How a run of that pipeline ends. Throws Error when there is no answer.
using PipelineAnswer = std::function<Run(const std::string& pipeline, const Texts& arguments)>;

/// The runs that a job starts: each has ended when it starts, as the answer says.
class LocalPipelines {
 public:
  /// Without an answer, starting one is an error.
  explicit LocalPipelines(PipelineAnswer answer) : answer_(std::move(answer)) {}

  std::string start(const std::string& pipeline, const Texts& arguments);
  Run await(const std::string& id);

 private:
  const PipelineAnswer answer_;
  std::mutex mutex_;
  std::vector<Run> runs_;
};

}  // namespace gaia::detail
