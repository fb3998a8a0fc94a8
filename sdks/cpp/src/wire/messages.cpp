#include "messages.h"

namespace gaia::detail {
namespace {

/// The original Gaia knows four types.
const char* plugin_type(Argument::Type type) {
  switch (type) {
    case Argument::Type::textarea: return "textarea";
    case Argument::Type::boolean: return "boolean";
    case Argument::Type::vault: return "vault";
    case Argument::Type::text:
    case Argument::Type::number:
    case Argument::Type::choice: break;
  }
  return "textfield";
}

program::v1::ArgumentDescription::Type program_type(Argument::Type type) {
  using Description = program::v1::ArgumentDescription;
  switch (type) {
    case Argument::Type::text: return Description::TEXT;
    case Argument::Type::textarea: return Description::TEXTAREA;
    case Argument::Type::boolean: return Description::BOOLEAN;
    case Argument::Type::number: return Description::NUMBER;
    case Argument::Type::choice: return Description::CHOICE;
    case Argument::Type::vault: return Description::VAULT;
  }
  return Description::TEXT;
}

}  // namespace

proto::Job job_message(const Definition& definition, const JobDefinition& job) {
  proto::Job message;
  message.set_unique_id(job.id);
  message.set_title(job.title);
  message.set_description(job.description);
  for (const auto& dependency : job.depends_on) message.add_dependson(definition.find(dependency.title)->id);
  for (const Argument& argument : job.arguments) {
    proto::Argument& sent = *message.add_args();
    sent.set_description(argument.description());
    sent.set_type(plugin_type(argument.type()));
    sent.set_key(argument.key());
    sent.set_value(argument.default_value());
  }
  return message;
}

program::v1::Description description_message(const Definition& definition) {
  program::v1::Description message;
  message.set_sdk("gaia-cpp/0.1.0");
  for (const auto& job : definition.jobs()) {
    program::v1::JobDescription& sent = *message.add_jobs();
    sent.set_id(job->id);
    sent.set_title(job->title);
    sent.set_description(job->description);
    for (const auto& dependency : job->depends_on) sent.add_depends_on(definition.find(dependency.title)->id);
    for (const Argument& argument : job->arguments) {
      program::v1::ArgumentDescription& described = *sent.add_arguments();
      described.set_key(argument.key());
      described.set_description(argument.description());
      described.set_type(program_type(argument.type()));
      described.set_default_value(argument.default_value());
      for (const std::string& choice : argument.choices()) described.add_choices(choice);
      described.set_required(argument.is_required());
    }
    sent.set_on_demand(job->on_demand);
    sent.set_attempts(static_cast<std::uint32_t>(job->attempts));
    sent.set_timeout_ms(static_cast<std::uint64_t>(job->timeout.count()));
  }
  return message;
}

}  // namespace gaia::detail
