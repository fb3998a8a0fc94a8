import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { watchSocket } from "./socket-watch.ts";

it("tells when somebody begins to listen on the socket", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gaia-watch-"));
  const path = join(folder, "workers.sock");
  const happened = Promise.withResolvers<void>();
  const unwatch = watchSocket(path, happened.resolve);
  const server = createServer().listen(path);
  await happened.promise;
  unwatch();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

it("is content without a folder to watch", () => {
  expect(watchSocket("/nowhere/at/all.sock", () => undefined)).toBeTypeOf("function");
});
