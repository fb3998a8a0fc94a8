export * from "./environment.ts";
export * from "./errors.ts";
export * from "./limits.ts";
export * from "./api.ts";
export * from "./process-spec.ts";
export * from "./version.ts";
export * from "./worker-protocol.ts";
export * from "./files.ts";
