export { loadConfig } from "./config.ts";
export { explainConfig, type ExplainedKey } from "./explain.ts";
export { type Config, type ConfigKey, defaultText, KEYS } from "./keys.ts";
export { configTemplate } from "./template.ts";
