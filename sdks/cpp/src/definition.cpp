#include "definition.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "unicode.h"

namespace gaia::detail {
namespace {

std::string quoted(const std::string& text) { return '"' + text + '"'; }

/// Looks at one pipeline, and keeps what is wrong.
class Check {
 public:
  explicit Check(const Definition& definition) : definition_(definition) {}

  std::vector<std::string> problems() {
    if (definition_.jobs().empty()) add("the pipeline has no jobs");
    check_titles();
    for (const auto& job : definition_.jobs()) check_job(*job);
    // With titles in doubt nobody knows what a dependency means.
    if (problems_.empty()) check_circles();
    return std::move(problems_);
  }

 private:
  void add(std::string problem) { problems_.push_back(std::move(problem)); }
  void add(const JobDefinition& job, const std::string& problem) { add("job " + quoted(job.title) + ": " + problem); }

  void check_titles() {
    for (const auto& job : definition_.jobs()) {
      const JobDefinition* const same = definition_.find(job->title);
      const JobDefinition* const twin = definition_.find(job->id);
      if (job->title.empty()) {
        add("a job has no title");
      } else if (!is_utf8(job->title)) {
        add("the title of a job is not UTF-8: " + quoted(repaired(job->title)));
      } else if (same != job.get()) {
        add(*job, "the title is taken by " + quoted(same->title) + "; give each job one of its own");
      } else if (twin != job.get()) {
        add(*job, "the title has the same hash as " + quoted(twin->title) + "; change one of them");
      }
    }
  }

  void check_job(const JobDefinition& job) {
    if (job.function == nullptr) add(job, "there is no function that performs it");
    if (job.attempts < 1) add(job, "attempts are counted from 1");
    if (job.timeout.count() < 0) add(job, "its timeout is negative");
    if (!is_utf8(job.description)) add(job, "its description is not UTF-8");
    check_dependencies(job);
    std::set<std::string> keys;
    for (const Argument& argument : job.arguments) {
      if (!keys.insert(argument.key()).second) add(job, "the argument " + quoted(argument.key()) + " is there twice");
      check_argument(job, argument);
    }
  }

  void check_dependencies(const JobDefinition& job) {
    if (job.on_demand && !job.depends_on.empty()) {
      add(job, "it is on demand; what it depends on is said where it is added");
      return;
    }
    for (const auto& dependency : job.depends_on) {
      const JobDefinition* const found = definition_.find(dependency.title);
      if (dependency.job != nullptr && found != dependency.job.get()) {
        add(job, "it depends on " + quoted(dependency.title) + ", which is a job of another pipeline");
      } else if (found == nullptr) {
        add(job, "it depends on " + quoted(dependency.title) + ", which does not exist");
      } else if (found->on_demand) {
        add(job, "it depends on " + quoted(found->title) + ", which is on demand and no part of the graph");
      }
    }
  }

  void check_argument(const JobDefinition& job, const Argument& argument) {
    const std::string name = "the argument " + quoted(argument.key());
    const std::string& value = argument.default_value();
    if (argument.key().empty() || !is_utf8(argument.key())) add(job, "the key of an argument is empty, or not UTF-8");
    if (!is_utf8(argument.description()) || !is_utf8(value)) add(job, name + " has text that is not UTF-8");
    switch (argument.type()) {
      case Argument::Type::number: {
        double number = 0;
        const char* const end = value.data() + value.size();
        const auto parsed = std::from_chars(value.data(), end, number);
        if (!value.empty() && (parsed.ec != std::errc() || parsed.ptr != end)) {
          add(job, name + " has the default " + quoted(value) + ", which is no number");
        }
        break;
      }
      case Argument::Type::boolean:
        if (!value.empty() && value != "true" && value != "false") {
          add(job, name + " has the default " + quoted(value) + ", which is neither true nor false");
        }
        break;
      case Argument::Type::choice: {
        const auto& choices = argument.choices();
        if (choices.empty()) add(job, name + " has nothing to choose from");
        else if (!value.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
          add(job, name + " has the default " + quoted(value) + ", which is none of its choices");
        }
        break;
      }
      case Argument::Type::vault:
        if (!value.empty()) add(job, name + " is a secret, which has no default");
        break;
      case Argument::Type::text:
      case Argument::Type::textarea: break;
    }
  }

  /// Follows dependencies from each job, without recursion: a chain may be as long as the pipeline.
  void check_circles() {
    std::set<const JobDefinition*> sound;
    for (const auto& start : definition_.jobs()) {
      std::vector<std::pair<const JobDefinition*, std::size_t>> path{{start.get(), 0}};
      std::set<const JobDefinition*> on_path{start.get()};
      while (!path.empty()) {
        auto& [job, next] = path.back();
        if (sound.count(job) > 0 || next == job->depends_on.size()) {
          sound.insert(job);
          on_path.erase(job);
          path.pop_back();
          continue;
        }
        const JobDefinition* const dependency = definition_.find(job->depends_on[next++].title);
        if (on_path.count(dependency) > 0) {
          std::string circle;
          for (const auto& step : path) {
            if (!circle.empty() || step.first == dependency) circle += quoted(step.first->title) + " → ";
          }
          return add("jobs depend on each other in a circle: " + circle + quoted(dependency->title));
        }
        on_path.insert(dependency);
        path.emplace_back(dependency, 0);
      }
    }
  }

  const Definition& definition_;
  std::vector<std::string> problems_;
};

}  // namespace

std::shared_ptr<JobDefinition> Definition::add(std::string title, Function function, bool on_demand) {
  auto job = std::make_shared<JobDefinition>();
  job->id = id_of(title);
  job->name = lower_case(title);
  job->title = std::move(title);
  job->function = std::move(function);
  job->on_demand = on_demand;
  // The first of several with one name stays; the check tells of the others.
  by_name_.emplace(job->name, job.get());
  by_id_.emplace(job->id, job.get());
  jobs_.push_back(job);
  return job;
}

const JobDefinition* Definition::find(std::string_view title) const {
  const auto found = by_name_.find(lower_case(title));
  return found == by_name_.end() ? nullptr : found->second;
}

const JobDefinition* Definition::find(std::uint32_t id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::uint32_t id_of(std::string_view title) noexcept {
  std::uint32_t hash = 0x811c9dc5;
  for (const char byte : title) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x01000193;
  return hash;
}

std::vector<std::string> problems_of(const Definition& definition) { return Check(definition).problems(); }

const char* name_of(Argument::Type type) noexcept {
  switch (type) {
    case Argument::Type::text: return "text";
    case Argument::Type::textarea: return "textarea";
    case Argument::Type::boolean: return "boolean";
    case Argument::Type::number: return "number";
    case Argument::Type::choice: return "choice";
    case Argument::Type::vault: return "vault";
  }
  return "text";
}

}  // namespace gaia::detail
