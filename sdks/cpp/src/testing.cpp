#include "gaia/testing.h"

#include "gaia/errors.h"
#include "local-run.h"
#include "unicode.h"

namespace gaia::testing {
namespace {

void note(JobReport& report, const detail::Result& result) {
  report.outcome = static_cast<Outcome>(result.outcome);
  report.message = result.message;
  for (const auto& [name, json] : result.outputs) report.outputs.insert_or_assign(name, Json::parse(json));
  for (const detail::AddedJob& job : result.jobs) {
    report.added.push_back({job.title, job.job->title, {job.arguments.begin(), job.arguments.end()}, job.depends_on});
  }
}

detail::PipelineAnswer answers_of(const std::map<std::string, Run>& answers) {
  return [answers](const std::string& pipeline, const detail::Texts&) {
    const auto answer = answers.find(pipeline);
    if (answer == answers.end()) throw Error("the test has no answer for the pipeline \"" + pipeline + "\"");
    return answer->second;
  };
}

/// Where a single job is performed.
class JobHost final : public detail::Host {
 public:
  JobHost(JobReport& report, detail::PipelineAnswer answer) : report_(report), pipelines_(std::move(answer)) {}

  void log(Level level, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    report_.log.push_back({level, std::string(text)});
  }

  std::string start_pipeline(const std::string& pipeline, const detail::Texts& arguments) override {
    return pipelines_.start(pipeline, arguments);
  }

  Run await_run(const std::string& run) override { return pipelines_.await(run); }

 private:
  std::mutex mutex_;
  JobReport& report_;
  detail::LocalPipelines pipelines_;
};

/// Keeps what happens in a whole run.
class Recorder final : public detail::Observer {
 public:
  explicit Recorder(std::vector<JobReport>& jobs) : jobs_(jobs) {}

  void started(const std::string& title, int attempt) override { job(title).attempts = attempt; }

  void logged(const std::string& title, Level level, std::string_view text) override {
    job(title).log.push_back({level, std::string(text)});
  }

  void ended(const std::string& title, const detail::Result& result, std::chrono::milliseconds, bool) override {
    note(job(title), result);
  }

  void left_out(const std::string& title, const std::string& why) override { job(title).message = why; }

 private:
  JobReport& job(const std::string& title) {
    const auto [place, is_new] = places_.emplace(title, jobs_.size());
    if (is_new) jobs_.emplace_back().title = title;
    return jobs_[place->second];
  }

  std::vector<JobReport>& jobs_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace

const char* name_of(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::succeeded: return "succeeded";
    case Outcome::failed: return "failed";
    case Outcome::exit_pipeline: return "exit_pipeline";
    case Outcome::skipped: return "skipped";
    case Outcome::cancelled: return "cancelled";
    case Outcome::not_run: break;
  }
  return "not_run";
}

std::string JobReport::log_text() const {
  std::string text;
  for (const LogLine& line : log) text += line.text + "\n";
  return text;
}

const JobReport& RunReport::operator[](std::string_view title) const {
  const std::string name = detail::lower_case(title);
  for (const JobReport& job : jobs) {
    if (detail::lower_case(job.title) == name) return job;
  }
  throw Error("there was no job \"" + std::string(title) + "\" in this run");
}

Trial::Trial(Pipeline pipeline) : pipeline_(std::move(pipeline)) { pipeline_.check(); }

Trial& Trial::argument(std::string key, const Json& value) {
  arguments_.insert_or_assign(std::move(key), detail::as_argument(value));
  return *this;
}

Trial& Trial::output(const Reference& job, std::string name, Json value) {
  outputs_[job.title()].insert_or_assign(std::move(name), std::move(value));
  return *this;
}

Trial& Trial::answer(std::string pipeline, Values outputs, std::string status) {
  answers_.insert_or_assign(std::move(pipeline), Run{"", std::move(status), std::move(outputs)});
  return *this;
}

Trial& Trial::attempt(int attempt) {
  attempt_ = attempt;
  return *this;
}

JobReport Trial::run_job(const Reference& job) const {
  detail::Call call;
  call.definition = pipeline_.definition();
  call.job = call.definition->find(job.title());
  if (call.job == nullptr) throw Error("there is no job \"" + job.title() + "\" in this pipeline");
  call.title = call.job->title;
  call.run = call.pipeline = "test";
  call.attempt = attempt_;
  call.arguments = arguments_;
  call.outputs = outputs_;
  JobReport report;
  report.title = call.title;
  report.attempts = 1;
  JobHost host(report, answers_of(answers_));
  note(report, detail::perform_in_time(call, host, cancellation_));
  return report;
}

RunReport Trial::run_pipeline() const {
  RunReport report;
  Recorder recorder(report.jobs);
  detail::LocalRun run(pipeline_.definition(), {arguments_, {}, answers_of(answers_)}, recorder);
  report.succeeded = run.run(cancellation_);
  return report;
}

}  // namespace gaia::testing
