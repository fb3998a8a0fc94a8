import { readOutputs } from "../outputs.js";

/** @import { EndedRun } from "../../index.js" */
/** @typedef {{ request: number, error: string, run: { id: string, status: string, outputs: Record<string, string> } | null }} Answer */

/** What one job asks Gaia for over its stream. */
export class Requests {
  #send;
  #last = 0;
  #closed = false;
  /** @type {Map<number, (answer: Answer) => void>} */
  #open = new Map();

  /** @param {(request: object) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /**
   * Asks, and waits for the answer. Rejects with the reason that Gaia gives.
   * @param {object} what
   * @returns {Promise<EndedRun>}
   */
  async ask(what) {
    /** @type {Answer} */
    const { error, run } = await new Promise((resolve) => {
      const id = (this.#last += 1);
      this.#open.set(id, resolve);
      if (this.#closed) this.close();
      else this.#send({ id, ...what });
    });
    if (error !== "") throw new Error(error);
    if (run === null) throw new Error("Gaia's answer names no run");
    return { ...run, outputs: readOutputs(run.outputs) };
  }

  /** @param {Answer} answer */
  answered(answer) {
    this.#open.get(answer.request)?.(answer);
    this.#open.delete(answer.request);
  }

  /** No more answers will come. */
  close() {
    this.#closed = true;
    for (const request of this.#open.keys())
      this.answered({ request, error: "Gaia answers no more requests of this job", run: null });
  }
}
