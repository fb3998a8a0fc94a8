#include "calls.h"

namespace gaia::detail {

Calls::Ticket::Ticket(Calls& calls, Cancellation cancellation) : calls_(calls) {
  const std::lock_guard lock(calls_.mutex_);
  place_ = calls_.running_.insert(calls_.running_.end(), std::move(cancellation));
}

Calls::Ticket::~Ticket() {
  const std::lock_guard lock(calls_.mutex_);
  calls_.running_.erase(place_);
  calls_.changed_.notify_all();
}

void Calls::cancel_all(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  for (const Cancellation& cancellation : running_) cancellation.request(reason);
}

void Calls::wait_for(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return running_.empty(); });
}

}  // namespace gaia::detail
