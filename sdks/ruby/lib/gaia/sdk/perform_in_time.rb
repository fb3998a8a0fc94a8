# frozen_string_literal: true

require_relative "cancellation"
require_relative "perform"

module Gaia
  module SDK
    # Performs a job where nobody else ends it: at its timeout, or when it was asked to end and does not.
    class PerformInTime
      # So long a job may take to end when it was asked to. Then its thread is ended.
      GRACE_SECONDS = 5

      # Performs the job in a thread of its own. Raises ThreadError when there is none.
      def self.call(job, context, cancellation, grace: GRACE_SECONDS)
        new(job, context, cancellation, grace).result
      end

      def initialize(job, context, cancellation, grace)
        @job = job
        @context = context
        @cancellation = cancellation
        @grace = grace
      end

      def result
        result = await
        return result unless result.outcome == :cancelled && @cancellation.reason == Cancellation::TIMED_OUT

        Result.new(:failed, why)
      end

      private

      # Waits for the end of the job, of its time, or of the run.
      def await
        result = Result.new(:failed, Perform::ENDED_THREAD)
        woken = Cancellation.new
        thread = Thread.new do
          result = Perform.call(@job, @context, @cancellation)
        ensure
          woken.request("ended")
        end
        @cancellation.call { woken.request("asked to end") }
        woken.wait(@job.timeout)
        @cancellation.request(Cancellation::TIMED_OUT) unless woken.reason == "ended"
        return result if thread.join(woken.reason == "ended" ? nil : @grace)

        thread.kill
        Result.new(:failed, "#{why}, and did not end by itself")
      end

      # Why it was asked to end, in words.
      def why
        reason = @cancellation.reason
        reason == Cancellation::TIMED_OUT ? "timed out after #{@job.timeout} s" : reason
      end
    end
  end
end
