# frozen_string_literal: true

module Gaia
  # A run of another pipeline that has ended. Status: completed, failed or cancelled.
  Run = Struct.new(:id, :status, :outputs, keyword_init: true) do
    def initialize(id: "", status: "completed", outputs: {}) = super
  end

  # A job that becomes part of the run when the one that added it has succeeded. `job` is the title of the declared job
  # whose function performs it, `id` that job's id; `depends_on` are titles.
  AddedJob = Struct.new(:title, :job, :id, :args, :depends_on, keyword_init: true)

  # A run of another pipeline that this job has started. What performs a job's wishes is its host: Gaia, or whoever
  # stands in for it, with `log(level, text)`, `check_adding`, `start_run(pipeline, args)` and `await_run(id)`.
  class StartedRun
    attr_reader :id

    def initialize(host, id)
      @host = host
      @id = id
    end

    # Waits for its end. A run that has failed is returned like any other: look at `status`.
    def wait = @host.await_run(@id)
  end
end
