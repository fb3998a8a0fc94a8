#include "gaia/errors.h"

namespace gaia {
namespace {

std::string lines_of(const std::vector<std::string>& problems) {
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : "\n") + problem;
  return text;
}

}  // namespace

DefinitionError::DefinitionError(std::vector<std::string> problems)
    : Error(lines_of(problems)), problems_(std::move(problems)) {}

}  // namespace gaia
