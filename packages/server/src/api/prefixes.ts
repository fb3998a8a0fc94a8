/** The canonical prefix, and the one that the examples print. */
export const PREFIXES = ["/api/v1", "/api/orchestration"] as const;
