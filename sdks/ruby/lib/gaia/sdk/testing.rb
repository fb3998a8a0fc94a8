# frozen_string_literal: true

require "gaia/sdk"
require_relative "context"
require_relative "local/run"

module Gaia
  # Runs jobs within a test, without Gaia.
  #
  #   report = Gaia::Testing.run_job(PIPELINE, "Greet", args: { name: "you" })
  #   assert_equal :succeeded, report.outcome
  #   assert_equal "hello you", report.text
  #
  # `include Gaia::Testing` makes it `run_job(…)`.
  module Testing
    module_function

    # Performs one attempt of one job, in this thread, and returns a JobReport.
    #
    # `outputs` are those of the jobs that it depends on, by title. `answers` are what other pipelines answer, by name:
    # outputs, or a Gaia::Run, or a function of the arguments that returns one of these. With `cancelled` the job is
    # asked to end from the beginning. A timeout is not looked at.
    def run_job(pipeline, job, args: {}, outputs: {}, answers: {}, title: nil, attempt: 1, cancelled: false)
      graph = pipeline.graph
      name = SDK.title_of(job)
      node = graph.node_of(job) or raise Error, "there is no job \"#{name}\"#{graph.closest(name)}"
      report = JobReport.new(title || node.title, attempts: 1)
      cancellation = SDK::Cancellation.new
      cancellation.request("cancelled by the test") if cancelled
      context = SDK::Context.new(
        graph,
        SDK::Local::Host.new(answers) { |level, text| report.note_log(level, text) },
        Arguments.new(node.job.args, SDK.argument_texts(args)),
        cancellation,
        title: report.title,
        outputs: outputs.to_h { |of, values| [SDK.title_of(of), values.transform_keys(&:to_s)] },
        run: "test",
        pipeline: "test",
        attempt: attempt
      )
      report.note_result(SDK::Perform.call(node.job, context, cancellation))
      report
    end

    # Runs a whole pipeline as the local runner does, with the same argument values for all jobs; returns a RunReport.
    # After `grace` seconds, a job that has timed out is ended.
    def run_pipeline(pipeline, args: {}, answers: {}, grace: SDK::PerformInTime::GRACE_SECONDS)
      graph = pipeline.graph
      nodes = graph.reject { |node| node.job.on_demand? }
      SDK::Local::Run.new(graph, SDK.argument_texts(args), answers: answers, grace: grace).perform(nodes)
    end
  end
end
