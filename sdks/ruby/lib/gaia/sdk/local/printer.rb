# frozen_string_literal: true

require "json"
require_relative "../text"

module Gaia
  module SDK
    module Local
      # Prints what happens in a run, each line behind the title of its job.
      class Printer
        def initialize(out)
          @out = out
          @mutex = Mutex.new
          @started = {}
        end

        def say(title, text)
          @mutex.synchronize do
            # Bytes, so that a terminal of another encoding does not end the run.
            @out.write(SDK.lines_of(text).map { |line| "#{title}: #{line}\n" }.join.b)
            @out.flush
          end
        end

        def started(title)
          @started[title] = now
          say(title, "started")
        end

        def logged(title, level, text)
          say(title, SDK.lines_of(text).map { |line| "#{level.upcase} #{line}" }.join("\n"))
        end

        def trying_again(title, attempt, message) = say(title, "attempt #{attempt} failed: #{message}")

        def ended(report)
          report.outputs.each { |key, value| say(report.title, "output #{key} = #{JSON.generate(value)}") }
          outcome = report.outcome == :exit_pipeline ? "ended the pipeline" : report.outcome
          seconds = format("%.2f", now - @started[report.title])
          message = report.message.empty? ? "" : ": #{report.message}"
          say(report.title, "#{outcome} after #{seconds} s#{message}")
        end

        private

        def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      end
    end
  end
end
