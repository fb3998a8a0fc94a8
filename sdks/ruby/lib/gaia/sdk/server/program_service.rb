# frozen_string_literal: true

require_relative "../cancellation"
require_relative "../context"
require_relative "../json_value"
require_relative "../perform"
require_relative "../version"
require_relative "../wire/messages"
require_relative "stream_host"

module Gaia
  module SDK
    module Server
      # gaia.program.v1.Program: all that the old protocol has no place for.
      class ProgramService
        CONNECTION_LOST = "the connection to Gaia was lost"
        private_constant :CONNECTION_LOST

        def initialize(graph)
          @graph = graph
        end

        def methods_by_path
          path = "/gaia.program.v1.Program"
          { "#{path}/Describe" => method(:describe), "#{path}/Perform" => method(:perform) }
        end

        private

        def describe(call)
          call.receive
          jobs = @graph.map { |node| description(node) }
          call.finish(Wire::DESCRIPTION.encode({ sdk: NAME, max_parallel: 0, jobs: jobs }))
        end

        def perform(call)
          start = Wire::HOST_MESSAGE.decode(call.receive.to_s)[:start] or
            raise Refused.new(GRPC::Core::StatusCodes::INVALID_ARGUMENT, "the first message has to be `start`")
          node = @graph.by_id(start[:job]) or
            raise Refused.new(GRPC::Core::StatusCodes::NOT_FOUND, "there is no job with the id #{start[:job]}")
          cancellation = Cancellation.new
          host = StreamHost.new(call, cancellation)
          context = context(node, start, host, cancellation)
          call.listen(
            message: ->(bytes) { host.hear(Wire::HOST_MESSAGE.decode(bytes)) },
            last: -> { host.hear_no_more },
            broken_off: -> { cancellation.request(CONNECTION_LOST) }
          )
          result = Result.new(:failed, Perform::ENDED_THREAD)
          result = Perform.call(node.job, context, cancellation)
        ensure
          call.finish(Wire::JOB_MESSAGE.encode({ result: answer(result) })) if result
        end

        def context(node, start, host, cancellation)
          Context.new(
            @graph, host, Arguments.new(node.job.args, start[:arguments]), cancellation,
            title: start[:title].empty? ? node.title : start[:title],
            outputs: outputs(start),
            run: start[:run],
            pipeline: start[:pipeline],
            attempt: [start[:attempt], 1].max
          )
        end

        # Outputs of dependencies, by title.
        def outputs(start)
          start[:outputs].transform_values do |of|
            of[:values].transform_values { |json| JSONValue.parse(json) }
          end
        rescue JSON::ParserError => error
          message = "outputs of a dependency are no JSON: #{error.message}"
          raise Refused.new(GRPC::Core::StatusCodes::INVALID_ARGUMENT, message)
        end

        def description(node)
          job = node.job
          {
            id: node.id,
            title: node.title,
            description: job.description,
            depends_on: node.depends_on.map(&:id),
            arguments: job.args.map { |argument| argument_description(argument) },
            on_demand: job.on_demand?,
            attempts: job.attempts,
            timeout_ms: job.timeout ? [(job.timeout * 1000).round, 1].max : 0
          }
        end

        def argument_description(argument)
          {
            key: argument.key,
            description: argument.description,
            type: Wire::ARGUMENT_TYPES.index(argument.type),
            default_value: argument.default,
            choices: argument.choices,
            required: argument.required
          }
        end

        def answer(result)
          {
            outcome: Perform::OUTCOMES.index(result.outcome),
            message: result.message,
            outputs: result.outputs,
            jobs: result.added.map do |added|
              { title: added.title, job: added.id, arguments: added.args, depends_on: added.depends_on }
            end
          }
        end
      end
    end
  end
end
