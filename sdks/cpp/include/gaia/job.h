#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "argument.h"

namespace gaia {

class Context;
class Job;

namespace detail {
struct JobDefinition;
}

/// What a job does. It has succeeded when it returns, and failed when it throws, whatever that is.
using Function = std::function<void(Context&)>;

/// Whether a job is performed, and if not, why: `true`, `false` or `gaia::skip("nothing to deploy")`.
struct Decision {
  Decision(bool perform) : perform(perform) {}
  Decision(bool perform, std::string reason) : perform(perform), reason(std::move(reason)) {}

  bool perform;
  std::string reason;
};

/// The decision not to perform a job, with its reason.
inline Decision skip(std::string reason) { return Decision(false, std::move(reason)); }

/// Asked before a job is performed.
using Condition = std::function<Decision(Context&)>;

/// Names a job: by itself, or by its title in any case of its letters.
class Reference {
 public:
  Reference(const Job& job);
  Reference(std::string title) : title_(std::move(title)) {}
  Reference(const char* title) : title_(title) {}

  const std::string& title() const noexcept { return title_; }

 private:
  friend class Job;

  std::string title_;
  std::shared_ptr<detail::JobDefinition> job_;
};

/// A job of a pipeline: a handle, cheap to copy, whose members complete the job and return it.
class Job {
 public:
  Job description(std::string text) const;
  Job argument(Argument argument) const;
  /// These have to succeed (or be skipped) before.
  Job after(std::vector<Reference> jobs) const;
  template <class... More>
  Job after(const Reference& job, const More&... more) const {
    return after(std::vector<Reference>{job, Reference(more)...});
  }
  /// The job is skipped unless this holds. `reason` is told when the condition gives none of its own.
  Job when(Condition condition, std::string reason = "its condition does not hold") const;
  /// How often it is tried in all, counting the first time.
  Job attempts(int attempts) const;
  /// Of one attempt. The job is asked to end then: it has to look at its cancellation.
  Job timeout(std::chrono::milliseconds timeout) const;

  const std::string& title() const noexcept;

 private:
  friend class Context;
  friend class Pipeline;
  friend class Reference;

  explicit Job(std::shared_ptr<detail::JobDefinition> job) : job_(std::move(job)) {}

  std::shared_ptr<detail::JobDefinition> job_;
};

}  // namespace gaia
