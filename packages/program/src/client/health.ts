import { type Client, status } from "@grpc/grpc-js";
import type { Health, ProgramClock } from "../port.ts";

const CHECK = "/grpc.health.v1.Health/Check";
const ANSWER_MS = 5_000;
/** `HealthCheckResponse { status = 1 }` with `SERVING = 1`. */
const SERVING = Buffer.from([8, 1]);

/** Asks `grpc.health.v1`. Two fields in all, so written by hand. */
export function checkHealth(client: Client, service: string, clock: ProgramClock): Promise<Health> {
  const name = Buffer.from(service);
  const request = Buffer.concat([Buffer.from([10, name.length]), name]);
  return new Promise((resolve) => {
    const call = client.makeUnaryRequest(
      CHECK,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      request,
      (error, answer) => {
        callOff();
        if (error === null) resolve(answer?.equals(SERVING) === true ? "serving" : "not_serving");
        else resolve(error.code === status.NOT_FOUND ? "unknown_service" : "none");
      },
    );
    const callOff = clock.after(ANSWER_MS, () => call.cancel());
  });
}
