/** What the rooms count. The adapter (prom-client) is made in the composition root. */
export interface Metrics {
  request(route: string, method: string, status: number, seconds: number): void;
  /** Text in the Prometheus exposition format, and its content type. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}
