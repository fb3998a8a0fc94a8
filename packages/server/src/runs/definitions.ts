import { errorFrom } from "@gaia/contracts";
import type { Logger } from "../observe/port.ts";
import { watchDefinitions } from "../pipelines/index.ts";
import type { Caller, RunService } from "./port.ts";

export interface DefinitionsOptions {
  readonly folder: string;
  readonly runs: RunService;
  readonly namespace: string;
  readonly log: Logger;
}

/** Keeps the workflows of the definitions folder: a file that is put there or changed becomes a version of its pipeline. */
export class Definitions {
  readonly #options: DefinitionsOptions;
  #watch: { close(): void } | null = null;

  constructor(options: DefinitionsOptions) {
    this.#options = options;
  }

  start(): void {
    const { folder, log } = this.#options;
    this.#watch = watchDefinitions(folder, (change) => {
      if (change.kind === "changed") void this.#keep(change.file, change.text);
      else
        log.info(
          { definition: change.file, kind: change.kind },
          "a definition file is gone or cannot be read; its pipeline stays",
        );
    });
  }

  close(): void {
    this.#watch?.close();
  }

  async #keep(file: string, text: string): Promise<void> {
    const { runs, namespace, log } = this.#options;
    const caller: Caller = {
      actor: { kind: "system", id: "definitions", via: "file" },
      namespace,
      requestId: "",
      idempotencyKey: null,
      local: true,
    };
    try {
      await runs.createWorkflow({ definition: text, file }, caller);
    } catch (caught) {
      log.warn(
        { definition: file, err: errorFrom(caught) },
        "a definition file is not valid; its pipeline stays as it was",
      );
    }
  }
}
