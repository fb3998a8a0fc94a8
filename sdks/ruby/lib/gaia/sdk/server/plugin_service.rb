# frozen_string_literal: true

require_relative "../cancellation"
require_relative "../context"
require_relative "../perform_in_time"
require_relative "../text"
require_relative "../wire/messages"

module Gaia
  module SDK
    module Server
      # proto.Plugin: the protocol of all of Gaia's SDKs, and of the original Gaia.
      class PluginService
        # Types of arguments that the old protocol has; all others are its `textfield`.
        OLD_TYPES = %i[textarea boolean vault].freeze
        BROKEN_OFF = "the call was broken off"
        private_constant :OLD_TYPES, :BROKEN_OFF

        def initialize(graph)
          @graph = graph
          @host = StderrHost.new
        end

        def methods_by_path
          { "/proto.Plugin/GetJobs" => method(:list_jobs), "/proto.Plugin/ExecuteJob" => method(:execute_job) }
        end

        private

        def list_jobs(call)
          call.receive
          @graph.reject { |node| node.job.on_demand? }.each { |node| call.send_message(Wire::JOB.encode(job(node))) }
          call.finish
        end

        def execute_job(call)
          request = Wire::JOB.decode(call.receive.to_s)
          node = @graph.by_id(request[:unique_id]) or
            raise Refused.new(GRPC::Core::StatusCodes::NOT_FOUND, "there is no job with the id #{request[:unique_id]}")
          cancellation = Cancellation.new
          call.listen(broken_off: -> { cancellation.request(BROKEN_OFF) })
          args = Arguments.new(node.job.args, request[:args].map { |argument| argument.values_at(:key, :value) })
          context = Context.new(@graph, @host, args, cancellation, title: node.title)
          # Nobody else ends a job at its timeout: the original Gaia knows none.
          result = PerformInTime.call(node.job, context, cancellation)
          call.finish(Wire::JOB_RESULT.encode(answer(node, result)))
        end

        def answer(node, result)
          case result.outcome
          when :succeeded then {}
          when :skipped
            @host.log(:info, "\"#{node.title}\" is skipped: #{result.message}")
            {}
          else
            failed = result.outcome != :exit_pipeline
            { unique_id: node.id, failed: failed, exit_pipeline: true, message: result.message }
          end
        end

        def job(node)
          {
            unique_id: node.id,
            title: node.title,
            description: node.job.description,
            dependson: node.depends_on.map(&:id),
            args: node.job.args.map do |argument|
              {
                description: argument.description,
                type: OLD_TYPES.include?(argument.type) ? argument.type.name : "textfield",
                key: argument.key,
                value: argument.default
              }
            end
          }
        end
      end

      # The log is stderr, a line each; and there is nobody who could do more.
      class StderrHost
        def log(level, text)
          # One write, so that lines of other threads do not come between.
          $stderr.write(SDK.lines_of(text).map { |line| "#{level.upcase} #{line}\n" }.join)
          $stderr.flush
        end

        def check_adding = refuse("to add jobs to a run")

        def start_run(_pipeline, _args) = refuse("to start another pipeline")

        def await_run(_run) = refuse("to await another pipeline")

        private

        def refuse(what)
          raise RequestError,
                "#{what} takes a Gaia that speaks gaia.program.v1; this one speaks only the original Gaia's protocol"
        end
      end
    end
  end
end
