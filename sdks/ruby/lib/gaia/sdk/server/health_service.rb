# frozen_string_literal: true

require_relative "../wire/messages"

module Gaia
  module SDK
    module Server
      # grpc.health.v1.Health, which go-plugin's hosts may ask.
      class HealthService
        def methods_by_path = { "/grpc.health.v1.Health/Check" => method(:check) }

        private

        def check(call)
          service = Wire::HEALTH_REQUEST.decode(call.receive.to_s)[:service]
          unless ["", "plugin"].include?(service)
            raise Refused.new(GRPC::Core::StatusCodes::NOT_FOUND, "there is no service #{service}")
          end

          call.finish(Wire::HEALTH_RESPONSE.encode({ status: Wire::SERVING }))
        end
      end
    end
  end
end
