import type { Context } from "../context.ts";
import type { Finding } from "../doctor/check.ts";
import { checkCache } from "../doctor/cache.ts";
import { checkDefinitions } from "../doctor/definitions.ts";
import { checkDropIns } from "../doctor/drop-ins.ts";
import { checkHome } from "../doctor/home.ts";
import { checkMeans } from "../doctor/means.ts";
import { checkPrograms } from "../doctor/programs.ts";
import { checkClock, checkServer } from "../doctor/server.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outDocument } from "../output.ts";

const NAME_COLUMNS = 12;

/** `gaia doctor`: looks at this machine itself, and asks the server when there is one. */
export async function doctor(context: Context, input: Input): Promise<number> {
  const [programs, { findings: server, system }] = await Promise.all([
    checkPrograms(context.environment),
    checkServer(context.client()),
  ]);
  const files =
    context.endpoint.kind === "tcp"
      ? []
      : [...(await checkDefinitions(context.home, context.port)), ...checkDropIns(context.home)];
  const findings = [
    ...programs,
    ...checkHome(context.home),
    ...checkCache(context.home),
    ...checkMeans(system?.workers ?? null),
    checkClock(system, context.now()),
    ...server,
    ...files,
  ];
  const sound = !findings.some((finding) => finding.status === "failed");
  if (input.json) outDocument(context, { ok: sound, checks: findings });
  else tell(context, findings, input.quiet);
  return sound ? EXIT.success : EXIT.failed;
}

function tell(context: Context, findings: readonly Finding[], quiet: boolean): void {
  const style = context.outStyle;
  for (const { name, status, text, remedy } of findings) {
    if (quiet && status === "ok") continue;
    const mark = { ok: style.good("✓"), warning: style.warn("!"), failed: style.bad("✗") }[status];
    const mends = remedy === null ? "" : `   ${style.command(remedy)}`;
    context.out(`  ${mark} ${name.padEnd(NAME_COLUMNS)}${text}${mends}`);
  }
}
