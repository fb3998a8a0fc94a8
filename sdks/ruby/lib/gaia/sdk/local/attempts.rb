# frozen_string_literal: true

require_relative "../cancellation"
require_relative "../context"
require_relative "../perform_in_time"
require_relative "host"

module Gaia
  module SDK
    module Local
      # Performs one job of a local run, as often and as long as it may.
      class Attempts
        def initialize(graph, job, title, args, outputs, host, grace: PerformInTime::GRACE_SECONDS)
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
          PerformInTime.call(@job, context, cancellation, grace: @grace)
        end
      end
    end
  end
end
