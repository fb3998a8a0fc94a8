// The pipelines that tests start as programs.
#pragma once

#include <string>

#include "gaia/gaia.h"

/// `good`, or `broken`: one that is refused at its start.
gaia::Pipeline sample_pipeline(const std::string& name);
