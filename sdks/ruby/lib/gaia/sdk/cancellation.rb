# frozen_string_literal: true

module Gaia
  module SDK
    # How a job learns that it should end: requested at most once; those who wait are woken, those who asked are called.
    class Cancellation
      # The reason of a job whose time is over; Gaia gives it, too.
      TIMED_OUT = "timed_out"

      attr_reader :reason

      def initialize
        @mutex = Mutex.new
        @requested = ConditionVariable.new
        @callbacks = []
        @reason = nil
      end

      def requested? = !@reason.nil?

      # Asks the job to end. A second request changes nothing.
      def request(reason)
        callbacks = @mutex.synchronize do
          return if @reason

          @reason = reason
          @requested.broadcast
          @callbacks
        end
        callbacks.each(&:call)
      end

      # Waits for the request, and says whether it came in time.
      def wait(seconds = nil)
        deadline = seconds && (now + seconds)
        @mutex.synchronize do
          until @reason
            left = deadline && (deadline - now)
            return false if left && left <= 0

            @requested.wait(@mutex, left)
          end
          true
        end
      end

      def check
        raise Cancelled, @reason if @reason
      end

      # Has something called at the request: at once when it has come already.
      def call(&callback)
        added = @mutex.synchronize { @callbacks << callback unless @reason }
        callback.call unless added
      end

      # As `call`, for the time of a block.
      def calling(callback)
        call(&callback)
        yield
      ensure
        @mutex.synchronize { @callbacks.delete(callback) }
      end

      private

      def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
