#include "gaia/pipeline.h"

#include "definition.h"
#include "gaia/errors.h"
#include "program.h"

namespace gaia {

Reference::Reference(const Job& job) : title_(job.title()), job_(job.job_) {}

Job Job::description(std::string text) const {
  job_->description = std::move(text);
  return *this;
}

Job Job::argument(Argument argument) const {
  job_->arguments.push_back(std::move(argument));
  return *this;
}

Job Job::after(std::vector<Reference> jobs) const {
  for (Reference& job : jobs) job_->depends_on.push_back({std::move(job.title_), std::move(job.job_)});
  return *this;
}

Job Job::when(Condition condition, std::string reason) const {
  job_->condition = std::move(condition);
  job_->condition_reason = std::move(reason);
  return *this;
}

Job Job::attempts(int attempts) const {
  job_->attempts = attempts;
  return *this;
}

Job Job::timeout(std::chrono::milliseconds timeout) const {
  job_->timeout = timeout;
  return *this;
}

const std::string& Job::title() const noexcept { return job_->title; }

Pipeline::Pipeline() : definition_(std::make_shared<detail::Definition>()) {}

Job Pipeline::job(std::string title, Function function) {
  return Job(definition_->add(std::move(title), std::move(function), false));
}

Job Pipeline::on_demand(std::string title, Function function) {
  return Job(definition_->add(std::move(title), std::move(function), true));
}

void Pipeline::check() const {
  std::vector<std::string> problems = detail::problems_of(*definition_);
  if (!problems.empty()) throw DefinitionError(std::move(problems));
}

int Pipeline::serve(int argc, const char* const* argv) const { return detail::serve(definition_, argc, argv); }

std::shared_ptr<const detail::Definition> Pipeline::definition() const { return definition_; }

}  // namespace gaia
