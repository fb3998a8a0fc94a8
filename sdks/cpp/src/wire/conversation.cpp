#include "conversation.h"

#include <deque>
#include <map>
#include <optional>
#include <system_error>
#include <thread>

#include "gaia/errors.h"
#include "performance.h"
#include "unicode.h"

namespace gaia::detail {
namespace {

using program::v1::Answer;
using program::v1::HostMessage;
using program::v1::JobMessage;

/// Log that the host has not taken yet; past it a job that logs waits.
constexpr std::size_t kMostUnsentBytes = 4 * 1024 * 1024;
/// A longer text goes in several messages.
constexpr std::size_t kMostLogBytes = 1024 * 1024;

Values values_of(const google::protobuf::Map<std::string, std::string>& sent) {
  Values values;
  for (const auto& [name, json] : sent) values.emplace(name, Json::parse(json));
  return values;
}

template <class Sent>
void copy_into(Sent& sent, const Texts& texts) {
  for (const auto& [key, value] : texts) sent[key] = value;
}

JobMessage message_of(const Result& result) {
  JobMessage message;
  program::v1::Result& sent = *message.mutable_result();
  sent.set_outcome(static_cast<program::v1::Result::Outcome>(result.outcome));
  sent.set_message(result.message);
  copy_into(*sent.mutable_outputs(), result.outputs);
  for (const AddedJob& job : result.jobs) {
    program::v1::AddedJob& added = *sent.add_jobs();
    added.set_title(job.title);
    added.set_job(job.job->id);
    copy_into(*added.mutable_arguments(), job.arguments);
    for (const std::string& title : job.depends_on) added.add_depends_on(title);
  }
  return message;
}

/// One call of Perform. It lives until gRPC and the job's thread are done with it.
class Conversation final : public grpc::ServerBidiReactor<HostMessage, JobMessage>,
                           public Host,
                           public std::enable_shared_from_this<Conversation> {
 public:
  Conversation(std::shared_ptr<const Definition> definition, Calls& calls) : ticket_(calls, Cancellation()) {
    call_.definition = std::move(definition);
  }

  void begin() {
    self_ = shared_from_this();
    StartRead(&incoming_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return end_of_reading();
    switch (incoming_.message_case()) {
      case HostMessage::kStart: start(incoming_.start()); break;
      case HostMessage::kCancel: ticket_.cancellation().request(incoming_.cancel().reason()); break;
      case HostMessage::kAnswer: take_answer(incoming_.answer()); break;
      case HostMessage::MESSAGE_NOT_SET: break;
    }
    // What a job is given may be large; it has it now.
    incoming_.Clear();
    StartRead(&incoming_);
  }

  void OnWriteDone(bool ok) override {
    std::unique_lock lock(mutex_);
    unsent_bytes_ -= unsent_.front().ByteSizeLong();
    unsent_.pop_front();
    writing_ = false;
    broken_ |= !ok;
    changed_.notify_all();
    go_on(lock);
  }

  void OnCancel() override {
    ticket_.cancellation().request("the host broke the call off");
    std::unique_lock lock(mutex_);
    broken_ = true;
    changed_.notify_all();
    go_on(lock);
  }

  void OnDone() override { self_.reset(); }

  void log(Level level, std::string_view text) override {
    do {
      const std::string_view part = cut(text, kMostLogBytes);
      text.remove_prefix(part.size());
      JobMessage message;
      message.mutable_log()->set_level(static_cast<program::v1::Log::Level>(level));
      message.mutable_log()->set_text(std::string(part));
      send(std::move(message));
    } while (!text.empty());
  }

  std::string start_pipeline(const std::string& pipeline, const Texts& arguments) override {
    program::v1::Request request;
    request.mutable_start_run()->set_pipeline(pipeline);
    copy_into(*request.mutable_start_run()->mutable_arguments(), arguments);
    return ask(std::move(request)).run().id();
  }

  Run await_run(const std::string& run) override {
    program::v1::Request request;
    request.mutable_await_run()->set_run(run);
    const Answer answer = ask(std::move(request));
    return Run{answer.run().id(), answer.run().status(), values_of(answer.run().outputs())};
  }

 private:
  void start(const program::v1::Start& start) {
    if (call_.job != nullptr) return fail({grpc::StatusCode::INVALID_ARGUMENT, "a call performs one job"});
    call_.job = call_.definition->find(start.job());
    if (call_.job == nullptr) {
      return fail({grpc::StatusCode::NOT_FOUND, "no job has the id " + std::to_string(start.job())});
    }
    call_.title = start.title().empty() ? call_.job->title : start.title();
    call_.run = start.run();
    call_.pipeline = start.pipeline();
    call_.attempt = static_cast<int>(start.attempt());
    call_.arguments.insert(start.arguments().begin(), start.arguments().end());
    try {
      for (const auto& [title, outputs] : start.outputs()) call_.outputs.emplace(title, values_of(outputs.values()));
    } catch (const Error& error) {
      return fail({grpc::StatusCode::INVALID_ARGUMENT, std::string("an output of a dependency: ") + error.what()});
    }
    try {
      std::thread([self = self_] { self->work(); }).detach();
    } catch (const std::system_error& error) {
      // Gaia calls the job again when another one has ended.
      fail({grpc::StatusCode::RESOURCE_EXHAUSTED, std::string("No free threads: ") + error.what()});
    }
  }

  void work() {
    const Result result = perform(call_, *this, ticket_.cancellation());
    send(message_of(result), true);
  }

  /// The host will say nothing more; a job that runs may still end well.
  void end_of_reading() {
    std::unique_lock lock(mutex_);
    deaf_ = true;
    changed_.notify_all();
    lock.unlock();
    if (call_.job == nullptr) fail({grpc::StatusCode::INVALID_ARGUMENT, "the first message says which job to start"});
  }

  void fail(const grpc::Status& status) {
    std::unique_lock lock(mutex_);
    failure_ = status;
    broken_ = true;
    go_on(lock);
  }

  /// Sends a message once those before it have gone. After the last one the stream ends.
  void send(JobMessage message, bool last = false) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return broken_ || last || unsent_bytes_ < kMostUnsentBytes; });
    if (broken_) return;
    unsent_bytes_ += message.ByteSizeLong();
    unsent_.push_back(std::move(message));
    complete_ = last;
    go_on(lock);
  }

