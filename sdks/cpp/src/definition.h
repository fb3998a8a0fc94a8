// What a pipeline is made of, behind the handles that its author holds.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gaia/job.h"

namespace gaia::detail {

struct JobDefinition {
  std::uint32_t id;
  std::string title;
  /// The title in small letters, which tells jobs apart.
  std::string name;
  std::string description;
  Function function;
  bool on_demand;
  std::vector<Argument> arguments;
  /// A reference to a job keeps it, so that one of another pipeline is noticed.
  struct Dependency {
    std::string title;
    std::shared_ptr<JobDefinition> job;
  };
  std::vector<Dependency> depends_on;
  Condition condition;
  std::string condition_reason;
  int attempts = 1;
  std::chrono::milliseconds timeout{0};
};

class Definition {
 public:
  std::shared_ptr<JobDefinition> add(std::string title, Function function, bool on_demand);

  /// In the author's order.
  const std::vector<std::shared_ptr<JobDefinition>>& jobs() const noexcept { return jobs_; }
  /// The job with that title, in any case of its letters; null when there is none.
  const JobDefinition* find(std::string_view title) const;
  const JobDefinition* find(std::uint32_t id) const;

 private:
  std::vector<std::shared_ptr<JobDefinition>> jobs_;
  std::unordered_map<std::string, const JobDefinition*> by_name_;
  std::unordered_map<std::uint32_t, const JobDefinition*> by_id_;
};

/// FNV-1a of 32 bits of the title's UTF-8 bytes: a job's id on the wire.
std::uint32_t id_of(std::string_view title) noexcept;

/// All that is wrong with the pipeline, in words.
std::vector<std::string> problems_of(const Definition& definition);

/// The name of a type of arguments, as an author reads it.
const char* name_of(Argument::Type type) noexcept;

}  // namespace gaia::detail
