# frozen_string_literal: true

require_relative "sdk/version"
require_relative "sdk/errors"
require_relative "sdk/arguments"
require_relative "sdk/job"
require_relative "sdk/pipeline"

# Pipelines for Gaia: a program whose functions are the jobs.
#
#   PIPELINE = Gaia.pipeline do
#     job "Greet", args: [text("name", default: "world")] do |ctx|
#       ctx.log.info "hello #{ctx.args["name"]}"
#     end
#   end
#
#   class Main
#     def self.main = PIPELINE.serve
#   end
module Gaia
  autoload :Run, "gaia/sdk/host"
  autoload :Testing, "gaia/sdk/testing"

  # A pipeline of the jobs that the block declares with `job`.
  def self.pipeline(&block) = Pipeline.new(&block)

  # What is loaded only when it is needed: the local runner knows nothing of gRPC.
  module SDK
    autoload :Context, "gaia/sdk/context"
    autoload :Graph, "gaia/sdk/graph"
    autoload :Main, "gaia/sdk/main"

    module Local
      autoload :Command, "gaia/sdk/local/command"
      autoload :Run, "gaia/sdk/local/run"
    end

    module Server
      autoload :Listener, "gaia/sdk/server/listener"
    end
  end
end
