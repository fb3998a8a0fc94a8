/** What tasks keep from one run to the next. */
export { type CacheFetch, TaskCaches } from "./task-caches.ts";
export type { CacheWish } from "./key.ts";
