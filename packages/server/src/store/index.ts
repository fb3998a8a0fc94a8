/** Store: everything the server remembers, behind `port.ts`. */
export * from "./port.ts";
export { type Acquired, acquireHome, type Owner } from "./lock.ts";
export { openSqliteStore, type SqliteSettings } from "./sqlite/store.ts";
