import { GaiaError } from "@gaia/contracts";
import type { FastifyRequest } from "fastify";
import type { Identity } from "../access/index.ts";
import type { Caller } from "../runs/port.ts";

const KEY = /^[\x21-\x7e]{1,255}$/;
const CLIENT = /^[a-z][a-z0-9-]{0,31}$/;

/** How a caller came who does not name his program. */
const WAYS: Readonly<Record<Identity["kind"], string>> = {
  local: "socket",
  token: "api",
  session: "web",
  anonymous: "api",
};

/** Who asks, for the rooms behind. `X-Gaia-Client` names the program, such as `cli`, for the history. */
export function callerOf(request: FastifyRequest, identity: Identity, namespace: string): Caller {
  const client = request.headers["x-gaia-client"];
  const via = typeof client === "string" && CLIENT.test(client) ? client : WAYS[identity.kind];
  return {
    actor: { kind: "user", id: identity.kind, via },
    namespace,
    requestId: request.id,
    idempotencyKey: idempotencyKeyOf(request),
    local: identity.kind === "local",
  };
}

function idempotencyKeyOf(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key === "string" && KEY.test(key)) return key;
  throw new GaiaError("invalid_request", "`Idempotency-Key` must be 1 to 255 visible ASCII characters.");
}
