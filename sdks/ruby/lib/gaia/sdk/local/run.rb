# frozen_string_literal: true

require_relative "../graph"
require_relative "attempts"
require_relative "host"
require_relative "report"

module Gaia
  module SDK
    module Local
      # Runs the jobs of a pipeline in the order of their dependencies, several at once.
      class Run
        # Jobs that run at once.
        MOST_AT_ONCE = 64

        # A job of the run, declared or added. It is barred when something before it failed.
        Step = Struct.new(:report, :job, :args, :depends_on, :dependants, :waits_for, :barred) do
          def self.of(title, job, given, depends_on)
            new(JobReport.new(title), job, Arguments.new(job.args, given), depends_on, [], 0, false)
          end

          def title = report.title
        end
        private_constant :Step

        # These jobs and all that they depend on, in the author's order.
        def self.with_dependencies(nodes, graph)
          wanted = {}
          todo = nodes.dup
          until todo.empty?
            last = todo.pop
            next if wanted.key?(last.id)

            wanted[last.id] = true
            todo.concat(last.depends_on)
          end
          graph.select { |node| wanted.key?(node.id) }
        end

        # `values` are for all jobs, by key; of added ones, for their secrets. Without `answers` no pipeline can be started. The observer is told what
        # happens, from several threads: `started(title)`, `logged(title, level, text)`, `trying_again(title, attempt,
        # message)`, `ended(report)`.
        def initialize(graph, values, answers: nil, observer: Silent.new, grace: PerformInTime::GRACE_SECONDS)
          @graph = graph
          @values = values
          @answers = answers
          @observer = observer
          @grace = grace
          @steps = {}
          @ready = []
          @running = {}
          @ended = Thread::Queue.new
          @exiting = false
        end

        # Runs these jobs to their end.
        def perform(nodes)
          nodes.each do |node|
            given = given(node.job.args)
            @steps[node.title.downcase] = Step.of(node.title, node.job, given, node.depends_on.map(&:title))
          end
          link(@steps.values)
          start_ready
          until @running.empty?
            take(*@ended.pop)
            start_ready
          end
          RunReport.new(@steps.values.to_h { |step| [step.title, step.report] })
        end

        # Asks the jobs that run to end, and starts no other. Not from the handler of a signal: it takes locks.
        def interrupt
          @exiting = true
          running = @running.values
          running.each { |attempts| attempts.cancel("interrupted") }
        end

        private

        # Makes steps wait for what they depend on.
        def link(steps)
          steps.each do |step|
            step.depends_on.each do |title|
              before = @steps.fetch(title.downcase)
              if before.report.outcome == :not_run
                before.dependants << step
                step.waits_for += 1
              elsif !before.report.passed?
                step.barred = true
              end
            end
            @ready << step if step.waits_for.zero? && !step.barred
          end
        end

        def start_ready
          start(@ready.shift) until @ready.empty? || @exiting || @running.size >= MOST_AT_ONCE
        end

        def start(step)
          host = Host.new(@answers) do |level, text|
            step.report.note_log(level, text)
            @observer.logged(step.title, level, text)
          end
          outputs = step.depends_on.to_h { |title| @steps[title.downcase].report.then { |of| [of.title, of.outputs] } }
          attempts = Attempts.new(@graph, step.job, step.title, step.args, outputs, host, grace: @grace)
          @running[step.title] = attempts
          @observer.started(step.title)
          Thread.new { @ended << [step, attempts.perform { |*failed| try_again(step, *failed) }] }
        end

        def try_again(step, attempt, result)
          step.report.attempts = attempt
          @observer.trying_again(step.title, attempt, result.message)
        end

        # Takes the result of a step, and lets go what waited for it.
        def take(step, result)
          @running.delete(step.title)
          problem = problem_of(result.added)
          result = Result.new(:failed, problem) if problem
          step.report.attempts += 1
          step.report.note_result(result)
          @observer.ended(step.report)
          @exiting ||= result.outcome == :exit_pipeline
          add(result.added)
          step.dependants.each do |dependant|
            dependant.waits_for -= 1
            dependant.barred ||= !step.report.passed?
            @ready << dependant if dependant.waits_for.zero? && !dependant.barred
          end
        end

        def add(added)
          steps = added.map do |one|
            job = @graph.by_id(one.id).job
            secrets = given(job.args.select { |argument| argument.type == :vault })
            Step.of(one.title, job, secrets.merge(one.args), one.depends_on)
          end
          steps.each { |step| @steps[step.title.downcase] = step }
          link(steps)
        end

        # What the run was given for arguments.
        def given(declared) = @values.slice(*declared.map(&:key))

        # What is wrong with added jobs, as Gaia would refuse them.
        def problem_of(added)
          titles = added.to_h { |job| [job.title.downcase, job] }
          added.each do |job|
            taken = @steps.key?(job.title.downcase)
            return "it added \"#{job.title}\", but there is a job of this title already" if taken

            missing = job.depends_on.find { |title| !titles.key?(title.downcase) && !@steps.key?(title.downcase) }
            return "it added \"#{job.title}\", which depends on \"#{missing}\": there is no such job" if missing
          end
          circle = SDK.circle(titles.transform_values { |job| job.depends_on.map(&:downcase) })
          "it added jobs that depend on each other in a circle: #{circle.join(" -> ")}" if circle
        end
      end

      # An observer that says nothing.
      class Silent
        def started(_title); end

        def logged(_title, _level, _text); end

        def trying_again(_title, _attempt, _message); end

        def ended(_report); end
      end
    end
  end
end
