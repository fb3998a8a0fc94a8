# frozen_string_literal: true

require "optparse"
require_relative "printer"
require_relative "run"

module Gaia
  module SDK
    module Local
      # The command line of a pipeline's program, when Gaia has not started it.
      class Command
        USAGE = <<~TEXT
          A pipeline for Gaia, which starts this program itself. This is how to try it without:

            run [--arg KEY=VALUE]… [--job TITLE]…   run all jobs, or these and what they depend on
            list                                    list jobs, dependencies and arguments

          A secret comes from --arg, or from the environment variable of its name.
        TEXT
        SUCCEEDED = 0
        FAILED = 1
        WRONG_USAGE = 2
        INTERRUPTED = 130

        # Raised for what cannot be understood.
        class WrongUsage < StandardError; end

        private_constant :USAGE, :SUCCEEDED, :FAILED, :WRONG_USAGE, :INTERRUPTED, :WrongUsage

        def initialize(graph, out: $stdout, err: $stderr, environment: ENV)
          @graph = graph
          @out = out
          @err = err
          @environment = environment
        end

        # Performs a command line, and returns the exit status.
        def call(argv)
          command, *rest = argv.map { |word| word.dup.force_encoding(Encoding::UTF_8) }
          case command
          when "run" then run(rest)
          when "list" then list(rest)
          when "help", "--help", "-h" then help
          when nil then raise WrongUsage, "say run or list"
          else raise WrongUsage, "there is no command #{command}"
          end
        rescue WrongUsage, OptionParser::ParseError => error
          @err.write("error: #{error.message}\n\n#{USAGE}".b)
          WRONG_USAGE
        end

        private

        def help
          @out.write(USAGE.b)
          SUCCEEDED
        end

        def run(words)
          pairs = []
          titles = []
          wants_help = false
          parser = OptionParser.new do |options|
            options.on("--arg KEY=VALUE") { |pair| pairs << pair }
            options.on("--job TITLE") { |title| titles << title }
            options.on("-h", "--help") { wants_help = true }
          end
          left = parser.parse(words)
          return help if wants_help
          raise WrongUsage, "#{left.first} is one word too many" unless left.empty?

          nodes = chosen(titles)
          perform(nodes, values(nodes, pairs))
        end

        def chosen(titles)
          return @graph.reject { |node| node.job.on_demand? } if titles.empty?

          nodes = titles.map do |title|
            @graph.node_of(title) or raise WrongUsage, "there is no job \"#{title}\"#{@graph.closest(title)}"
          end
          Run.with_dependencies(nodes, @graph)
        end

        # Values by key: of secrets from the environment, of all from the command line.
        def values(nodes, pairs)
          # Also for jobs that are added on the way.
          secrets = @graph.flat_map { |node| node.job.args }.select { |argument| argument.type == :vault }.map(&:key)
          declared = secrets | nodes.flat_map { |node| node.job.args.map(&:key) }
          values = secrets.to_h { |key| [key, @environment[key]&.dup&.force_encoding("UTF-8")] }.compact
          pairs.each do |pair|
            key, equals, value = pair.partition("=")
            raise WrongUsage, "--arg \"#{pair}\" is not KEY=VALUE" if equals.empty?

            unless declared.include?(key)
              there = declared.empty? ? "none" : declared.sort.join(", ")
              raise WrongUsage, "no job that runs has an argument \"#{key}\"; there are: #{there}"
            end
            values[key] = value
          end
          values
        end

        def perform(nodes, values)
          printer = Printer.new(@out)
          run = Run.new(@graph, values, observer: printer)
          interrupted = false
          trap("INT") do
            # A second Ctrl-C ends the process.
            trap("INT", "SYSTEM_DEFAULT")
            interrupted = true
            Thread.new { run.interrupt }
          end
          report = run.perform(nodes)
          report.jobs.each_value { |job| printer.say(job.title, "not run") if job.outcome == :not_run }
          if interrupted
            printer.say("run", "interrupted")
            return INTERRUPTED
          end
          failed = report.failed
          printer.say("run", failed.empty? ? "succeeded" : "failed: #{failed.join(", ")}")
          failed.empty? ? SUCCEEDED : FAILED
        end

        def list(words)
          return help if words == ["--help"]
          raise WrongUsage, "#{words.first} is one word too many" unless words.empty?

          @graph.each { |node| @out.write(lines_of(node).map { |line| "#{line}\n" }.join.b) }
          SUCCEEDED
        end

        def lines_of(node)
          description = node.job.description.empty? ? "" : ": #{node.job.description}"
          lines = ["#{node.title}#{description}#{" (on demand)" if node.job.on_demand?}"]
          lines << "  after #{node.depends_on.map(&:title).join(", ")}" unless node.depends_on.empty?
          lines + node.job.args.map { |argument| "  --arg #{argument.key}=#{details_of(argument).join(", ")}" }
        end

        def details_of(argument)
          [
            argument.choices.empty? ? argument.type.name : argument.choices.join("|"),
            ("required" if argument.required),
            ("default \"#{argument.default}\"" unless argument.default.empty?),
            (argument.description unless argument.description.empty?)
          ].compact
        end
      end
    end
  end
end
