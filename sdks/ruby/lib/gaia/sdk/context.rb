# frozen_string_literal: true

require_relative "graph"
require_relative "host"
require_relative "json_value"
require_relative "log"

module Gaia
  # Outputs of the jobs that a job depends on, by job or by title in any case.
  class Dependencies
    include Enumerable

    def initialize(outputs)
      @outputs = outputs
      @titles = outputs.to_h { |title, _| [title.downcase, title] }
    end

    # The outputs of a job by key; none when it has none.
    def [](job) = @outputs.fetch(@titles[SDK.title_of(job).downcase], {})

    # Each title with its outputs.
    def each(&block) = @outputs.each(&block)

    def titles = @outputs.keys

    def values = @outputs.values
  end

  module SDK
    # What the function of a job sees of the world; its methods may be called from any thread.
    class Context
      # The arguments; the log; outputs of dependencies; the job's own title (of an added job, the one that it was added
      # with); id of the run; name of the pipeline; which attempt this is, from 1.
      attr_reader :args, :log, :dependencies, :title, :run, :pipeline, :attempt

      # For Gaia: the outputs that were set, each as JSON, and the jobs that were added.
      attr_reader :outputs_json, :added

      def initialize(graph, host, args, cancellation, title:, outputs: {}, run: "", pipeline: "", attempt: 1)
        @graph = graph
        @host = host
        @args = args
        @cancellation = cancellation
        @title = title
        @dependencies = Dependencies.new(outputs)
        @run = run
        @pipeline = pipeline
        @attempt = attempt
        @log = Log.new { |level, text| host.log(level, text) }
        @outputs_json = {}
        @added = []
      end

      # An output of a job that this one depends on; `default` when there is none.
      def output(job, key, default = nil) = dependencies[job].fetch(key.to_s, default)

      # Passes a value on to the jobs that depend on this one. It is anything that JSON can say.
      def set_output(key, value)
        raise OutputError, "the key of an output is a text, but not #{key.inspect}" if key.to_s.empty?

        @outputs_json[key.to_s] = JSONValue.generate(value)
      rescue OutputError, JSON::GeneratorError => error
        raise if key.to_s.empty?

        raise OutputError, "output \"#{key}\" is nothing that JSON can say: #{error.message}"
      end

      # Adds a job to the run, performed by the function of a declared one. It takes effect when this job has succeeded.
      def add(job, title, args: {}, depends_on: [])
        @host.check_adding
        title = title.to_s
        raise Error, "an added job has no title" if title.strip.empty?

        node = @graph.node_of(job)
        if node.nil?
          name = SDK.title_of(job)
          raise Error, "\"#{title}\" is to be performed by \"#{name}\", which is not declared#{@graph.closest(name)}"
        end
        raise Error, "there is a job \"#{title}\" already" if taken?(title)

        AddedJob.new(
          title: title, job: node.title, id: node.id, args: SDK.argument_texts(args),
          depends_on: Array(depends_on).map { |other| SDK.title_of(other) }
        ).tap { |added| @added << added }
      end

      # Starts another pipeline. Raises RequestError when Gaia refuses.
      def start(pipeline, args = {}) = StartedRun.new(@host, @host.start_run(pipeline, SDK.argument_texts(args)))

      # Whether Gaia has asked this job to end.
      def cancelled? = @cancellation.requested?

      # Why it was asked to: run_stopped, timed_out, …
      def cancel_reason = @cancellation.reason

      # Raises Cancelled when Gaia has asked this job to end: to be called now and then by long work.
      def check_cancelled = @cancellation.check

      # Sleeps, and raises Cancelled as soon as Gaia asks this job to end.
      def sleep(seconds)
        @cancellation.wait(seconds)
        @cancellation.check
      end

      # Has a block called, in another thread, when Gaia asks this job to end; at once when it has.
      def on_cancel(&block) = @cancellation.call(&block)

      def inspect = "#<#{self.class} #{title}>"

      private

      def taken?(title)
        known = @graph.node_of(title)
        (known && !known.job.on_demand?) || @added.any? { |added| added.title.casecmp?(title) }
      end
    end
  end
end
