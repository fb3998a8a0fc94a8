import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TICKET_PAGE, ticketPage } from "@gaia/contracts";

/** The pages by which `gaia open` hands tickets to browsers. The command has ended by the time a browser reads its page. */
export class TicketPages {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes all of them: no ticket outlives the server that made it. */
  clear(): void {
    for (const name of readdirSync(this.#folder))
      if (TICKET_PAGE.test(name)) rmSync(join(this.#folder, name), { force: true });
  }

  /** Removes the page of a ticket that was used, if it has one. */
  remove(ticket: string): void {
    const hash = createHash("sha256").update(ticket).digest("hex");
    rmSync(join(this.#folder, ticketPage(hash)), { force: true });
  }
}
