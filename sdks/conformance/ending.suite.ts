import { afterEach, describe, expect, test } from "vitest";
import { type StartCommand, verifyProgram } from "@gaia/program";
import { Session, startPatiently } from "./session.ts";

/** The cases after which the process is gone, and what `gaia sdk verify` makes of the program. */
export function endingSuite(command: () => StartCommand): void {
  describe("its process", () => {
    const opened: Session[] = [];
    afterEach(async () => {
      for (const session of opened.splice(0)) await session.close();
    });

    async function open(): Promise<Session> {
      const session = await Session.open(command());
      opened.push(session);
      return session;
    }

    test("ends when a job ends it: that job has crashed", async () => {
      const session = await open();
      const waiting = await session.beginWaiting("Wait");
      const crash = { kind: "crashed", exit: { code: 7, signal: null } };
      expect((await session.perform("Crash")).outcome).toMatchObject(crash);
      expect(await waiting.outcome).toMatchObject(crash);
    });

    test.each([[], ["Wait"], ["Stubborn"]])("ends with SIGTERM, whatever runs: %s", async (...titles) => {
      const session = await open();
      for (const title of titles) await session.beginWaiting(title);
      await session.close();
      expect((await session.program.process.exited).signal).not.toBe("SIGKILL");
    });

    test("does not come to serve when it prints to stdout before", async () => {
      const opening = Session.open(command(), { ...process.env, CONFORMANCE_NOISE: "1" });
      await expect(opening).rejects.toMatchObject({
        code: "noise_before_handshake",
        message: expect.stringContaining("too early") as string,
      });
    });

    test("passes `gaia sdk verify` without a warning", async () => {
      const { checks, ok } = await verifyProgram({
        command: command(),
        environment: process.env,
        start: startPatiently(),
        run: ["Greet", "Read", "Levels", "Skip", "Exit", "Grow"],
        values: { TOKEN: "secret" },
        jobMs: 60_000,
        onCheck: () => {},
      });
      expect(checks.filter(({ status }) => status !== "ok")).toEqual([]);
      expect(ok).toBe(true);
    });
  });
}
