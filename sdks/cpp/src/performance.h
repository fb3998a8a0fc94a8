// How one job is performed, whoever asked for it: Gaia over the wire, the local runner, or a test.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "definition.h"
#include "gaia/context.h"

namespace gaia::detail {

/// Arguments by key, as they are sent.
using Texts = std::map<std::string, std::string, std::less<>>;

/// Outputs of jobs, by title.
using OutputsByTitle = std::map<std::string, Values, std::less<>>;

/// Where jobs are performed: what a job says and wants goes there. Called by several threads.
class Host {
 public:
  virtual ~Host() = default;

  virtual void log(Level level, std::string_view text) = 0;
  /// Throws an Error that says what is needed, where a run cannot grow.
  virtual void require_growth() {}
  /// Answers the run's id. Throws Error, also when the job is cancelled meanwhile.
  virtual std::string start_pipeline(const std::string& pipeline, const Texts& arguments) = 0;
  virtual Run await_run(const std::string& run) = 0;
};

/// What is to be performed.
struct Call {
  std::shared_ptr<const Definition> definition;
  const JobDefinition* job;
  std::string title;
  std::string run;
  std::string pipeline;
  int attempt = 1;
  Texts arguments;
  OutputsByTitle outputs;
};

enum class Outcome { succeeded, failed, exit_pipeline, skipped, cancelled };

struct AddedJob {
  std::string title;
  const JobDefinition* job;
  Texts arguments;
  /// Titles.
  std::vector<std::string> depends_on;
};

struct Result {
  Outcome outcome = Outcome::succeeded;
  std::string message;
  /// Each value as JSON.
  Texts outputs;
  std::vector<AddedJob> jobs;
};

/// Messages of jobs are cut there.
constexpr std::size_t kMostMessageBytes = 64 * 1024;

/// Asks the condition and calls the function. Never throws, whatever these throw.
Result perform(const Call& call, Host& host, const Cancellation& cancellation) noexcept;

/// What a job gets to end after it was told to. Then it is left to itself: a thread cannot be ended from outside.
constexpr std::chrono::seconds kJobGrace{5};

/// Hears, from another thread, what is to be said of a job that did not end at its timeout: it runs on.
using GiveUp = std::function<void(const Result&)>;

/// The same where no host looks after the job's timeout. Throws std::system_error, before the job, when there is no
/// thread that could.
Result perform_in_time(const Call& call, Host& host, const Cancellation& cancellation, const GiveUp& give_up = {});

/// DEBUG, INFO, WARN, ERROR
const char* name_of(Level level) noexcept;

/// What is left of a value on its way to a job: arguments are texts.
std::string as_argument(const Json& value);
Texts as_arguments(const Values& values);

/// The state behind a Context.
class Performance {
 public:
  Performance(const Call& call, Host& host, const Cancellation& cancellation);

  const Call& call;
  Host& host;
  const Cancellation cancellation;
  /// With defaults.
  const Texts arguments;

  /// Null: the job declares no such argument.
  const Argument* declared(std::string_view key) const noexcept;
  /// Empty: it has no value.
  const std::string& value_of(std::string_view key) const;
  void require_arguments() const;

  std::mutex mutex;
  Result result;
};

}  // namespace gaia::detail
