import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onEnd } from "../cleanup.ts";
import { until } from "../lab.ts";
import { packageFile } from "./packages.ts";
import type { Offer, Peer } from "./peer.ts";
import { ended, startService } from "./service.ts";

const VERSION = "1.7.12";

/** Restate: a server that keeps a journal, and a service whose process performs the steps. */
export const RESTATE: Offer = {
  name: `Restate ${VERSION}`,
  packages: [`@restatedev/restate-server@${VERSION}`, "@restatedev/restate-sdk@1.17.2"],
  needsPostgres: false,
  start: async ({ folder }) => {
    const data = mkdtempSync(join(tmpdir(), "gaia-restate-"));
    const agent = new Agent({ keepAlive: true });
    let server: ChildProcess | null = null;
    let service: Peer | null = null;
    const stop = onEnd(async () => {
      agent.destroy();
      if (service !== null) await service.stop();
      if (server !== null) await ended(server);
      rmSync(data, { recursive: true, force: true });
    });
    try {
      const [ingress, admin, node, port] = await freePorts();
      server = startServer(folder, data, { ingress, admin, node });
      service = await startService("./restate-service.ts", { folder, port });
      const call = (to: number, method: string, path: string, body?: unknown): Promise<number> =>
        statusOf(agent, to, method, path, body);
      await until(() => answers200(call(admin, "GET", "/health")));
      await until(() =>
        answers200(call(admin, "POST", "/deployments", { uri: `http://127.0.0.1:${port}`, force: true })),
      );
      const perform = async (handler: string, steps: number): Promise<void> => {
        const status = await call(ingress, "POST", `/bench/${handler}`, steps);
        if (status !== 200) throw new Error(`Restate answers ${status} to ${handler}`);
      };
      // The first calls find partitions without a leader.
      await until(() => succeeds(perform("inProcess", 1)));
      return {
        inProcess: (steps) => perform("inProcess", steps),
        chain: (steps) => perform("chain", steps),
        independent: (steps) => perform("independent", steps),
        stop,
      };
    } catch (caught) {
      await stop();
      throw caught;
    }
  },
};

function startServer(
  folder: string,
  data: string,
  ports: { readonly ingress: number; readonly admin: number; readonly node: number },
): ChildProcess {
  // The package's own starter would be one more process, which does not pass signals on.
  const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  const program = join(dirname(packageFile(folder, `${platform}/package.json`)), "bin", "restate-server");
  return spawn(program, ["--base-dir", data, "--listen-mode", "tcp", "--no-logo"], {
    stdio: "ignore",
    cwd: data,
    env: {
      ...process.env,
      TMPDIR: data,
      RESTATE_DISABLE_TELEMETRY: "true",
      DO_NOT_TRACK: "1",
      RESTATE_BIND_ADDRESS: `127.0.0.1:${ports.node}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${ports.admin}`,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ports.ingress}`,
    },
  });
}

/** Ports that were free a moment ago; all are held at once, so that they differ. */
async function freePorts(): Promise<readonly [number, number, number, number]> {
  const one = async (): Promise<{ readonly port: number; readonly close: () => Promise<void> }> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
  };
  const [first, second, third, fourth] = await Promise.all([one(), one(), one(), one()]);
  await Promise.all([first.close(), second.close(), third.close(), fourth.close()]);
  return [first.port, second.port, third.port, fourth.port];
}

function statusOf(agent: Agent, port: number, method: string, path: string, body: unknown): Promise<number> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? "" : JSON.stringify(body);
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const sent = request({ agent, host: "127.0.0.1", port, method, path, headers }, (answer) => {
      answer.resume();
      answer.once("error", reject);
      answer.once("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.once("error", reject);
    sent.end(payload);
  });
}

async function answers200(status: Promise<number>): Promise<boolean> {
  const code = await status.catch(() => 0);
  return code >= 200 && code < 300;
}

function succeeds(act: Promise<void>): Promise<boolean> {
  return act.then(
    () => true,
    () => false,
  );
}
