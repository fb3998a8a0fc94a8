# frozen_string_literal: true

module Gaia
  # Base of all errors that this gem raises.
  class Error < StandardError; end

  # The pipeline is not what it has to be; `problems` says everything that is wrong.
  class DefinitionError < Error
    attr_reader :problems

    def initialize(problems)
      @problems = problems.freeze
      super(problems.join("\n"))
    end
  end

  # An argument is missing, or is not of the kind that was asked for.
  class ArgumentError < Error; end

  # An output cannot be passed on.
  class OutputError < Error; end

  # Gaia cannot, or will not, do what a job asks it for.
  class RequestError < Error; end

  # Ends the pipeline, which has not failed by it.
  class ExitPipeline < StandardError; end

  # The job is not performed, for the reason that is its text. To be raised by a condition.
  class Skip < StandardError; end

  # Gaia asked the job to end. No StandardError, so that `rescue => error` lets it pass.
  class Cancelled < Exception; end # rubocop:disable Lint/InheritException
end
