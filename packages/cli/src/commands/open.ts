import { join } from "node:path";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { browserProgram, openBrowser } from "../browser.ts";
import type { GaiaClient } from "../client/api.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outDocument } from "../output.ts";
import { withReference } from "../references.ts";

/** `gaia open [RUN|PIPELINE]`: an address that signs a browser in, once. */
export async function open(context: Context, input: Input): Promise<number> {
  const { client } = await context.server();
  const ref = input.optional(0);
  const path = ref === null ? "/" : await pathOf(client, ref);
  const { url, expires_at } = await client.ticket(path);
  const program =
    input.json || input.flag("print") || !context.stdoutIsTerminal
      ? null
      : browserProgram(context.environment, process.platform);
  if (input.json) {
    outDocument(context, { url, expires_at });
    return EXIT.success;
  }
  context.out(url);
  const secrets = join(context.home, "secrets");
  const isOpened = program !== null && (await openBrowser(program, url, secrets, context.environment));
  if (!input.quiet)
    context.note(
      isOpened
        ? "  It is being opened in the browser, signed in. If nothing comes, open the address."
        : "  Opens signed in, once, within two minutes.",
    );
  return EXIT.success;
}

/** The address to show at the end of a line, and what to say of it. On a terminal only: others may keep what they read. */
export async function addressText(
  client: GaiaClient,
  address: string | null,
  path: string,
  isTerminal: boolean,
): Promise<string> {
  if (address === null || !isTerminal) return address ?? "";
  const url = await signInAddress(client, path);
  return url === null ? address : `${url}   (opens signed in, once)`;
}

/** Null: the server has no address, or it may not be had. That keeps no other command from its work. */
export async function signInAddress(client: GaiaClient, path: string): Promise<string | null> {
  return client.ticket(path).then(
    ({ url }) => url,
    () => null,
  );
}

/** A name alone is a pipeline's, if there is one; all else names a run. */
async function pathOf(client: GaiaClient, ref: string): Promise<string> {
  if (!/^@|^run_|#/.test(ref)) {
    const found = await client.workflow(ref).catch((reason: unknown) => {
      if (reason instanceof GaiaError && reason.code === "not_found") return null;
      throw reason;
    });
    if (found !== null) return `/pipelines/${encodeURIComponent(found.name)}`;
  }
  const run = await withReference(client, { run: ref, task: null }, () => client.run(ref));
  return `/runs/${encodeURIComponent(run.id)}`;
}
