# frozen_string_literal: true

module Gaia
  module SDK
    # What `serve` does: the protocol when Gaia has started the program, else the local runner.
    module Main
      def self.call(pipeline, argv)
        graph = pipeline.graph
        if ENV["GAIA_PLUGIN_CERT"].to_s.empty?
          exit Local::Command.new(graph).call(argv)
        else
          Server::Listener.new(graph).serve(ENV)
        end
      rescue DefinitionError => error
        error.problems.each { |problem| warn "error: #{problem}" }
        exit 2
      rescue Error => error
        warn "error: #{error.message}"
        exit 2
      end
    end
  end
end