  /// Does what comes next with the stream, and lets the lock go for it: one write at a time, and one end.
  void go_on(std::unique_lock<std::mutex>& lock) {
    if (writing_ || finished_) return;
    if (broken_) {
      finished_ = true;
      lock.unlock();
      return Finish(failure_);
    }
    if (unsent_.empty()) return;
    const JobMessage& next = unsent_.front();
    writing_ = true;
    finished_ = complete_ && unsent_.size() == 1;
    const bool ends = finished_;
    lock.unlock();
    if (ends) StartWriteAndFinish(&next, {}, grpc::Status::OK);
    else StartWrite(&next);
  }

  Answer ask(program::v1::Request request) {
    const Cancellation::Callback wake(ticket_.cancellation(), [this] {
      const std::lock_guard lock(mutex_);
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    const std::uint64_t id = ++last_request_;
    const auto answer = answers_.emplace(id, std::nullopt).first;
    lock.unlock();
    JobMessage message;
    request.set_id(id);
    *message.mutable_request() = std::move(request);
    send(std::move(message));

    lock.lock();
    changed_.wait(lock, [&] { return answer->second || broken_ || deaf_ || ticket_.cancellation().requested(); });
    const std::optional<Answer> taken = std::move(answer->second);
    answers_.erase(answer);
    lock.unlock();
    if (!taken.has_value()) {
      ticket_.cancellation().throw_if_requested();
      throw Error("Gaia ended the conversation without an answer");
    }
    if (!taken->error().empty()) throw Error(taken->error());
    return *taken;
  }

  void take_answer(const Answer& answer) {
    const std::lock_guard lock(mutex_);
    const auto asked = answers_.find(answer.request());
    if (asked == answers_.end()) return;
    asked->second = answer;
    changed_.notify_all();
  }

  Call call_{};
  Calls::Ticket ticket_;
  HostMessage incoming_;
  std::shared_ptr<Conversation> self_;

  std::mutex mutex_;
  std::condition_variable changed_;
  /// The first is being written while `writing_`.
  std::deque<JobMessage> unsent_;
  std::size_t unsent_bytes_ = 0;
  bool writing_ = false;
  /// The last of `unsent_` is the result.
  bool complete_ = false;
  /// Nothing more can be sent, and the call ends with `failure_`.
  bool broken_ = false;
  /// The end was told to gRPC.
  bool finished_ = false;
  /// Nothing more is heard from the host.
  bool deaf_ = false;
  grpc::Status failure_ = grpc::Status::CANCELLED;
  std::uint64_t last_request_ = 0;
  std::map<std::uint64_t, std::optional<Answer>> answers_;
};

}  // namespace

grpc::ServerBidiReactor<HostMessage, JobMessage>* perform_job(std::shared_ptr<const Definition> definition,
                                                              Calls& calls) {
  const auto conversation = std::make_shared<Conversation>(std::move(definition), calls);
  conversation->begin();
  return conversation.get();
}

}  // namespace gaia::detail
