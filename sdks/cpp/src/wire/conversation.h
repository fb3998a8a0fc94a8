// Perform of gaia.program.v1: a job, and what it says to its host and asks of it meanwhile.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>

#include "calls.h"
#include "definition.h"
#include "program.pb.h"

namespace gaia::detail {

grpc::ServerBidiReactor<program::v1::HostMessage, program::v1::JobMessage>* perform_job(
    std::shared_ptr<const Definition> definition, Calls& calls);

}  // namespace gaia::detail
