export * from "./attempt/index.ts";
export * from "./expression/index.ts";
export * from "./graph/index.ts";
export * from "./plan/index.ts";
export * from "./policy/index.ts";
export * from "./run/index.ts";
export * from "./schedule/index.ts";
export * from "./text/index.ts";
