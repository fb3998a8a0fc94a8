# frozen_string_literal: true

require_relative "../cancellation"
require_relative "../context"
require_relative "../perform"
require_relative "host"

module Gaia
  module SDK
    module Local
      # Performs one job of a local run, as often and as long as it may.
      class Attempts
        # So long a job may take to end when it was asked to. Then its thread is ended.
        GRACE_SECONDS = 5

        def initialize(graph, job, title, args, outputs, host, grace: GRACE_SECONDS)
          @graph = graph
          @job = job
          @title = title
          @args = args
          @outputs = outputs
          @host = host
          @grace = grace
          @mutex = Mutex.new
          @cancelled = nil
          @current = nil
        end

        # The result of the last attempt; the block hears of each before it.
        def perform
          (1..@job.attempts).each do |attempt|
            result = attempt(attempt)
            return result if result.outcome != :failed || attempt == @job.attempts || @cancelled

            yield attempt, result
          end
        end

        # Asks the current attempt to end, and starts no other.
        def cancel(reason)
          @mutex.synchronize { @cancelled = reason }
          @current&.request(reason)
        end

        private

        def attempt(number)
          cancellation = Cancellation.new
          @mutex.synchronize { @current = cancellation }
          return Result.new(:cancelled, @cancelled) if @cancelled

          context = Context.new(
            @graph, @host, @args, cancellation,
            title: @title, outputs: @outputs, run: "local", pipeline: "local", attempt: number
          )
          result = result_of(context, cancellation)
          return result unless result.outcome == :cancelled && cancellation.reason == Cancellation::TIMED_OUT

          Result.new(:failed, why(cancellation))
        end

        # Waits for the end of the job, of its time, or of the run.
        def result_of(context, cancellation)
          result = Result.new(:failed, Perform::ENDED_THREAD)
          woken = Cancellation.new
          thread = Thread.new do
            result = Perform.call(@job, context, cancellation)
          ensure
            woken.request("ended")
          end
          cancellation.call { woken.request("asked to end") }
          woken.wait(@job.timeout)
          cancellation.request(Cancellation::TIMED_OUT) unless woken.reason == "ended"
          return result if thread.join(woken.reason == "ended" ? nil : @grace)

          thread.kill
          Result.new(:failed, "#{why(cancellation)}, and did not end by itself")
        end

        # Why an attempt was asked to end, in words.
        def why(cancellation)
          cancellation.reason == Cancellation::TIMED_OUT ? "timed out after #{@job.timeout} s" : cancellation.reason
        end
      end
    end
  end
end
