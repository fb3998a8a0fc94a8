import { VERSION } from "@gaia/contracts/version.ts";
import { writeFileSync } from "node:fs";
import type { Api } from "./api/index.ts";
import { type Config, KEYS } from "./config/index.ts";
import { apiSocketTarget, type Home } from "./home/home.ts";
import type { Logger } from "./observe/port.ts";

/** Opens the API's doors, and writes down where they are. Answers with the address over TCP; null: only the socket. */
export async function listen(
  api: Api,
  { home, config, log }: { readonly home: Home; readonly config: Config; readonly log: Logger },
): Promise<string | null> {
  await api.listenSocket(apiSocketTarget(home));
  const address = config.listen === "" ? null : await listenTcp(api, config, log);
  writeFileSync(
    home.serverFile,
    JSON.stringify({ pid: process.pid, address, started_at: new Date().toISOString(), version: VERSION }),
    { mode: 0o600 },
  );
  return address;
}

/** The default port may be taken by another home's server: then any free one does. A chosen port is a wish, and is refused. */
async function listenTcp(api: Api, config: Config, log: Logger): Promise<string> {
  const { listen: host, port } = config;
  try {
    return (await api.listenTcp(host, port)).url;
  } catch (caught) {
    if (port !== KEYS.port.fallback) throw caught;
    log.warn({ err: caught, port }, "the default port is taken; a free one is used");
    return (await api.listenTcp(host, 0)).url;
  }
}
