import { status } from "@grpc/grpc-js";
import { HealthCheckRequest, HealthCheckResponse } from "../wire/messages.js";
import { method } from "./method.js";

const SERVING = 1;
/** The whole server, and the name that go-plugin asks for. */
const NAMES = ["", "plugin"];

/** `grpc.health.v1.Health`. */
export function healthService() {
  return {
    methods: { Check: method("/grpc.health.v1.Health/Check", HealthCheckRequest, HealthCheckResponse) },
    handlers: {
      /**
       * @param {{ request: { service: string } }} call
       * @param {import("@grpc/grpc-js").sendUnaryData<object>} answer
       */
      Check: ({ request }, answer) => {
        if (NAMES.includes(request.service)) answer(null, { status: SERVING });
        else answer({ code: status.NOT_FOUND, details: `there is no service "${request.service}"` });
      },
    },
  };
}
