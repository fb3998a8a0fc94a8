// Gaia's end of the two protocols.
#pragma once

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "definition.h"
#include "plugin.grpc.pb.h"
#include "program-process.h"
#include "program.grpc.pb.h"

namespace wire = gaia::program::v1;

/// A program that serves, and a connection to it.
struct Gaia {
  explicit Gaia(const LeafOptions& leaf = {});

  /// The jobs that the original Gaia sees.
  std::vector<proto::Job> listed();
  /// Performs a job as the original Gaia does. Throws what is no result, beginning with the status.
  proto::JobResult execute(const std::string& title, const std::map<std::string, std::string>& arguments = {});

  ServedProgram program;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<proto::Plugin::Stub> plugin;
  std::unique_ptr<wire::Program::Stub> jobs;
};

/// One call of Perform.
class Performed {
 public:
  Performed(Gaia& gaia, const std::string& title);

  /// What the job is given; to be completed before it begins.
  wire::Start& start() { return *start_.mutable_start(); }
  void begin() { stream_->Write(start_); }
  void send(const wire::HostMessage& message) { stream_->Write(message); }
  void cancel(const std::string& reason);
  void break_off() { context_.TryCancel(); }
  void say_no_more() { stream_->WritesDone(); }

  /// The next message; one without content when the stream has ended.
  wire::JobMessage next();
  /// Reads to the end, keeps the log, and answers the result.
  wire::Result result();
  /// How the stream ended: code and text.
  std::string status();

  /// `level text`, as they came.
  std::string log;

 private:
  grpc::ClientContext context_;
  wire::HostMessage start_;
  std::unique_ptr<grpc::ClientReaderWriter<wire::HostMessage, wire::JobMessage>> stream_;
};
