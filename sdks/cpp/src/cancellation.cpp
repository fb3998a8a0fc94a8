#include "gaia/cancellation.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "gaia/errors.h"

namespace gaia {
namespace detail {

class CancellationState {
 public:
  std::mutex mutex;
  std::condition_variable changed;
  bool requested = false;
  std::string reason;
  unsigned long long last_callback = 0;
  std::map<unsigned long long, std::function<void()>> callbacks;
  /// The callback that is being called now, and by whom; 0: none.
  unsigned long long calling = 0;
  std::thread::id caller;

  void call_all();
};

void CancellationState::call_all() {
  std::unique_lock lock(mutex);
  caller = std::this_thread::get_id();
  while (!callbacks.empty()) {
    const auto callback = callbacks.extract(callbacks.begin());
    calling = callback.key();
    lock.unlock();
    try {
      callback.mapped()();
    } catch (...) {
      // Nobody could take it: who asks for an end is not who wrote the callback, and the others are to be called, too.
    }
    lock.lock();
    calling = 0;
    changed.notify_all();
  }
}

}  // namespace detail

Cancellation::Cancellation() : state_(std::make_shared<detail::CancellationState>()) {}

bool Cancellation::requested() const noexcept {
  const std::lock_guard lock(state_->mutex);
  return state_->requested;
}

std::string Cancellation::reason() const {
  const std::lock_guard lock(state_->mutex);
  return state_->reason;
}

void Cancellation::wait() const {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return state_->requested; });
}

bool Cancellation::wait_for(std::chrono::milliseconds time) const {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, time, [this] { return state_->requested; });
}

void Cancellation::throw_if_requested() const {
  const std::lock_guard lock(state_->mutex);
  if (state_->requested) throw Cancelled(state_->reason);
}

void Cancellation::request(const std::string& reason) const {
  const std::lock_guard lock(state_->mutex);
  if (state_->requested) return;
  state_->requested = true;
  state_->reason = reason.empty() ? "cancelled" : reason;
  state_->changed.notify_all();
  if (!state_->callbacks.empty()) std::thread([state = state_] { state->call_all(); }).detach();
}

Cancellation::Callback::Callback(const Cancellation& cancellation, std::function<void()> function)
    : state_(cancellation.state_) {
  std::unique_lock lock(state_->mutex);
  number_ = ++state_->last_callback;
  if (!state_->requested) {
    state_->callbacks.emplace(number_, std::move(function));
    return;
  }
  lock.unlock();
  function();
}

Cancellation::Callback::~Callback() {
  std::unique_lock lock(state_->mutex);
  state_->callbacks.erase(number_);
  // A callback that ends itself would wait for ever.
  if (state_->caller == std::this_thread::get_id()) return;
  state_->changed.wait(lock, [this] { return state_->calling != number_; });
}

}  // namespace gaia
