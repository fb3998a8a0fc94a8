#include "local-run.h"

#include <algorithm>
#include <condition_variable>
#include <system_error>
#include <thread>
#include <utility>

#include "gaia/errors.h"
#include "unicode.h"

namespace gaia::detail {
namespace {

using Clock = std::chrono::steady_clock;

/// Threads are cheap, but not free; jobs past it wait for their turn.
constexpr std::size_t kMostAtOnce = 100;

}  // namespace

struct LocalRun::Task {
  enum class State { waiting, running, done, not_done };

  std::string title;
  std::string name;
  const JobDefinition* job;
  Texts arguments;
  std::vector<Task*> depends_on;
  State state = State::waiting;
  int attempts = 0;
  Values outputs;
};

/// Where attempts report. It outlives the run as long as one of them is left behind.
class LocalRun::Desk {
 public:
  explicit Desk(Observer& observer) : observer_(&observer) {}

  void close() {
    const std::lock_guard lock(mutex_);
    observer_ = nullptr;
  }

  template <class Tell>
  void tell(const Tell& tell_observer) {
    const std::lock_guard lock(mutex_);
    if (observer_ != nullptr) tell_observer(*observer_);
  }

  void hand_in(std::shared_ptr<Attempt> attempt) {
    const std::lock_guard lock(mutex_);
    ended_.push_back(std::move(attempt));
    changed_.notify_all();
  }

  void wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  }

  /// The attempts that have ended, after a wait for one of them, for `wake`, or for that moment.
  std::vector<std::shared_ptr<Attempt>> wait(Clock::time_point until) {
    std::unique_lock lock(mutex_);
    const auto something = [this] { return woken_ || !ended_.empty(); };
    if (until == Clock::time_point::max()) changed_.wait(lock, something);
    else changed_.wait_until(lock, until, something);
    woken_ = false;
    return std::exchange(ended_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Attempt>> ended_;
  bool woken_ = false;
  Observer* observer_;
};

class LocalRun::Attempt final : public Host, public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(Task& task, Call call, std::shared_ptr<Desk> desk, PipelineAnswer answer)
      : task(task), call_(std::move(call)), desk_(std::move(desk)), pipelines_(std::move(answer)) {
    if (call_.job->timeout.count() > 0) overdue = started + call_.job->timeout + kJobGrace;
  }

  void begin() {
    std::thread([self = shared_from_this()] {
      try {
        self->result = perform_in_time(self->call_, *self, self->cancellation);
      } catch (const std::system_error& error) {
        self->result = Result{Outcome::failed, std::string("no thread keeps its timeout: ") + error.what(), {}, {}};
      }
      self->desk_->hand_in(self);
    }).detach();
  }

  void cancel(const std::string& reason) {
    cancellation.request(reason);
    overdue = std::min(overdue, Clock::now() + kJobGrace);
  }

  void log(Level level, std::string_view text) override {
    desk_->tell([&](Observer& observer) { observer.logged(call_.title, level, text); });
  }

  std::string start_pipeline(const std::string& pipeline, const Texts& arguments) override {
    return pipelines_.start(pipeline, arguments);
  }

  Run await_run(const std::string& id) override { return pipelines_.await(id); }

  Task& task;
  const Cancellation cancellation;
  const Clock::time_point started = Clock::now();
  Clock::time_point overdue = Clock::time_point::max();
  Result result;

 private:
  const Call call_;
  const std::shared_ptr<Desk> desk_;
  LocalPipelines pipelines_;
};

LocalRun::LocalRun(std::shared_ptr<const Definition> definition, LocalOptions options, Observer& observer)
    : definition_(std::move(definition)), options_(std::move(options)), desk_(std::make_shared<Desk>(observer)) {
  for (const JobDefinition* job : options_.only) choose(*job);
  if (!options_.only.empty()) return;
  for (const auto& job : definition_->jobs()) {
    if (!job->on_demand) choose(*job);
  }
}

LocalRun::~LocalRun() { desk_->close(); }

/// Takes a job and what it depends on; the check of the pipeline has seen to it that this ends.
void LocalRun::choose(const JobDefinition& job) {
  if (find(job.title) != nullptr) return;
  for (const auto& dependency : job.depends_on) choose(*definition_->find(dependency.title));
  Task& task = add_task(job.title, job);
  task.arguments = given(job, false);
  for (const auto& dependency : job.depends_on) task.depends_on.push_back(find(dependency.title));
}

LocalRun::Task& LocalRun::add_task(std::string title, const JobDefinition& job) {
  Task& task = tasks_.emplace_back();
  task.name = lower_case(title);
  task.title = std::move(title);
  task.job = &job;
  return task;
}

/// What the run was given for this job: all its arguments, or its secrets alone.
Texts LocalRun::given(const JobDefinition& job, bool secrets_alone) const {
  Texts given;
  for (const Argument& argument : job.arguments) {
    const auto value = options_.arguments.find(argument.key());
    const bool wanted = !secrets_alone || argument.type() == Argument::Type::vault;
    if (wanted && value != options_.arguments.end()) given.insert(*value);
  }
  return given;
}

LocalRun::Task* LocalRun::find(std::string_view title) const {
  const std::string name = lower_case(title);
  const auto found = std::find_if(tasks_.begin(), tasks_.end(), [&](const Task& task) { return task.name == name; });
  return found == tasks_.end() ? nullptr : const_cast<Task*>(&*found);
}

bool LocalRun::run(const Cancellation& cancellation) {
  const Cancellation::Callback wake(cancellation, [desk = desk_] { desk->wake(); });
  while (true) {
    if (cancellation.requested()) cancel_running(cancellation.reason());
    start_what_is_ready();
    if (running_.empty()) return !failed_ && !cancellation.requested();
    Clock::time_point next = Clock::time_point::max();
    for (const auto& attempt : running_) next = std::min(next, attempt->overdue);
    for (const auto& attempt : desk_->wait(next)) conclude(attempt, attempt->result);
    abandon_overdue();
  }
}

void LocalRun::start_what_is_ready() {
  // Leaving one out decides about others, in front of it or behind it.
  for (bool changed = true; changed;) {
    changed = false;
    for (Task& task : tasks_) {
      if (task.state != Task::State::waiting) continue;
      const auto is = [&](Task::State state) {
        return [state](const Task* dependency) { return dependency->state == state; };
      };
      const auto& needed = task.depends_on;
      if (ending_ || std::any_of(needed.begin(), needed.end(), is(Task::State::not_done))) {
        leave_out(task);
        changed = true;
      } else if (running_.size() < kMostAtOnce && std::all_of(needed.begin(), needed.end(), is(Task::State::done))) {
        start(task);
      }
    }
  }
}

void LocalRun::leave_out(Task& task) {
  std::string why = "the run has ended";
  for (const Task* dependency : task.depends_on) {
    if (dependency->state == Task::State::not_done) why = dependency->title + " did not succeed";
  }
  task.state = Task::State::not_done;
  desk_->tell([&](Observer& observer) { observer.left_out(task.title, why); });
}

void LocalRun::start(Task& task) {
  Call call;
  call.definition = definition_;
  call.job = task.job;
  call.title = task.title;
  call.run = "local";
  call.pipeline = "local";
  call.attempt = ++task.attempts;
  call.arguments = task.arguments;
  for (const Task* dependency : task.depends_on) call.outputs.emplace(dependency->title, dependency->outputs);
  task.state = Task::State::running;
  desk_->tell([&](Observer& observer) { observer.started(task.title, task.attempts); });
  running_.push_back(std::make_shared<Attempt>(task, std::move(call), desk_, options_.answer));
  running_.back()->begin();
}

void LocalRun::cancel_running(const std::string& reason) {
  if (std::exchange(cancelled_, true)) return;
  ending_ = true;
  for (const auto& attempt : running_) attempt->cancel(reason);
}

/// A thread cannot be ended from outside: a job that does not listen is left to itself.
void LocalRun::abandon_overdue() {
  const Clock::time_point now = Clock::now();
  for (const auto& attempt : std::vector(running_)) {
    if (attempt->overdue > now) continue;
    left_behind_ = true;
    Result result;
    result.outcome = Outcome::failed;
    result.message = "it did not end when it was told to (" + attempt->cancellation.reason() + ")";
    conclude(attempt, std::move(result));
  }
}

void LocalRun::conclude(const std::shared_ptr<Attempt>& attempt, Result result) {
  const auto place = std::find(running_.begin(), running_.end(), attempt);
  // It was given up before.
  if (place == running_.end()) return;
  running_.erase(place);
  Task& task = attempt->task;
  if (result.outcome == Outcome::succeeded) {
    try {
      grow(task, result.jobs);
    } catch (const Error& error) {
      result = Result{Outcome::failed, error.what(), {}, {}};
    }
  }
  const bool failed = result.outcome == Outcome::failed;
  const bool again = failed && !ending_ && task.attempts < task.job->attempts;
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - attempt->started);
  desk_->tell([&](Observer& observer) { observer.ended(task.title, result, time, again); });
  for (const auto& [name, json] : result.outputs) task.outputs.emplace(name, Json::parse(json));
  const bool done = result.outcome == Outcome::succeeded || result.outcome == Outcome::skipped;
  task.state = again ? Task::State::waiting : done ? Task::State::done : Task::State::not_done;
  failed_ |= failed && !again;
  ending_ |= result.outcome == Outcome::exit_pipeline;
}

