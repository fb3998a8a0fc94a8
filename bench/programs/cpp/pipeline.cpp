#include "pipeline.h"

// Three empty jobs, one behind the other.
gaia::Pipeline release_pipeline() {
  const auto nothing = [](gaia::Context&) {};
  gaia::Pipeline pipeline;
  const auto one = pipeline.job("One", nothing);
  const auto two = pipeline.job("Two", nothing).after(one);
  pipeline.job("Three", nothing).after(two);
  return pipeline;
}
