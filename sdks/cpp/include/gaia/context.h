#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "cancellation.h"
#include "job.h"
#include "json.h"

namespace gaia {

namespace detail {
class Performance;
template <class Type>
struct IsOptional : std::false_type {};
template <class Type>
struct IsOptional<std::optional<Type>> : std::true_type {};
}  // namespace detail

enum class Level { debug, info, warn, error };

/// A run of another pipeline.
struct Run {
  std::string id;
  /// pending, running, stopping, completed, failed, cancelled
  std::string status;
  Values outputs;
};

/// What a job is given, and what it hands back. Lives as long as the job's function; may be used by several threads.
class Context {
 public:
  explicit Context(detail::Performance& performance) : performance_(performance) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// The job's own, or that of the added job which its function performs.
  const std::string& title() const noexcept;
  const std::string& run() const noexcept;
  const std::string& pipeline() const noexcept;
  /// From 1.
  int attempt() const noexcept;

  /// An argument as `std::string` (if nothing is said), `bool`, a number, or `std::optional` of these. Throws
  /// ArgumentError, which fails the job, when it is not of that type, or not there: without a value, a text is empty,
  /// a boolean false, an optional nothing, and a number is an error.
  template <class Type = std::string>
  Type argument(std::string_view key) const;
  /// Whether it was given, or has a default.
  bool has_argument(std::string_view key) const;
  /// All arguments as they were sent, defaults included; also those that the job does not declare.
  const std::map<std::string, std::string, std::less<>>& arguments() const noexcept;

  /// Outputs of each job that this one depends on, by title.
  const std::map<std::string, Values, std::less<>>& outputs() const noexcept;
  /// Outputs of one of them; empty when it has none.
  const Values& outputs_of(const Reference& job) const;
  /// One output of one of them; null when it has none of that name.
  const Json& output_of(const Reference& job, std::string_view name) const;
  /// Hands a value to the jobs behind this one, when it succeeds.
  void set_output(std::string name, Json value);

  /// A line of this job's log, or several. The parts are written one behind the other, as with `<<`.
  template <class... Parts>
  void debug(const Parts&... parts) {
    log(Level::debug, joined(parts...));
  }
  template <class... Parts>
  void info(const Parts&... parts) {
    log(Level::info, joined(parts...));
  }
  template <class... Parts>
  void warn(const Parts&... parts) {
    log(Level::warn, joined(parts...));
  }
  template <class... Parts>
  void error(const Parts&... parts) {
    log(Level::error, joined(parts...));
  }
  void log(Level level, std::string_view text);

  /// Whether this job was asked to end, and how to wait for that.
  const Cancellation& cancellation() const noexcept;
  bool cancelled() const noexcept { return cancellation().requested(); }
  /// Sleeps; throws Cancelled when the job is asked to end meanwhile.
  void sleep_for(std::chrono::milliseconds time) const;

  /// Adds a job to the run, performed by the function of `job`, once this one has succeeded. `after` are jobs of the
  /// run, or others added here; the result can be one of them.
  Reference add(const Job& job, std::string title, const Values& arguments = {}, std::vector<Reference> after = {});

  /// Starts another pipeline. Throws Error when that is not possible.
  Run start_pipeline(const std::string& pipeline, const Values& arguments = {});
  /// Waits until that run has ended, however it ended, and says how. Throws Cancelled when this job is asked to end.
  Run await(const Run& run);

 private:
  std::string text_argument(std::string_view key) const;
  bool boolean_argument(std::string_view key) const;
  double number_argument(std::string_view key) const;
  std::int64_t integer_argument(std::string_view key, std::int64_t least, std::int64_t most) const;

  template <class... Parts>
  static std::string joined(const Parts&... parts) {
    std::ostringstream line;
    (line << ... << parts);
    return line.str();
  }

  detail::Performance& performance_;
};

template <class Type>
Type Context::argument(std::string_view key) const {
  if constexpr (detail::IsOptional<Type>::value) {
    if (!has_argument(key)) return std::nullopt;
    return argument<typename Type::value_type>(key);
  } else if constexpr (std::is_same_v<Type, bool>) {
    return boolean_argument(key);
  } else if constexpr (std::is_floating_point_v<Type>) {
    return static_cast<Type>(number_argument(key));
  } else if constexpr (std::is_integral_v<Type>) {
    constexpr auto widest = std::numeric_limits<std::int64_t>::max();
    constexpr auto most = sizeof(Type) < sizeof widest || std::is_signed_v<Type>
                              ? static_cast<std::int64_t>(std::numeric_limits<Type>::max())
                              : widest;
    return static_cast<Type>(integer_argument(key, static_cast<std::int64_t>(std::numeric_limits<Type>::min()), most));
  } else {
    return Type(text_argument(key));
  }
}

}  // namespace gaia
