import { loadSync, type MethodDefinition } from "@grpc/proto-loader";
import type { WireDescription, WireHostMessage, WireJobMessage } from "@gaia/contracts/program-messages.ts";
import { PROGRAM_SERVICE_PROTO, PROGRAM_SERVICE_PROTO_OPTIONS } from "@gaia/contracts/program-protocol.ts";

const SERVICE = "gaia.program.v1.Program";

/** The two methods that programs on Gaia's own SDKs serve besides. */
export interface ProgramService {
  readonly describe: MethodDefinition<object, WireDescription>;
  readonly perform: MethodDefinition<WireHostMessage, WireJobMessage>;
}

let loaded: ProgramService | null = null;

/** Loads the proto file once (10 ms). */
export function programService(): ProgramService {
  if (loaded !== null) return loaded;
  const service = loadSync(PROGRAM_SERVICE_PROTO, PROGRAM_SERVICE_PROTO_OPTIONS)[SERVICE];
  if (service === undefined || !("Describe" in service) || !("Perform" in service)) {
    throw new Error(
      `${PROGRAM_SERVICE_PROTO} does not define ${SERVICE}: this installation of Gaia is incomplete`,
    );
  }
  // The proto file and the types are kept equal by a test; protobuf has checked the bytes when these types are used.
  const found = { describe: service.Describe, perform: service.Perform } as unknown as ProgramService;
  loaded = found;
  return found;
}
