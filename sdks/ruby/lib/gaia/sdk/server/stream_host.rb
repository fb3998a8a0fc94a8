# frozen_string_literal: true

module Gaia
  module SDK
    module Server
      # Gaia, at the other end of the stream of one job.
      class StreamHost
        NO_ANSWERS = "Gaia answers no requests of this job"
        private_constant :NO_ANSWERS

        def initialize(call, cancellation)
          @call = call
          @cancellation = cancellation
          @mutex = Mutex.new
          @last_id = 0
          # Queues of those who wait, by the id of their request.
          @waiting = {}
          @deaf = false
        end

        def log(level, text)
          @call.send_message(Wire::JOB_MESSAGE.encode({ log: { level: Log::LEVELS.index(level), text: text } }))
        end

        # Jobs can be added.
        def check_adding; end

        def start_run(pipeline, args) = run_of(ask({ start_run: { pipeline: pipeline, arguments: args } })).id

        def await_run(run) = run_of(ask({ await_run: { run: run } }))

        # Takes a message of Gaia's.
        def hear(message)
          if message[:cancel]
            reason = message[:cancel][:reason]
            @cancellation.request(reason.empty? ? "cancelled" : reason)
          elsif message[:answer]
            @mutex.synchronize { @waiting.delete(message[:answer][:request]) }&.push(message[:answer])
          end
        end

        # No more answers will come.
        def hear_no_more
          @mutex.synchronize do
            @deaf = true
            @waiting.each_value { |queue| queue << { error: NO_ANSWERS } }
          end
        end

        private

        def ask(request)
          @cancellation.check
          answers = Thread::Queue.new
          id = @mutex.synchronize do
            raise RequestError, NO_ANSWERS if @deaf

            @waiting[@last_id += 1] = answers
            @last_id
          end
          @call.send_message(Wire::JOB_MESSAGE.encode({ request: { id: id, **request } }))
          answer = @cancellation.calling(-> { answers << nil }) { answers.pop }
          @cancellation.check if answer.nil?
          raise RequestError, answer[:error] unless answer[:error].empty?

          answer
        ensure
          @mutex.synchronize { @waiting.delete(id) }
        end

        def run_of(answer)
          run = answer[:run] or raise RequestError, "Gaia's answer names no run"
          outputs = run[:outputs].transform_values { |json| JSONValue.parse(json) }
          Run.new(id: run[:id], status: run[:status], outputs: outputs)
        end
      end
    end
  end
end
