# frozen_string_literal: true

require_relative "../json_value"

module Gaia
  # One call of `ctx.log`. Level: debug, info, warn or error, a symbol.
  LogLine = Struct.new(:level, :text)

  # How one job went.
  class JobReport
    # The outcome is :succeeded, :failed, :exit_pipeline, :skipped or :cancelled; or :not_run, since something before it
    # failed or ended the pipeline. The log is of all attempts.
    attr_reader :title, :outcome, :message, :outputs, :log, :added
    attr_accessor :attempts

    def initialize(title, attempts: 0)
      @title = title
      @outcome = :not_run
      @message = ""
      @outputs = {}
      @log = []
      @added = []
      @attempts = attempts
    end

    # The text of the log.
    def text = log.map(&:text).join("\n")

    # Whether the jobs behind it can run: also after a condition that did not hold.
    def passed? = %i[succeeded skipped].include?(outcome)

    def failed? = %i[failed cancelled].include?(outcome)

    def note_log(level, text) = @log << LogLine.new(level, text)

    def note_result(result)
      @outcome = result.outcome
      @message = result.message
      @added = result.added
      @outputs = result.outputs.transform_values { |json| SDK::JSONValue.parse(json) }
    end
  end

  # How a whole run went: its jobs by title, in the order in which they became part of it.
  RunReport = Struct.new(:jobs) do
    # Titles of the jobs that failed.
    def failed = jobs.values.select(&:failed?).map(&:title)

    # :succeeded, or :failed when a job failed. A run that a job has ended early has not failed by it.
    def outcome = failed.empty? ? :succeeded : :failed
  end
end
