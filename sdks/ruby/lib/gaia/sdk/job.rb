# frozen_string_literal: true

module Gaia
  # One job: a function, and under what terms Gaia performs it.
  class Job
    attr_reader :title, :function, :description, :depends_on, :args, :condition, :attempts, :timeout

    # `function` and `condition` take the context, or nothing. Dependencies are jobs, or titles in any case. `attempts`
    # counts the first; `timeout` is of one attempt, in seconds. An `on_demand` job is no part of the graph until a job
    # adds it at run time.
    def initialize(title, function, description: "", depends_on: [], args: [], condition: nil, attempts: 1,
                   timeout: nil, on_demand: false)
      @title = title.to_s
      @function = function
      @description = description.to_s
      @depends_on = Array(depends_on).freeze
      @args = args.freeze
      @condition = condition
      @attempts = attempts
      @timeout = timeout
      @on_demand = on_demand
      freeze
    end

    def on_demand? = @on_demand
  end
end
