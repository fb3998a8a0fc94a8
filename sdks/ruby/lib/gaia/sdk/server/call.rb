# frozen_string_literal: true

module Gaia
  module SDK
    module Server
      # A call that is answered with a status of gRPC instead of a message.
      class Refused < StandardError
        attr_reader :code

        def initialize(code, message)
          @code = code
          super(message)
        end
      end

      # One call of the host, on gRPC's core.
      #
      # GRPC::RpcServer has a fixed number of threads and turns more calls away, and tells a handler neither that its
      # call was broken off nor that the host has only ended its own half.
      class Call
        include GRPC::Core::CallOps

        def initialize(call)
          @call = call
          @sending = Mutex.new
          @begun = false
          @over = false
          @listener = nil
        end

        # The bytes of the host's next message; nil when none will come.
        def receive
          @call.run_batch(RECV_MESSAGE => nil).message
        rescue GRPC::Core::CallError
          nil
        end

        # Hears the host from now on, in a thread of its own: each message, that it has said its last, and that it has
        # broken the call off (or speaks nonsense).
        def listen(message: nil, last: nil, broken_off: nil)
          @listener = Thread.new do
            while (bytes = receive)
              message&.call(bytes)
            end
            last&.call
            await_end
            broken_off&.call unless @over
          rescue Wire::Malformed
            broken_off&.call
            await_end
          end
        end

        # Sends a message; what has no listener any more is dropped.
        def send_message(bytes)
          @sending.synchronize { batch(SEND_MESSAGE => bytes) unless @over }
        end

        # Ends the call, with a last message or without.
        def finish(bytes = nil, code: GRPC::Core::StatusCodes::OK, details: "")
          operations = { SEND_STATUS_FROM_SERVER => Struct::Status.new(code, details.b.delete("\0"), {}) }
          operations[SEND_MESSAGE] = bytes if bytes
          @sending.synchronize do
            next if @over

            @over = true
            batch(operations)
          end
        end

        # Frees the call, when it has ended.
        def close
          @listener ? @listener.join : await_end
          @call.close
        end

        private

        def await_end
          @call.run_batch(RECV_CLOSE_ON_SERVER => nil)
        rescue GRPC::Core::CallError
          nil
        end

        def batch(operations)
          operations[SEND_INITIAL_METADATA] = {} unless @begun
          @begun = true
          @call.run_batch(operations)
        rescue GRPC::Core::CallError
          @over = true
        end
      end
    end
  end
end
