export { loadConfig } from "./config.ts";
export { type Config, type ConfigKey, KEYS } from "./keys.ts";
