// A pipeline run without a server.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "local-pipelines.h"
#include "performance.h"

namespace gaia::detail {

/// Hears what happens in a local run. Never called by two threads at once.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void started(const std::string& title, int attempt) = 0;
  virtual void logged(const std::string& title, Level level, std::string_view text) = 0;
  /// An attempt has ended; when it has failed, `again` says whether another one follows.
  virtual void ended(const std::string& title, const Result& result, std::chrono::milliseconds time, bool again) = 0;
  /// A job is not performed at all.
  virtual void left_out(const std::string& title, const std::string& why) = 0;
};

struct LocalOptions {
  /// For each job that has an argument of that key.
  Texts arguments;
  /// Run these and what they depend on; empty: all of the graph.
  std::vector<const JobDefinition*> only;
  PipelineAnswer answer;
};

/// Performs the jobs of a pipeline in the order of their dependencies, those that are independent at once.
class LocalRun {
 public:
  LocalRun(std::shared_ptr<const Definition> definition, LocalOptions options, Observer& observer);
  ~LocalRun();

  /// Runs until nothing is left to do. When it is cancelled, running jobs are, and no other is started. Answers whether
  /// nothing failed.
  bool run(const Cancellation& cancellation);

  /// Whether a job still runs that did not end when it was told to.
  bool left_behind() const noexcept { return left_behind_; }

 private:
  struct Task;
  class Attempt;
  class Desk;

  void choose(const JobDefinition& job);
  Task& add_task(std::string title, const JobDefinition& job);
  Texts given(const JobDefinition& job, bool secrets_alone) const;
  Task* find(std::string_view title) const;
  void start_what_is_ready();
  void leave_out(Task& task);
  void start(Task& task);
  void cancel_running(const std::string& reason);
  void abandon_overdue();
  void conclude(const std::shared_ptr<Attempt>& attempt, Result result);
  void grow(Task& task, const std::vector<AddedJob>& jobs);

  const std::shared_ptr<const Definition> definition_;
  const LocalOptions options_;
  const std::shared_ptr<Desk> desk_;
  std::deque<Task> tasks_;
  std::vector<std::shared_ptr<Attempt>> running_;
  /// No further job is started.
  bool ending_ = false;
  bool cancelled_ = false;
  bool failed_ = false;
  bool left_behind_ = false;
};

}  // namespace gaia::detail
