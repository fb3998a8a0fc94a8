#include "performance.h"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <thread>
#include <typeinfo>

#include "gaia/errors.h"
#include "unicode.h"

namespace gaia::detail {
namespace {

Texts with_defaults(const Call& call) {
  Texts arguments = call.arguments;
  for (const Argument& argument : call.job->arguments) {
    // What a person left empty is a text, but no number, and none of the choices.
    const bool may_be_empty = argument.type() == Argument::Type::text || argument.type() == Argument::Type::textarea;
    const auto given = arguments.find(argument.key());
    if (given != arguments.end() && (may_be_empty || !given->second.empty())) continue;
    if (argument.default_value().empty()) arguments.erase(argument.key());
    else arguments.insert_or_assign(argument.key(), argument.default_value());
  }
  return arguments;
}

std::string type_name(const std::type_info& type) {
  int status = 0;
  char* const name = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string text = status == 0 ? name : type.name();
  std::free(name);
  return text;
}

struct Thrown {
  std::string message;
  /// What was thrown, and what that was thrown because of: C++ keeps no stack.
  std::string trace;
};

void trace_causes(const std::exception& error, std::string& trace) {
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& cause) {
    trace += "\n  because of " + type_name(typeid(cause)) + ": " + cause.what();
    trace_causes(cause, trace);
  } catch (...) {
    trace += "\n  because of something that is no exception";
  }
}

/// To be called while something is caught.
Thrown describe_caught() {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  const std::string name = type == nullptr ? "something foreign" : type_name(*type);
  std::string message;
  std::string causes;
  try {
    throw;
  } catch (const std::exception& error) {
    message = error.what();
    trace_causes(error, causes);
  } catch (const std::string& text) {
    message = text;
  } catch (const char* text) {
    message = text == nullptr ? "" : text;
  } catch (int number) {
    message = "the job threw the number " + std::to_string(number);
  } catch (...) {
    message = "the job threw " + name;
  }
  if (message.empty()) message = "the job threw " + name + " without a text";
  return {message, name + ": " + message + causes};
}

Result ended_as(Outcome outcome, std::string_view message) {
  Result result;
  result.outcome = outcome;
  result.message = cut(repaired(message), kMostMessageBytes);
  return result;
}

Result run_function(Performance& performance) {
  const JobDefinition& job = *performance.call.job;
  Context context(performance);
  performance.require_arguments();
  if (job.condition != nullptr) {
    const Decision decision = job.condition(context);
    if (!decision.perform) {
      return ended_as(Outcome::skipped, decision.reason.empty() ? job.condition_reason : decision.reason);
    }
  }
  job.function(context);
  const std::lock_guard lock(performance.mutex);
  return std::move(performance.result);
}

Result failed_by_caught(Host& host) {
  const Thrown thrown = describe_caught();
  host.log(Level::error, repaired(thrown.trace));
  return ended_as(Outcome::failed, thrown.message);
}

}  // namespace

Performance::Performance(const Call& call, Host& host, const Cancellation& cancellation)
    : call(call), host(host), cancellation(cancellation), arguments(with_defaults(call)) {}

const Argument* Performance::declared(std::string_view key) const noexcept {
  for (const Argument& argument : call.job->arguments) {
    if (argument.key() == key) return &argument;
  }
  return nullptr;
}

const std::string& Performance::value_of(std::string_view key) const {
  static const std::string none;
  const auto argument = arguments.find(key);
  if (argument != arguments.end()) return argument->second;
  if (declared(key) == nullptr) {
    throw ArgumentError("the job \"" + call.job->title + "\" has no argument \"" + std::string(key) + "\"");
  }
  return none;
}

void Performance::require_arguments() const {
  for (const Argument& argument : call.job->arguments) {
    if (argument.is_required() && value_of(argument.key()).empty()) {
      throw ArgumentError("argument \"" + argument.key() + "\" is required, and not given");
    }
  }
}

Result perform(const Call& call, Host& host, const Cancellation& cancellation) noexcept {
  Performance performance(call, host, cancellation);
  try {
    return run_function(performance);
  } catch (const ExitPipeline& exit) {
    return ended_as(Outcome::exit_pipeline, exit.what());
  } catch (const Cancelled& end) {
    if (cancellation.requested()) return ended_as(Outcome::cancelled, end.what());
    return failed_by_caught(host);
  } catch (const ArgumentError& error) {
    // Says all there is to say.
    return ended_as(Outcome::failed, error.what());
  } catch (...) {
    return failed_by_caught(host);
  }
}

Result perform_in_time(const Call& call, Host& host, const Cancellation& cancellation, const GiveUp& give_up) {
  const std::chrono::milliseconds timeout = call.job->timeout;
  if (timeout.count() == 0) return perform(call, host, cancellation);
  constexpr char timed_out[] = "timed_out";
  const std::string message = "timed out after " + std::to_string(timeout.count()) + " ms";
  const Cancellation ended;
  std::thread watch([&] {
    if (ended.wait_for(timeout)) return;
    cancellation.request(timed_out);
    if (give_up && !ended.wait_for(kJobGrace)) give_up(ended_as(Outcome::failed, message + ", and did not end"));
  });
  Result result = perform(call, host, cancellation);
  ended.request("ended");
  watch.join();
  const bool too_late =
      cancellation.reason() == timed_out && (result.outcome == Outcome::cancelled || result.outcome == Outcome::failed);
  return too_late ? ended_as(Outcome::failed, message) : result;
}

const char* name_of(Level level) noexcept {
  switch (level) {
    case Level::debug: return "DEBUG";
    case Level::info: return "INFO";
    case Level::warn: return "WARN";
    case Level::error: break;
  }
  return "ERROR";
}

std::string as_argument(const Json& value) {
  if (value.is_null()) return "";
  return value.is_text() ? value.text() : value.dump();
}

Texts as_arguments(const Values& values) {
  Texts texts;
  for (const auto& [key, value] : values) texts.emplace(key, as_argument(value));
  return texts;
}

}  // namespace gaia::detail
