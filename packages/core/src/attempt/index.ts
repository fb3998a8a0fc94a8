export * from "./state.ts";
export * from "./input.ts";
export * from "./output.ts";
export { transitionAttempts } from "./transition.ts";
export { lastSettledSeq } from "./outbox.ts";
export { applyAttempts, type MutableAttempts } from "./apply.ts";
