/** Observe: the server's log and metrics. */
export { LOG_TOPICS, type LogOptions, openLog, type OpenLog } from "./log.ts";
export { metricsDocument } from "./metrics-document.ts";
export type { Gauges, Metrics } from "./metrics-port.ts";
export { openMetrics } from "./metrics.ts";
export type { Logger } from "./port.ts";
export { watchVitals } from "./vitals.ts";
