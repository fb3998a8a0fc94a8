// The calls that are under way.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "gaia/cancellation.h"

namespace gaia::detail {

/// Knows which jobs run, so that all can be cancelled and waited for when the process ends.
class Calls {
 public:
  /// Held while a call lasts.
  class Ticket {
   public:
    Ticket(Calls& calls, Cancellation cancellation);
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    const Cancellation& cancellation() const noexcept { return *place_; }

   private:
    Calls& calls_;
    std::list<Cancellation>::iterator place_;
  };

  void cancel_all(const std::string& reason);
  /// Waits until there are none, or for that long.
  void wait_for(std::chrono::milliseconds time);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Cancellation> running_;
};

}  // namespace gaia::detail
