import type { RunNews } from "../client/follow-run.ts";
import type { Context } from "../context.ts";
import type { Display } from "./display.ts";

/** One JSON object a line on stdout; `docs/cli-json.md` lists them. */
export class JsonDisplay implements Display {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  update(_state: unknown, news: RunNews): void {
    switch (news.kind) {
      case "snapshot":
        this.#object({ type: "snapshot", run: news.run });
        break;
      case "run":
        this.#object({ type: "run", run: news.run });
        break;
      case "job":
        this.#object({ type: "job", job: news.job });
        break;
      case "event":
        this.#object({ type: "event", event: news.event });
        break;
      case "lost":
      case "restarting":
      case "back":
        this.#object({ type: "connection", state: news.kind });
        break;
      case "end":
        break;
    }
  }

  log(key: string, attempt: number, text: string): void {
    this.#object({ type: "log", job: key, attempt, text });
  }

  notice(text: string): void {
    this.#object({ type: "notice", message: text });
  }

  stopping(): void {
    this.#object({ type: "stopping" });
  }

  async close(): Promise<void> {}

  #object(value: Record<string, unknown>): void {
    this.#context.out(JSON.stringify(value));
  }
}
