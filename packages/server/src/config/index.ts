export { loadConfig } from "./config.ts";
export { explainConfig, type ExplainedKey } from "./explain.ts";
export { type Config, type ConfigKey, KEYS } from "./keys.ts";
