# frozen_string_literal: true

module Gaia
  module SDK
    module Local
      # Stands in for Gaia: keeps the log, and answers for other pipelines what it was given.
      class Host
        # `answers` is by the pipeline's name: outputs, or a Run, or a function of the arguments that returns one of
        # these. Without answers no pipeline can be started. The block is called with a level and a text.
        def initialize(answers, &log)
          @answers = answers&.transform_keys(&:to_s)
          @log = log
          @runs = {}
          @mutex = Mutex.new
        end

        def log(level, text) = @log.call(level, text)

        # Jobs can be added.
        def check_adding; end

        def start_run(pipeline, args)
          answer = answer_of(pipeline.to_s)
          answer = answer.call(args) if answer.respond_to?(:call)
          answer = Gaia::Run.new(outputs: answer.transform_keys(&:to_s)) unless answer.is_a?(Gaia::Run)
          @mutex.synchronize do
            id = "run-#{@runs.size + 1}"
            @runs[id] = Gaia::Run.new(**answer.to_h, id: id)
            id
          end
        end

        def await_run(run) = @mutex.synchronize { @runs.fetch(run) }

        private

        def answer_of(pipeline)
          if @answers.nil?
            raise RequestError, "starting the pipeline \"#{pipeline}\" needs Gaia, and this is the local runner"
          end

          @answers.fetch(pipeline) { raise RequestError, "the test gives no answer for the pipeline \"#{pipeline}\"" }
        end
      end
    end
  end
end
