#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace gaia {

/// What this library throws. A job that lets it pass has failed, with its text as message.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An argument that was not given, or whose text is not of the wanted type.
class ArgumentError : public Error {
 public:
  using Error::Error;
};

/// Jobs that make no pipeline. `problems()` has all that is wrong, each in words.
class DefinitionError : public Error {
 public:
  explicit DefinitionError(std::vector<std::string> problems);

  const std::vector<std::string>& problems() const noexcept { return problems_; }

 private:
  std::vector<std::string> problems_;
};

/// Throw it out of a job to end the pipeline here, without a failure.
class ExitPipeline : public Error {
 public:
  explicit ExitPipeline(const std::string& why = "pipeline exit requested by job") : Error(why) {}
};

/// Thrown where a cancelled job waits; let it pass, and the job has ended as cancelled.
class Cancelled : public Error {
 public:
  using Error::Error;
};

}  // namespace gaia
