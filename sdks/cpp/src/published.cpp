#include "gaia/published.h"

#include <cstdlib>

#include "gaia/gaia.h"

namespace gaia {
namespace {

Argument declared(const argument& published) {
  const auto declare = [&] {
    switch (published.type) {
      case InputType::input_type::textarea: return textarea(published.key, published.description);
      case InputType::input_type::boolean: return boolean(published.key, published.description);
      case InputType::input_type::vault: return vault(published.key, published.description);
      case InputType::input_type::textfield: break;
    }
    return text(published.key, published.description);
  };
  return declare().defaults_to(published.value);
}

void call_handler(const job& published, const Context& context) {
  std::list<argument> arguments;
  for (const auto& [key, value] : context.arguments()) {
    argument& given = arguments.emplace_back();
    given.key = key;
    given.value = value;
  }
  try {
    published.handler(arguments);
  } catch (const std::string& text) {
    if (text == ERR_EXIT_PIPELINE) throw ExitPipeline(text);
    throw;
  }
}

}  // namespace

Pipeline pipeline_of(const std::list<job>& jobs) {
  Pipeline pipeline;
  for (const job& published : jobs) {
    Function function;
    if (published.handler != nullptr) function = [published](Context& context) { call_handler(published, context); };
    const Job job = pipeline.job(published.title, function).description(published.description);
    job.after({published.depends_on.begin(), published.depends_on.end()});
    for (const argument& argument : published.args) job.argument(declared(argument));
  }
  return pipeline;
}

void Serve(const std::list<job>& jobs, int argc, const char* const* argv) {
  if (const int status = pipeline_of(jobs).serve(argc, argv); status != 0) std::exit(status);
}

}  // namespace gaia
