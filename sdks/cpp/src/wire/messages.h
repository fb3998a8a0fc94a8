// Jobs as the two protocols describe them.
#pragma once

#include "definition.h"
#include "plugin.pb.h"
#include "program.pb.h"

namespace gaia::detail {

/// As proto.Plugin lists it.
proto::Job job_message(const Definition& definition, const JobDefinition& job);

/// All that gaia.program.v1 tells of the pipeline.
program::v1::Description description_message(const Definition& definition);

}  // namespace gaia::detail
