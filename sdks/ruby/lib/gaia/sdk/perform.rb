# frozen_string_literal: true

require_relative "text"

module Gaia
  module SDK
    # How a job ended, and what it leaves behind when it succeeded: outputs, each as JSON, and added jobs.
    Result = Struct.new(:outcome, :message, :outputs, :added) do
      def initialize(outcome, message = "", outputs = {}, added = [])
        super(outcome, Perform.cut(message), outputs, added)
      end
    end

    # Performs one job: nothing that a function does comes out of here as an exception.
    module Perform
      # In the order of their numbers in the protocol.
      OUTCOMES = %i[succeeded failed exit_pipeline skipped cancelled].freeze
      # Longer messages are cut. In bytes of UTF-8.
      MESSAGE_BYTES = 65_536

      # What is said of a job that never came back, not even with an exception.
      ENDED_THREAD = "the job ended its own thread"

      NO_CONDITION = "its condition does not hold"
      FOLDER = "#{__dir__}/".freeze
      private_constant :NO_CONDITION, :FOLDER

      # Asks the condition, then calls the function.
      def self.call(job, context, cancellation)
        context.args.check_required
        return Result.new(:skipped, NO_CONDITION) if job.condition && !invoke(job.condition, context)

        invoke(job.function, context)
        Result.new(:succeeded, "", context.outputs_json, context.added)
      rescue ExitPipeline => error
        Result.new(:exit_pipeline, own_text(error) || "\"#{context.title}\" ended the pipeline")
      rescue Skip => error
        Result.new(:skipped, own_text(error) || NO_CONDITION)
      rescue Exception => error # rubocop:disable Lint/RescueException -- the process has to live on: `exit` as well
        return Result.new(:cancelled, cancellation.reason) if error.is_a?(Cancelled) && cancellation.requested?

        context.log.error(trace_of(error))
        Result.new(:failed, text_of(error))
      end

      # A message of at most MESSAGE_BYTES, cut between two letters.
      def self.cut(message)
        message = SDK.utf8(message)
        message.bytesize <= MESSAGE_BYTES ? message : message.byteslice(0, MESSAGE_BYTES).scrub("")
      end

      # Takes the context, or nothing.
      def self.invoke(function, context)
        arity = function.respond_to?(:arity) ? function.arity : function.method(:call).arity
        arity.zero? ? function.call : function.call(context)
      end
      private_class_method :invoke

      # What an exception says, or its kind when it says nothing.
      def self.text_of(error)
        return "the job called exit(#{error.status})" if error.is_a?(SystemExit) && error.message == "exit"

        text = error.message.to_s
        text.empty? ? error.class.name : text
      rescue StandardError
        error.class.name
      end

      # Ruby gives an exception without a text the name of its class.
      def self.own_text(error) = (error.message unless error.message == error.class.name || error.message.empty?)
      private_class_method :own_text

      # Frames of this gem are no news to the author.
      def self.trace_of(error)
        frames = error.backtrace&.reject { |frame| frame.start_with?(FOLDER) }
        lines = ["#{text_of(error)} (#{error.class})", *frames&.map { |frame| "  from #{frame}" }]
        lines << "caused by: #{trace_of(error.cause)}" if error.cause
        lines.join("\n")
      end
    end
  end
end
