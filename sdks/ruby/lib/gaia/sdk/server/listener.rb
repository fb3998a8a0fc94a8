# frozen_string_literal: true

require "grpc"

require_relative "../graph"
require_relative "call"
require_relative "health_service"
require_relative "plugin_service"
require_relative "program_service"

module Gaia
  module SDK
    module Server
      # Listens for Gaia, over gRPC with mutual TLS. Each call has a thread: only the machine limits how many.
      class Listener
        CERTIFICATE = "GAIA_PLUGIN_CERT"
        KEY = "GAIA_PLUGIN_KEY"
        AUTHORITY = "GAIA_PLUGIN_CA_CERT"
        OPTIONS = {
          "grpc.max_receive_message_length" => -1,
          "grpc.max_send_message_length" => -1,
          "grpc.so_reuseport" => 0
        }.freeze
        private_constant :OPTIONS

        def initialize(graph)
          services = [PluginService.new(graph), ProgramService.new(graph), HealthService.new]
          @methods = services.map(&:methods_by_path).inject(:merge)
        end

        # Serves until the process is ended. Raises Gaia::Error when it cannot begin.
        def serve(environment)
          certificate, key, authority = [CERTIFICATE, KEY, AUTHORITY].map { |name| read(name, environment) }
          # Else a program that a job starts would serve as well, with certificates that are not its own.
          [CERTIFICATE, KEY, AUTHORITY].each { |name| environment.delete(name) }
          # At once, also while a job runs that holds Ruby's lock.
          trap("TERM", "SYSTEM_DEFAULT")
          server, port = quietly { start(certificate, key, authority) }
          $stdout.write("1|2|tcp|127.0.0.1:#{port}|grpc\n")
          $stdout.flush
          accept(server)
        rescue Interrupt
          exit!(130)
        end

        private

        def start(certificate, key, authority)
          server = GRPC::Core::Server.new(OPTIONS)
          pair = { private_key: key, cert_chain: certificate }
          port = server.add_http2_port("127.0.0.1:0", GRPC::Core::ServerCredentials.new(authority, [pair], true))
          raise "no port" if port.zero?

          server.start
          [server, port]
        rescue RuntimeError
          raise Error, "cannot listen on 127.0.0.1 with the PEM files of #{CERTIFICATE}, #{KEY} and #{AUTHORITY}"
        end

        # What gRPC's core prints would be in the log of jobs, whenever a stranger is turned away. It reads this
        # variable when it starts, and programs that jobs start should not inherit it.
        def quietly
          before = ENV.fetch("GRPC_VERBOSITY", nil)
          ENV["GRPC_VERBOSITY"] ||= "NONE"
          yield
        ensure
          ENV["GRPC_VERBOSITY"] = before
        end

        def accept(server)
          loop do
            rpc = server.request_call
            begin_answer(rpc.method, Call.new(rpc.call)) if rpc&.call
          end
        end

        def begin_answer(path, call)
          Thread.new { answer(call) { method_of(path).call(call) } }
        rescue ThreadError => error
          answer(call) { raise error }
        end

        def method_of(path)
          @methods[path] or raise Refused.new(GRPC::Core::StatusCodes::UNIMPLEMENTED, "there is no #{path}")
        end

        def answer(call)
          yield
        rescue Refused => error
          call.finish(code: error.code, details: error.message)
        rescue Wire::Malformed => error
          call.finish(code: GRPC::Core::StatusCodes::INVALID_ARGUMENT, details: error.message)
        rescue ThreadError => error
          # By these words Gaia knows to perform the job again when another one has ended.
          call.finish(code: GRPC::Core::StatusCodes::RESOURCE_EXHAUSTED, details: "No free threads: #{error.message}")
        ensure
          call.close
        end

        def read(name, environment)
          path = environment[name].to_s
          raise Error, "#{name} is not set, though #{CERTIFICATE} is: Gaia sets all three" if path.empty?

          File.binread(path)
        rescue SystemCallError => error
          raise Error, "#{name}: cannot read #{path}: #{error.message}"
        end
      end
    end
  end
end
