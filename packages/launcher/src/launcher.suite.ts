import { afterEach, beforeEach, describe } from "vitest";
import { TestHost, type TestSetup } from "./launcher-under-test.ts";
import { fullDiskSuite, recoverySuite } from "./recovery.suite.ts";
import { queueSuite, refusingSuite, startingSuite } from "./starting.suite.ts";
import { connectionSuite, stoppingSuite } from "./stopping.suite.ts";

/** What every launcher must do, whatever starts its processes. */
export function launcherSuite(name: string, setup: TestSetup): void {
  describe(`a launcher with ${name}`, () => {
    let host: TestHost;
    beforeEach(() => {
      host = new TestHost(setup);
    });
    afterEach(async () => {
      await host.close();
    });
    const open = () => host;
    describe("starting", () => startingSuite(open));
    describe("refusing", () => refusingSuite(open));
    describe("the queue", () => queueSuite(open));
    describe("stopping", () => stoppingSuite(open, setup));
    describe("the worker's connection", () => connectionSuite(open));
    describe("the launcher's end", () => recoverySuite(open, setup));
    describe("a full disk", () => fullDiskSuite(open));
  });
}
