#include "gaia/context.h"

#include <charconv>
#include <cmath>

#include "gaia/errors.h"
#include "performance.h"
#include "unicode.h"

namespace gaia {
namespace {

[[noreturn]] void refuse(std::string_view key, const std::string& value, const std::string& why) {
  throw ArgumentError("argument \"" + std::string(key) + "\" is \"" + value + "\", which is " + why);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t first = text.find_first_not_of(space);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(space) - first + 1);
}

/// Nothing when the text is no number, or an infinite one.
std::optional<Json> number_of(std::string_view text) {
  std::string_view digits = trimmed(text);
  if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);
  const char* const end = digits.data() + digits.size();
  std::int64_t integer = 0;
  const auto whole = std::from_chars(digits.data(), end, integer);
  if (whole.ec == std::errc() && whole.ptr == end) return integer;
  double number = 0;
  const auto fraction = std::from_chars(digits.data(), end, number);
  if (fraction.ec == std::errc() && fraction.ptr == end && std::isfinite(number)) return number;
  return std::nullopt;
}

std::string listed(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

}  // namespace

const std::string& Context::title() const noexcept { return performance_.call.title; }
const std::string& Context::run() const noexcept { return performance_.call.run; }
const std::string& Context::pipeline() const noexcept { return performance_.call.pipeline; }
int Context::attempt() const noexcept { return performance_.call.attempt; }

bool Context::has_argument(std::string_view key) const { return performance_.arguments.count(key) > 0; }

const std::map<std::string, std::string, std::less<>>& Context::arguments() const noexcept {
  return performance_.arguments;
}

std::string Context::text_argument(std::string_view key) const {
  const std::string& value = performance_.value_of(key);
  const Argument* const argument = performance_.declared(key);
  if (argument == nullptr || argument->type() != Argument::Type::choice || value.empty()) return value;
  for (const std::string& choice : argument->choices()) {
    if (choice == value) return value;
  }
  refuse(key, value, "none of " + listed(argument->choices()));
}

bool Context::boolean_argument(std::string_view key) const {
  const std::string& value = performance_.value_of(key);
  const std::string word = detail::lower_case(trimmed(value));
  if (word == "true" || word == "1") return true;
  if (word == "false" || word == "0" || word.empty()) return false;
  refuse(key, value, "neither true nor false");
}

double Context::number_argument(std::string_view key) const {
  const std::string& value = performance_.value_of(key);
  if (value.empty()) throw ArgumentError("argument \"" + std::string(key) + "\" is not given");
  const std::optional<Json> number = number_of(value);
  if (!number.has_value()) refuse(key, value, "no number");
  return number->number();
}

std::int64_t Context::integer_argument(std::string_view key, std::int64_t least, std::int64_t most) const {
  const double rough = number_argument(key);
  const std::string& value = performance_.value_of(key);
  if (std::trunc(rough) != rough) refuse(key, value, "no whole number");
  // 2^63 in both directions is where a double stops to fit.
  const std::optional<Json> number = std::abs(rough) < 9.2e18 ? number_of(value) : std::nullopt;
  const bool fits = number.has_value() && number->integer() >= least && number->integer() <= most;
  if (!fits) refuse(key, value, "not between " + std::to_string(least) + " and " + std::to_string(most));
  return number->integer();
}

const std::map<std::string, Values, std::less<>>& Context::outputs() const noexcept {
  return performance_.call.outputs;
}

const Values& Context::outputs_of(const Reference& job) const {
  static const Values none;
  const auto& outputs = performance_.call.outputs;
  const auto exact = outputs.find(job.title());
  if (exact != outputs.end()) return exact->second;
  const std::string wanted = detail::lower_case(job.title());
  for (const auto& [title, values] : outputs) {
    if (detail::lower_case(title) == wanted) return values;
  }
  return none;
}

const Json& Context::output_of(const Reference& job, std::string_view name) const {
  static const Json null;
  const Values& values = outputs_of(job);
  const auto value = values.find(name);
  return value == values.end() ? null : value->second;
}

void Context::set_output(std::string name, Json value) {
  std::string json;
  try {
    json = value.dump();
  } catch (const Error& error) {
    throw Error("output \"" + name + "\": " + error.what());
  }
  const std::lock_guard lock(performance_.mutex);
  performance_.result.outputs.insert_or_assign(detail::repaired(name), std::move(json));
}

void Context::log(Level level, std::string_view text) { performance_.host.log(level, detail::repaired(text)); }

const Cancellation& Context::cancellation() const noexcept { return performance_.cancellation; }

void Context::sleep_for(std::chrono::milliseconds time) const {
  if (cancellation().wait_for(time)) cancellation().throw_if_requested();
}

Reference Context::add(const Job& job, std::string title, const Values& arguments, std::vector<Reference> after) {
  performance_.host.require_growth();
  const detail::JobDefinition* const definition = performance_.call.definition->find(job.job_->id);
  if (definition != job.job_.get()) throw Error("\"" + job.title() + "\" is a job of another pipeline");
  if (title.empty() || !detail::is_utf8(title)) throw Error("the title of an added job is empty, or not UTF-8");
  detail::AddedJob added{title, definition, detail::as_arguments(arguments), {}};
  for (const Reference& reference : after) added.depends_on.push_back(reference.title());

  const std::string lower = detail::lower_case(title);
  const std::lock_guard lock(performance_.mutex);
  const detail::JobDefinition* const same = performance_.call.definition->find(title);
  bool taken = same != nullptr && !same->on_demand;
  for (const detail::AddedJob& other : performance_.result.jobs) taken |= detail::lower_case(other.title) == lower;
  if (taken) throw Error("there is a job with the title \"" + title + "\" already");
  performance_.result.jobs.push_back(std::move(added));
  return Reference(std::move(title));
}

Run Context::start_pipeline(const std::string& pipeline, const Values& arguments) {
  return Run{performance_.host.start_pipeline(pipeline, detail::as_arguments(arguments)), "pending", {}};
}

Run Context::await(const Run& run) { return performance_.host.await_run(run.id); }

}  // namespace gaia
