#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace gaia {

namespace detail {
class CancellationState;
}

/// Whether a job was asked to end, and a way to wait for that. Cheap to copy; hand it to whatever works for the job.
class Cancellation {
 public:
  /// While it lives, its function is called once when the cancellation is requested: from a thread of its own, or at
  /// once if that was before. Its end waits for a call that is under way.
  class Callback {
   public:
    Callback(const Cancellation& cancellation, std::function<void()> function);
    ~Callback();
    Callback(const Callback&) = delete;
    Callback& operator=(const Callback&) = delete;

   private:
    std::shared_ptr<detail::CancellationState> state_;
    unsigned long long number_;
  };

  Cancellation();

  bool requested() const noexcept;
  /// `run_stopped`, `timed_out`, …; empty while it is not requested.
  std::string reason() const;
  /// Waits until it is requested.
  void wait() const;
  /// Waits until it is requested, and says so, or for that long.
  bool wait_for(std::chrono::milliseconds time) const;
  /// Throws Cancelled when it was requested.
  void throw_if_requested() const;

  /// Requests it; the first reason stays.
  void request(const std::string& reason) const;

 private:
  std::shared_ptr<detail::CancellationState> state_;
};

}  // namespace gaia
