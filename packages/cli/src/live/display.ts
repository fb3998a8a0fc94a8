import type { RunNews } from "../client/follow-run.ts";
import type { JobChange, LiveState } from "./state.ts";

/** Shows a run while it is watched. */
export interface Display {
  /** Something happened; `changes` are the tasks that are not what they were. */
  update(state: LiveState, news: RunNews, changes: readonly JobChange[]): void;
  /** Text that a task printed, when logs are wanted. */
  log(key: string, attempt: number, text: string): void;
  /** A sentence from Gaia itself. */
  notice(text: string): void;
  /** The run is being stopped because of Ctrl-C. */
  stopping(): void;
  /** Nothing more will come. `ended`: because the run has ended. */
  close(state: LiveState, ended: boolean): Promise<void>;
}

/** What a person asks for while watching. */
export interface DisplayActions {
  interrupt(): void;
  detach(): void;
}
