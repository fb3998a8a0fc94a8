/** The jobs that this process performs now. */

import { Cancelled } from "../errors.js";

/** Gaia gives a process a second to end. */
const GRACE_MS = 500;

export class RunningJobs {
  /** @type {Set<AbortController>} */
  #running = new Set();
  /** @type {() => void} */
  #whenNone = () => {};

  /**
   * Performs work that a signal can end.
   * @template Value
   * @param {(control: AbortController) => Promise<Value>} work
   * @returns {Promise<Value>}
   */
  async run(work) {
    const control = new AbortController();
    this.#running.add(control);
    try {
      return await work(control);
    } finally {
      this.#running.delete(control);
      if (this.#running.size === 0) this.#whenNone();
    }
  }

  /** With SIGTERM, jobs may end what they started; then the process ends by that signal, whatever they do. */
  endOnSignal() {
    process.once("SIGTERM", () => {
      const end = () => process.kill(process.pid, "SIGTERM");
      if (this.#running.size === 0) return end();
      this.#whenNone = end;
      setTimeout(end, GRACE_MS);
      for (const control of this.#running) control.abort(new Cancelled("the program is stopped"));
    });
  }
}
