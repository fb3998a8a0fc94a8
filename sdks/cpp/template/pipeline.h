#pragma once

#include <gaia/gaia.h>

/// Builds a version, tests it, and publishes it when it is no trial version.
gaia::Pipeline release_pipeline();
