import { loadSync, type MethodDefinition } from "@grpc/proto-loader";
import {
  PROGRAM_PROTO,
  PROGRAM_PROTO_OPTIONS,
  type WireExecution,
  type WireJob,
  type WireResult,
} from "@gaia/contracts/program-protocol.ts";

const SERVICE = "proto.Plugin";

/** The two methods of a program, with the types of `@gaia/contracts`. */
export interface PluginService {
  readonly getJobs: MethodDefinition<object, WireJob>;
  readonly executeJob: MethodDefinition<WireExecution, WireResult>;
}

let loaded: PluginService | null = null;

/** Loads the proto file once (10 ms). */
export function pluginService(): PluginService {
  if (loaded !== null) return loaded;
  const service = loadSync(PROGRAM_PROTO, PROGRAM_PROTO_OPTIONS)[SERVICE];
  if (service === undefined || !("GetJobs" in service) || !("ExecuteJob" in service)) {
    throw new Error(`${PROGRAM_PROTO} does not define ${SERVICE}: this installation of Gaia is incomplete`);
  }
  // The proto file and the types are kept equal by a test; protobuf has checked the bytes when these types are used.
  const found = { getJobs: service.GetJobs, executeJob: service.ExecuteJob } as unknown as PluginService;
  loaded = found;
  return found;
}