/// Adds the jobs to the run, or throws without a change.
void LocalRun::grow(Task& task, const std::vector<AddedJob>& jobs) {
  const std::size_t before = tasks_.size();
  const auto refuse = [&](const std::string& problem) {
    tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(before), tasks_.end());
    throw Error("\"" + task.title + "\" added a job that cannot be: " + problem);
  };
  for (const AddedJob& job : jobs) {
    if (find(job.title) != nullptr) refuse("there is a job \"" + job.title + "\" already");
    Task& added = add_task(job.title, *job.job);
    added.arguments = given(*job.job, true);
    for (const auto& [key, value] : job.arguments) added.arguments.insert_or_assign(key, value);
  }
  for (const AddedJob& job : jobs) {
    for (const std::string& title : job.depends_on) {
      Task* const dependency = find(title);
      if (dependency == nullptr) refuse("\"" + job.title + "\" depends on \"" + title + "\", which does not exist");
      find(job.title)->depends_on.push_back(dependency);
    }
  }
  // What can be ordered is in no circle.
  std::vector<Task*> unordered;
  for (std::size_t index = before; index < tasks_.size(); ++index) unordered.push_back(&tasks_[index]);
  while (!unordered.empty()) {
    const auto waits = [&](const Task* added) {
      return std::any_of(added->depends_on.begin(), added->depends_on.end(), [&](Task* dependency) {
        return std::find(unordered.begin(), unordered.end(), dependency) != unordered.end();
      });
    };
    const auto rest = std::stable_partition(unordered.begin(), unordered.end(), waits);
    if (rest == unordered.end()) refuse("\"" + unordered.front()->title + "\" and others go in a circle");
    unordered.erase(rest, unordered.end());
  }
}

}  // namespace gaia::detail
