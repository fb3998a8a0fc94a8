# frozen_string_literal: true

module Gaia
  # Collects jobs, in the order in which they are written.
  class Pipeline
    include ArgumentTypes

    attr_reader :jobs

    # The block declares jobs: as this object, or with it as its parameter.
    def initialize(jobs = [], &block)
      @jobs = jobs.to_a
      return unless block

      block.arity.zero? ? instance_exec(&block) : yield(self)
    end

    # Declares a job, and returns it. For the keywords see Job.new.
    def job(title, function = nil, **terms, &block)
      Job.new(title, function || block, **terms).tap { |job| @jobs << job }
    end

    # The checked graph. Raises DefinitionError when there is something wrong with it.
    def graph = SDK::Graph.new(@jobs)

    # What `main` calls: serves Gaia when started by it, and otherwise is the local runner.
    def serve(argv = ARGV) = SDK::Main.call(self, argv)
  end
end
