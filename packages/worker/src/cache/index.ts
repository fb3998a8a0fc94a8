/** What tasks keep from one run to the next. */
export { type CacheFetch, type CacheOwner, TaskCaches } from "./task-caches.ts";
export { type Retention, RETENTION } from "./entries.ts";
export type { CacheWish } from "./key.ts";
