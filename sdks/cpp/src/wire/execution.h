// ExecuteJob of proto.Plugin: a job for the original Gaia.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>

#include "calls.h"
#include "definition.h"
#include "plugin.pb.h"

namespace gaia::detail {

grpc::ServerUnaryReactor* execute_job(std::shared_ptr<const Definition> definition, Calls& calls,
                                      const proto::Job& request, proto::JobResult& response);

}  // namespace gaia::detail
