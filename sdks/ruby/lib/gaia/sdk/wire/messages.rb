# frozen_string_literal: true

require_relative "codec"

module Gaia
  module SDK
    # The messages of the protocol, field for field. The rest of this gem knows them by these names.
    module Wire
      EMPTY = Message.new

      # proto.Plugin, of all of Gaia's SDKs

      ARGUMENT = Message.new([1, :description, :text], [2, :type, :text], [3, :key, :text], [4, :value, :text])
      JOB = Message.new(
        [1, :unique_id, :uint],
        [2, :title, :text],
        [3, :description, :text],
        [4, :dependson, :uint, :repeated],
        [5, :args, ARGUMENT, :repeated]
      )
      JOB_RESULT = Message.new(
        [1, :unique_id, :uint], [2, :failed, :bool], [3, :exit_pipeline, :bool], [4, :message, :text]
      )

      # gaia.program.v1.Program

      ARGUMENT_TYPES = %i[text textarea boolean number choice vault].freeze
      ARGUMENT_DESCRIPTION = Message.new(
        [1, :key, :text],
        [2, :description, :text],
        [3, :type, :uint],
        [4, :default_value, :text],
        [5, :choices, :text, :repeated],
        [6, :required, :bool]
      )
      JOB_DESCRIPTION = Message.new(
        [1, :id, :uint],
        [2, :title, :text],
        [3, :description, :text],
        [4, :depends_on, :uint, :repeated],
        [5, :arguments, ARGUMENT_DESCRIPTION, :repeated],
        [6, :on_demand, :bool],
        [7, :attempts, :uint],
        [8, :timeout_ms, :uint]
      )
      DESCRIPTION = Message.new([1, :sdk, :text], [2, :max_parallel, :uint], [3, :jobs, JOB_DESCRIPTION, :repeated])

      OUTPUTS = Message.new([1, :values, :text, :map])
      START = Message.new(
        [1, :job, :uint],
        [2, :title, :text],
        [3, :arguments, :text, :map],
        [4, :outputs, OUTPUTS, :map],
        [5, :run, :text],
        [6, :pipeline, :text],
        [7, :attempt, :uint]
      )
      CANCEL = Message.new([1, :reason, :text], [2, :grace_ms, :uint])
      RUN = Message.new([1, :id, :text], [2, :status, :text], [3, :outputs, :text, :map])
      ANSWER = Message.new([1, :request, :uint], [2, :error, :text], [3, :run, RUN])
      HOST_MESSAGE = Message.new([1, :start, START], [2, :cancel, CANCEL], [3, :answer, ANSWER])

      LOG = Message.new([1, :level, :uint], [2, :text, :text])
      START_RUN = Message.new([1, :pipeline, :text], [2, :arguments, :text, :map])
      AWAIT_RUN = Message.new([1, :run, :text])
      REQUEST = Message.new([1, :id, :uint], [2, :start_run, START_RUN], [3, :await_run, AWAIT_RUN])
      ADDED_JOB = Message.new(
        [1, :title, :text], [2, :job, :uint], [3, :arguments, :text, :map], [4, :depends_on, :text, :repeated]
      )
      RESULT = Message.new(
        [1, :outcome, :uint], [2, :message, :text], [3, :outputs, :text, :map], [4, :jobs, ADDED_JOB, :repeated]
      )
      JOB_MESSAGE = Message.new([1, :log, LOG], [2, :request, REQUEST], [3, :result, RESULT])

      # grpc.health.v1.Health

      HEALTH_REQUEST = Message.new([1, :service, :text])
      HEALTH_RESPONSE = Message.new([1, :status, :uint])
      SERVING = 1
    end
  end
end
