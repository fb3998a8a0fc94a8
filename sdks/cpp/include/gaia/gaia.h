/// Pipelines as programs in C++: jobs are functions, and `main` serves them.
///
///     int main(int argc, char** argv) {
///       gaia::Pipeline pipeline;
///       pipeline.job("Hello", [](gaia::Context& job) { job.info("hello"); });
///       return pipeline.serve(argc, argv);
///     }
#pragma once

#include "argument.h"
#include "cancellation.h"
#include "context.h"
#include "errors.h"
#include "job.h"
#include "json.h"
#include "pipeline.h"
