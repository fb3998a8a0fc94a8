/// Jobs within a test, without Gaia:
///
///     gaia::testing::Trial trial(pipeline);
///     const auto report = trial.argument("name", "Ada").run_job("Greet");
///     assert(report.outputs.at("greeting") == "hello Ada");
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cancellation.h"
#include "context.h"
#include "pipeline.h"

namespace gaia::testing {

enum class Outcome {
  succeeded,
  failed,
  exit_pipeline,
  skipped,
  cancelled,
  /// Its turn never came: something before it failed, or the run ended.
  not_run,
};

/// As in the protocol: "succeeded", "exit_pipeline", …
const char* name_of(Outcome outcome) noexcept;

struct LogLine {
  Level level;
  std::string text;
};

/// A job that another one added to the run.
struct AddedJob {
  std::string title;
  /// Whose function performs it.
  std::string job;
  std::map<std::string, std::string> arguments;
  std::vector<std::string> depends_on;
};

/// How a job went.
struct JobReport {
  std::string title;
  Outcome outcome = Outcome::not_run;
  std::string message;
  Values outputs;
  /// Of all attempts.
  std::vector<LogLine> log;
  std::vector<AddedJob> added;
  int attempts = 0;

  /// The log's texts, a line each.
  std::string log_text() const;
};

/// How a whole run went.
struct RunReport {
  bool succeeded = false;
  /// In the order in which they started, or were left out.
  std::vector<JobReport> jobs;

  /// The job with that title, in any case of its letters. Throws Error when there is none.
  const JobReport& operator[](std::string_view title) const;
};

/// A pipeline, and what it is given for a test.
class Trial {
 public:
  /// Throws DefinitionError when the jobs make no pipeline.
  explicit Trial(Pipeline pipeline);

  /// For each job that has an argument of that key; secrets as well.
  Trial& argument(std::string key, const Json& value);
  /// An output of a job that the tested one depends on. For `run_job`.
  Trial& output(const Reference& job, std::string name, Json value);
  /// How runs of another pipeline end. Without it, starting one fails.
  Trial& answer(std::string pipeline, Values outputs, std::string status = "completed");
  /// Which attempt it is. For `run_job`.
  Trial& attempt(int attempt);
  /// Request it to see how jobs take being cancelled.
  const Cancellation& cancellation() const noexcept { return cancellation_; }

  /// Performs one attempt of one job, in this thread.
  JobReport run_job(const Reference& job) const;
  /// Runs the whole pipeline, as `PROGRAM run` does.
  RunReport run_pipeline() const;

 private:
  Pipeline pipeline_;
  std::map<std::string, std::string, std::less<>> arguments_;
  std::map<std::string, Values, std::less<>> outputs_;
  std::map<std::string, Run> answers_;
  int attempt_ = 1;
  Cancellation cancellation_;
};

}  // namespace gaia::testing
